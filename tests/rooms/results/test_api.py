"""The same day through the API: my visits, begin, end, enter, submit, review; and what others get."""

import json
from datetime import timedelta

import pytest

from mingcha.results import actions
from mingcha.results.models import FollowUp
from mingcha.visits.models import Record, Visit
from tests import clock, draws_world, results_world, visits_world
from tests.visits_world import SPRING, visit_of

API = "/api/v1"


@pytest.fixture
def visit(world, monkeypatch):
    """A visit of 江勘, arranged and not begun; it is 10 March."""
    visits_world.arrange_visits(world)
    actions.load_categories(by=world.sysadmin, at=world.now)
    clock.stop(monkeypatch, SPRING)
    return visit_of(world, "yc-inspector")


@pytest.fixture
def call(client_of):
    """Call the API in a person's session."""

    def send(username: str, method: str, path: str, body: dict | None = None):
        answer = getattr(client_of(username), method)(
            f"{API}{path}", data=json.dumps(body or {}), content_type="application/json"
        )
        return answer.status_code, answer.json()

    return send


@pytest.fixture
def read(client_of):
    def get(username: str, path: str, **query):
        answer = client_of(username).get(f"{API}{path}", query)
        return answer.status_code, answer.json()

    return get


def test_a_whole_day(world, visit, call, read, monkeypatch):
    status, mine = read("yc-inspector", "/visits/mine", state="PLANNED")
    assert status == 200
    assert visit.number in [row["number"] for row in mine["visits"]]

    assert call("yc-inspector", "post", f"/visits/{visit.number}/start")[1]["state"] == "STARTED"
    clock.stop(monkeypatch, SPRING + timedelta(minutes=25))
    assert call("yc-inspector", "post", f"/visits/{visit.number}/end")[1]["state"] == "ENDED"

    (part,) = read("yc-inspector", "/results/mine", visit=visit.number)[1]
    assert (part["state"], part["due_on"], part["due_is_provisional"]) == ("OPEN", "2026-04-08", False)
    full = read("yc-inspector", f"/results/mine/{part['id']}")[1]
    entry = {
        "version": part["version"],
        "findings": [
            {"record_item": item["record_item"], "outcome": "PROBLEM", "description": "未亮照"}
            for item in full["items"]
        ],
        "categories": ["PENDING-MARKET"],
        "follow_ups": [{"kind": "CASE", "due_on": "2026-06-01", "note": "立案"}],
        "checked_on": "2026-03-10",
        "method": "ON_SITE",
    }
    status, entered = call("yc-inspector", "put", f"/results/records/{part['id']}", entry)
    assert (status, entered["version"], entered["categories"]) == (200, 2, ["PENDING-MARKET"])
    assert call("yc-inspector", "put", f"/results/records/{part['id']}", entry)[0] == 409
    submitted = call("yc-inspector", "post", f"/results/records/{part['id']}/submit", {"version": 2})
    assert (submitted[0], submitted[1]["state"]) == (200, "SUBMITTED")

    assert (
        call("yc-market", "post", f"/results/records/{part['id']}/return", {"remark": "补充"})[1]["state"] == "RETURNED"
    )
    assert call("yc-inspector", "post", f"/results/records/{part['id']}/submit", {"version": 4})[0] == 200
    assert call("yc-market", "post", f"/results/records/{part['id']}/approve")[1]["state"] == "APPROVED"
    follow_up = FollowUp.objects.get()
    closed = call("yc-market", "post", f"/results/follow-ups/{follow_up.pk}/close", {"note": "已作出处罚决定"})
    assert (closed[0], closed[1]["state"]) == (200, "CLOSED")


@pytest.mark.parametrize("username", ["dy-inspector", "yc-inspector-two"])
def test_a_visit_in_whose_team_one_does_not_sit_is_not_found(world, visit, call, username):
    stranger = Visit.objects.exclude(pk__in=visits_world.queries.visits_of_inspector(world.user(username))).first()

    assert call(username, "post", f"/visits/{stranger.number}/start")[0] == 404


def test_another_organizations_record_is_not_found_and_not_written(world, visit, call, read):
    visits_world.ended(world, visit)
    record = results_world.record_of(visit)

    assert read("dy-market", f"/results/records/{record.pk}")[0] == 404
    assert call("dy-inspector", "put", f"/results/records/{record.pk}", {"version": 1})[0] == 404
    assert call("dy-market", "post", f"/results/records/{record.pk}/approve")[0] == 404
    assert Record.objects.get(pk=record.pk).version == 1


def test_an_official_enters_nothing_and_an_inspector_reviews_nothing(world, visit, call):
    visits_world.ended(world, visit)
    record = results_world.record_of(visit)

    assert call("yc-market", "put", f"/results/records/{record.pk}", {"version": 1})[0] == 403
    assert call("yc-inspector", "post", f"/results/records/{record.pk}/approve")[0] == 403


def test_lists_are_narrowed_and_continued(world, visit, read):
    first = read("yc-market", "/visits/", limit=1)[1]
    rest = read("yc-market", "/visits/", after=first["next"])[1]
    assert len(first["visits"]) + len(rest["visits"]) == Visit.objects.filter(region="441602").count()

    task = visit.records.get().task
    records = read("market", "/results/records", task=task.number, state="OPEN", limit=200)[1]
    assert len(records["records"]) == Record.objects.count()
    assert read("market", "/visits/", region="441625", task=task.number)[1]["visits"]


def test_categories_are_told_with_their_tree(world, visit, read):
    by_code = {row["code"]: row for row in read("yc-inspector", "/results/categories")[1]}

    assert by_code["PENDING-MARKET"]["parent"] == "PENDING"
    assert by_code["CLEAN"]["is_exclusive"] is True


def test_visits_are_arranged_once(world, call):
    drawn = draws_world.hold_ceremony(world)

    status, made = call("market", "post", f"/visits/arrange/{drawn.ceremony.number}")
    assert (status, made["visits"]) == (200, Visit.objects.count())
    assert call("market", "post", f"/visits/arrange/{drawn.ceremony.number}")[0] == 409
    assert call("education", "post", f"/visits/arrange/{drawn.ceremony.number}")[0] == 404


def test_a_seat_changes_by_reserve(world, visit, call, read):
    seat = visits_world.seat_of(world, visit, "yc-inspector")
    listed = read("yc-market", "/assignments/seats", ceremony=visit.ceremony.number, visit_id=visit.visit_id)[1]
    assert {row["inspector"] for row in listed["seats"]} >= {"IN-001"}

    status, change = call("yc-market", "post", f"/assignments/seats/{seat.pk}/change", {"reason": "HEALTH"})

    assert (status, change["from_inspector"]) == (200, "IN-001")
    assert call("dy-market", "post", f"/assignments/seats/{seat.pk}/change", {"reason": "HEALTH"})[0] == 404
    assert call("yc-market", "post", f"/assignments/seats/{seat.pk}/change", {"reason": "BORED"})[0] == 422
