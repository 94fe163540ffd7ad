"""Two editions of an item list, line by line."""

from dataclasses import replace
from datetime import date

from django.urls import reverse

from mingcha.registers import actions
from mingcha.registers.actions.item_lists import row_of
from mingcha.registers.comparing import Change, ItemChange, compare
from mingcha.registers.models import ItemList
from mingcha.registers.rows import ItemRow

ROW = ItemRow("M-01", "登记事项", "公示信息检查", "条例第三条", "market", "企业")


def test_equal_editions_have_no_change():
    assert compare([ROW], [replace(ROW)]) == []


def test_each_kind_of_change_is_named_by_code():
    before = [ROW, replace(ROW, code="M-02", name="旧事项")]
    after = [replace(ROW, ratio_text="5%"), replace(ROW, code="M-03", name="新事项")]

    assert compare(before, after) == [
        ItemChange("M-01", "公示信息检查", Change.CHANGED, (("ratio_text", "", "5%"),)),
        ItemChange("M-02", "旧事项", Change.REMOVED),
        ItemChange("M-03", "新事项", Change.ADDED),
    ]


def test_the_order_of_partners_is_no_change():
    one, other = (
        replace(ROW, partner_lines=("education", "market")),
        replace(ROW, partner_lines=("market", "education")),
    )

    assert compare([one], [other]) == []


def next_edition(world, former: ItemList) -> ItemList:
    drafted = actions.draft_item_list(
        title=former.title,
        edition="新版",
        valid_from=date(2027, 1, 1),
        after=former,
        by=world["market"],
        at=world.now,
    )
    first, second = drafted.items.order_by("pk")[:2]
    changed = replace(row_of(first), ratio_text="10%", partner_lines=("education",))
    actions.edit_item(item=first, row=changed, by=world["market"], at=world.now)
    actions.remove_item(item=second, by=world["market"], at=world.now)
    return drafted


def test_the_page_shows_what_the_next_edition_changes(client_of, world, stock):
    former = ItemList.objects.get(organization__code="market", is_joint=False)
    drafted = next_edition(world, former)

    answer = client_of("market").get(reverse("registers:compare_item_lists", args=[drafted.pk]))

    changes = answer.context["changes"]
    assert answer.context["former"] == former
    assert [line.change for line in changes] == [Change.CHANGED, Change.REMOVED]
    assert ("抽查比例", "10%") in [(label, after) for label, _before, after in changes[0].fields]
    assert ("配合部门", "教育") in [(label, after) for label, _before, after in changes[0].fields]


def test_a_draft_of_others_is_not_there_to_compare(client_of, world, stock):
    former = ItemList.objects.get(organization__code="market", is_joint=False)
    drafted = next_edition(world, former)

    assert client_of("education").get(reverse("registers:compare_item_lists", args=[drafted.pk])).status_code == 404
    beside = client_of("education").get(reverse("registers:compare_item_lists", args=[former.pk]), {"with": drafted.pk})
    assert beside.context["former"] is None
