"""`mingcha draw`: a ceremony step by step, in the order of the protocol (摇号场次)."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

import fairdraw
from mingcha.cli import eligibility, sheets, sources
from mingcha.cli.frame import acting, answer, as_json, busy, one
from mingcha.cli.sources import ceremony_of
from mingcha.cli.witness import read_receipt
from mingcha.draws import actions, queries
from mingcha.draws.models import Ceremony
from mingcha.draws.stage import Stage, stage_of
from mingcha.draws.states import CEREMONY_STATE_LABELS, EXCLUSION_LABELS, CeremonyState, Exclusion
from mingcha.people.actors import Actor
from mingcha.people.models import Membership
from mingcha.people.permissions import ACTS, require

commands = click.Group()
commands.add_command(sources.source)
RECEIPT = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@commands.command()
@click.argument("tasks", nargs=-1, required=True, metavar="TASK…")
@click.option("--title", required=True, help="场次名称")
@click.option("--rehearsal", is_flag=True, help="演练:结果不作数")
@click.option(
    "--suite", type=click.Choice(sorted(fairdraw.SUITES)), default="SHA-256", show_default=True, help="算法套件"
)
@click.option("--previous", default="", metavar="CEREMONY", help="重抽自哪个已作废的场次")
@acting
@as_json
def prepare(
    tasks: Sequence[str], title: str, rehearsal: bool, suite: str, previous: str, by: Actor, as_json: bool
) -> None:
    """筹备场次:一项或几项已下达的任务一并抽取。"""
    require(by, "draws.prepare")
    ceremony = actions.prepare(
        title=title,
        tasks=[one(queries.tasks_led_by(by), "抽查任务", number=number) for number in tasks],
        is_rehearsal=rehearsal,
        suite=suite,
        previous=ceremony_of(previous, by) if previous else None,
        by=by,
        at=timezone.now(),
    )
    answer({"number": ceremony.number}, f"已筹备场次 {ceremony.number}。", as_json=as_json)


@commands.command()
@click.argument("ceremony")
@click.option("--witness", "witnesses", multiple=True, required=True, metavar="USER[@CODE]", help="账号[@单位编码]")
@acting
def witness(ceremony: str, witnesses: Sequence[str], by: Actor) -> None:
    """登记见证人;正式抽取要有不同单位的至少两名。"""
    found = ceremony_of(ceremony, by)
    for name in witnesses:
        member = _membership(name)
        actions.declare_witness(
            ceremony=found, user=member.user, organization=member.organization, by=by, at=timezone.now()
        )
        click.echo(f"已登记见证人 {member.user.name}({member.organization.name})。")


def _membership(name: str) -> Membership:
    """The membership through which somebody may witness."""
    username, _, code = name.partition("@")
    roles = [role.value for role in ACTS["draws.witness"].roles]
    members = Membership.objects.filter(user__username=username, role__in=roles, is_active=True)
    members = members.select_related("user", "organization").order_by("pk")
    found = (members.filter(organization__code=code) if code else members).first()
    if found is None:
        raise click.BadParameter(f"账号 {name} 不能担任见证人", param_hint="--witness")
    return found


@commands.command()
@click.argument("ceremony")
@acting
def system(ceremony: str, by: Actor) -> None:
    """登记系统随机数为随机来源,只限演练。固化后用 open --system 取值。"""
    actions.declare_system(ceremony=ceremony_of(ceremony, by), by=by, at=timezone.now())
    click.echo("已登记系统随机数。")


@commands.command()
@click.argument("ceremony")
@click.option("--commitment", metavar="HEX", help="64 位十六进制的承诺")
@click.option("--receipt", type=RECEIPT, help="从回执中取承诺(回执本身不提交)")
@acting
def commit(ceremony: str, commitment: str | None, receipt: Path | None, by: Actor) -> None:
    """见证人提交承诺(固化前)。"""
    if (commitment is None) == (receipt is None):
        raise click.UsageError("请给出 --commitment 或 --receipt 之一")
    given = commitment if receipt is None else read_receipt(receipt, ceremony=ceremony)["commitment"]
    actions.commit_input(ceremony=ceremony_of(ceremony, by), commitment=str(given), by=by, at=timezone.now())
    click.echo("承诺已提交。")


@commands.command()
@click.argument("ceremony")
@acting
@as_json
def freeze(ceremony: str, by: Actor, as_json: bool) -> None:
    """固化:抽样框、抽查方案、人员名录和盐值自此不变,公告存入全过程留痕。"""
    found = ceremony_of(ceremony, by)
    with busy("固化"):
        found = actions.freeze(ceremony=found, salt=secrets.token_bytes(32), by=by, at=timezone.now())
    _show(found, as_json=as_json)


@commands.command("open")
@click.argument("ceremony")
@click.option("--receipt", type=RECEIPT, help="回执文件")
@click.option("--nonce", metavar="HEX", help="随机前缀,与 --value 同用")
@click.option("--value", help="随机输入的文字")
@click.option("--system", "is_system", is_flag=True, help="由组织单位取系统随机数")
@acting
def open_(
    ceremony: str, receipt: Path | None, nonce: str | None, value: str | None, is_system: bool, by: Actor
) -> None:
    """见证人打开承诺(固化后);或 --system 取系统随机数。"""
    by_hand = nonce is not None and value is not None
    if [receipt is not None, by_hand, is_system].count(True) != 1 or (nonce is None) != (value is None):
        raise click.UsageError("请给出 --receipt、--nonce 和 --value、--system 三者之一")
    found = ceremony_of(ceremony, by)
    if is_system:
        actions.add_system_input(ceremony=found, value=secrets.token_bytes(32), by=by, at=timezone.now())
        click.echo("已取系统随机数。")
        return
    said = read_receipt(receipt, ceremony=ceremony) if receipt else {"nonce": str(nonce), "value": str(value)}
    actions.open_input(
        ceremony=found, nonce=_bytes(said["nonce"]), value=said["value"].encode(), by=by, at=timezone.now()
    )
    click.echo("已打开,与承诺一致。")


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as fault:
        raise click.BadParameter("随机前缀应为十六进制", param_hint="--nonce") from fault


@commands.command()
@click.argument("ceremony")
@acting
@as_json
def hold(ceremony: str, by: Actor, as_json: bool) -> None:
    """抽取:只此一次。检查对象、候补和检查人员出自同一个种子。"""
    found = ceremony_of(ceremony, by)
    with busy("抽取"):
        found = actions.hold(ceremony=found, by=by, at=timezone.now())
    _show(found, as_json=as_json)


@commands.command()
@click.argument("ceremony")
@acting
@as_json
def show(ceremony: str, by: Actor, as_json: bool) -> None:
    """查看场次:基数、抽取户数、摘要、人员是否不足。名单用 export units、export teams。"""
    require(by, "draws.view")
    _show(ceremony_of(ceremony, by), as_json=as_json)


def _show(ceremony: Ceremony, *, as_json: bool) -> None:
    stage = stage_of(ceremony, now=timezone.now())
    answer(_facts(stage), _told(stage), as_json=as_json)


def _facts(stage: Stage) -> dict[str, Any]:
    ceremony = stage.ceremony
    return {
        "number": ceremony.number,
        "title": ceremony.title,
        "state": ceremony.state,
        "rehearsal": ceremony.is_rehearsal,
        "disclosure": ceremony.disclosure,
        "suite": ceremony.suite,
        "population": stage.population,
        "selected": stage.selected,
        "inspectors": stage.inspectors,
        "visits": ceremony.visits,
        "visits_if_independent": ceremony.visits_if_independent,
        "shortage": ceremony.shortage,
        "engine": ceremony.engine,
        "statement_digest": ceremony.statement_digest,
        "result_digest": ceremony.result_digest,
        "result_root": ceremony.result_root,
        "bundle_digest": ceremony.bundle_digest,
        "abandoned_reason": ceremony.abandoned_reason,
        "tasks": [
            {
                "number": each.row.task.number,
                "population": each.row.population,
                "excluded": each.row.excluded,
                "added": each.row.added,
                "removed": each.row.removed,
                "exemption": each.row.exemption,
                "selected": each.selected,
                "reserves": each.reserves,
                "regions": each.regions,
                "frame_digest": each.row.frame_digest,
                "design_digest": each.row.design_digest,
            }
            for each in stage.tasks
        ],
        "sources": [
            {
                "position": source.position,
                "kind": source.kind,
                "name": source.name,
                "witness": source.witness.username if source.witness else None,
                "organization": source.organization.code if source.organization else None,
                "commitment": source.commitment,
                "opened": source.opened_at is not None,
                "given_up_reason": source.given_up_reason,
            }
            for source in stage.sources
        ],
        "countersigned": [signed.organization.code for signed in stage.signatures],
    }


def _told(stage: Stage) -> str:
    ceremony = stage.ceremony
    lines = [f"{ceremony.number} {ceremony.title}({CEREMONY_STATE_LABELS[CeremonyState(ceremony.state)]})"]
    for each in stage.tasks:
        excluded = "".join(f",{EXCLUSION_LABELS[Exclusion(why)]} {count}" for why, count in each.row.excluded.items())
        by_hand = (
            f",手工增加 {each.row.added},手工剔除 {each.row.removed}" if each.row.added or each.row.removed else ""
        )
        sizes = f",抽取 {each.selected},候补 {each.reserves}" if ceremony.drawn_at else ""
        lines.append(
            f"  {each.row.task.number} {each.row.task.name}:基数 {each.row.population}{excluded}{by_hand}{sizes}"
        )
    for source in stage.sources:
        lines.append(f"  随机来源 {sources.said_of(source)}:{sources.state_of(source)}")
    if ceremony.statement_digest:
        lines.append(f"  检查人员 {stage.inspectors} 名\n  公告摘要 {ceremony.statement_digest}")
    if ceremony.drawn_at:
        lines.append(f"  检查 {ceremony.visits} 次\n  结果摘要 {ceremony.result_digest}\n  引擎 {ceremony.engine}")
    if ceremony.shortage:
        lines.append(f"  ! 检查人员不足:{_short(ceremony.shortage)}")
    lines += [f"  会签 {signed.auditor.name}({signed.organization.name})" for signed in stage.signatures]
    if ceremony.abandoned_reason:
        lines.append(f"  作废原因:{ceremony.abandoned_reason}")
    return "\n".join(lines)


def _short(shortage: dict[str, Any]) -> str:
    return f"{shortage['seats']} 个席位只有 {len(shortage['inspectors'])} 人可用,最多承担 {shortage['places']} 个"


@commands.command("list")
@click.option("--state", type=click.Choice(list(CeremonyState)), help="状态")
@acting
@as_json
def list_(state: str | None, by: Actor, as_json: bool) -> None:
    """列出摇号场次。"""
    require(by, "draws.view")
    rows = list(queries.ceremonies_found(queries.ceremonies_for(by), q="", state=state or "", kind=""))
    facts = [{"number": row.number, "title": row.title, "state": row.state} for row in rows]
    words = [f"{row.number}  {CEREMONY_STATE_LABELS[CeremonyState(row.state)]}  {row.title}" for row in rows]
    answer(facts, "\n".join(words) or "没有摇号场次。", as_json=as_json)


@commands.command()
@click.argument("ceremony")
@acting
def countersign(ceremony: str, by: Actor) -> None:
    """审计方复算完整档案包并会签(密封公开的场次)。"""
    found = ceremony_of(ceremony, by)
    with busy("复算"):
        actions.countersign(ceremony=found, by=by, at=timezone.now())
    click.echo(f"已核验场次 {ceremony} 并会签。")


@commands.command()
@click.argument("ceremony")
@click.option("-o", "--output", type=sheets.OUT, help="把公开的档案包写入该文件")
@acting
def release(ceremony: str, output: Path | None, by: Actor) -> None:
    """公开抽取材料;密封公开的须先会签。"""
    found = ceremony_of(ceremony, by)
    with busy("公开"):
        bundle = actions.release(ceremony=found, by=by, at=timezone.now())
    if output:
        sheets.save(output, [bundle])
    click.echo(f"场次 {ceremony} 已公开" + (f",档案包已写入 {output}。" if output else "。"))


@commands.command()
@click.argument("ceremony")
@click.option("-o", "--output", required=True, type=sheets.OUT, help="写入的文件")
@click.option("--auditors", is_flag=True, help="密封场次的完整档案包(仅限审计方)")
@acting
def bundle(ceremony: str, output: Path, auditors: bool, by: Actor) -> None:
    """取出抽取档案包,可用 mingcha verify 核验。"""
    require(by, "draws.verify" if auditors else "draws.view")
    sheets.save(output, [queries.bundle_bytes(ceremony_of(ceremony, by), for_auditors=auditors)])
    click.echo(f"档案包已写入 {output}。")


@commands.command()
@click.argument("ceremony")
@click.option("--reason", required=True, help="作废原因,永久可查")
@acting
def abandon(ceremony: str, reason: str, by: Actor) -> None:
    """作废场次;其任务可以重抽,须注明重抽自本场次。"""
    actions.abandon(ceremony=ceremony_of(ceremony, by), reason=reason, by=by, at=timezone.now())
    click.echo(f"场次 {ceremony} 已作废。")


for command in eligibility.commands.commands.values():
    commands.add_command(command)
