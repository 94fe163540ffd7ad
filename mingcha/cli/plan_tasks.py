"""The tasks of a plan on the command line (抽查任务): adding, changing, removing and estimating them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from django.db import transaction
from django.utils import timezone

from mingcha.cli.frame import acting, answer, as_json, one, read_json
from mingcha.cli.rule_of_text import Reading, read_rule, reading_of
from mingcha.cli.task_terms import part_of, read_parts, read_terms, rule_of, rule_options, scope_of, scope_options
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.people.states import Level
from mingcha.plans import actions, queries
from mingcha.plans.models import Plan, Task
from mingcha.plans.states import Disclosure, RegionRule

commands = click.Group()
PART = "单位[*][:人数[:资质]]=清单编号/事项编码,…"
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


def plan_of(number: str, by: Actor) -> Plan:
    """The plan of a number among those the actor may see."""
    require(by, "plans.view")
    return one(queries.plans_for(by).select_related("organization"), "计划", number=number)


def task_of(number: str, by: Actor) -> Task:
    """The task of a number among those the actor may see."""
    require(by, "plans.view")
    return one(queries.in_full(queries.tasks_for(by)), "抽查任务", number=number)


def _terms(command: Callable[..., Any]) -> Callable[..., Any]:
    """What is planned of a task, as options and as a file."""
    options: list[Callable[..., Any]] = [
        click.option("--from", "file", type=FILE, help="任务要素的 JSON 文件;同时给出的选项优先"),
        click.option("--name", help="任务名称"),
        click.option("--lead", metavar="CODE", help="发起部门 [默认 编制单位]"),
        click.option("--directed/--undirected", default=None, help="定向/不定向"),
        scope_options,
        click.option("--scope-text", help="抽查对象范围的文字 [默认 由条件生成]"),
        rule_options,
        click.option("--ratio-text", help="公布的抽查比例文字;没有给出规则时说明可识别为什么规则"),
        click.option("--rule-from-text", is_flag=True, help="采用由比例文字识别出的规则;不能完全识别即拒绝"),
        click.option("--scheme", help="风险分类方案;空值表示不涉及信用风险分类"),
        click.option("--override-reason", help="比例不随风险递增等情形的理由"),
        click.option("--window", nargs=2, metavar="FROM TO", help="检查起止日期,如 2026-03-01 2026-10-31"),
        click.option(
            "--batch",
            "batches",
            nargs=2,
            multiple=True,
            metavar="FROM TO",
            help="分批检查的一批(依次多次);谁在哪批由抽取决定",
        ),
        click.option("--window-text", help="检查时间的文字"),
        click.option("--initiating-level", type=click.Choice(list(Level)), help="发起层级"),
        click.option("--implementing-level", type=click.Choice(list(Level)), help="实施层级"),
        click.option("--region-rule", type=click.Choice(list(RegionRule)), help="人员抽取范围"),
        click.option(
            "--disclosure", type=click.Choice(list(Disclosure)), help="公开方式:OPEN 全部公开,SEALED 密封公开"
        ),
        click.option("--exclusion-months", type=int, help="排除若干月内已检查的对象"),
        click.option("--load-cap", type=int, help="每人承担户数上限"),
        click.option("--remark", help="备注"),
        click.option("--part", "parts", multiple=True, metavar=PART, help="参与部门,* 为牵头"),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@commands.command("add-task")
@click.argument("plan")
@_terms
@acting
@as_json
def add_task(plan: str, rule_from_text: bool, by: Actor, as_json: bool, **given: Any) -> None:
    """向计划新增抽查任务:用选项,或用 JSON 文件(--from),或两者并用。

    JSON 的形式见 docs/cli.md:name、window_from、window_to、scope、rule、scheme、participants 等项。
    """
    values = _given(given, {})
    with transaction.atomic():
        task = add(plan_of(plan, by), values, by, rule_from_text=rule_from_text)
    _saved("新增", task, adopted=rule_from_text, as_json=as_json)


@commands.command("edit-task")
@click.argument("task")
@_terms
@acting
@as_json
def edit_task(task: str, rule_from_text: bool, by: Actor, as_json: bool, **given: Any) -> None:
    """修改未报送或被退回的计划中的任务:只改给出的各项,其余不变。

    范围逐个条件替换;规则中只给 --minimum 等时保留原有的比例或户数。清空规则用 JSON 文件:{"rule": null}。
    """
    with transaction.atomic():
        found = task_of(task, by)
        values = _given(given, {"scope": found.scope, "rule": found.rule or {}})
        if not values and not rule_from_text:
            raise click.UsageError("没有给出要修改的内容")
        terms = read_terms(values, by)
        _forget_what_described_the_scope(terms, found)
        if rule_from_text:
            read_rule(terms, former=found)
        saved = actions.edit_task(task=found, by=by, at=timezone.now(), **terms)
        _set_parts(saved, values, by)
    _saved("修改", saved, adopted=rule_from_text, as_json=as_json)


def _forget_what_described_the_scope(terms: actions.TaskTerms, task: Task) -> None:
    """A text that was made from the conditions is made anew from the new ones; a saved filter stood for the old."""
    if "scope" not in terms:
        return
    terms["saved_filter"] = None
    is_made = queries.has_scope(task) and task.scope_text == queries.scope_of(task).describe()[:300]
    if is_made and "scope_text" not in terms:
        terms["scope_text"] = ""


@commands.command("remove-task")
@click.argument("task")
@acting
def remove_task(task: str, by: Actor) -> None:
    """从未报送或被退回的计划中删除任务;留痕仍在。"""
    found = task_of(task, by)
    actions.remove_task(task=found, by=by, at=timezone.now())
    click.echo(f"任务 {task} {found.name} 已从计划 {found.plan.number} 中删除。")


def _given(given: dict[str, Any], former: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What file and options say, under the names of the JSON file; an option goes first.

    `former` are scope and rule as they stand, which options change in part.
    """
    file, parts = given.pop("file"), given.pop("parts")
    values = _object(read_json(file)) if file else {}
    if scope := scope_of(given):
        values["scope"] = {**former.get("scope", {}), **scope}
    if rule := rule_of(given, former.get("rule", {})):
        values["rule"] = rule
    if window := given.pop("window"):
        values["window_from"], values["window_to"] = window
    if batches := given.pop("batches"):
        values["batches"] = [list(pair) for pair in batches]
    if lead := given.pop("lead"):
        values["organization"] = lead
    if parts:
        values["participants"] = [part_of(text) for text in parts]
    return values | {name: value for name, value in given.items() if value is not None}


def _object(values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise click.UsageError("任务应是一个 JSON 对象")
    return values


def add(plan: Plan, values: dict[str, Any], by: Actor, *, rule_from_text: bool = False) -> Task:
    """Add a task with its participants, as a file or options say.

    Raises:
        click.UsageError: something that a task needs is missing, or has the wrong form.
        Refusal: the plan is not open to the actor, or the rules refuse the task.
    """
    terms = read_terms(values, by)
    if missing := [option for name, option in _NEEDED.items() if name not in terms]:
        raise click.UsageError(f"还缺 {'、'.join(missing)}")
    if rule_from_text:
        read_rule(terms)
    task = actions.add_task(plan=plan, by=by, at=timezone.now(), **terms)
    _set_parts(task, values, by)
    return task


_NEEDED = {"name": "任务名称(--name)", "window_from": "检查起止日期(--window)", "window_to": "检查结束日期"}


def _set_parts(task: Task, values: dict[str, Any], by: Actor) -> None:
    if values.get("participants"):
        parts = read_parts(values["participants"], by)
        actions.set_participants(task=task, parts=parts, by=by, at=timezone.now())


def _saved(done: str, task: Task, *, adopted: bool, as_json: bool) -> None:
    """Say what was saved, and what its text about the ratio was read to mean where that is the question."""
    facts: dict[str, Any] = {"number": task.number}
    words = [f"已{done}任务 {task.number} {task.name}。"]
    if adopted or (task.ratio_text and task.rule is None):
        reading: Reading = reading_of(task.ratio_text, task.scheme)
        facts["ratio_text"] = reading.to_json(adopted=adopted)
        words.append(reading.told(task.number, adopted=adopted))
    answer(facts, "\n".join(words), as_json=as_json)


@commands.command()
@click.argument("task")
@click.option("--part", "parts", multiple=True, required=True, metavar=PART, help="参与部门,* 为牵头")
@acting
def participants(task: str, parts: Sequence[str], by: Actor) -> None:
    """设定任务的参与部门,替换原有的。单位编码后加 * 为牵头部门。"""
    chosen = read_parts([part_of(text) for text in parts], by)
    actions.set_participants(task=task_of(task, by), parts=chosen, by=by, at=timezone.now())
    click.echo(f"任务 {task} 的参与部门:{'、'.join(part.organization.name for part in chosen)}。")


@commands.command()
@click.argument("task")
@acting
@as_json
def estimate(task: str, by: Actor, as_json: bool) -> None:
    """测算任务:当前抽查基数,各层(区域/等级)户数、抽取户数和候补户数,以及尚缺的内容。"""
    found = queries.outlook(task_of(task, by), on=timezone.localdate())
    answer(estimated(found), _told(found), as_json=as_json)


def estimated(found: queries.Outlook) -> dict[str, Any]:
    """An estimate for a program."""
    worked_out = found.estimate
    strata = worked_out.strata if worked_out else ()
    return {
        "task": found.task.number,
        "population": found.facts.subjects,
        "selected": worked_out.selected if worked_out else None,
        "reserves": worked_out.reserves if worked_out else None,
        "exact": worked_out.is_exact if worked_out else None,
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
    task, worked_out = found.task, found.estimate
    lines = [f"{task.number} {task.name}:抽查基数 {found.facts.subjects} 户"]
    if worked_out:
        about = "" if worked_out.is_exact else "(系统舍入,各层以种子为准,相差不过 1 户)"
        lines.append(f"  共抽取 {worked_out.selected} 户,候补 {worked_out.reserves} 户{about}")
        lines += [
            f"  {each.region}/{each.risk_class}\t{each.count} 户 × {each.share}"
            f"\t抽取 {each.selected}\t候补 {each.reserves}"
            for each in worked_out.strata
        ]
    return "\n".join(lines + [f"  ! {problem}" for problem in found.problems])
