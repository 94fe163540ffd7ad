"""The certificate of a draw (抽取证书) as PDF: only what the kind of release allows everybody to read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils.timezone import localtime

import fairdraw
from mingcha.draws import eligibility, organs
from mingcha.draws.drawing import Held, tasks_of
from mingcha.draws.models import Ceremony, CeremonyTask, EntropySource
from mingcha.draws.papers import Paper, Part
from mingcha.draws.states import (
    ADJUSTED_LABELS,
    ENTROPY_KIND_LABELS,
    EXCLUSION_LABELS,
    EXEMPTION_LABELS,
    GROUND_LABELS,
    GROUNDS,
    Adjusted,
    EntropyKind,
    Exclusion,
    Exemption,
)
from mingcha.ledger.models import Checkpoint, LedgerEntry
from mingcha.people.models import Region
from mingcha.plans.rules import from_json, summary
from mingcha.plans.states import Disclosure

SVG = "http://www.w3.org/2000/svg"
TEMPLATE = Path(__file__).with_name("certificate.typ")
FONTS = Path(settings.PACKAGE_DIR) / "static" / "vendor" / "fonts"


def render(given: dict[str, Any]) -> bytes:
    """The PDF; the same input gives the same bytes."""
    fonts = [FONTS] if FONTS.is_dir() else []
    return typst.compile(TEMPLATE, font_paths=fonts, sys_inputs={"certificate": json.dumps(given, ensure_ascii=False)})


def content(
    ceremony: Ceremony, held: Held, *, commit: LedgerEntry, draw: LedgerEntry, checkpoint: Checkpoint
) -> dict[str, Any]:
    """What the certificate says. It is an official document of the place, so it speaks Chinese whoever asks for it."""
    is_open = ceremony.disclosure == Disclosure.OPEN
    sources = list(ceremony.sources.select_related("organization").order_by("position"))
    return {
        "title": ceremony.title,
        "office": ceremony.organization.name,
        "day": f"{localtime(draw.at):%Y年%-m月%-d日}",
        "rehearsal": ceremony.is_rehearsal,
        "words": WORDS,
        "qr": qr_code(verification_address(ceremony)),
        "facts": _facts(ceremony, held, draw.at),
        "tasks": _tasks(ceremony, held),
        "rules": _rules(ceremony, held),
        "strata": [*_left_out(held), *(_strata(held) if is_open else [])],
        "exceptions": _exceptions(ceremony, held),
        "sources": [{"name": _source(source), "commitment": _said_of(source)} for source in sources],
        "digests": _digests(ceremony, held, commit, draw, checkpoint),
    }


def paper(ceremony: Ceremony) -> Paper:
    """The certificate that was released, for its other forms: the same words in the same order."""
    said: dict[str, Any] = ceremony.certificate or {}
    words = said["words"]
    tasks = [[f"{row['name']} {row['number']}", *(row[key] for key in FIGURES)] for row in said["tasks"]]
    sources = [(row["name"], row["commitment"]) for row in said["sources"]]
    return Paper(
        office=said["office"],
        heading=words["heading"],
        title=said["title"],
        facts=[(label, value) for label, value in said["facts"]],
        parts=[
            Part(
                words["tasks"],
                (),
                words["columns"],
                tasks,
                [*said.get("rules", []), *said["strata"]],
                said["exceptions"],
            ),
            Part(words["sources"], pairs=sources),
            Part(words["digests"], pairs=[(label, value) for label, value in said["digests"]]),
        ],
        day=said["day"],
        is_rehearsal=said["rehearsal"],
        address=verification_address(ceremony),
        scan=words["scan"],
        note=words["how"],
        made_at=ceremony.released_at,
    )


FIGURES = ("population", "selected", "reserves", "ratio")
WORDS = {
    "heading": "随机抽取证书",
    "rehearsal": "演练",
    "scan": "扫码核验",
    "tasks": "一、抽查任务",
    "columns": ["任务", "抽查基数", "抽取", "候补", "实际比例"],
    "sources": "二、随机来源",
    "digests": "三、存证与摘要",
    "how": "本证书所列摘要在抽取前后即时存证。取得档案包后,任何人可以用独立程序复算并核对本次抽取。",
}


def verification_address(ceremony: Ceremony) -> str:
    """Where the public verifies this ceremony."""
    return f"{settings.MINGCHA_URL}/verify/?ceremony={ceremony.number}"


def qr_code(text: str) -> str:
    """A QR code as SVG."""
    drawing: str = segno.make(text, error="m").svg_inline(border=1, omitsize=True)
    return drawing.replace("<svg ", f'<svg xmlns="{SVG}" ', 1)


def percent(part: int, whole: int) -> str:
    """A share in per cent with two decimals, cut off, never rounded up to what was not reached."""
    hundredths = Fraction(part * 10_000, whole) if whole else Fraction(0)
    return f"{int(hundredths) // 100}.{int(hundredths) % 100:02}%"


def _facts(ceremony: Ceremony, held: Held, drawn_at: datetime) -> list[tuple[str, str]]:
    outcome, frozen_at = held.outcome, datetime.fromisoformat(held.statement["frozen_at"])
    facts = [
        ("场次编号", ceremony.number),
        ("场次性质", "演练(不作为检查依据)" if ceremony.is_rehearsal else "正式抽取"),
        ("公开方式", "全部公开" if ceremony.disclosure == Disclosure.OPEN else "密封公开"),
        ("固化时间", f"{localtime(frozen_at):%Y-%m-%d %H:%M:%S}"),
        ("抽取时间", f"{localtime(drawn_at):%Y-%m-%d %H:%M:%S}"),
        ("检查安排", _visits(ceremony, len(outcome.visits))),
        *_staff(held),
        ("计算引擎", ceremony.engine),
        ("算法套件", ceremony.suite),
    ]
    if outcome.shortage is not None:
        facts.append(("选派情况", f"未能选派:{outcome.shortage}"))
    if ceremony.previous is not None:
        facts.append(("重抽自", ceremony.previous.number))
    return facts


def _staff(held: Held) -> list[tuple[str, str]]:
    """How many persons, groups and experts could be drawn, and how many seats they got."""
    kinds = {each.inspector_id: _kind_of(each.organ) for each in held.inspectors}
    seats = held.outcome.teams.seats if held.outcome.teams else ()
    asked, drawn = Counter(kinds.values()), Counter(kinds[place.inspector_id] for place in seats)
    measures = {"检查人员": ("名", "人次"), "检查小组": ("个", "组次"), "专家": ("名", "人次")}
    return [
        (kind, f"候选 {asked[kind]} {one},抽取 {drawn[kind]} {times}")
        for kind, (one, times) in measures.items()
        if asked[kind]
    ]


def _kind_of(organ: str) -> str:
    if organs.is_group(organ):
        return "检查小组"
    return "专家" if organs.is_expert(organ) else "检查人员"


def _tasks(ceremony: Ceremony, held: Held) -> list[dict[str, str]]:
    names = {row.task.number: row.task.name for row in tasks_of(ceremony)}
    return [
        {
            "name": names[task.number],
            "number": task.number,
            "population": str(len(task.frame.lines)),
            "selected": str(len(selection.selected)),
            "reserves": str(len(selection.reserves)),
            "ratio": percent(len(selection.selected), len(task.frame.lines)),
        }
        for task, selection in zip(held.tasks, held.outcome.selections, strict=True)
    ]


def _visits(ceremony: Ceremony, made: int) -> str:
    """How often somebody comes, and what drawing the tasks together saved (进一次门)."""
    saved = ceremony.visits_saved
    return f"共上门 {made} 次" + (f",比各任务各自抽取少上门 {saved} 次" if saved else "")


def _rules(ceremony: Ceremony, held: Held) -> list[str]:
    """How each task was drawn, as it was frozen; ratios by class only where everything is public."""
    rows = {row.task.number: row.task for row in tasks_of(ceremony)}
    lines = []
    for task, selection in zip(held.tasks, held.outcome.selections, strict=True):
        plan, planned = fairdraw.read_design(task.design), rows[task.number]
        if ceremony.disclosure == Disclosure.OPEN and planned.rule is not None:
            labels = {each["code"]: each["label"] for each in planned.scheme.classes} if planned.scheme else {}
            lines.append(f"{task.number} 抽取规则:{summary(from_json(planned.rule), labels)}")
        elif plan.burden:
            lines.append(f"{task.number} {_burden(task.design['burden'])}")
        if plan.batches:
            lines.append(f"{task.number} {_batches(plan, selection)}")
    return lines


def _burden(burden: Mapping[str, Any]) -> str:
    cap = "" if burden.get("cap") is None else f",本年已查满 {burden['cap']} 次的不再抽"
    return f"减少干扰:本年每查过 1 次,抽中机会乘以 {burden['delta']}{cap}"


def _batches(plan: fairdraw.Design, selection: fairdraw.Selection) -> str:
    sizes = Counter(fairdraw.batches(plan, selection).values())
    parts = (
        f"第 {number} 批 {first}—{last} {sizes[number]} 户"
        for number, (first, last) in enumerate(plan.batches, start=1)
    )
    return f"分批检查(抽中对象按抽签号排序后平均分批):{';'.join(parts)}"


def _strata(held: Held) -> list[str]:
    """Of an open ceremony: how many of each region, or of each region and class, were drawn."""
    names = dict(Region.objects.values_list("code", "name"))
    lines = []
    for task, selection in zip(held.tasks, held.outcome.selections, strict=True):
        counts = task.frame.counts()
        for stratum, (selected, _) in selection.sizes.items():
            region, _, risk_class = stratum.partition("/")
            name = names.get(region, region) + ("" if risk_class == "-" else f" {risk_class}类")
            share = percent(selected, counts[stratum])
            lines.append(f"{task.number} {name}:基数 {counts[stratum]},抽取 {selected},实际比例 {share}")
    return lines


def _left_out(held: Held) -> list[str]:
    """How many in scope were left out, by reason; the public statement says the same."""
    return [
        f"{task.number} 另排除 {count} 户({EXCLUSION_LABELS[Exclusion(why)]})"
        for task in held.tasks
        for why, count in task.excluded.items()
    ]


def _exceptions(ceremony: Ceremony, held: Held) -> list[str]:
    """What departs from the rule, and what was changed by hand: printed in red."""
    rows = {row.task.number: row for row in tasks_of(ceremony)}
    lines = []
    for task in held.tasks:
        reasons = Counter(reason for _, reason in fairdraw.read_design(task.design).departures)
        lines += [f"{task.number} 有例外,理由:{reason}" for reason in reasons]
        if task.added or task.removed:
            lines.append(by_hand(rows[task.number]))
        if exemption := rows[task.number].exemption:
            kind = EXEMPTION_LABELS[Exemption(exemption)]
            lines.append(f"{task.number} 不受年度检查频次上限限制:{kind}")
    return lines


def by_hand(row: CeremonyTask) -> str:
    """What was changed by hand in a task's population, by reason."""
    said = []
    for kind, count in ((Adjusted.ADDED, row.added), (Adjusted.REMOVED, row.removed)):
        grounds = Counter(eligibility.changes_of(row).filter(kind=kind).values_list("ground", flat=True))
        why = ",".join(f"{GROUND_LABELS[ground]} {grounds[ground]}" for ground in GROUNDS[kind] if grounds[ground])
        said.append(f"{ADJUSTED_LABELS[kind]} {count} 户" + (f"({why})" if why else ""))
    return f"{row.task.number} {','.join(said)}"


def _source(source: EntropySource) -> str:
    if source.public:
        return f"{ENTROPY_KIND_LABELS[EntropyKind(source.kind)]} {source.name}"
    return f"见证人({source.organization.name})" if source.organization else "系统随机数"


def _said_of(source: EntropySource) -> str:
    if source.given_up_at:
        return f"改用后备,理由:{source.given_up_reason}"
    if source.public and not source.opened_at:
        return "后备,未使用"
    return f"承诺 {source.commitment}" if source.commitment else f"值 {source.value}"


def _digests(
    ceremony: Ceremony, held: Held, commit: LedgerEntry, draw: LedgerEntry, checkpoint: Checkpoint
) -> list[tuple[str, str]]:
    seed = [("种子", held.outcome.seed)] if ceremony.disclosure == Disclosure.OPEN else []
    return [
        ("抽取公告摘要", ceremony.statement_digest),
        *seed,
        ("抽取结果摘要", held.outcome.result_digest(held.suite)),
        ("抽签树根", str(held.outcome.result["root"])),
        ("留痕序号", f"公告第 {commit.seq} 条,抽取第 {draw.seq} 条"),
        (f"留痕树根(共 {checkpoint.size} 条)", checkpoint.root),
        *(
            ("会签", f"{signed.organization.name} {localtime(signed.at):%Y-%m-%d %H:%M}")
            for signed in ceremony.countersignatures.select_related("organization").order_by("at", "pk")
        ),
    ]
