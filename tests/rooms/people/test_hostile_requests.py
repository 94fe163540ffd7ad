"""Requests made to harm: what breaks says so in Chinese, without internals, and does nothing."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from mingcha.ledger.models import LedgerEntry
from mingcha.people import actions
from mingcha.people.models import Membership
from mingcha.people.states import Role
from tests.world import PASSWORD


def text(response) -> str:
    return response.content.decode()


def test_an_address_that_does_not_exist_says_so_in_chinese(client, db):
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "没有找到这个页面" in text(answer)


def test_a_fault_shows_a_page_that_needs_no_database(world, client, monkeypatch):
    client.raise_request_exception = False

    with connection.execute_wrapper(_no_database):
        answer = client.get("/statistics/")

    assert answer.status_code == 500
    assert "系统出现故障" in text(answer)
    assert "secret-of-the-database" not in text(answer)


def _no_database(*_):
    raise RuntimeError("secret-of-the-database")


def test_a_form_from_elsewhere_is_refused_in_chinese(world):
    client = Client(enforce_csrf_checks=True)
    client.post("/login/", {"username": "market", "password": PASSWORD})

    answer = client.post("/logout/")

    assert answer.status_code == 403
    assert "页面已过期" in text(answer)
    assert "CSRF" not in text(answer)


def test_a_session_without_the_forms_mark_writes_nothing_through_the_api(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user("market"), backend="django.contrib.auth.backends.ModelBackend")
    body = json.dumps({"year": 2026, "kind": "DEPARTMENT", "title": "计划"})

    assert client.get("/api/v1/people/me").status_code == 200
    assert client.post("/api/v1/plans/", body, content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    ("address", "data"), [("/plans/?words=%00", None), ("/plans/a%00b/", None), ("/password/", {"old": "\0"})]
)
def test_a_nul_which_no_database_takes_is_a_bad_request(client_of, address, data):
    client = client_of("market")

    answer = client.get(address) if data is None else client.post(address, data)

    assert answer.status_code == 400
    assert "请求无法识别" in text(answer)


@pytest.mark.parametrize(
    "address", ["/boards/results/?text=%00", "/boards/results/?organization=a%00", "/notices/results/%00/", "/%00"]
)
def test_a_nul_on_the_public_site_is_a_bad_request(db, client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    "address", ["publication/boards/results?q=%00", "publication/notices/results/a%00", "plans/?q=%00"]
)
def test_a_nul_in_the_api_is_a_bad_request(client_of, address):
    answer = client_of("market").get(f"/api/v1/{address}")

    assert answer.status_code == 400
    assert "不能识别的字符" in answer.json()["message"]


@pytest.mark.parametrize("title", ["\0", "计划\0"])
def test_a_nul_in_json_is_a_bad_request(client_of, title):
    body = json.dumps({"year": 2026, "kind": "DEPARTMENT", "title": title})

    answer = client_of("market").post("/api/v1/plans/", body, content_type="application/json")

    assert answer.status_code == 400


def test_a_nul_in_json_is_found_under_any_name_of_its_type(client_of):
    body = json.dumps({"year": 2026, "kind": "DEPARTMENT", "title": "计划\0"})

    answer = client_of("market").post("/api/v1/plans/", body, content_type="text/plain")

    assert answer.status_code == 400
    assert "不能识别的字符" in answer.json()["message"]


def test_a_backslash_before_the_word_of_a_nul_is_no_nul(client_of):
    body = json.dumps({"year": 2026, "kind": "DEPARTMENT", "title": "路径\\u0000"})

    answer = client_of("market").post("/api/v1/plans/", body, content_type="application/json")

    assert answer.status_code == 200


def test_what_a_program_reads_is_not_kept_by_those_in_between(world, client):
    token = actions.make_token(
        membership=Membership.objects.get(user=world.user("market")), name="接口", by=world.sysadmin, at=timezone.now()
    )

    answer = client.get("/api/v1/people/me", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_key_of_digits_without_end_is_not_a_fault(client_of):
    client = client_of("market")

    assert client.post("/publication/results/", {"record": "9" * 30}).status_code == 302
    assert client.post("/publication/results/", {"record": "9" * 5000}).status_code == 302
    assert client.post(f"/publication/publish/result/{'9' * 5000}/").status_code == 404


def test_a_new_password_ends_the_users_other_sessions(world, client_of):
    here, elsewhere = client_of("market"), client_of("market")

    here.post("/password/", {"old": PASSWORD, "new": "Another-Draw-2027", "again": "Another-Draw-2027"})

    assert here.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/").status_code == 302


def test_a_reset_password_ends_every_session_of_the_user(world, client_of):
    client = client_of("market")

    actions.reset_password(user=world.user("market"), password="Another-Start-1", by=world.sysadmin, at=world.now)

    assert client.get("/desk/").status_code == 302


def test_nothing_is_open_before_the_first_password_is_changed(world, client_of):
    user = world.user("market")
    user.must_change_password = True
    user.save()
    client = client_of("market")

    assert client.get("/api/v1/people/me").status_code == 401
    assert client.get("/plans/").headers["Location"] == "/password/"
    assert client.get("/registers/subjects.csv").status_code in (302, 404)


def test_the_page_after_login_keeps_its_whole_question(client, db):
    answer = client.get("/plans/?year=2026&state=DRAFT")

    assert answer.headers["Location"] == "/login/?next=%2Fplans%2F%3Fyear%3D2026%26state%3DDRAFT"


def test_a_membership_ended_or_given_twice_is_noted_once(world):
    membership = Membership.objects.get(user=world.user("market"))
    given = {"user": membership.user, "organization": membership.organization, "role": Role.DEPARTMENT}

    for _ in range(2):
        actions.end_membership(membership=membership, by=world.sysadmin, at=world.now)
    for _ in range(2):
        actions.add_membership(**given, by=world.sysadmin, at=world.now)

    assert LedgerEntry.objects.filter(act="people.end_membership").count() == 1
    assert (
        LedgerEntry.objects.filter(act="people.add_membership", subject="user:market").count() == 2
    )  # first, and again
