"""`mingcha publish`: making public what is finished, and correcting or taking back what is public (公示)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click
from django.utils import timezone

from mingcha.cli.frame import acting, answer, as_json, busy, one
from mingcha.cli.results import record_of
from mingcha.draws import queries as draws
from mingcha.people.actors import Actor
from mingcha.people.permissions import require
from mingcha.plans import queries as plans
from mingcha.publication import actions, queries
from mingcha.publication.models import Notice
from mingcha.publication.snapshots import reference_of
from mingcha.publication.states import NoticeKind
from mingcha.registers import queries as registers

commands = click.Group()


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A kind of thing that is published by its number."""

    help: str
    what: str
    rows: Callable[[Actor], Any]
    publish: Callable[..., Notice]
    parameter: str


NUMBERED = {
    "item-list": _Numbered(
        "公示抽查事项清单。", "清单", registers.item_lists_for, actions.publish_item_list, "item_list"
    ),
    "plan": _Numbered("公示已下达的抽查计划。", "计划", plans.plans_for, actions.publish_plan, "plan"),
    "task": _Numbered("公示抽查任务。", "抽查任务", plans.tasks_for, actions.publish_task, "task"),
    "ceremony": _Numbered(
        "公示抽取:公告和各项摘要;演练不公示。",
        "摇号场次",
        draws.ceremonies_for,
        actions.publish_ceremony,
        "ceremony",
    ),
}


def _publishing(each: _Numbered) -> Callable[..., None]:
    """The command that publishes one thing of a kind."""

    @click.argument("number")
    @acting
    @as_json
    def publish(number: str, by: Actor, as_json: bool) -> None:
        found = one(each.rows(by), each.what, number=number)
        notice = each.publish(**{each.parameter: found}, by=by, at=timezone.now())
        _told("公示", notice, as_json=as_json)

    return publish


for _name, _each in NUMBERED.items():
    commands.command(_name, help=_each.help)(_publishing(_each))


def _told(done: str, notice: Notice, *, as_json: bool) -> None:
    facts: dict[str, Any] = {
        "kind": notice.kind,
        "reference": notice.reference,
        "version": notice.version,
        "due_on": notice.due_on,
        "late": notice.is_late,
        "state": notice.state,
    }
    late = "(逾期公示)" if notice.is_late else ""
    answer(facts, f"已{done}“{notice.title}”第 {notice.version} 版{late}。", as_json=as_json)


def _of_several(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which record of a visit is meant."""
    for option in (
        click.option("--of", "organ", default="", metavar="CODE", help="检查单位编码(该次检查有几份记录时)"),
        click.option("--task", default="", help="任务编号(该次检查有几份记录时)"),
    ):
        command = option(command)
    return command


@commands.command()
@click.option("--visit", required=True, help="检查编号")
@_of_several
@acting
@as_json
def result(visit: str, task: str, organ: str, by: Actor, as_json: bool) -> None:
    """公示一份已审核的检查结果。"""
    found = record_of(by, visit=visit, task=task, organ=organ)
    _told("公示", actions.publish_result(record=found, by=by, at=timezone.now()), as_json=as_json)


@commands.command()
@acting
@as_json
def results(by: Actor, as_json: bool) -> None:
    """公示本单位全部已审核、未公示的检查结果;有一份被拒绝即以 1 退出。"""
    with busy("公示"):
        done, refused = actions.publish_results(records=queries.unpublished_results(by), by=by, at=timezone.now())
    facts = {"published": done, "refused": [str(refusal) for refusal in refused]}
    words = [f"已公示 {done} 份结果。", *(f"  ! {refusal}" for refusal in refused)]
    answer(facts, "\n".join(words), as_json=as_json)
    if refused:
        click.get_current_context().exit(1)


def _naming_a_notice(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments and options that name what is public: a result goes by the number of its visit."""
    command = _of_several(command)
    command = click.argument("number")(command)
    return click.argument("kind", type=click.Choice([*NUMBERED, "result"]))(command)


def _notice(by: Actor, *, kind: str, number: str, task: str, organ: str) -> Notice:
    """The newest version of a notice among those the actor may see."""
    require(by, "publication.publish")
    if kind == "result":
        record = record_of(by, visit=number, task=task, organ=organ)
        number = reference_of(record)
    versions = queries.notices_for(by).order_by("-version")
    return one(versions, "公示信息", kind=NoticeKind(kind.upper().replace("-", "_")), reference=number)


@commands.command()
@_naming_a_notice
@acting
@as_json
def correct(by: Actor, as_json: bool, **named: str) -> None:
    """更正公示:以现在的内容公示新版本,原版本保留可查;KIND 为 result 时 NUMBER 是检查编号。"""
    _told("更正", actions.correct(notice=_notice(by, **named), by=by, at=timezone.now()), as_json=as_json)


@commands.command()
@_naming_a_notice
@click.option("--reason", required=True, help="撤回原因,随公示保留")
@acting
@as_json
def withdraw(reason: str, by: Actor, as_json: bool, **named: str) -> None:
    """撤回公示:各版内容不再显示,标题和撤回原因保留;KIND 为 result 时 NUMBER 是检查编号。"""
    notice = actions.withdraw(notice=_notice(by, **named), reason=reason, by=by, at=timezone.now())
    _told("撤回", notice, as_json=as_json)
