"""`mingcha plan`: from the empty plan to the issued one (抽查计划)."""

from pathlib import Path

import click
from django.db import transaction
from django.utils import timezone

from mingcha.cli import plan_tasks
from mingcha.cli.frame import acting, answer, as_json, read_json
from mingcha.cli.plan_tasks import FILE, add, estimated, plan_of
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans import actions, queries, rules
from mingcha.plans.models import Task
from mingcha.plans.states import PLAN_STATE_LABELS, TASK_STATE_LABELS, PlanKind, PlanState, TaskState

commands = click.Group()


@commands.command()
@click.option("--year", required=True, type=int, help="年度")
@click.option("--kind", required=True, type=click.Choice(list(PlanKind)), help="DEPARTMENT 部门计划,JOINT 部门联合计划")
@click.option("--title", required=True, help="计划名称")
@acting
@as_json
def new(year: int, kind: str, title: str, by: Actor, as_json: bool) -> None:
    """编制一份新的抽查计划。"""
    plan = actions.draft_plan(year=year, kind=kind, title=title, by=by, at=timezone.now())
    answer({"number": plan.number}, f"已编制计划 {plan.number}。", as_json=as_json)


for _command in plan_tasks.commands.commands.values():
    commands.add_command(_command)


@commands.command("import")
@click.argument("file", type=FILE)
@acting
@as_json
def import_(file: Path, by: Actor, as_json: bool) -> None:
    """由一个 JSON 文件编制整份计划:year、kind、title 和 tasks(形式同 add-task --from)。要么全部写入,要么不写。"""
    values = read_json(file)
    if not isinstance(values, dict) or {"year", "kind", "title", "tasks"} - values.keys():
        raise click.UsageError("计划文件应有 year、kind、title、tasks 四项")
    if values["kind"] not in set(PlanKind):
        raise click.UsageError("kind 应是 DEPARTMENT 或 JOINT")
    with transaction.atomic():
        plan = actions.draft_plan(
            year=int(values["year"]), kind=values["kind"], title=str(values["title"]), by=by, at=timezone.now()
        )
        tasks = [add(plan, task, by) for task in values["tasks"]]
    facts = {"number": plan.number, "tasks": [task.number for task in tasks]}
    answer(facts, f"已编制计划 {plan.number},任务 {len(tasks)} 项。", as_json=as_json)


@commands.command()
@click.argument("plan")
@acting
@as_json
def show(plan: str, by: Actor, as_json: bool) -> None:
    """查看计划:状态,各任务的基数、抽取户数和尚缺的内容。"""
    found = plan_of(plan, by)
    outlooks = queries.outlooks(queries.tasks_of(found, by), on=timezone.localdate())
    facts = {
        "number": found.number,
        "title": found.title,
        "kind": found.kind,
        "state": found.state,
        "remark": found.remark,
        "tasks": [{**estimated(each), "state": each.task.state, "name": each.task.name} for each in outlooks],
    }
    lines = [f"{found.number} {found.title}({PLAN_STATE_LABELS[PlanState(found.state)]})"]
    for each in outlooks:
        state = TASK_STATE_LABELS[TaskState(each.task.state)]
        selected = each.estimate.selected if each.estimate else "待设定"
        line = f"  {each.task.number}  {state}  {each.task.name}  基数 {each.facts.subjects}  抽取 {selected}"
        rule = queries.rule_of(each.task)
        lines.append(line + (f"  {rules.summary(rule, queries.labels_of(each.task.scheme))}" if rule else ""))
        lines += [f"    ! {problem}" for problem in each.problems]
    answer(facts, "\n".join(lines), as_json=as_json)


@commands.command("list")
@click.option("--year", type=int, help="年度")
@click.option("--state", type=click.Choice(list(PlanState)), help="状态")
@acting
@as_json
def list_(year: int | None, state: str | None, by: Actor, as_json: bool) -> None:
    """列出计划。"""
    require(by, "plans.view")
    rows = list(queries.plans_found(by, year=year, state=state or ""))
    facts = [
        {"number": row.number, "year": row.year, "kind": row.kind, "title": row.title, "state": row.state}
        for row in rows
    ]
    words = [
        f"{row.number}  {PLAN_STATE_LABELS[PlanState(row.state)]}  {row.organization}  {row.title}" for row in rows
    ]
    answer(facts, "\n".join(words) or "没有计划。", as_json=as_json)


@commands.command()
@click.argument("plan")
@acting
def submit(plan: str, by: Actor) -> None:
    """报送计划;有缺项时拒绝并指出第一项(plan show 列出全部)。"""
    actions.submit(plan=plan_of(plan, by), by=by, at=timezone.now())
    click.echo(f"计划 {plan} 已报送。")


@commands.command("return")
@click.argument("plan")
@click.option("--remark", required=True, help="退回意见")
@acting
def return_(plan: str, remark: str, by: Actor) -> None:
    """退回计划。"""
    actions.return_plan(plan=plan_of(plan, by), remark=remark, by=by, at=timezone.now())
    click.echo(f"计划 {plan} 已退回。")


@commands.command()
@click.argument("plan")
@acting
def approve(plan: str, by: Actor) -> None:
    """审核通过计划(联席办;报送人不能审核)。"""
    actions.approve(plan=plan_of(plan, by), by=by, at=timezone.now())
    click.echo(f"计划 {plan} 已审核。")


@commands.command()
@click.argument("plan")
@acting
def issue(plan: str, by: Actor) -> None:
    """下达计划;其任务自此可以抽取。"""
    found = actions.issue(plan=plan_of(plan, by), by=by, at=timezone.now())
    click.echo(f"计划 {plan} 已下达,{Task.objects.filter(plan=found).count()} 项任务待抽取。")
