"""`mingcha publish`: making public what is finished (公示)."""

from typing import Any

import click
from django.utils import timezone

from mingcha.cli.frame import acting, answer, as_json, busy, one
from mingcha.cli.results import record_of
from mingcha.draws import queries as draws
from mingcha.people.actors import Actor
from mingcha.plans import queries as plans
from mingcha.publication import actions, queries
from mingcha.publication.models import Notice
from mingcha.registers import queries as registers

commands = click.Group()


def _told(notice: Notice, *, as_json: bool) -> None:
    facts: dict[str, Any] = {
        "kind": notice.kind,
        "reference": notice.reference,
        "version": notice.version,
        "due_on": notice.due_on,
        "late": notice.is_late,
    }
    late = "(逾期公示)" if notice.is_late else ""
    answer(facts, f"已公示“{notice.title}”第 {notice.version} 版{late}。", as_json=as_json)


@commands.command("item-list")
@click.argument("number")
@acting
@as_json
def item_list(number: str, by: Actor, as_json: bool) -> None:
    """公示抽查事项清单。"""
    found = one(registers.item_lists_for(by), "清单", number=number)
    _told(actions.publish_item_list(item_list=found, by=by, at=timezone.now()), as_json=as_json)


@commands.command()
@click.argument("number")
@acting
@as_json
def plan(number: str, by: Actor, as_json: bool) -> None:
    """公示已下达的抽查计划。"""
    found = one(plans.plans_for(by), "计划", number=number)
    _told(actions.publish_plan(plan=found, by=by, at=timezone.now()), as_json=as_json)


@commands.command()
@click.argument("number")
@acting
@as_json
def task(number: str, by: Actor, as_json: bool) -> None:
    """公示抽查任务。"""
    found = one(plans.tasks_for(by), "抽查任务", number=number)
    _told(actions.publish_task(task=found, by=by, at=timezone.now()), as_json=as_json)


@commands.command()
@click.argument("number")
@acting
@as_json
def ceremony(number: str, by: Actor, as_json: bool) -> None:
    """公示抽取:公告和各项摘要;演练不公示。"""
    found = one(draws.ceremonies_for(by), "摇号场次", number=number)
    _told(actions.publish_ceremony(ceremony=found, by=by, at=timezone.now()), as_json=as_json)


@commands.command()
@click.option("--visit", required=True, help="检查编号")
@click.option("--task", default="", help="任务编号(该次检查有几份记录时)")
@click.option("--of", "organ", default="", metavar="CODE", help="检查单位编码(该次检查有几份记录时)")
@acting
@as_json
def result(visit: str, task: str, organ: str, by: Actor, as_json: bool) -> None:
    """公示一份已审核的检查结果。"""
    found = record_of(by, visit=visit, task=task, organ=organ)
    _told(actions.publish_result(record=found, by=by, at=timezone.now()), as_json=as_json)


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
