"""`mingcha draw`: who may stand in a population — changes by hand, lists behind the figures, caps, equivalent items."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import click
from django.utils import timezone

from mingcha.cli.frame import acting, answer, as_json, one
from mingcha.draws import actions, queries
from mingcha.draws.columns import why_label
from mingcha.draws.models import Adjustment, Ceremony, FrequencyCap, ItemEquivalence
from mingcha.draws.states import ADJUSTED_LABELS, GROUND_LABELS, Adjusted, Exemption, Ground
from mingcha.people.actors import Actor
from mingcha.people.permissions import require

commands = click.Group()
DAY = click.DateTime(["%Y-%m-%d"])


def _held(number: str, by: Actor) -> Ceremony:
    return one(queries.held_by(by), "摇号场次", number=number)


@commands.command()
@click.argument("ceremony")
@click.argument("task")
@click.argument("unit")
@click.option("--kind", required=True, type=click.Choice(list(Adjusted)), help="ADDED 增加,REMOVED 剔除")
@click.option("--ground", required=True, type=click.Choice(list(Ground)), help="增减理由")
@click.option("--reason", required=True, help="事实和依据")
@acting
@as_json
def adjust(ceremony: str, task: str, unit: str, kind: str, ground: str, reason: str, by: Actor, as_json: bool) -> None:
    """手工增减抽查对象(固化前);须由另一人用 approve-adjustment 批准。"""
    require(by, "draws.adjust")
    entry = actions.adjust(
        ceremony=_held(ceremony, by),
        task=task,
        unit_id=unit,
        kind=Adjusted(kind),
        ground=Ground(ground),
        reason=reason,
        by=by,
        at=timezone.now(),
    )
    answer({"id": entry.pk}, f"已登记第 {entry.pk} 条:{_told(entry)}。须由另一人批准。", as_json=as_json)


def _told(entry: Adjustment) -> str:
    return f"{ADJUSTED_LABELS[Adjusted(entry.kind)]} {entry.name}({GROUND_LABELS[Ground(entry.ground)]})"


@commands.command()
@click.argument("ceremony")
@acting
@as_json
def adjustments(ceremony: str, by: Actor, as_json: bool) -> None:
    """列出一个场次的手工增减。"""
    require(by, "draws.view")
    found = one(queries.ceremonies_for(by), "摇号场次", number=ceremony)
    rows = list(queries.adjustments_for(found, by))
    facts = [
        {"id": row.pk, "unit_id": row.unit_id, "kind": row.kind, "ground": row.ground, "state": _state(row)}
        for row in rows
    ]
    words = [f"{row.pk}  {STATES[_state(row)]}  {_told(row)}:{row.note}" for row in rows]
    answer(facts, "\n".join(words) or "没有手工增减。", as_json=as_json)


STATES = {"withdrawn": "已撤回", "approved": "已批准", "waiting": "待批准"}


def _state(entry: Adjustment) -> str:
    return "withdrawn" if entry.withdrawn_at else "approved" if entry.approved_at else "waiting"


@commands.command("approve-adjustment")
@click.argument("ceremony")
@click.argument("entry", type=int)
@acting
def approve_adjustment(ceremony: str, entry: int, by: Actor) -> None:
    """批准他人登记的手工增减。"""
    require(by, "draws.approve_adjustment")
    found = actions.approve_adjustment(ceremony=_held(ceremony, by), entry=entry, by=by, at=timezone.now())
    click.echo(f"已批准:{_told(found)}。")


@commands.command("withdraw-adjustment")
@click.argument("ceremony")
@click.argument("entry", type=int)
@acting
def withdraw_adjustment(ceremony: str, entry: int, by: Actor) -> None:
    """固化前撤回手工增减;记录和留痕仍在。"""
    require(by, "draws.adjust")
    found = actions.withdraw_adjustment(ceremony=_held(ceremony, by), entry=entry, by=by, at=timezone.now())
    click.echo(f"已撤回:{_told(found)}。")


@commands.command()
@click.argument("ceremony")
@click.argument("task")
@click.option("--kind", type=click.Choice(list(Exemption)), help="豁免情形;不给则取消豁免")
@click.option("--reason", default="", help="依据")
@acting
def exempt(ceremony: str, task: str, kind: str | None, reason: str, by: Actor) -> None:
    """任务属于频次上限列明的豁免情形,不受上限限制(固化前)。"""
    require(by, "draws.adjust")
    actions.exempt(
        ceremony=_held(ceremony, by),
        task=task,
        exemption=Exemption(kind) if kind else None,
        reason=reason,
        by=by,
        at=timezone.now(),
    )
    click.echo(f"任务 {task} {'不受频次上限限制' if kind else '受频次上限限制'}。")


@commands.command("left-out")
@click.argument("ceremony")
@acting
@as_json
def left_out(ceremony: str, by: Actor, as_json: bool) -> None:
    """列出被规则排除和手工增减的对象;不得外传。"""
    require(by, "draws.view")
    rows = queries.behind_figures(one(queries.ceremonies_for(by), "摇号场次", number=ceremony), by)
    facts = [{"task": row.task.number, "unit_id": row.unit_id, "name": row.name, "why": row.why} for row in rows]
    words = [f"{row.task.number}  {why_label(row.why)}  {row.unit_id}  {row.name}" for row in rows]
    answer(facts, "\n".join(words) or "没有。", as_json=as_json)


@commands.command("set-cap")
@click.argument("organization_code", metavar="CODE")
@click.argument("most", type=int)
@click.option("--below", is_flag=True, help="下级单位的检查合并计算")
@click.option("--exempt", "kinds", multiple=True, type=click.Choice(list(Exemption)), help="不计入的情形,可多次给出")
@click.option("--basis", required=True, help="依据的公布文件")
@click.option("--from", "first", required=True, type=DAY, help="起始日期")
@click.option("--to", "last", type=DAY, help="终止日期")
@acting
@as_json
def set_cap(
    organization_code: str,
    most: int,
    below: bool,
    kinds: Sequence[str],
    basis: str,
    first: datetime,
    last: datetime | None,
    by: Actor,
    as_json: bool,
) -> None:
    """登记一个单位公布的年度检查频次上限。"""
    require(by, "draws.set_limits")
    cap = actions.set_cap(
        organization=one(queries.organs_limited_by(by), "单位", code=organization_code),
        most=most,
        counts_below=below,
        exempt=[Exemption(kind) for kind in kinds],
        basis=basis,
        valid_from=first.date(),
        valid_to=last.date() if last else None,
        by=by,
        at=timezone.now(),
    )
    answer({"id": cap.pk}, f"已登记:{_cap(cap)}。", as_json=as_json)


def _cap(cap: FrequencyCap) -> str:
    return f"{cap.organization.name} 每年最多 {cap.most} 次,{_days(cap.valid_from, cap.valid_to)}"


def _days(first: date, last: date | None) -> str:
    return f"{first} 至 {last or '另行终止'}"


@commands.command()
@acting
@as_json
def limits(by: Actor, as_json: bool) -> None:
    """列出频次上限和等同事项。"""
    require(by, "draws.view")
    caps, pairs = list(queries.caps_in_order()), list(queries.equivalents_in_order())
    facts: dict[str, Any] = {
        "caps": [
            {
                "id": cap.pk,
                "organization": cap.organization.code,
                "most": cap.most,
                "counts_below": cap.counts_below,
                "exempt": cap.exempt,
                "valid_from": cap.valid_from,
                "valid_to": cap.valid_to,
            }
            for cap in caps
        ],
        "equivalents": [
            {
                "id": pair.pk,
                "items": [[pair.line_id, pair.code], [pair.other_line_id, pair.other_code]],
                "valid_from": pair.valid_from,
                "valid_to": pair.valid_to,
            }
            for pair in pairs
        ],
    }
    words = [f"{cap.pk}  {_cap(cap)}" for cap in caps] + [f"{pair.pk}  {_pair(pair)}" for pair in pairs]
    answer(facts, "\n".join(words) or "没有频次上限和等同事项。", as_json=as_json)


def _pair(pair: ItemEquivalence) -> str:
    return (
        f"{pair.line_id} {pair.code} 等同 {pair.other_line_id} {pair.other_code},"
        f"{_days(pair.valid_from, pair.valid_to)}"
    )


@commands.command("end-cap")
@click.argument("entry", type=int)
@click.option("--on", "last", required=True, type=DAY, help="最后有效日")
@acting
def end_cap(entry: int, last: datetime, by: Actor) -> None:
    """终止频次上限;不删除,已固化的场次不受影响。"""
    require(by, "draws.set_limits")
    cap = actions.end_cap(cap=FrequencyCap.objects.get(pk=entry), last_day=last.date(), by=by, at=timezone.now())
    click.echo(f"已终止:{_cap(cap)}。")


@commands.command("declare-equivalent")
@click.argument("item", metavar="LINE/CODE")
@click.argument("other", metavar="LINE/CODE")
@click.option("--basis", required=True, help="依据的公布文件")
@click.option("--from", "first", required=True, type=DAY, help="起始日期")
@click.option("--to", "last", type=DAY, help="终止日期")
@acting
@as_json
def declare_equivalent(
    item: str, other: str, basis: str, first: datetime, last: datetime | None, by: Actor, as_json: bool
) -> None:
    """认定两个事项等同:一项查过,另一项在排除期内不再查。"""
    require(by, "draws.set_limits")
    found = []
    for name in (item, other):
        line, _, code = name.partition("/")
        found.append(one(queries.published_items().order_by("-pk"), "抽查事项", line=line, code=code))
    pair = actions.declare_equivalent(
        item=found[0],
        other=found[1],
        basis=basis,
        valid_from=first.date(),
        valid_to=last.date() if last else None,
        by=by,
        at=timezone.now(),
    )
    answer({"id": pair.pk}, f"已认定:{_pair(pair)}。", as_json=as_json)


@commands.command("end-equivalent")
@click.argument("entry", type=int)
@click.option("--on", "last", required=True, type=DAY, help="最后有效日")
@acting
def end_equivalent(entry: int, last: datetime, by: Actor) -> None:
    """终止等同事项。"""
    require(by, "draws.set_limits")
    declared = ItemEquivalence.objects.get(pk=entry)
    pair = actions.end_equivalent(declared=declared, last_day=last.date(), by=by, at=timezone.now())
    click.echo(f"已终止:{_pair(pair)}。")
