"""Login, lock-out, and sessions that really end."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from mingcha.people import actions, middleware
from mingcha.people.models import Membership
from tests.world import PASSWORD


def sign_in(client: Client, username: str, password: str):
    return client.post("/login/", {"username": username, "password": password})


@pytest.fixture
def clock(monkeypatch):
    """Let a test move the clock that the middleware reads."""

    class Clock:
        shift = timedelta()

        def now(self):
            return timezone.now() + self.shift

    moved = Clock()
    monkeypatch.setattr(middleware, "timezone", moved)
    return moved


def test_the_right_password_opens_the_desk(world, client):
    answer = sign_in(client, "market", PASSWORD)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/desk/"
    assert "石场" in client.get("/desk/").content.decode()


def test_a_wrong_password_and_an_unknown_account_get_the_same_sentence(world, client):
    wrong = sign_in(client, "market", "wrong").content.decode()
    unknown = sign_in(client, "nobody", "wrong").content.decode()

    assert "账号或口令不正确" in wrong
    assert "账号或口令不正确" in unknown


def test_five_failures_lock_the_account_even_for_the_right_password(world, client):
    for _ in range(5):
        sign_in(client, "market", "wrong")

    answer = sign_in(Client(), "market", PASSWORD)

    assert answer.status_code == 429
    assert "账号已锁定" in answer.content.decode()


def test_a_locked_account_does_not_lock_others(world, client):
    for _ in range(5):
        sign_in(client, "market", "wrong")

    assert sign_in(Client(), "education", PASSWORD).status_code == 302


def test_guessing_the_old_password_locks_the_account_too(client_of):
    client = client_of("market")
    guess = {"old": "wrong", "new": "Another-Draw-2026", "again": "Another-Draw-2026"}

    answers = [client.post("/password/", guess).status_code for _ in range(5)]

    assert answers == [422, 422, 422, 422, 429]
    assert client.post("/password/", guess | {"old": PASSWORD}).status_code == 429
    assert sign_in(Client(), "market", PASSWORD).status_code == 429


def test_silence_ends_the_session_and_destroys_it(world, client, clock):
    sign_in(client, "market", PASSWORD)
    client.get("/desk/")
    key = client.session.session_key

    clock.shift = timedelta(minutes=31)
    answer = client.get("/desk/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/")
    assert not Session.objects.filter(session_key=key).exists()


def test_a_session_in_use_ends_after_ten_hours_all_the_same(world, client, clock):
    sign_in(client, "market", PASSWORD)
    for minutes in range(0, 600, 20):
        clock.shift = timedelta(minutes=minutes)
        assert client.get("/desk/").status_code == 200

    clock.shift = timedelta(minutes=601)

    assert client.get("/desk/").status_code == 302


def test_logout_destroys_the_session(world, client):
    sign_in(client, "market", PASSWORD)
    key = client.session.session_key

    client.post("/logout/")

    assert not Session.objects.filter(session_key=key).exists()
    assert client.get("/desk/").status_code == 302


def test_logout_needs_a_post(world, client):
    sign_in(client, "market", PASSWORD)

    assert client.get("/logout/").status_code == 405
    assert client.get("/desk/").status_code == 200


def test_an_ended_membership_ends_the_rights_at_once(world, client_of):
    client = client_of("market")
    assert client.get("/desk/").status_code == 200

    actions.end_membership(
        membership=Membership.objects.get(user=world.user("market")), by=world.sysadmin, at=world.now
    )

    assert client.get("/desk/").status_code == 403


def test_a_first_password_must_be_changed_before_anything_else(world, client):
    actions.reset_password(user=world.user("market"), password="Another-Start-1", by=world.sysadmin, at=world.now)
    sign_in(client, "market", "Another-Start-1")

    answer = client.get("/desk/")

    assert answer.headers["Location"] == "/password/"


def test_the_page_after_login_stays_on_this_site(world, client):
    answer = client.post(
        "/login/?next=https://elsewhere.example/",
        {"username": "market", "password": PASSWORD, "next": "https://elsewhere.example/"},
    )

    assert answer.headers["Location"] == "/desk/"
