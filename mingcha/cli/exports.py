"""`mingcha export`: the rooms' own tables as files (导出), each of exactly the rows the account may see."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from mingcha.cli import sheets
from mingcha.cli.frame import Unreadable, acting, answer, as_json, one
from mingcha.cli.task_terms import scope_of, scope_options
from mingcha.cli.visits import filters, narrowed, visits_seen
from mingcha.draws import queries as draws
from mingcha.draws.columns import seat_columns, unit_columns
from mingcha.people.actors import Actor
from mingcha.people.models import Region
from mingcha.people.permissions import may, require
from mingcha.plans import queries as plans
from mingcha.plans.sheets import LIST, annex
from mingcha.registers import queries as registers
from mingcha.registers import sheets as columns
from mingcha.registers.rules import Scope
from mingcha.results import queries as results
from mingcha.results.columns import FOLLOW_UP_COLUMNS, RECORD_COLUMNS
from mingcha.visits import queries as visits_queries
from mingcha.visits.columns import COLUMNS as VISIT_COLUMNS

commands = click.Group()
CHUNK = 2_000


def _to_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """Dress a command that gives (columns, rows, number of rows): they are written to the file of the options."""

    @click.option("-o", "--output", required=True, type=sheets.OUT, help="写入的文件,.xlsx 或 .csv")
    @click.option(
        "--encoding", type=click.Choice(["utf-8", "gb18030"]), default="utf-8", show_default=True, help=".csv 的编码"
    )
    @acting
    @as_json
    @wraps(command)
    def written(*args: Any, output: Path, encoding: str, as_json: bool, **given: Any) -> None:
        heading, rows, total = command(*args, **given)
        count = sheets.write(output, heading, rows, total=total, encoding=encoding)
        answer({"file": str(output), "rows": count}, f"已导出 {count} 行到 {output}。", as_json=as_json)

    return written


@commands.command()
@scope_options
@_to_file
def subjects(by: Actor, **given: Any) -> Any:
    """导出检查对象名录库;条件同任务的抽查范围。"""
    require(by, "registers.export")
    found = registers.narrowed(
        registers.subjects_for(by), Scope.from_json({"states": [], **scope_of(given)}), on=timezone.localdate()
    )
    heading = [*columns.SUBJECTS, columns.RATINGS] if may(by, "registers.view_ratings") else columns.SUBJECTS
    rows = registers.subject_in_full(found).order_by("pk").iterator(chunk_size=CHUNK)
    return heading, rows, found.count()


@commands.command()
@_to_file
def inspectors(by: Actor) -> Any:
    """导出执法检查人员名录库。"""
    require(by, "registers.export")
    found = registers.inspectors_for(by)
    rows = registers.inspector_in_full(found).order_by("number").iterator(chunk_size=CHUNK)
    return columns.INSPECTORS, rows, found.count()


@commands.command()
@click.argument("number")
@_to_file
def items(number: str, by: Actor) -> Any:
    """导出一份清单的抽查事项。"""
    require(by, "registers.export")
    found = registers.items_of(one(registers.item_lists_for(by), "清单", number=number))
    return columns.ITEMS, found, found.count()


@commands.command("plans")
@click.option("--year", type=int, help="年度")
@_to_file
def plans_(year: int | None, by: Actor) -> Any:
    """导出计划目录。"""
    require(by, "plans.view")
    found = plans.plans_found(by, year=year)
    return LIST, found, found.count()


@commands.command()
@click.argument("number")
@click.option("-o", "--output", required=True, type=sheets.OUT, help="写入的 .xlsx 文件")
@acting
def plan(number: str, output: Path, by: Actor) -> None:
    """导出一份计划的附件表(.xlsx)。"""
    require(by, "plans.view")
    if output.suffix.lower() != ".xlsx":
        raise Unreadable(f"{output}:附件表只有 .xlsx 一种格式")
    found = one(plans.plans_for(by), "计划", number=number)
    outlooks = plans.outlooks(plans.tasks_of(found, by), on=timezone.localdate())
    sheets.save(output, [annex(found, outlooks)])
    click.echo(f"已导出 {len(outlooks)} 项任务到 {output}。")


@commands.command()
@click.argument("ceremony")
@_to_file
def units(ceremony: str, by: Actor) -> Any:
    """导出抽中和备选的检查对象。"""
    require(by, "draws.view")
    found = one(draws.ceremonies_for(by), "摇号场次", number=ceremony)
    rows = draws.units_for(found, by)
    regions = dict(Region.objects.values_list("code", "name"))
    heading = unit_columns(
        regions, with_classes=draws.may_see_classes(found, by), with_batches=bool(draws.batches_in(found))
    )
    return heading, rows.iterator(chunk_size=CHUNK), rows.count()


@commands.command()
@click.argument("ceremony")
@_to_file
def teams(ceremony: str, by: Actor) -> Any:
    """导出抽取的检查人员,一席一行。"""
    require(by, "draws.view")
    found = one(draws.ceremonies_for(by), "摇号场次", number=ceremony)
    rows = list(draws.seats_for(found, by))
    names = draws.names_of(found, [seat.unit_id for seat in rows])
    return seat_columns(draws.inspectors_named(rows), names), rows, len(rows)


@commands.command()
@filters
@_to_file
def visits(by: Actor, **given: str) -> Any:
    """导出检查。"""
    require(by, "visits.view")
    found = narrowed(visits_seen(by), **given)
    ordered = visits_queries.in_order_of_urgency(found, today=timezone.localdate())
    return VISIT_COLUMNS, visits_queries.with_progress(ordered).iterator(chunk_size=CHUNK), found.count()


@commands.command()
@click.option("--queue", type=click.Choice([*results.QUEUES, "overdue"]), help="只导出某一类")
@_to_file
def records(queue: str | None, by: Actor) -> Any:
    """导出检查记录。"""
    require(by, "results.view")
    today = timezone.localdate()
    found = results.queue_of(results.records_for(by), queue or "", today=today)
    return RECORD_COLUMNS, results.in_full(results.in_queue_order(found, today=today)), found.count()


@commands.command("follow-ups")
@click.option("--closed", is_flag=True, help="已完结的;省略时为未完结的")
@_to_file
def follow_ups(closed: bool, by: Actor) -> Any:
    """导出后续处置。"""
    require(by, "results.view")
    found = results.follow_ups_for(by)
    rows = results.closed_follow_ups(found) if closed else results.open_follow_ups(found)
    return FOLLOW_UP_COLUMNS, rows.iterator(chunk_size=CHUNK), rows.count()
