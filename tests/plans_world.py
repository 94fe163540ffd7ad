"""Plans for the tests' small Heyuan, drafted, approved and issued through the actions.

- `department`: 市场监管, every active enterprise and individual business of the city, by class of the scheme `general`,
  sealed, carried out by the county bureaus of their own region
- `joint`: 市场监管 leads and 教育 takes part, training schools, no scheme, open
"""

from dataclasses import dataclass
from datetime import date

from mingcha.plans import actions
from mingcha.plans.models import Plan, Task
from mingcha.plans.parts import Part
from mingcha.plans.rules import DrawRule, from_json
from mingcha.plans.states import Disclosure, PlanKind
from mingcha.registers.rules import Scope
from tests import registers_world
from tests.registers_world import Stock
from tests.world import World

YEAR = 2026
BY_CLASS = DrawRule("ratio", ratios={"A": "0.1", "B": "0.2", "C": "0.3", "D": "0.5"}, minimum=1)
SAME_FOR_ALL = DrawRule("ratio", ratios={"*": "0.5"}, minimum=1)


@dataclass
class Issued:
    """The issued plans and their tasks, with the registers they were made from."""

    stock: Stock
    department_plan: Plan
    joint_plan: Plan
    department: Task
    joint: Task


def draft_department_plan(world: World, stock: Stock) -> Task:
    """The department plan of 市场监管 with its one task, complete and still a draft."""
    by, at = world["market"], world.now
    plan = actions.draft_plan(year=YEAR, kind=PlanKind.DEPARTMENT, title="市场监管2026年度抽查计划", by=by, at=at)
    task = actions.add_task(
        plan=plan,
        name="企业公示信息抽查",
        directed=False,
        scope=Scope(kinds=("ENTERPRISE", "INDIVIDUAL")),
        ratio_text="低风险10%、一般风险20%、较高风险30%、高风险50%",
        rule=BY_CLASS,
        scheme=stock.scheme,
        window_text="3月—10月",
        window_from=date(YEAR, 3, 1),
        window_to=date(YEAR, 10, 31),
        by=by,
        at=at,
    )
    items = [stock.items["M-01"], stock.items["M-02"]]
    actions.set_participants(task=task, parts=[(by.organization, True, 2, None, items)], by=by, at=at)
    return task


def draft_joint_plan(world: World, stock: Stock) -> Task:
    """The joint plan with its one task, complete and still a draft."""
    by, at = world["market"], world.now
    plan = actions.draft_plan(year=YEAR, kind=PlanKind.JOINT, title="2026年度部门联合抽查计划", by=by, at=at)
    task = actions.add_task(
        plan=plan,
        name="校外培训机构联合抽查",
        directed=True,
        scope=Scope(industries=("8391",)),
        ratio_text="50%",
        rule=SAME_FOR_ALL,
        disclosure=Disclosure.OPEN,
        window_text="6月—8月",
        window_from=date(YEAR, 6, 1),
        window_to=date(YEAR, 8, 31),
        by=by,
        at=at,
    )
    parts = [
        (by.organization, True, 2, None, [stock.items["J-02"]]),
        (world.organizations["education"], False, 2, None, [stock.items["J-01"]]),
    ]
    actions.set_participants(task=task, parts=parts, by=by, at=at)
    return task


def issue_plan(world: World, stock: Stock | None = None) -> Issued:
    """Both plans, submitted by the department and approved and issued by the office."""
    stock = stock or registers_world.stock(world)
    department, joint = draft_department_plan(world, stock), draft_joint_plan(world, stock)
    for task in (department, joint):
        actions.submit(plan=task.plan, by=world["market"], at=world.now)
        actions.approve(plan=task.plan, by=world["office"], at=world.now)
        actions.issue(plan=task.plan, by=world["office"], at=world.now)
        task.refresh_from_db()
    return Issued(stock, department.plan, joint.plan, department, joint)


def issue_again(world: World, task: Task, parts: list[Part] | None = None, **terms: object) -> Task:
    """A second task with the rules and scope of a first, and its participants or others, in a plan of its own."""
    by, at = world["market"], world.now
    plan = actions.draft_plan(
        year=YEAR, kind=PlanKind.DEPARTMENT, title=f"{task.name}(第{Plan.objects.count()}批)", by=by, at=at
    )
    again = actions.add_task(
        plan=plan,
        name=task.name,
        directed=task.directed,
        scope=Scope.from_json(task.scope),
        ratio_text=task.ratio_text,
        rule=from_json(task.rule),
        scheme=task.scheme,
        window_from=task.window_from,
        window_to=task.window_to,
        by=by,
        at=at,
        **terms,
    )
    parts = parts or [
        (
            part.organization,
            part.is_lead,
            part.inspectors,
            part.qualification,
            [taken.item for taken in part.items.all()],
        )
        for part in task.participants.all()
    ]
    actions.set_participants(task=again, parts=parts, by=by, at=at)
    actions.submit(plan=plan, by=by, at=at)
    actions.approve(plan=plan, by=world["office"], at=at)
    actions.issue(plan=plan, by=world["office"], at=at)
    again.refresh_from_db()
    return again
