"""Accounts, memberships, passwords and tokens; each refusal as carefully as each success."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from mingcha.ledger import queries as ledger
from mingcha.people import actions, queries
from mingcha.people.models import AccessToken, DepartmentLine, Membership, Organization, Region, User
from mingcha.people.permissions import NotPermitted
from mingcha.people.states import Level, Role
from tests.world import LINES, NOW, PASSWORD, REGIONS


def last_act() -> str:
    return ledger.last_entry().act


def test_a_city_is_founded_once(world):
    with pytest.raises(actions.CannotAddUser, match="已经初始化"):
        actions.found_city(regions=REGIONS, lines=LINES, username="x", name="x", password=PASSWORD, at=NOW)


def test_an_organization_is_added_with_its_entry(world):
    actions.add_organization(
        code="jd-market",
        name="江东新区市场监督管理局",
        line=DepartmentLine.objects.get(code="market"),
        level=Level.COUNTY,
        region=Region.objects.get(code="4416JD"),
        parent=world.organizations["market"],
        by=world.sysadmin,
        at=NOW,
    )

    assert Organization.objects.get(code="jd-market").parent == world.organizations["market"]
    assert last_act() == "people.add_organization"


@pytest.mark.parametrize("username", ["office", "market", "yc-market", "yc-inspector", "discipline"])
def test_only_the_system_administrator_manages_people(world, username):
    before = ledger.last_entry().seq

    with pytest.raises(NotPermitted, match="管理单位和账号"):
        actions.add_user(username="new", name="新", password=PASSWORD, by=world[username], at=NOW)

    assert not User.objects.filter(username="new").exists()
    assert ledger.last_entry().seq == before


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("Short-1", "10"), ("alllowercase", "三种"), ("1234567890123", "数字"), ("new-user-ABC", "账号|相似|用户名")],
)
def test_a_weak_password_is_refused_and_nothing_is_written(world, password, sentence):
    with pytest.raises(ValidationError, match=sentence):
        actions.add_user(username="new-user-ABC", name="新", password=password, by=world.sysadmin, at=NOW)

    assert not User.objects.filter(username="new-user-ABC").exists()


def test_an_account_name_is_given_once(world):
    with pytest.raises(actions.CannotAddUser, match="market 已存在"):
        actions.add_user(username="market", name="另一人", password=PASSWORD, by=world.sysadmin, at=NOW)


def test_the_last_system_administrator_stays(world):
    membership = Membership.objects.get(user=world.user("sysadmin"))

    with pytest.raises(actions.CannotEndMembership, match="至少要保留一名"):
        actions.end_membership(membership=membership, by=world.sysadmin, at=NOW)

    membership.refresh_from_db()
    assert membership.is_active


def test_an_ended_membership_begins_again_when_added_again(world):
    membership = Membership.objects.get(user=world.user("market"))
    actions.end_membership(membership=membership, by=world.sysadmin, at=NOW)

    again = actions.add_membership(
        user=membership.user, organization=membership.organization, role=Role.DEPARTMENT, by=world.sysadmin, at=NOW
    )

    assert again.pk == membership.pk
    assert again.is_active


def test_a_password_changes_only_with_the_old_one(world):
    with pytest.raises(actions.CannotChangePassword, match="原口令不正确"):
        actions.change_password(old="wrong", new="Quite-New-77", by=world["market"], at=NOW)

    actions.change_password(old=PASSWORD, new="Quite-New-77", by=world["market"], at=NOW)

    assert User.objects.get(username="market").check_password("Quite-New-77")


def test_a_new_password_differs_from_the_old_one(world):
    with pytest.raises(actions.CannotChangePassword, match="不能与原口令相同"):
        actions.change_password(old=PASSWORD, new=PASSWORD, by=world["market"], at=NOW)


def test_a_token_speaks_for_its_membership_until_it_is_revoked_or_expires(world):
    membership = Membership.objects.get(user=world.user("market"))
    token = actions.make_token(membership=membership, name="平台对接", by=world.sysadmin, at=NOW)

    assert queries.actor_of_token(token=token, at=NOW) == world["market"]
    assert queries.actor_of_token(token=token, at=NOW + timedelta(days=181)) is None
    assert queries.actor_of_token(token=token + "x", at=NOW) is None

    actions.revoke_token(token=AccessToken.objects.get(), by=world.sysadmin, at=NOW)

    assert queries.actor_of_token(token=token, at=NOW) is None


def test_a_reset_password_ends_the_keys_of_the_user_s_programs(world):
    membership = Membership.objects.get(user=world.user("market"))
    token = actions.make_token(membership=membership, name="接口", by=world.sysadmin, at=NOW)

    actions.reset_password(user=membership.user, password="Another-Draw-2026", by=world.sysadmin, at=NOW)

    assert queries.actor_of_token(token=token, at=NOW) is None
    assert [entry.act for entry in ledger.entries()][:2] == ["people.revoke_token", "people.reset_password"]


def test_the_ledger_holds_no_name_of_a_person(world):
    bodies = "".join(ledger.entries().values_list("body", flat=True))

    assert "石场" not in bodies
    assert "market" in bodies
