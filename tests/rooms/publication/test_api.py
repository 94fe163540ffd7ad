"""The API of publication: the public record without a key, publishing with one."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mingcha.people import actions as people
from mingcha.people.models import Membership
from mingcha.publication import actions
from mingcha.publication.models import Notice
from mingcha.publication.states import NoticeState
from tests import draws_world, results_world
from tests.results_world import NEXT_DAY

SOON = NEXT_DAY + timedelta(days=1)
API = "/api/v1/publication"


@pytest.fixture
def record(world):
    return results_world.approved_record(world, with_problem=True)


@pytest.fixture
def notice(world, record):
    return actions.publish_result(record=record, by=world["yc-market"], at=SOON)


@pytest.fixture
def program_of(world):
    """A program of a person of the world."""

    def make(username: str) -> Client:
        membership = Membership.objects.get(user=world.user(username))
        at = timezone.now() - timedelta(minutes=1)
        key = people.make_token(membership=membership, name="program", by=world.sysadmin, at=at)
        return Client(headers={"Authorization": f"Bearer {key}"})

    return make


def post(client: Client, address: str, body: object = None):
    return client.post(f"{API}{address}", json.dumps(body or {}), content_type="application/json")


def test_anyone_reads_a_board_and_a_notice(client, notice):
    shown = client.get(f"{API}/boards/results", {"q": notice.unit_id}).json()

    assert (shown["total"], shown["next"]) == (1, None)
    assert shown["notices"][0]["content"]["categories"] == ["发现问题已责令改正"]
    versions = client.get(f"{API}/notices/results/{notice.reference}").json()
    assert [version["version"] for version in versions] == [1]
    assert client.get(f"{API}/notices/results/V1/T1/x").status_code == 404
    assert client.get(f"{API}/statistics").json()[0].keys() == {"name", "drawn", "visited", "published", "late"}


def test_a_board_is_read_page_by_page(client, world):
    drawn = draws_world.hold_ceremony(world)
    for task in (drawn.issued.department, drawn.issued.joint):
        actions.publish_task(task=task, by=world["market"], at=SOON)

    first = client.get(f"{API}/boards/tasks", {"limit": 1}).json()
    second = client.get(f"{API}/boards/tasks", {"limit": 1, "before": first["next"]}).json()

    names = [page["notices"][0]["title"] for page in (first, second)]
    assert names == ["校外培训机构联合抽查", "企业公示信息抽查"]
    assert second["next"] is None
    assert client.get(f"{API}/boards/tasks", {"organization": "河源市教育局"}).json()["total"] == 0
    assert client.get(f"{API}/boards/tasks", {"limit": 201}).status_code == 422


def test_a_withdrawn_notice_shows_its_reason_and_no_content(client, program_of, notice):
    answer = post(program_of("yc-market"), f"/published/{notice.pk}/withdraw", {"reason": "名称有误"})

    assert answer.json()["state"] == "WITHDRAWN"
    [version] = client.get(f"{API}/notices/results/{notice.reference}").json()
    assert (version["withdrawn_reason"], version["content"]) == ("名称有误", None)


def test_a_program_publishes_what_is_due(program_of, record):
    program = program_of("yc-market")
    [due] = program.get(f"{API}/due").json()
    assert (due["record"], due["unit_name"]) == (record.pk, record.visit.subject_name)

    done = post(program, "/publish/results", {"records": [record.pk]}).json()
    again = post(program, "/publish/results", {"records": [record.pk]}).json()

    assert done == {"published": 1, "refused": []}
    assert again == {"published": 0, "refused": ["该内容已经公示,无需重复操作"]}
    assert program.get(f"{API}/due").json() == []
    assert [row["reference"] for row in program.get(f"{API}/published").json()["notices"]] == [
        Notice.objects.get().reference
    ]


def test_each_kind_is_published_by_its_number(program_of, world):
    drawn = draws_world.hold_ceremony(world)
    plan = drawn.issued.department_plan
    numbers = {
        "item-list": drawn.issued.stock.items["M-01"].item_list.number,
        "plan": plan.number,
        "task": drawn.issued.department.number,
        "ceremony": drawn.ceremony.number,
    }
    owners = {"item-list": drawn.issued.stock.items["M-01"].item_list.organization.code}

    for kind, number in numbers.items():
        program = program_of(owners.get(kind, "market"))
        assert post(program, f"/publish/{kind}/{number}").json()["reference"] == number
        assert post(program, f"/publish/{kind}/{number}").status_code == 409

    own = Notice.objects.get(kind="PLAN")
    assert post(program_of("market"), f"/published/{own.pk}/correct").json()["message"] == "内容没有变化,无需更正"


def test_another_organization_s_program_finds_nothing_to_publish(program_of, record):
    other = program_of("dy-market")

    assert post(other, f"/results/{record.pk}").status_code == 404
    assert post(other, "/publish/results", {"records": [record.pk]}).status_code == 404
    assert other.get(f"{API}/due").json() == []
    assert not Notice.objects.exists()


@pytest.mark.parametrize("username", ["dy-market", "yc-education"])
def test_another_organization_s_program_takes_nothing_back(program_of, notice, username):
    assert post(program_of(username), f"/published/{notice.pk}/withdraw", {"reason": "x"}).status_code == 404
    assert post(program_of("discipline"), f"/published/{notice.pk}/withdraw", {"reason": "x"}).status_code == 403

    notice.refresh_from_db()
    assert notice.state == NoticeState.PUBLISHED


def test_nothing_but_the_public_record_is_open_without_a_key(client, notice):
    for address in ("/due", "/published"):
        assert client.get(f"{API}{address}").status_code == 401
    assert post(client, f"/published/{notice.pk}/withdraw", {"reason": "x"}).status_code == 401
