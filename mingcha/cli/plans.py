"""`mingcha plan`: from the empty plan to the issued one (抽查计划)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from django.db import transaction
from django.utils import timezone

from mingcha.cli.frame import acting, answer, as_json, one, read_json
from mingcha.cli.task_terms import (
    part_of,
    read_parts,
    read_terms,
    rule_of,
    rule_options,
    scope_of,
    scope_options,
)
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.people.states import Level
from mingcha.plans import actions, queries, rules
from mingcha.plans.models import Plan, Task
from mingcha.plans.states import (
    PLAN_STATE_LABELS,
    TASK_STATE_LABELS,
    Disclosure,
    PlanKind,
    PlanState,
    RegionRule,
    TaskState,
)

commands = click.Group()
PART = "单位[*][:人数[:资质]]=清单编号/事项编码,…"
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


def _plan(number: str, by: Actor) -> Plan:
    require(by, "plans.view")
    return one(queries.plans_for(by).select_related("organization"), "计划", number=number)


def _task(number: str, by: Actor) -> Task:
    require(by, "plans.view")
    return one(queries.in_full(queries.tasks_for(by)), "抽查任务", number=number)


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


@commands.command("add-task")
@click.argument("plan")
@click.option("--from", "file", type=FILE, help="任务要素的 JSON 文件;同时给出的选项优先")
@click.option("--name", help="任务名称")
@click.option("--lead", metavar="CODE", help="发起部门,省略时为编制单位")
@click.option("--directed/--undirected", default=None, help="定向/不定向")
@scope_options
@click.option("--scope-text", help="抽查对象范围的文字,省略时由条件生成")
@rule_options
@click.option("--ratio-text", help="公布的抽查比例文字")
@click.option("--scheme", help="风险分类方案;省略时不涉及信用风险分类")
@click.option("--override-reason", help="比例不随风险递增等情形的理由")
@click.option("--window", nargs=2, metavar="FROM TO", help="检查起止日期,如 2026-03-01 2026-10-31")
@click.option("--window-text", help="检查时间的文字")
@click.option("--initiating-level", type=click.Choice(list(Level)), help="发起层级")
@click.option("--implementing-level", type=click.Choice(list(Level)), help="实施层级")
@click.option("--region-rule", type=click.Choice(list(RegionRule)), help="人员抽取范围")
@click.option("--disclosure", type=click.Choice(list(Disclosure)), help="公开方式:OPEN 全部公开,SEALED 密封公开")
@click.option("--exclusion-months", type=int, help="排除若干月内已检查的对象")
@click.option("--load-cap", type=int, help="每人承担户数上限")
@click.option("--remark", help="备注")
@click.option("--part", "parts", multiple=True, metavar=PART, help="参与部门,* 为牵头")
@acting
@as_json
def add_task(plan: str, file: Path | None, parts: Sequence[str], by: Actor, as_json: bool, **given: Any) -> None:
    """向计划新增抽查任务:用选项,或用 JSON 文件(--from),或两者并用。

    JSON 的形式见 docs/cli.md:name、window_from、window_to、scope、rule、scheme、participants 等项。
    """
    values = dict(read_json(file)) if file else {}
    values |= _from_options(given)
    if parts:
        values["participants"] = [part_of(text) for text in parts]
    with transaction.atomic():
        task = _add(_plan(plan, by), values, by)
    answer({"number": task.number}, f"已新增任务 {task.number} {task.name}。", as_json=as_json)


def _from_options(given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, under the names of the JSON file."""
    values: dict[str, Any] = {}
    if scope := scope_of(given):
        values["scope"] = scope
    if rule := rule_of(given):
        values["rule"] = rule
    if window := given.pop("window"):
        values["window_from"], values["window_to"] = window
    if lead := given.pop("lead"):
        values["organization"] = lead
    return values | {name: value for name, value in given.items() if value is not None}


def _add(plan: Plan, values: dict[str, Any], by: Actor) -> Task:
    at = timezone.now()
    task = actions.add_task(plan=plan, by=by, at=at, **_complete(read_terms(values, by)))
    if values.get("participants"):
        actions.set_participants(task=task, parts=read_parts(values["participants"], by), by=by, at=at)
    return task


def _complete(terms: actions.TaskTerms) -> actions.TaskTerms:
    missing = [option for name, option in _NEEDED.items() if name not in terms]
    if missing:
        raise click.UsageError(f"还缺 {'、'.join(missing)}")
    return terms


_NEEDED = {"name": "任务名称(--name)", "window_from": "检查起止日期(--window)", "window_to": "检查结束日期"}


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
        tasks = [_add(plan, task, by) for task in values["tasks"]]
    facts = {"number": plan.number, "tasks": [task.number for task in tasks]}
    answer(facts, f"已编制计划 {plan.number},任务 {len(tasks)} 项。", as_json=as_json)


@commands.command()
@click.argument("task")
@click.option("--part", "parts", multiple=True, required=True, metavar=PART, help="参与部门,* 为牵头")
@acting
def participants(task: str, parts: Sequence[str], by: Actor) -> None:
    """设定任务的参与部门,替换原有的。单位编码后加 * 为牵头部门。"""
    chosen = read_parts([part_of(text) for text in parts], by)
    actions.set_participants(task=_task(task, by), parts=chosen, by=by, at=timezone.now())
    click.echo(f"任务 {task} 的参与部门:{'、'.join(part.organization.name for part in chosen)}。")


@commands.command()
@click.argument("task")
@acting
@as_json
def estimate(task: str, by: Actor, as_json: bool) -> None:
    """测算任务:当前抽查基数,各层(区域/等级)户数、抽取户数和候补户数,以及尚缺的内容。"""
    found = queries.outlook(_task(task, by), on=timezone.localdate())
    answer(_estimated(found), _told(found), as_json=as_json)


def _estimated(found: queries.Outlook) -> dict[str, Any]:
    estimated = found.estimate
    strata = estimated.strata if estimated else ()
    return {
        "task": found.task.number,
        "population": found.facts.subjects,
        "selected": estimated.selected if estimated else None,
        "reserves": estimated.reserves if estimated else None,
        "exact": estimated.is_exact if estimated else None,
        "strata": [
            {
                "region": each.region,
                "class": each.risk_class,
                "count": each.count,
                "share": each.share,
                "selected": each.selected,
                "reserves": each.reserves,
            }
            for each in strata
        ],
        "problems": [str(problem) for problem in found.problems],
    }


def _told(found: queries.Outlook) -> str:
    task, estimated = found.task, found.estimate
    lines = [f"{task.number} {task.name}:抽查基数 {found.facts.subjects} 户"]
    if estimated:
        about = "" if estimated.is_exact else "(系统舍入,各层以种子为准,相差不过 1 户)"
        lines.append(f"  共抽取 {estimated.selected} 户,候补 {estimated.reserves} 户{about}")
        lines += [
            f"  {each.region}/{each.risk_class}\t{each.count} 户 × {each.share}"
            f"\t抽取 {each.selected}\t候补 {each.reserves}"
            for each in estimated.strata
        ]
    return "\n".join(lines + [f"  ! {problem}" for problem in found.problems])


@commands.command()
@click.argument("plan")
@acting
@as_json
def show(plan: str, by: Actor, as_json: bool) -> None:
    """查看计划:状态,各任务的基数、抽取户数和尚缺的内容。"""
    found = _plan(plan, by)
    outlooks = queries.outlooks(queries.tasks_of(found, by), on=timezone.localdate())
    facts = {
        "number": found.number,
        "title": found.title,
        "kind": found.kind,
        "state": found.state,
        "remark": found.remark,
        "tasks": [{**_estimated(each), "state": each.task.state, "name": each.task.name} for each in outlooks],
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
    actions.submit(plan=_plan(plan, by), by=by, at=timezone.now())
    click.echo(f"计划 {plan} 已报送。")


@commands.command("return")
@click.argument("plan")
@click.option("--remark", required=True, help="退回意见")
@acting
def return_(plan: str, remark: str, by: Actor) -> None:
    """退回计划。"""
    actions.return_plan(plan=_plan(plan, by), remark=remark, by=by, at=timezone.now())
    click.echo(f"计划 {plan} 已退回。")


@commands.command()
@click.argument("plan")
@acting
def approve(plan: str, by: Actor) -> None:
    """审核通过计划(联席办;报送人不能审核)。"""
    actions.approve(plan=_plan(plan, by), by=by, at=timezone.now())
    click.echo(f"计划 {plan} 已审核。")


@commands.command()
@click.argument("plan")
@acting
def issue(plan: str, by: Actor) -> None:
    """下达计划;其任务自此可以抽取。"""
    found = actions.issue(plan=_plan(plan, by), by=by, at=timezone.now())
    click.echo(f"计划 {plan} 已下达,{Task.objects.filter(plan=found).count()} 项任务待抽取。")
