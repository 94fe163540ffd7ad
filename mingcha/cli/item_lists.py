"""`mingcha item-list`: editions of item lists, from draft to publication (随机抽查事项清单)."""

from datetime import datetime

import click
from django.utils import timezone

from mingcha.cli.frame import acting, answer, as_json, one
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.registers import actions, queries
from mingcha.registers.states import ITEM_LIST_STATE_LABELS, ItemListState

commands = click.Group()


@commands.command()
@click.option("--title", required=True, help="清单名称")
@click.option("--edition", required=True, help="版本,如 2026年版")
@click.option("--valid-from", required=True, type=click.DateTime(["%Y-%m-%d"]), help="施行日期")
@click.option("--joint", is_flag=True, help="部门联合抽查事项清单(由联席办起草)")
@click.option("--after", default="", metavar="NUMBER", help="沿用该清单的事项")
@acting
@as_json
def new(title: str, edition: str, valid_from: datetime, joint: bool, after: str, by: Actor, as_json: bool) -> None:
    """起草一个清单版本;随后用 import items --list 导入事项。"""
    former = one(queries.item_lists_for(by), "清单", number=after) if after else None
    drafted = actions.draft_item_list(
        title=title,
        edition=edition,
        valid_from=valid_from.date(),
        is_joint=joint,
        after=former,
        by=by,
        at=timezone.now(),
    )
    answer({"number": drafted.number}, f"已起草清单 {drafted.number}。", as_json=as_json)


@commands.command()
@click.argument("number")
@acting
def publish(number: str, by: Actor) -> None:
    """发布清单草稿;发布后事项不再更改。"""
    drafted = one(queries.own_item_lists(by), "清单", number=number)
    actions.publish_item_list(item_list=drafted, by=by, at=timezone.now())
    click.echo(f"清单 {number} 已发布。")


@commands.command()
@click.argument("number")
@acting
@as_json
def show(number: str, by: Actor, as_json: bool) -> None:
    """列出清单的事项;编制任务时以“清单编号/事项编码”引用。"""
    require(by, "registers.view")
    found = one(queries.item_lists_for(by), "清单", number=number)
    rows = list(queries.items_of(found))
    facts = [
        {"item": f"{number}/{row.code}", "name": row.name, "line": row.line_id, "ratio": row.ratio_text} for row in rows
    ]
    words = [f"{number}/{row.code}  {row.line.name}  {row.name}  {row.ratio_text}" for row in rows]
    answer(facts, "\n".join(words) or "清单内没有事项。", as_json=as_json)


@commands.command("list")
@acting
@as_json
def list_(by: Actor, as_json: bool) -> None:
    """列出各清单。"""
    require(by, "registers.view")
    rows = list(queries.item_lists_for(by).select_related("organization").order_by("number"))
    facts = [
        {"number": row.number, "title": row.title, "edition": row.edition, "state": row.state, "joint": row.is_joint}
        for row in rows
    ]
    words = [f"{row.number}  {ITEM_LIST_STATE_LABELS[ItemListState(row.state)]}  {row}" for row in rows]
    answer(facts, "\n".join(words) or "没有清单。", as_json=as_json)
