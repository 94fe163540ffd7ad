"""Tasks and their participants; each refusal leaves nothing behind."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from mingcha.ledger import queries as ledger
from mingcha.people.permissions import NotPermitted
from mingcha.plans import actions, queries
from mingcha.plans.models import Plan, Task, TaskParticipant
from mingcha.plans.rules import CannotEditPlan, DrawRule, InvalidRule, InvalidTask
from mingcha.registers import actions as registers
from mingcha.registers.rules import Scope, UnknownCondition
from tests.plans_world import BY_CLASS, draft_joint_plan
from tests.registers_world import JOINT_ITEMS, MARKET_ITEMS


@pytest.fixture
def plan(world, stock) -> Plan:
    return actions.draft_plan(year=2026, kind="DEPARTMENT", title="新计划", by=world["market"], at=world.now)


def terms(**changes) -> dict:
    return {
        "name": "食品抽查",
        "directed": True,
        "scope": Scope(industries=("62",)),
        "window_from": date(2026, 3, 1),
        "window_to": date(2026, 6, 30),
        **changes,
    }


def test_a_task_needs_no_rule_and_says_its_scope_in_words(world, plan):
    task = actions.add_task(plan=plan, by=world["market"], at=world.now, **terms())

    assert task.rule is None
    assert task.scope_text == "行业:62 餐饮业;登记状态:存续"
    assert task.organization == world.organizations["market"]
    assert ledger.last_entry().act == "plans.add_task"


def test_numbers_follow_each_other_in_a_region_and_year(world, plan):
    numbers = [
        actions.add_task(plan=plan, by=world["market"], at=world.now, **terms(name=name)).number for name in "甲乙丙"
    ]
    county = actions.draft_plan(year=2026, kind="DEPARTMENT", title="源城", by=world["yc-market"], at=world.now)

    assert numbers == ["T4416002026001", "T4416002026002", "T4416002026003"]
    assert county.number == "4416022026001"


def test_a_number_is_not_given_again_after_the_thousandth(world, plan):
    task = actions.add_task(plan=plan, by=world["market"], at=world.now, **terms())
    Task.objects.filter(pk=task.pk).update(number="T4416002026999")
    actions.add_task(plan=plan, by=world["market"], at=world.now, **terms(name="第一千项"))

    after = actions.add_task(plan=plan, by=world["market"], at=world.now, **terms(name="再一项"))

    assert after.number == "T44160020261001"


@pytest.mark.parametrize(
    ("changes", "refusal", "sentence"),
    [
        ({"name": "  "}, InvalidTask, "任务名称"),
        ({"name": "长" * 201}, InvalidTask, "200 字以内"),
        ({"ratio_text": "长" * 301}, InvalidTask, "文本过长"),
        ({"window_to": date(2026, 2, 1)}, InvalidTask, "早于开始"),
        ({"window_from": None}, InvalidTask, "开始和结束日期"),
        ({"scope": Scope()}, InvalidTask, "定向抽查应设定范围条件"),
        ({"directed": False}, InvalidTask, "不定向抽查只能按区域和对象类型"),
        ({"scope": Scope(regions=("999999",))}, InvalidTask, "没有区划代码为“999999”"),
        ({"scope": Scope(kinds=("ROBOT",))}, UnknownCondition, "没有“ROBOT”"),
        ({"implementing_level": "PROVINCE"}, InvalidTask, "实施层级不能高于发起层级"),
        ({"exclusion_months": 37}, InvalidTask, "0 至 36"),
        ({"load_cap": 0}, InvalidTask, "1 至 1000"),
        ({"rule": BY_CLASS}, InvalidRule, "风险分类方案中没有“A、B、C、D”类"),
        ({"rule": DrawRule("ratio", ratios={"*": "0"})}, InvalidRule, "不免抽"),
    ],
)
def test_a_task_that_contradicts_itself_is_refused(world, plan, changes, refusal, sentence):
    before = ledger.last_entry().seq

    with pytest.raises(refusal, match=sentence):
        actions.add_task(plan=plan, by=world["market"], at=world.now, **terms(**changes))

    assert not Task.objects.exists()
    assert ledger.last_entry().seq == before


def test_ratios_that_fall_with_risk_need_a_reason(world, stock, plan):
    falling = DrawRule("ratio", ratios={"A": "0.3", "B": "0.2", "C": "0.3", "D": "0.5"})
    with pytest.raises(InvalidRule, match=r"“B”类的 0\.2 低于“A”类的 0\.3"):
        actions.add_task(plan=plan, by=world["market"], at=world.now, **terms(rule=falling, scheme=stock.scheme))

    task = actions.add_task(
        plan=plan,
        by=world["market"],
        at=world.now,
        **terms(rule=falling, scheme=stock.scheme, override_reason="上级部署的专项整治"),
    )

    assert queries.rule_of(task) == falling


def test_a_task_by_risk_class_is_open_only_with_a_reason(world, stock, plan):
    opened = terms(rule=BY_CLASS, scheme=stock.scheme, disclosure="OPEN")
    with pytest.raises(InvalidTask, match="应密封公开"):
        actions.add_task(plan=plan, by=world["market"], at=world.now, **opened)

    actions.add_task(plan=plan, by=world["market"], at=world.now, **opened, override_reason="试点公开")

    assert Task.objects.get().disclosure == "OPEN"


def test_a_county_plans_in_its_own_region_only(world, stock):
    by = world["yc-market"]
    plan = actions.draft_plan(year=2026, kind="DEPARTMENT", title="源城", by=by, at=world.now)
    for regions in ((), ("441625",), ("441602", "441625")):
        with pytest.raises(InvalidTask, match="限于本县"):
            actions.add_task(
                plan=plan,
                by=by,
                at=world.now,
                **terms(scope=Scope(industries=("62",), regions=regions), implementing_level="COUNTY"),
            )

    own = Scope(industries=("62",), regions=("441602",))
    task = actions.add_task(plan=plan, by=by, at=world.now, **terms(scope=own))

    assert (task.initiating_level, task.implementing_level) == ("COUNTY", "COUNTY")


def test_a_county_does_not_launch_in_the_name_of_the_city(world, stock):
    by = world["yc-market"]
    plan = actions.draft_plan(year=2026, kind="DEPARTMENT", title="源城", by=by, at=world.now)
    own = Scope(industries=("62",), regions=("441602",))

    with pytest.raises(InvalidTask, match="发起层级不能高于本单位层级"):
        actions.add_task(plan=plan, by=by, at=world.now, **terms(scope=own, initiating_level="CITY"))


def test_the_same_name_stands_once_in_a_plan(world, plan):
    actions.add_task(plan=plan, by=world["market"], at=world.now, **terms())

    with pytest.raises(InvalidTask, match="已有名为“食品抽查”的任务"):
        actions.add_task(plan=plan, by=world["market"], at=world.now, **terms())


def test_the_database_refuses_the_same_name_twice(world, plan):
    task = actions.add_task(plan=plan, by=world["market"], at=world.now, **terms())

    task.pk, task.number = None, "T4416002026777"
    with pytest.raises(IntegrityError), transaction.atomic():
        task.save()


def test_another_organization_s_filter_is_not_used(world, stock, plan):
    theirs = registers.save_filter(name="学校", scope=Scope(industries=("83",)), by=world["education"], at=world.now)

    with pytest.raises(InvalidTask, match="所选常用筛选不存在"):
        actions.add_task(plan=plan, by=world["market"], at=world.now, **terms(saved_filter=theirs))


def test_a_department_plan_is_led_by_its_own_department(world, plan):
    with pytest.raises(InvalidTask, match="由本部门发起"):
        actions.add_task(
            plan=plan,
            by=world["market"],
            at=world.now,
            **terms(organization=world.organizations["education"]),
        )


@pytest.mark.parametrize("username", ["discipline", "yc-inspector"])
def test_who_only_reads_or_inspects_plans_nothing(world, plan, username):
    with pytest.raises(NotPermitted, match="编制抽查计划"):
        actions.add_task(plan=plan, by=world[username], at=world.now, **terms())


def test_another_department_does_not_find_the_plan(world, plan):
    with pytest.raises(Plan.DoesNotExist):
        actions.add_task(plan=plan, by=world["education"], at=world.now, **terms())


def test_a_change_that_changes_nothing_leaves_no_entry(world, draft):
    before = ledger.last_entry().seq

    actions.edit_task(task=draft, name=draft.name, by=world["market"], at=world.now)

    assert ledger.last_entry().seq == before


def test_a_removed_task_leaves_its_history(world, draft):
    actions.remove_task(task=draft, by=world["market"], at=world.now)

    assert not Task.objects.exists()
    assert not TaskParticipant.objects.exists()
    assert Task.history.filter(number=draft.number, history_type="-").count() == 1
    assert ledger.last_entry().act == "plans.remove_task"


def test_participants_are_replaced_as_a_whole(world, stock):
    task = draft_joint_plan(world, stock)
    market, education = world.organizations["market"], world.organizations["education"]

    actions.set_participants(
        task=task,
        parts=[(market, True, 3, None, [stock.items["J-02"]]), (education, False, 2, None, [])],
        by=world["market"],
        at=world.now,
    )

    assert [
        (part.organization.code, part.inspectors, part.items.count()) for part in queries.participants_of(task)
    ] == [
        ("market", 3, 1),
        ("education", 2, 0),
    ]


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([("market", True, 2), ("market", False, 2)], "只能出现一次"),
        ([("market", True, 1)], "2 至 20 人"),
        ([("market", True, 21)], "2 至 20 人"),
        ([("office", True, 2)], "不能作为参与部门"),
        ([("education", True, 2)], "只能是任务的发起部门“河源市市场监督管理局”"),
        ([("market", True, 2), ("education", True, 2)], "只能是任务的发起部门"),
    ],
)
def test_impossible_participants_are_refused(world, stock, parts, sentence):
    task = draft_joint_plan(world, stock)
    chosen = [(world.organizations[code], leads, count, None, []) for code, leads, count in parts]

    with pytest.raises(InvalidTask, match=sentence):
        actions.set_participants(task=task, parts=chosen, by=world["market"], at=world.now)

    assert task.participants.count() == 2


def test_the_items_of_another_department_s_draft_are_not_used(world, stock):
    task = draft_joint_plan(world, stock)
    theirs = registers.draft_item_list(
        title="教育清单", edition="草稿", valid_from=date(2026, 1, 1), by=world["education"], at=world.now
    )
    [item] = registers.add_items(item_list=theirs, items=JOINT_ITEMS[:1], by=world["education"], at=world.now)

    with pytest.raises(InvalidTask, match="有抽查事项不存在或不可用"):
        actions.set_participants(
            task=task,
            parts=[(world.organizations["market"], True, 2, None, [item])],
            by=world["market"],
            at=world.now,
        )


def test_last_year_s_plan_becomes_a_new_draft(world, issued):
    copied = actions.copy_plan(plan=issued.joint_plan, year=2027, by=world["market"], at=world.now)

    task = Task.objects.get(plan=copied)
    assert (copied.title, copied.state, copied.year) == ("2027年度部门联合抽查计划", "DRAFT", 2027)
    assert (task.window_from, task.window_to) == (date(2027, 6, 1), date(2027, 8, 31))
    assert (task.state, task.number) == ("DRAFT", "T4416002027001")
    assert task.rule == issued.joint.rule
    assert [part.items.count() for part in queries.participants_of(task)] == [1, 1]


def test_a_copy_takes_the_items_of_the_edition_in_force(world, stock, issued):
    registers.withdraw_item_list(item_list=stock.market_list, by=world["market"], at=world.now)
    edition = registers.draft_item_list(
        title="市场监管随机抽查事项清单",
        edition="2027年版",
        valid_from=date(2027, 1, 1),
        by=world["market"],
        at=world.now,
    )
    registers.add_items(item_list=edition, items=MARKET_ITEMS[:1], by=world["market"], at=world.now)
    registers.publish_item_list(item_list=edition, by=world["market"], at=world.now)

    copied = actions.copy_plan(plan=issued.department_plan, year=2027, by=world["market"], at=world.now)

    items = [taken.item for part in Task.objects.get(plan=copied).participants.all() for taken in part.items.all()]
    assert [(item.code, item.item_list.edition) for item in items] == [("M-01", "2027年版")], "M-02 is not in it"


@pytest.mark.parametrize(("year", "sentence"), [(2026, "另一个年度"), (1999, "年度应在")])
def test_a_copy_goes_into_another_possible_year(world, issued, year, sentence):
    with pytest.raises(actions.CannotDraftPlan, match=sentence):
        actions.copy_plan(plan=issued.joint_plan, year=year, by=world["market"], at=world.now)

    assert Plan.objects.count() == 2


def test_copying_twice_is_refused(world, issued):
    actions.copy_plan(plan=issued.joint_plan, year=2027, by=world["market"], at=world.now)

    with pytest.raises(actions.CannotDraftPlan, match="已有名为"):
        actions.copy_plan(plan=issued.joint_plan, year=2027, by=world["market"], at=world.now)


def test_another_organization_s_plan_is_not_copied(world, issued):
    with pytest.raises(CannotEditPlan, match="只能沿用本单位"):
        actions.copy_plan(plan=issued.joint_plan, year=2027, by=world["office"], at=world.now)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "120 字以内"),
        ({"title": "长" * 121}, "120 字以内"),
        ({"year": 2014}, "年度应在 2015 至 2099"),
        ({"year": 2100}, "年度应在"),
    ],
)
def test_a_plan_without_title_or_possible_year_is_refused(world, values, sentence):
    given = {"year": 2026, "kind": "DEPARTMENT", "title": "计划", **values}

    with pytest.raises(actions.CannotDraftPlan, match=sentence):
        actions.draft_plan(**given, by=world["market"], at=world.now)

    assert not Plan.objects.exists()


def test_the_office_drafts_joint_plans_only(world):
    with pytest.raises(actions.CannotDraftPlan, match="联席办只编制部门联合"):
        actions.draft_plan(year=2026, kind="DEPARTMENT", title="计划", by=world["office"], at=world.now)
