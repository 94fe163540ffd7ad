"""`mingcha result`: what was found, entered from a file, submitted and reviewed (检查结果).

    {
      "checked_on": "2026-03-10", "method": "ON_SITE", "categories": ["CLEAN"], "note": "",
      "findings": {"M-01": "NO_PROBLEM", "M-02": {"outcome": "PROBLEM", "description": "…"}},
      "follow_ups": [{"kind": "CORRECTION_ORDER", "due_on": "2026-04-15", "note": "…"}]
    }

`findings` goes by the codes of the items; `"*"` answers for every item not named.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from mingcha.cli.frame import Unreadable, acting, answer, as_json, one, read_json
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.people.states import Role
from mingcha.results import actions, queries
from mingcha.results.rules import ItemFinding, PlannedFollowUp
from mingcha.visits.models import Record
from mingcha.visits.states import RECORD_STATE_LABELS, RecordState

commands = click.Group()
_FIELDS = {"checked_on", "method", "categories", "note", "findings", "follow_ups"}
EVERY_ITEM = "*"


def _named(command: Any) -> Any:
    """Which record is meant: that of a visit and, where it has several, of a task and an organization."""
    for option in (
        click.option("--of", "organ", default="", metavar="CODE", help="检查单位编码(该次检查有几份记录时)"),
        click.option("--task", default="", help="任务编号(该次检查有几份记录时)"),
        click.option("--visit", required=True, help="检查编号"),
    ):
        command = option(command)
    return command


def record_of(by: Actor, *, visit: str, task: str = "", organ: str = "") -> Record:
    """The record that the options name among those the actor may see.

    Raises:
        click.ClickException: there is none.
        click.UsageError: there are several.
    """
    require(by, "results.enter" if by.role == Role.INSPECTOR else "results.view")
    rows = queries.records_for(by)
    for name, value in {"task__number": task, "organization__code": organ}.items():
        if value:
            rows = rows.filter(**{name: value})
    found = one(rows.order_by("pk"), "检查记录", visit__number=visit)
    if rows.filter(visit__number=visit).count() > 1:
        raise click.UsageError(f"检查 {visit} 有几份记录,请用 --task 和 --of 指明(visit show 列出)")
    return found


@commands.command("list")
@click.option("--queue", type=click.Choice([*queries.QUEUES, "overdue"]), help="只列某一类")
@acting
@as_json
def list_(queue: str | None, by: Actor, as_json: bool) -> None:
    """列出检查记录及录入截止日。"""
    require(by, "results.enter" if by.role == Role.INSPECTOR else "results.view")
    today = timezone.localdate()
    found = queries.queue_of(queries.records_for(by), queue or "", today=today)
    rows = list(queries.in_queue_order(found, today=today))
    dues = queries.dues_of(rows)
    due_on = {pk: due.on if due else None for pk, due in dues.items()}
    facts = [
        {
            "visit": row.visit.number,
            "task": row.task.number,
            "organization": row.organization.code,
            "subject": row.visit.subject_name,
            "state": row.state,
            "due_on": due_on[row.pk],
        }
        for row in rows
    ]
    words = [
        f"{row.visit.number}  {RECORD_STATE_LABELS[RecordState(row.state)]}  {row.organization.name}"
        f"  {row.visit.subject_name}  截止 {due_on[row.pk] or '—'}"
        for row in rows
    ]
    answer(facts, "\n".join(words) or "没有检查记录。", as_json=as_json)


@commands.command()
@_named
@click.option(
    "--from",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    help="结果的 JSON 文件,形式见 docs/cli.md",
)
@acting
@as_json
def enter(visit: str, task: str, organ: str, file: Path, by: Actor, as_json: bool) -> None:
    """录入检查结果(检查人员),替换此前的草稿;提交用 submit。"""
    record = record_of(by, visit=visit, task=task, organ=organ)
    said = read_json(file)
    if not isinstance(said, Mapping) or said.keys() - _FIELDS:
        raise Unreadable(f"{file}:结果应是 JSON 对象,各项为 {'、'.join(sorted(_FIELDS))}")
    record = actions.enter(
        record=record,
        version=record.version,
        findings=_findings(record, said.get("findings", {})),
        categories=[str(code) for code in said.get("categories", [])],
        follow_ups=[_follow_up(each) for each in said.get("follow_ups", [])],
        checked_on=_day(said.get("checked_on")),
        method=str(said.get("method", "")),
        note=str(said.get("note", "")),
        by=by,
        at=timezone.now(),
    )
    answer({"record": record.pk, "version": record.version}, f"检查 {visit} 的结果已录入。", as_json=as_json)


def _findings(record: Record, said: Any) -> list[ItemFinding]:
    """The findings of a file for the items of a record."""
    items = list(record.items.select_related("item").order_by("pk"))
    if not isinstance(said, Mapping):
        raise click.UsageError("findings 应是 事项编码 → 检查情况 的 JSON 对象")
    if unknown := sorted(said.keys() - {row.item.code for row in items} - {EVERY_ITEM}):
        raise click.UsageError(f"本记录没有编码为 {'、'.join(unknown)} 的事项(visit show 列出)")
    found = [(row.pk, said.get(row.item.code, said.get(EVERY_ITEM))) for row in items]
    return [_finding(pk, each) for pk, each in found if each is not None]


def _finding(record_item: int, said: Any) -> ItemFinding:
    if isinstance(said, Mapping):
        return ItemFinding(record_item, str(said.get("outcome", "")), str(said.get("description", "")))
    return ItemFinding(record_item, str(said))


def _follow_up(said: Any) -> PlannedFollowUp:
    if not isinstance(said, Mapping) or "kind" not in said:
        raise click.UsageError("follow_ups 的每一项应有 kind,可有 due_on 和 note")
    return PlannedFollowUp(str(said["kind"]), _day(said.get("due_on")), str(said.get("note", "")))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except (TypeError, ValueError) as fault:
        raise click.UsageError(f"{text}:日期应写成 2026-03-01 的形式") from fault


@commands.command()
@_named
@acting
def submit(visit: str, task: str, organ: str, by: Actor) -> None:
    """提交审核(检查人员)。"""
    record = record_of(by, visit=visit, task=task, organ=organ)
    actions.submit(record=record, version=record.version, by=by, at=timezone.now())
    click.echo(f"检查 {visit} 的结果已提交审核。")


@commands.command()
@_named
@acting
def approve(visit: str, task: str, organ: str, by: Actor) -> None:
    """审核通过并锁定(不能审核本人录入的)。"""
    record = record_of(by, visit=visit, task=task, organ=organ)
    actions.approve(record=record, by=by, at=timezone.now())
    click.echo(f"检查 {visit} 的结果已审核。")


@commands.command("return")
@_named
@click.option("--remark", required=True, help="退回意见")
@acting
def return_(visit: str, task: str, organ: str, remark: str, by: Actor) -> None:
    """退回检查人员修改。"""
    record = record_of(by, visit=visit, task=task, organ=organ)
    actions.return_record(record=record, remark=remark, by=by, at=timezone.now())
    click.echo(f"检查 {visit} 的结果已退回。")
