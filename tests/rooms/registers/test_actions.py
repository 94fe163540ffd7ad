"""Single changes of the registers: who may, what stays, what the trail says."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mingcha.ledger.models import LedgerEntry
from mingcha.people.permissions import NotPermitted
from mingcha.registers import actions, queries
from mingcha.registers.models import Absence, InspectionItem, Inspector, ItemList, Rating, Recusal, Subject
from mingcha.registers.rows import InspectorRow, LicenceRow, RatingRow, SubjectRow
from mingcha.registers.rules import CannotChangeItemList, CannotEdit, CannotEnter, Scope
from mingcha.registers.states import ItemListState
from tests.registers_world import MARKET_ITEMS, inspector_rows, subject_rows, unit_id

FIRST = unit_id("441602", 0)


def row(**values) -> SubjectRow:
    return SubjectRow(**({"unit_id": FIRST, "kind": "ENTERPRISE", "name": "甲", "region": "441602"} | values))


def test_entering_the_same_rows_again_changes_nothing(world, stock):
    before = Subject.history.count()

    changed = actions.enter_subjects(subject_rows(), source="样例", by=world["office"], at=world.now)

    assert changed == 0
    assert Subject.history.count() == before
    assert queries.subjects_in(Scope(states=()), on=date(2026, 3, 2)).count() == 42


def test_mass_entry_never_takes_a_subject_from_another_county(world, stock):
    taken = row(region="441625")

    with pytest.raises(CannotEnter, match="不在您的数据范围内"):
        actions.enter_subjects([taken], source="样例", by=world["dy-market"], at=world.now)

    assert Subject.objects.get(unit_id=FIRST).region_id == "441602"


def test_mass_entry_leaves_one_line_on_the_trail_without_names(world, stock):
    [entry] = LedgerEntry.objects.filter(act="registers.enter_subjects")

    assert '"rows":42' in entry.body
    assert '"digest":"' in entry.body
    assert "样例01号" not in entry.body


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"unit_id": "91441602MA5X000000"}, "代码不正确"),
        ({"unit_id": "bad code"}, "代码不正确"),
        ({"region": "441621"}, "不在您的数据范围内"),
        ({"kind": "GHOST"}, "名称、类型或登记状态不正确"),
        ({"name": ""}, "名称、类型或登记状态不正确"),
        ({"ratings": (RatingRow("general", "E", date(2026, 1, 1)),)}, "没有“E”这一等级"),
        (
            {"licences": (LicenceRow("食品经营许可证", f"JY{unit_id('441625', 0)}", "market"),)},
            "已登记在“东源县样例01号有限公司”名下",
        ),
    ],
)
def test_an_unfit_row_is_refused_and_nothing_of_the_mass_enters(world, stock, values, said):
    fresh = row(unit_id="91441602MA5Y00007C", name="好的")

    with pytest.raises(CannotEnter, match=said):
        actions.enter_subjects([fresh, row(**values)], source="x", by=world["office"], at=world.now)

    assert not Subject.objects.filter(name="好的").exists()


def test_a_county_enters_subjects_of_its_own_region_only(world, stock):
    with pytest.raises(CannotEnter, match="数据范围"):
        actions.enter_subjects([row(region="441625")], source="x", by=world["yc-market"], at=world.now)


def test_a_newer_class_takes_the_place_of_the_old(world, stock):
    newer = row(ratings=(RatingRow("general", "D", date(2026, 2, 1)),))

    actions.enter_subjects([newer], source="x", by=world["office"], at=world.now)

    assert Rating.objects.get(subject__unit_id=FIRST).risk_class == "D"


def test_an_edit_keeps_the_former_value_and_who_changed_it(world, stock):
    at = world.now + timedelta(days=1)

    actions.edit_subject(
        subject=stock.subjects[FIRST], values={"address": "新址"}, tags=["网红"], by=world["yc-market"], at=at
    )

    subject = Subject.objects.get(unit_id=FIRST)
    newest, oldest = subject.history.order_by("-history_id")
    assert (oldest.address, newest.address) == ("河源市源城区上城街道测试路1号", "新址")
    assert (newest.history_user.username, newest.history_date) == ("yc-market", at)
    assert [tag.tag for tag in subject.tags.all()] == ["网红"]
    assert LedgerEntry.objects.last().body.count('"fields":["address","tags"]') == 1


def test_an_edit_that_changes_nothing_leaves_no_trace(world, stock):
    before = LedgerEntry.objects.count()

    actions.edit_subject(
        subject=stock.subjects[FIRST], values={"region": stock.subjects[FIRST].region}, by=world["office"], at=world.now
    )

    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize("username", ["dy-market", "discipline", "yc-inspector"])
def test_others_may_not_edit_a_subject(world, stock, username):
    with pytest.raises((CannotEdit, NotPermitted)):
        actions.edit_subject(subject=stock.subjects[FIRST], values={"name": "x"}, by=world[username], at=world.now)

    assert Subject.objects.get(unit_id=FIRST).name == "源城区样例01号有限公司"


def test_entering_the_same_inspectors_again_changes_nothing(world, stock):
    assert actions.enter_inspectors(inspector_rows(), by=world["office"], at=world.now) == 0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"organization": "yc-education"}, "单位不在您的数据范围内"),
        ({"number": "编号一"}, "编号、证件号或岗位状态不正确"),
        ({"certificate_number": "粤测IN-002"}, "已登记在 IN-002 名下"),
        ({"qualifications": ("magic",)}, "没有代码为“magic”的执法资质"),
        ({"number": "IN-007", "certificate_number": "粤测IN-007"}, "属于其他单位"),
        ({"username": "nobody"}, "没有账号 nobody"),
    ],
)
def test_an_unfit_inspector_is_refused(world, stock, values, said):
    base = {
        "number": "IN-100",
        "name": "新查",
        "organization": "yc-market",
        "certificate_number": "粤X100",
        "certificate_valid_to": date(2028, 1, 1),
    }

    with pytest.raises(CannotEnter, match=said):
        actions.enter_inspectors([InspectorRow(**(base | values))], by=world["market"], at=world.now)

    assert Inspector.objects.count() == 12


def test_an_inspector_is_edited_by_their_own_bureau(world, stock):
    inspector = stock.inspectors["IN-001"]

    with pytest.raises(CannotEdit, match="不在您的数据范围内"):
        actions.edit_inspector(inspector=inspector, values={"post": "科长"}, by=world["dy-market"], at=world.now)
    actions.edit_inspector(
        inspector=inspector, values={"post": "科长"}, qualifications=[], by=world["yc-market"], at=world.now
    )

    found = Inspector.objects.get(number="IN-001")
    assert (found.post, found.qualifications.count()) == ("科长", 0)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"certificate_number": "粤测IN-002"}, "登记在他人名下"),
        ({"state": "ASLEEP"}, "岗位状态不正确"),
    ],
)
def test_an_unfit_edit_of_an_inspector_is_refused(world, stock, values, said):
    with pytest.raises(CannotEdit, match=said):
        actions.edit_inspector(inspector=stock.inspectors["IN-001"], values=values, by=world["yc-market"], at=world.now)


def test_one_account_belongs_to_one_inspector(world, stock):
    with pytest.raises(CannotEdit, match="已关联其他人员"):
        actions.edit_inspector(
            inspector=stock.inspectors["IN-003"],
            values={"user": world.user("yc-inspector")},
            by=world["yc-market"],
            at=world.now,
        )


def test_an_absence_is_recorded_once_and_taken_back(world, stock):
    days = {"from_on": date(2026, 4, 1), "to_on": date(2026, 4, 9), "reason": "病假"}
    who = {"inspector": stock.inspectors["IN-001"], "by": world["yc-market"], "at": world.now}
    absence = actions.record_absence(**days, **who)

    assert actions.record_absence(**days, **who) == absence
    actions.cancel_absence(absence=absence, by=world["yc-market"], at=world.now)
    actions.cancel_absence(absence=absence, by=world["yc-market"], at=world.now)

    assert not Absence.objects.exists()
    assert LedgerEntry.objects.filter(act="registers.cancel_absence").count() == 1


def test_an_absence_does_not_end_before_it_begins(world, stock):
    with pytest.raises(CannotEdit, match="早于开始日期"):
        actions.record_absence(
            inspector=stock.inspectors["IN-001"],
            from_on=date(2026, 4, 2),
            to_on=date(2026, 4, 1),
            reason="病假",
            by=world["yc-market"],
            at=world.now,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(
            inspector=stock.inspectors["IN-001"], from_on=date(2026, 4, 2), to_on=date(2026, 4, 1), reason="x"
        )


def test_a_recusal_is_declared_once_with_a_reason_and_taken_back(world, stock):
    who = {
        "inspector": stock.inspectors["IN-001"],
        "subject": stock.subjects[FIRST],
        "by": world["yc-market"],
        "at": world.now,
    }
    with pytest.raises(CannotEdit, match="请填写回避事由"):
        actions.declare_recusal(reason=" ", **who)
    recusal = actions.declare_recusal(reason="近亲属任职", **who)
    assert actions.declare_recusal(reason="再说一次", **who) == recusal

    actions.withdraw_recusal(recusal=recusal, by=world["yc-market"], at=world.now)

    assert not Recusal.objects.exists()


def test_a_published_edition_stands_as_it_is(world, stock):
    item = stock.items["M-01"]

    with pytest.raises(CannotChangeItemList, match="不能再改"):
        actions.edit_item(item=item, row=MARKET_ITEMS[1], by=world["market"], at=world.now)
    with pytest.raises(CannotChangeItemList, match="不能再改"):
        actions.remove_item(item=item, by=world["market"], at=world.now)
    with pytest.raises(CannotChangeItemList, match="不能再改"):
        actions.add_items(item_list=stock.market_list, items=MARKET_ITEMS, by=world["market"], at=world.now)

    assert InspectionItem.objects.get(pk=item.pk).name == "营业执照规范使用情况检查"


def test_a_new_edition_begins_with_the_items_of_the_old(world, stock):
    drafted = actions.draft_item_list(
        title=stock.market_list.title,
        edition="2027年版",
        valid_from=date(2027, 1, 1),
        after=stock.market_list,
        by=world["market"],
        at=world.now,
    )

    assert [item.code for item in queries.items_of(drafted)] == ["M-01", "M-02", "M-03"]
    item = drafted.items.get(code="M-01")
    actions.edit_item(item=item, row=row_with(MARKET_ITEMS[0], ratio_text="5%"), by=world["market"], at=world.now)
    actions.remove_item(item=drafted.items.get(code="M-03"), by=world["market"], at=world.now)

    assert drafted.items.get(code="M-01").ratio_rule["ratio"] == "0.05"
    assert drafted.items.count() == 2
    assert stock.market_list.items.count() == 3


def row_with(item, **values):
    return replace(item, **values)


def test_a_list_is_published_once_and_withdrawn_once(world, stock):
    published = stock.market_list
    assert (published.state, published.published_at) == (ItemListState.PUBLISHED, world.now)
    with pytest.raises(CannotChangeItemList, match="不能改为"):
        actions.publish_item_list(item_list=published, by=world["market"], at=world.now)

    actions.withdraw_item_list(item_list=published, by=world["market"], at=world.now)

    with pytest.raises(CannotChangeItemList, match="不能改为"):
        actions.withdraw_item_list(item_list=published, by=world["market"], at=world.now)
    assert ItemList.objects.get(pk=published.pk).withdrawn_at == world.now
    assert not queries.items_in_force(world["market"], on=date(2026, 3, 2)).filter(item_list=published).exists()


@pytest.mark.parametrize(
    ("username", "values", "said"),
    [
        ("market", {"is_joint": True}, "由联席办起草"),
        ("market", {"title": "市场监管随机抽查事项清单"}, "已有同名同版本"),
        ("market", {"valid_to": date(2025, 1, 1)}, "早于开始日期"),
        ("market", {"number": "441600-market-2026"}, "已被使用"),
    ],
)
def test_a_draft_that_may_not_be_is_refused(world, stock, username, values, said):
    base = {"title": "新清单", "edition": "2026年版", "valid_from": date(2026, 1, 1)}

    with pytest.raises((CannotChangeItemList, CannotEdit), match=said):
        actions.draft_item_list(**(base | values), by=world[username], at=world.now)


def test_a_county_bureau_drafts_no_item_list(world, stock):
    with pytest.raises(NotPermitted):
        actions.draft_item_list(
            title="x", edition="x", valid_from=date(2026, 1, 1), by=world["yc-market"], at=world.now
        )


def test_a_class_in_use_cannot_be_taken_out_of_its_scheme(world, stock):
    with pytest.raises(CannotEdit, match="等级“D”仍有检查对象使用"):
        actions.define_risk_scheme(
            code="general",
            name="x",
            classes=[("A", "低"), ("B", "中"), ("C", "高")],
            valid_from=date(2025, 1, 1),
            by=world["office"],
            at=world.now,
        )


def test_a_filter_is_kept_for_ones_own_organization(world, stock):
    kept = actions.save_filter(name="餐饮", scope=Scope(industries=("62",)), by=world["market"], at=world.now)
    actions.save_filter(name="餐饮", scope=Scope(industries=("H",)), by=world["market"], at=world.now)

    assert Scope.from_json(queries.filters_for(world["market"]).get().scope) == Scope(industries=("H",))
    assert not queries.filters_for(world["office"]).exists()
    actions.drop_filter(kept=kept, by=world["office"], at=world.now)
    assert queries.filters_for(world["market"]).exists(), "others cannot drop it"
    actions.drop_filter(kept=kept, by=world["market"], at=world.now)
    assert not queries.filters_for(world["market"]).exists()
