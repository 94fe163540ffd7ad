"""Groups of inspectors: formed of free people of one organization, disbanded, never changed."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from mingcha.ledger import queries as ledger
from mingcha.people.permissions import NotPermitted
from mingcha.registers import actions, queries
from mingcha.registers.grouping import CannotForm
from mingcha.registers.models import GroupMember, Inspector, InspectorGroup
from mingcha.registers.rows import InspectorRow


def inspector(number):
    return Inspector.objects.get(number=number)


def form(world, *numbers, leader="", by="yc-market", organization="yc-market", name="源城一组"):
    return actions.form_group(
        name=name,
        organization=world.organizations[organization],
        members=[inspector(number) for number in numbers],
        leader=inspector(leader or numbers[0]),
        by=world[by],
        at=world.now,
    )


def test_a_group_has_a_number_members_and_a_leader(world, stock):
    group = form(world, "IN-001", "IN-002", leader="IN-002")

    assert (group.number, group.name, group.disbanded_on) == ("G4416022026001", "源城一组", None)
    members = group.members.order_by("inspector__number").values_list("inspector__number", "is_leader")
    assert list(members) == [("IN-001", False), ("IN-002", True)]


def test_the_trail_keeps_the_numbers_of_its_members_and_no_name(world, stock):
    form(world, "IN-001", "IN-002")

    entry = ledger.last_entry()
    assert (entry.act, entry.subject) == ("registers.form_group", "group:G4416022026001")
    assert json.loads(entry.body)["facts"]["members"] == ["IN-001", "IN-002"]
    assert "江勘" not in entry.body


@pytest.mark.parametrize(
    ("numbers", "leader", "sentence"),
    [
        (["IN-001"], "IN-001", "至少要有2名持有执法证的成员,现有1名"),
        (["IN-001", "IN-002"], "IN-003", "组长须是持有执法证的小组成员"),
        (["IN-001", "IN-007"], "IN-001", "“袁学”是其他单位的人员"),
    ],
)
def test_not_everybody_can_be_a_group(world, stock, numbers, leader, sentence):
    with pytest.raises(CannotForm, match=sentence):
        form(world, *numbers, leader=leader, by="office")

    assert not InspectorGroup.objects.exists()


def test_who_is_off_duty_joins_no_group(world, stock):
    with pytest.raises(CannotForm, match="“石停”不在岗"):
        form(world, "IN-011", "IN-012", by="market", organization="market")


def test_nobody_is_in_two_groups(world, stock):
    form(world, "IN-001", "IN-002")

    with pytest.raises(CannotForm, match="“江查”已在小组 G4416022026001 中"):
        form(world, "IN-002", "IN-003", name="源城二组")


def test_who_was_in_a_disbanded_group_is_free_again_and_the_old_number_keeps_its_members(world, stock):
    former = form(world, "IN-001", "IN-002")
    actions.disband_group(group=former, by=world["yc-market"], at=world.now)

    again = form(world, "IN-002", "IN-003", name="源城二组")

    assert again.number == "G4416022026002"
    assert GroupMember.objects.filter(group=former).count() == 2
    assert list(queries.standing_groups(on=world.now.date())) == [again]


def test_a_group_is_disbanded_once(world, stock):
    group = form(world, "IN-001", "IN-002")
    actions.disband_group(group=group, by=world["yc-market"], at=world.now)

    with pytest.raises(CannotForm, match="已经解散"):
        actions.disband_group(group=group, by=world["yc-market"], at=world.now)


@pytest.mark.parametrize("by", ["dy-market", "yc-education"])
def test_groups_of_another_organization_are_out_of_reach(world, stock, by):
    group = form(world, "IN-001", "IN-002")

    with pytest.raises(CannotForm, match="数据范围"):
        actions.disband_group(group=group, by=world[by], at=world.now)
    with pytest.raises(CannotForm, match="数据范围"):
        form(world, "IN-001", "IN-003", by=by)


@pytest.mark.parametrize("by", ["discipline", "yc-inspector", "sysadmin"])
def test_auditors_and_inspectors_form_nothing(world, stock, by):
    with pytest.raises(NotPermitted):
        form(world, "IN-001", "IN-002", by=by)


def test_the_database_keeps_one_leader(world, stock):
    group = form(world, "IN-001", "IN-002")

    with pytest.raises(IntegrityError), transaction.atomic():
        GroupMember.objects.filter(group=group).update(is_leader=True)


def expert_row(**more):
    known = {"number": "IN-090", "name": "江专", "organization": "yc-market", "is_expert": True}
    return InspectorRow(**(known | more))


def test_an_expert_needs_no_certificate_and_two_of_them_may_enter(world, stock):
    rows = [expert_row(), expert_row(number="IN-091")]

    assert actions.enter_inspectors(rows, by=world["yc-market"], at=world.now) == 2

    assert inspector("IN-090").certificate_valid_to is None


def test_others_need_one(world, stock):
    with pytest.raises(Exception, match="证件号或岗位状态不正确"):
        actions.enter_inspectors([expert_row(is_expert=False)], by=world["yc-market"], at=world.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspector.objects.filter(number="IN-001").update(certificate_number="")


def test_an_expert_may_come_along_but_counts_for_nobody_and_does_not_lead(world, stock):
    actions.enter_inspectors([expert_row()], by=world["yc-market"], at=world.now)

    with pytest.raises(CannotForm, match="现有1名"):
        form(world, "IN-001", "IN-090")
    with pytest.raises(CannotForm, match="组长"):
        form(world, "IN-001", "IN-002", "IN-090", leader="IN-090")
    assert form(world, "IN-001", "IN-002", "IN-090").members.count() == 3


def test_a_group_is_formed_and_disbanded_on_its_page(world, stock, client_of):
    client = client_of("yc-market")
    given = {
        "name": "源城一组",
        "members": [inspector("IN-001").pk, inspector("IN-002").pk],
        "leader": inspector("IN-001").pk,
    }

    assert client.post(reverse("registers:form_group"), given).status_code == 302
    shown = client.get(reverse("registers:groups")).content.decode()
    assert "G4416022026001" in shown
    assert "江查" in shown
    group = InspectorGroup.objects.get()
    client.post(reverse("registers:disband_group", args=[group.pk]))

    assert "G4416022026001" not in client.get(reverse("registers:groups")).content.decode()
    assert "解散" in client.get(reverse("registers:groups"), {"all": 1}).content.decode()


def test_the_page_says_what_is_wrong_with_a_group(world, stock, client_of):
    given = {
        "name": "源城一组",
        "members": [inspector("IN-001").pk],
        "leader": inspector("IN-001").pk,
    }

    answer = client_of("yc-market").post(reverse("registers:form_group"), given)

    assert answer.status_code == 422
    assert "至少要有2名持有执法证的成员" in answer.content.decode()


def test_a_department_forms_a_group_of_a_bureau_it_chooses(world, stock, client_of):
    client, bureau = client_of("market"), world.organizations["dy-market"]
    address = f"{reverse('registers:form_group')}?organization={bureau.pk}"
    given = {
        "name": "东源一组",
        "members": [inspector("IN-004").pk, inspector("IN-005").pk],
        "leader": inspector("IN-004").pk,
    }

    shown = client.get(address).content.decode()
    assert "董查" in shown
    assert "江勘" not in shown
    assert client.post(reverse("registers:form_group"), given).status_code == 422
    assert client.post(address, given).status_code == 302

    assert InspectorGroup.objects.get().organization == bureau
