"""`mingcha visit`: visits made of a ceremony, begun and ended (检查)."""

from collections.abc import Mapping
from typing import Any

import click
from django.db.models import QuerySet
from django.utils import timezone

from mingcha.assignments import queries as teams
from mingcha.cli.frame import acting, answer, as_json, busy, one
from mingcha.draws import queries as draws
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.people.states import Role
from mingcha.visits import actions, queries
from mingcha.visits.models import Visit
from mingcha.visits.states import RECORD_STATE_LABELS, VISIT_STATE_LABELS, RecordState, VisitState

commands = click.Group()


def visits_seen(by: Actor) -> QuerySet[Visit]:
    """The visits the actor may see; an inspector's own."""
    require(by, "visits.view_own" if by.role == Role.INSPECTOR else "visits.view")
    return queries.visits_for(by).select_related("region", "ceremony")


def narrowed(visits: QuerySet[Visit], *, ceremony: str, region: str, state: str | None) -> QuerySet[Visit]:
    """The visits that the options leave."""
    given: Mapping[str, str | None] = {"ceremony__number": ceremony, "region": region, "state": state}
    return visits.filter(**{name: value for name, value in given.items() if value})


def filters(command: Any) -> Any:
    """The options that narrow visits."""
    for option in (
        click.option("--state", type=click.Choice(list(VisitState)), help="状态"),
        click.option("--region", default="", metavar="CODE", help="区域代码"),
        click.option("--ceremony", default="", help="摇号场次编号"),
    ):
        command = option(command)
    return command


@commands.command()
@click.argument("ceremony")
@acting
@as_json
def arrange(ceremony: str, by: Actor, as_json: bool) -> None:
    """由抽取结果生成检查任务和检查记录,每个场次一次。"""
    found = one(draws.ceremonies_for(by), "摇号场次", number=ceremony)
    with busy("生成检查任务"):
        count = actions.arrange(ceremony=found, by=by, at=timezone.now())
    answer({"ceremony": ceremony, "visits": count}, f"已生成检查任务 {count} 次。", as_json=as_json)


@commands.command("list")
@filters
@acting
@as_json
def list_(by: Actor, as_json: bool, **given: str) -> None:
    """列出检查;检查人员只看到本人的。"""
    today = timezone.localdate()
    rows = list(queries.in_order_of_urgency(narrowed(visits_seen(by), **given), today=today))
    facts = [
        {
            "number": row.number,
            "subject": row.subject_name,
            "region": row.region_id,
            "from": row.window_from,
            "to": row.window_to,
            "state": row.state,
            "overdue": row.is_overdue,  # type: ignore[attr-defined]
        }
        for row in rows
    ]
    words = [
        f"{row.number}  {VISIT_STATE_LABELS[VisitState(row.state)]}  {row.region}  {row.subject_name}"
        f"  {row.window_from}—{row.window_to}"
        for row in rows
    ]
    answer(facts, "\n".join(words) or "没有检查。", as_json=as_json)


@commands.command()
@click.argument("number")
@acting
@as_json
def show(number: str, by: Actor, as_json: bool) -> None:
    """查看一次检查:检查组,各检查记录的编号、版本和事项(录入结果时引用)。"""
    visit = one(visits_seen(by), "检查", number=number)
    team = list(teams.seats_of(visit.ceremony, visit.visit_id))
    records = list(queries.parts_of(visit))
    facts = {
        "number": visit.number,
        "subject": visit.subject_name,
        "address": visit.address,
        "state": visit.state,
        "from": visit.window_from,
        "to": visit.window_to,
        "team": [
            {
                "number": seat.inspector.number,
                "name": seat.inspector.name,
                "username": seat.inspector.user.username if seat.inspector.user else None,
                "organization": seat.organization.code,
                "leader": seat.is_leader,
            }
            for seat in team
        ],
        "records": [
            {
                "record": record.pk,
                "task": record.task.number,
                "organization": record.organization.code,
                "state": record.state,
                "version": record.version,
                "items": [{"code": row.item.code, "name": row.item.name} for row in record.items.all()],
            }
            for record in records
        ],
    }
    lines = [
        f"{visit.number} {visit.subject_name}({VISIT_STATE_LABELS[VisitState(visit.state)]})",
        f"  {visit.address}  {visit.window_from}—{visit.window_to}",
        *(
            f"  {'组长' if seat.is_leader else '组员'} {seat.inspector.name} {seat.inspector.number}"
            f"({seat.organization.name})"
            for seat in team
        ),
    ]
    for record in records:
        state = RECORD_STATE_LABELS[RecordState(record.state)]
        lines.append(f"  记录 {record.pk}  {record.task.number}  {record.organization.name}  {state}")
        lines += [f"    {row.item.code} {row.item.name}" for row in record.items.all()]
    answer(facts, "\n".join(lines), as_json=as_json)


@commands.command()
@click.argument("number")
@acting
def start(number: str, by: Actor) -> None:
    """到场:检查组就此锁定(检查人员本人)。"""
    actions.start(visit=one(visits_seen(by), "检查", number=number), by=by, at=timezone.now())
    click.echo(f"检查 {number} 已开始。")


@commands.command()
@click.argument("number")
@acting
def end(number: str, by: Actor) -> None:
    """检查完毕;二十个工作日内录入并公示结果。"""
    actions.end(visit=one(visits_seen(by), "检查", number=number), by=by, at=timezone.now())
    click.echo(f"检查 {number} 已结束。")
