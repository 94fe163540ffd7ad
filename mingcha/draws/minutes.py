"""The minutes of a ceremony (摇号记录): who was there, when each step was taken, from what, with what result."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.utils.timezone import localtime

from mingcha.draws import drawing, queries
from mingcha.draws.certificate import by_hand, percent, verification_address
from mingcha.draws.models import Ceremony, EntropySource
from mingcha.draws.papers import Paper, Part
from mingcha.draws.states import (
    CEREMONY_STATE_LABELS,
    DUTY_LABELS,
    ENTROPY_KIND_LABELS,
    EXCLUSION_LABELS,
    EXEMPTION_LABELS,
    CeremonyState,
    Duty,
    EntropyKind,
    Exclusion,
    Exemption,
)
from mingcha.ledger.models import LedgerEntry
from mingcha.plans.states import DISCLOSURE_LABELS, Disclosure

STEPS = {
    "ceremony.prepare": "筹备场次",
    "ceremony.declare": "登记随机来源",
    "ceremony.input": "见证人提交承诺",
    "ceremony.commit": "固化并公开承诺",
    "ceremony.open": "打开随机输入",
    "ceremony.draw": "抽取",
    "ceremony.countersign": "核验会签",
    "ceremony.release": "生成档案包",
    "ceremony.abandon": "作废",
    "ceremony.enter": "录入公开来源",
    "ceremony.withdraw": "撤回公开来源",
    "ceremony.fallback": "改用后备来源",
    "ceremony.adjust": "手工增减抽查对象",
    "ceremony.approve_adjustment": "批准手工增减",
    "ceremony.withdraw_adjustment": "撤回手工增减",
    "ceremony.exempt": "不受频次上限限制",
    "ceremony.show_leaf": "出具抽签凭据",
}
"""The acts of the ledger as the minutes call them; others stand there under their own name."""
LEFT_OUT = {"ceremony.attend", "ceremony.unattend"}


def write(ceremony: Ceremony) -> Paper:
    """The minutes as they stand; what happens later is not in them yet."""
    entries = list(LedgerEntry.objects.filter(subject=ceremony.number, act__startswith="ceremony.").order_by("seq"))
    last = localtime(entries[-1].at)
    sources = drawing.sources_of(ceremony)
    parts = [
        _present(ceremony, sources),
        _steps(entries, sources),
        _sources(sources),
        _tasks(ceremony),
        _result(ceremony),
        *_former(ceremony),
    ]
    return Paper(
        office=ceremony.organization.name,
        heading="随机抽取记录",
        title=ceremony.title,
        facts=[
            ("场次编号", ceremony.number),
            ("场次性质", "演练(不作为检查依据)" if ceremony.is_rehearsal else "正式抽取"),
            ("公开方式", DISCLOSURE_LABELS[Disclosure(ceremony.disclosure)]),
            ("场次状态", CEREMONY_STATE_LABELS[CeremonyState(ceremony.state)]),
            ("筹备人", f"{ceremony.created_by.name}({ceremony.organization.name})"),
        ],
        parts=[_numbered(part, place) for place, part in enumerate(parts)],
        day=f"{last:%Y年%-m月%-d日}",
        is_rehearsal=ceremony.is_rehearsal,
        address=verification_address(ceremony),
        scan="扫码核验",
        note="本记录所列时间和序号取自全过程留痕,与留痕不符的以留痕为准。",
        signatures=_signatures(ceremony, sources),
        made_at=entries[-1].at,
    )


def _numbered(part: Part, place: int) -> Part:
    heading = f"{'一二三四五六七八九'[place]}、{part.heading}"
    return Part(heading, part.pairs, part.header, part.rows, part.lines, part.warnings)


def _present(ceremony: Ceremony, sources: Sequence[EntropySource]) -> Part:
    rows = [["筹备人", ceremony.created_by.name, ceremony.organization.name]]
    rows += [["见证人", source.witness.name, _organ(source)] for source in sources if source.witness]
    rows += [[DUTY_LABELS[Duty(each.duty)], each.name, each.organ] for each in queries.present_at(ceremony)]
    return Part("在场人员", header=["职责", "姓名", "单位"], rows=rows)


def _organ(source: EntropySource) -> str:
    return source.organization.name if source.organization else ""


def _steps(entries: Sequence[LedgerEntry], sources: Sequence[EntropySource]) -> Part:
    people = {source.name: source.witness.name if source.witness else _named(source) for source in sources}
    rows = []
    for entry in entries:
        if entry.act in LEFT_OUT:
            continue
        facts = json.loads(entry.body)["facts"]
        who = str(facts.get("witness") or facts.get("source") or "")
        step = STEPS.get(entry.act, entry.act)
        rows.append(
            [
                f"{localtime(entry.at):%Y-%m-%d %H:%M:%S}",
                f"{step}({people.get(who, who)})" if who else step,
                f"第 {entry.seq} 条",
            ]
        )
    return Part("各步骤时间", header=["时间", "步骤", "留痕序号"], rows=rows)


def _sources(sources: Sequence[EntropySource]) -> Part:
    rows = [[ENTROPY_KIND_LABELS[EntropyKind(each.kind)], _named(each), _came(each)] for each in sources]
    return Part("随机来源", header=["种类", "名称", "情况"], rows=rows)


def _named(source: EntropySource) -> str:
    return "操作系统" if source.kind == EntropyKind.SYSTEM else source.name


def _came(source: EntropySource) -> str:
    if source.opened_at:
        return f"{localtime(source.opened_at):%Y-%m-%d %H:%M:%S} 取得"
    if source.given_up_at:
        return f"改用后备:{source.given_up_reason}"
    return "待取得" if source.is_awaited else "后备,未使用"


def _tasks(ceremony: Ceremony) -> Part:
    figures = queries.figures_of(ceremony)
    rows = [
        [
            each.row.task.name,
            str(each.row.population),
            str(each.selected),
            str(each.reserves),
            percent(each.selected, each.row.population),
        ]
        for each in figures
    ]
    lines = [
        f"{each.row.task.number} 另排除 {count} 户({EXCLUSION_LABELS[Exclusion(why)]})"
        for each in figures
        for why, count in each.row.excluded.items()
    ]
    warnings = [by_hand(each.row) for each in figures if each.row.added or each.row.removed]
    warnings += [
        f"{each.row.task.number} 不受年度检查频次上限限制:{EXEMPTION_LABELS[Exemption(each.row.exemption)]},"
        f"依据:{each.row.exemption_note}"
        for each in figures
        if each.row.exemption
    ]
    header = ["任务", "抽查基数", "抽取", "候补", "实际比例"]
    return Part("抽查任务", header=header, rows=rows, lines=lines, warnings=warnings)


def _result(ceremony: Ceremony) -> Part:
    pairs = [("抽取公告摘要", ceremony.statement_digest or "尚未固化")]
    if ceremony.drawn_at and ceremony.drawn_by:
        pairs += [
            ("抽取人", ceremony.drawn_by.name),
            ("抽取结果摘要", ceremony.result_digest),
            ("抽签树根", ceremony.result_root),
            ("检查安排", f"共上门 {ceremony.visits} 次"),
        ]
    for signed in queries.countersignatures_of(ceremony):
        said = f"{signed.organization.name} {signed.auditor.name} {localtime(signed.at):%Y-%m-%d %H:%M:%S}"
        pairs.append(("会签", said))
    warnings = ["检查组未能选派,须另行处理。"] if ceremony.shortage else []
    return Part("抽取结果", pairs=pairs, warnings=warnings)


def _former(ceremony: Ceremony) -> list[Part]:
    """What was abandoned: this ceremony, and those that it repeats."""
    lines, former = [], ceremony.previous
    if ceremony.abandoned_at:
        lines.append(_abandoned(ceremony))
    while former is not None:
        lines.append(f"本场次重抽自:{_abandoned(former)}")
        former = former.previous
    return [Part("作废与重抽", warnings=lines)] if lines else []


def _abandoned(ceremony: Ceremony) -> str:
    at = f"{localtime(ceremony.abandoned_at):%Y-%m-%d %H:%M:%S}" if ceremony.abandoned_at else ""
    return f"{ceremony.number} 于 {at} 作废,理由:{ceremony.abandoned_reason}"


def _signatures(ceremony: Ceremony, sources: Sequence[EntropySource]) -> list[str]:
    people = ["筹备人"]
    people += [f"见证人({_organ(source)})" for source in sources if source.witness]
    people += [f"{DUTY_LABELS[Duty(each.duty)]}({each.organ})" for each in queries.present_at(ceremony)]
    if ceremony.countersignatures.exists():
        people += [f"会签人({signed.organization.name})" for signed in queries.countersignatures_of(ceremony)]
    return people
