"""Groups through the API: formed, listed and disbanded, in the caller's scope."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from mingcha.people import actions as people
from mingcha.people.models import Membership
from mingcha.registers.models import InspectorGroup

ENTRY = {"name": "源城一组", "organization": "yc-market", "members": ["IN-001", "IN-002"], "leader": "IN-001"}


@pytest.fixture
def ask(world, client, stock):
    def send(method, path, username, entry=None):
        token = people.make_token(
            membership=Membership.objects.get(user=world.user(username)),
            name="程序",
            by=world.sysadmin,
            at=timezone.now() - timedelta(minutes=1),
        )
        return client.generic(
            method,
            f"/api/v1/registers{path}",
            json.dumps(entry or {}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    return send


def test_a_group_is_formed_listed_and_disbanded(ask):
    formed = ask("POST", "/groups", "yc-market", ENTRY).json()

    assert formed["members"] == [
        {"inspector": "IN-001", "is_leader": True},
        {"inspector": "IN-002", "is_leader": False},
    ]
    assert [each["number"] for each in ask("GET", "/groups", "yc-market").json()["groups"]] == [formed["number"]]
    assert ask("POST", f"/groups/{formed['number']}/disband", "yc-market").json()["disbanded_on"] is not None


def test_another_bureau_neither_sees_nor_disbands_it(ask):
    number = ask("POST", "/groups", "yc-market", ENTRY).json()["number"]

    assert ask("GET", "/groups", "dy-market").json()["groups"] == []
    assert ask("POST", f"/groups/{number}/disband", "dy-market").status_code == 404
    assert InspectorGroup.objects.get().disbanded_on is None


def test_one_person_is_refused_with_a_sentence(ask):
    answer = ask("POST", "/groups", "yc-market", ENTRY | {"members": ["IN-001"]})

    assert answer.status_code == 409
    assert "至少要有2名" in answer.content.decode()
    assert not InspectorGroup.objects.exists()


def test_an_auditor_forms_nothing(ask):
    assert ask("POST", "/groups", "discipline", ENTRY).status_code == 403
