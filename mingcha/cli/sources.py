"""`mingcha draw source`: public sources of randomness (公开来源), declared before the freeze, entered after it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from mingcha.cli.frame import acting, one
from mingcha.draws import actions, queries
from mingcha.draws.models import Ceremony, EntropySource
from mingcha.draws.public_sources import ASKED, details_of, json_read, numbers_read
from mingcha.draws.states import PublicSource
from mingcha.people.actors import Actor

source = click.Group("source", help="公开来源:公共信标、彩票号码、骰子。固化前登记,固化后录入并核验。")
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
LARGEST_FILE = 64 * 1024


def ceremony_of(number: str, by: Actor) -> Ceremony:
    """The ceremony of that number, if the actor may see it."""
    return one(queries.ceremonies_for(by), "摇号场次", number=number)


def _source_of(ceremony: Ceremony, position: int) -> EntropySource:
    return one(ceremony.sources.all(), "随机来源", position=position)


def said_of(given: EntropySource) -> str:
    """Who or what a source is, in words."""
    if given.public:
        return f"{given.position} {given.name}"
    return f"{given.witness.name}({given.organization})" if given.witness else "系统随机数"


def state_of(given: EntropySource) -> str:
    """What became of a source so far."""
    if given.opened_at:
        return "已打开"
    if given.given_up_at:
        return f"已改用后备,理由:{given.given_up_reason}"
    if given.public:
        return "待录入" if given.is_awaited else "后备"
    return "待承诺" if given.witness and not given.commitment else "待打开"


@source.command()
@click.argument("ceremony")
@click.argument("kind", type=click.Choice([each.value for each in PublicSource]))
@click.argument("details", nargs=-1, required=True, metavar="NAME=VALUE…")
@click.option("--wait", type=click.IntRange(0, 10**6), default=0, help="应公布后至少等候几分钟才可改用后备")
@click.option("--instead-of", type=int, metavar="N", help="作为第 N 号来源的后备")
@acting
def declare(ceremony: str, kind: str, details: Sequence[str], wait: int, instead_of: int | None, by: Actor) -> None:
    """登记公开来源(固化前)。

    \b
    drand   network=quicknet round=…
    nist    chain=2 pulse=… at=2026-03-02T21:15:00+08:00 certificate_id=…
    lottery game=双色球 issue=2026023 drawn_at=2026-03-03T21:15:00+08:00 "groups=6/33 1/16"
    dice    count=20 faces=6
    """
    found, public = ceremony_of(ceremony, by), PublicSource(kind)
    declared = actions.declare_source(
        ceremony=found,
        public=public,
        details=details_of(public, _pairs(public, details), wait=wait),
        instead_of=_source_of(found, instead_of) if instead_of is not None else None,
        by=by,
        at=timezone.now(),
    )
    click.echo(f"已登记公开来源 {declared.name},序号 {declared.position}。")


def _pairs(public: PublicSource, words: Sequence[str]) -> dict[str, str]:
    found = dict(word.split("=", 1) for word in words if "=" in word)
    if len(found) != len(words) or set(found) != set(ASKED[public]):
        raise click.BadParameter(f"应写作 {' '.join(f'{name}=…' for name in ASKED[public])}", param_hint="NAME=VALUE")
    return found


@source.command()
@click.argument("ceremony")
@click.argument("position", type=int)
@click.option("--file", type=FILE, help="信标网页的原文(JSON)")
@click.option("--certificate", type=FILE, help="NIST 脉冲的证书(PEM)")
@click.option("--numbers", help="开奖号码,如 '03 11 19 24 28 33 | 07';骰子的点数,如 '3 6 1'")
@click.option("--published-in", default="", help="开奖公告的名称或网址")
@acting
def enter(
    ceremony: str,
    position: int,
    file: Path | None,
    certificate: Path | None,
    numbers: str,
    published_in: str,
    by: Actor,
) -> None:
    """录入公开来源给出的值(固化后);核验通过才采用。彩票和骰子须两人各自录入一致。"""
    found = ceremony_of(ceremony, by)
    public = _source_of(found, position).public
    if public is None:
        raise click.BadParameter(f"第 {position} 号不是公开来源", param_hint="POSITION")
    is_beacon = public in (PublicSource.DRAND, PublicSource.NIST)
    if is_beacon != (file is not None) or is_beacon != (numbers is None) or (certificate and not is_beacon):
        raise click.UsageError("信标请给出 --file(NIST 另加 --certificate);彩票和骰子请给出 --numbers")
    evidence = _beacon(public, file, certificate) if file else _typed(public, numbers or "", published_in)
    entered = actions.enter_source(ceremony=found, position=position, evidence=evidence, by=by, at=timezone.now())
    click.echo("已核验并采用。" if entered.opened_at else "已保留录入,待另一人独立录入一致后采用。")


def _beacon(public: PublicSource, file: Path, certificate: Path | None) -> dict[str, Any]:
    pasted = json_read(_read(file))
    if public is PublicSource.DRAND:
        return pasted
    return {
        "pulse": pasted.get("pulse", pasted),
        "certificate": _read(certificate).decode(errors="replace") if certificate else "",
    }


def _read(file: Path) -> bytes:
    if file.stat().st_size > LARGEST_FILE:
        raise click.BadParameter(f"文件 {file} 过大:信标的一个轮次不超过64KB", param_hint="--file")
    return file.read_bytes()


def _typed(public: PublicSource, numbers: str, published_in: str) -> dict[str, Any]:
    groups = numbers_read(numbers)
    if public is PublicSource.LOTTERY:
        return {"numbers": groups, "source": published_in}
    return {"throws": [number for group in groups for number in group]}


@source.command()
@click.argument("ceremony")
@click.argument("position", type=int)
@click.option("--reason", required=True, help="理由,永久公开")
@acting
def fallback(ceremony: str, position: int, reason: str, by: Actor) -> None:
    """等候期满仍无法取得的,改用事先公告的后备。"""
    found = ceremony_of(ceremony, by)
    _source_of(found, position)
    given_up = actions.give_up_source(ceremony=found, position=position, reason=reason, by=by, at=timezone.now())
    click.echo(f"{given_up.name} 已改用后备 {given_up.fall_back.name},理由已存入留痕。")


@source.command()
@click.argument("ceremony")
@click.argument("position", type=int)
@acting
def withdraw(ceremony: str, position: int, by: Actor) -> None:
    """撤回登记(固化前)。"""
    found = ceremony_of(ceremony, by)
    gone = _source_of(found, position)
    actions.withdraw_source(ceremony=found, position=position, by=by, at=timezone.now())
    click.echo(f"已撤回公开来源 {gone.name}。")
