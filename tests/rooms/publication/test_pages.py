"""The public site without login, and the officials' overview."""

import csv
import io
from datetime import timedelta

import pytest

from mingcha.draws.models import SelectedUnit
from mingcha.publication import actions
from mingcha.publication.models import Notice
from mingcha.publication.states import NoticeState
from tests import draws_world, results_world
from tests.results_world import NEXT_DAY

SOON = NEXT_DAY + timedelta(days=1)


@pytest.fixture
def record(world):
    return results_world.approved_record(world, with_problem=True)


@pytest.fixture
def notice(world, record):
    return actions.publish_result(record=record, by=world["yc-market"], at=SOON)


def text_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_anyone_finds_a_firm_s_result_by_name_and_by_code(client, notice):
    for word in (notice.unit_name[:4], notice.unit_id, notice.unit_id.lower()):
        assert notice.unit_name in text_of(client, f"/boards/results/?q={word}")

    page = text_of(client, f"/notices/results/{notice.reference}/")
    assert "发现问题已责令改正" in page
    assert "责令改正" in page
    assert notice.unit_name in text_of(client, f"/firms/{notice.unit_id}/")


def test_what_was_not_published_is_not_there(client, record):
    assert record.visit.subject_name not in text_of(client, "/boards/results/")
    assert client.get(f"/firms/{record.visit.subject.unit_id}/").status_code == 404
    assert client.get("/notices/results/V1/T1/x/").status_code == 404
    assert client.get("/boards/nonsense/").status_code == 404


def test_a_withdrawn_notice_says_why_and_shows_nothing_else(client, world, notice):
    actions.withdraw(notice=notice, reason="企业名称录入有误", by=world["yc-market"], at=SOON)

    page = text_of(client, f"/notices/results/{notice.reference}/")
    assert "企业名称录入有误" in page
    assert "发现问题已责令改正" not in page
    assert notice.title not in text_of(client, "/boards/results/")


def test_open_data_is_what_the_board_shows(client, notice):
    rows = list(csv.reader(io.StringIO(b"".join(client.get("/boards/results.csv")).decode("utf-8-sig"))))

    assert rows[0][:3] == ["统一社会信用代码/注册号", "检查对象", "抽查计划编号"]
    assert rows[1][0] == notice.unit_id
    assert rows[1][9] == "发现问题已责令改正"
    assert len(rows) == 2


def test_a_released_bundle_is_for_anyone_and_an_unreleased_one_for_nobody(client, world):
    issued = draws_world.issue_and_staff(world)
    ceremony = draws_world.draw(world, [issued.joint])
    assert client.get(f"/bundles/{ceremony.number}.zip").status_code == 404

    from mingcha.draws import actions as draws

    draws.release(ceremony=ceremony, by=world["market"], at=SOON)

    answer = client.get(f"/bundles/{ceremony.number}.zip")
    assert answer.content[:2] == b"PK"
    assert "public" in answer.headers["Cache-Control"]


def test_nothing_secret_is_on_any_public_page(client, world, record, notice):
    """Crawl the public site from its home: no person, no class, no drawn list, no contact."""
    ceremony = record.visit.ceremony
    actions.publish_ceremony(ceremony=ceremony, by=world["market"], at=SOON)
    actions.publish_task(task=record.task, by=world["market"], at=SOON)
    unpublished = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony).exclude(unit_id=notice.unit_id)
    secrets = {unit.name for unit in unpublished} | {"江勘", "江查", "袁成", "441602/A", ceremony.seed}

    pages = crawl(client)

    assert len(pages) > 10
    for address, page in pages.items():
        found = {secret for secret in secrets if secret in page}
        assert not found, f"{address} shows {found}"


def crawl(client) -> dict[str, str]:
    import re

    waiting, seen = ["/"], {}
    while waiting:
        address = waiting.pop().replace("&amp;", "&")
        if address in seen or address.startswith(("/login", "/static")):
            continue
        answer = client.get(address)
        assert answer.status_code == 200, address
        body = b"".join(answer) if answer.streaming else answer.content
        seen[address] = body.decode(errors="replace")
        for link in re.findall(r'href="([^"#]+)"', seen[address]):
            if link.startswith("?"):
                link = address.split("?")[0] + link
            if link.startswith("/"):
                waiting.append(link)
    return seen


def test_a_bureau_publishes_what_waits_and_a_second_click_does_nothing(client_of, world, record):
    client = client_of("yc-market")
    assert record.visit.subject_name in text_of(client, "/publication/ledger/")

    for _ in range(2):
        assert client.post("/publication/results/", {"record": [record.pk]}).status_code == 302

    assert Notice.objects.count() == 1
    assert "没有待公示的结果" in text_of(client, "/publication/ledger/")


def test_another_bureau_sees_and_publishes_nothing_of_it(client_of, record):
    client = client_of("dy-market")

    assert record.visit.subject_name not in text_of(client, "/publication/ledger/")
    client.post("/publication/results/", {"record": [record.pk], "all": "1"})
    client.post(f"/publication/publish/result/{record.pk}/")

    assert not Notice.objects.exists()


@pytest.mark.parametrize("username", ["dy-market", "yc-education", "discipline", "yc-inspector"])
def test_others_cannot_withdraw_it(client_of, notice, username):
    client_of(username).post(f"/publication/notices/{notice.pk}/withdraw/", {"reason": "x"})

    notice.refresh_from_db()
    assert notice.state == NoticeState.PUBLISHED


def test_the_owner_withdraws_it_with_a_reason(client_of, notice):
    client = client_of("yc-market")

    client.post(f"/publication/notices/{notice.pk}/withdraw/", {"reason": "名称有误"})

    notice.refresh_from_db()
    assert notice.state == NoticeState.WITHDRAWN


def test_statistics_show_lines_with_nothing(client, notice):
    page = text_of(client, "/statistics/")

    assert "教育" in page
    assert "市场监管" in page
