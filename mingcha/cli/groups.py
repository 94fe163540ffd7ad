"""`mingcha group`: inspectors who go together (检查小组)."""

from typing import Any

import click
from django.utils import timezone

from mingcha.cli.frame import acting, answer, as_json, one
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.people.scopes import organizations_for
from mingcha.registers import actions, queries

commands = click.Group()


@commands.command("list")
@acting
@as_json
def list_(by: Actor, as_json: bool) -> None:
    """列出本单位范围内的检查小组及成员。"""
    require(by, "registers.view")
    facts: list[dict[str, Any]] = [
        {
            "number": group.number,
            "name": group.name,
            "organization": group.organization.code,
            "members": [member.inspector.number for member in group.members.all()],
            "leader": next(member.inspector.number for member in group.members.all() if member.is_leader),
            "disbanded_on": group.disbanded_on,
        }
        for group in queries.group_in_full(queries.groups_for(by)).order_by("number")
    ]
    lines = [
        f"{each['number']}  {each['name']}  组长 {each['leader']}  成员 {'、'.join(each['members'])}"
        + (f"  {each['disbanded_on']} 解散" if each["disbanded_on"] else "")
        for each in facts
    ]
    answer(facts, "\n".join(lines) or "没有检查小组。", as_json=as_json)


@commands.command()
@click.option("--name", required=True, help="小组名称")
@click.option("--of", "code", required=True, metavar="CODE", help="小组所属单位的编码")
@click.option("--leader", required=True, metavar="NUMBER", help="组长的人员编号")
@click.option("--member", "members", required=True, multiple=True, metavar="NUMBER", help="其他成员的人员编号,可重复")
@acting
@as_json
def form(name: str, code: str, leader: str, members: tuple[str, ...], by: Actor, as_json: bool) -> None:
    """组建检查小组:同一单位至少两名持证人员,其中一人任组长。"""
    people = queries.inspectors_for(by)
    chosen = [one(people, "检查人员", number=number) for number in dict.fromkeys((leader, *members))]
    group = actions.form_group(
        name=name,
        organization=one(organizations_for(by), "单位", code=code),
        members=chosen,
        leader=chosen[0],
        by=by,
        at=timezone.now(),
    )
    answer({"number": group.number}, f"已组建小组 {group.number}。", as_json=as_json)


@commands.command()
@click.argument("number")
@acting
def disband(number: str, by: Actor) -> None:
    """解散检查小组;曾经的成员仍可查。"""
    actions.disband_group(group=one(queries.groups_for(by), "检查小组", number=number), by=by, at=timezone.now())
    click.echo(f"小组 {number} 已解散。")
