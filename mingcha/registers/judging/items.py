"""Judging lines that bring items of a list (抽查事项)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mingcha.kernel.cells import read_line
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.kernel.widths import search_key
from mingcha.people.actors import Actor
from mingcha.people.models import DepartmentLine
from mingcha.people.states import Level
from mingcha.registers.columns import COLUMNS, Heading
from mingcha.registers.judging.row import Judged, begin, compare, rivals
from mingcha.registers.models import InspectionItem, ItemList, Qualification
from mingcha.registers.queries import items_of
from mingcha.registers.reading import Line
from mingcha.registers.states import Importance, ImportKind

LIMITS = {
    "category": 100,
    "name": 200,
    "sub_item": 300,
    "subject_scope": 300,
    "methods": 120,
    "ratio_text": 300,
    "frequency_text": 200,
}
LONG = ("content", "legal_basis")
# Cells of these are merged over whole groups of numbers; the others only over lines of one number.
_OVER_GROUPS = {"category", "line", "body", "partner_lines", "organising_level", "executing_level", "importance"}
_INHERITING = [column.name for column in COLUMNS[ImportKind.ITEMS] if column.inherits]
# Line → what published lists also call its departments: 2018's and older names, and short ones.
_OTHER_NAMES = {
    "culture": ("文化和旅游", "文化旅游", "文旅", "文化广电旅游", "文体旅游"),
    "education": ("教体",),
    "human-resources": ("人力资源和社会保障", "人社"),
    "housing": ("住房和城乡建设", "住建"),
    "tobacco": ("烟草",),
    "market": ("市场监督管理", "市监"),
    "transport": ("交通",),
    "emergency": ("应急",),
    "health": ("卫健",),
    "industry": ("工信",),
    "city-management": ("城管",),
    "fire": ("消防",),
}
_NO_QUALIFICATION = ("无需", "不需", "无要求")


@dataclass(frozen=True)
class _Surroundings:
    """What a line is checked against."""

    lines: Mapping[str, str]
    default_line: str
    is_joint: bool
    qualifications: Mapping[str, str]
    known: Mapping[str, InspectionItem]


def judge(
    lines: Sequence[Line], heading: Heading, *, item_list: ItemList, defaults: Mapping[str, str], by: Actor
) -> list[Judged]:
    """The verdict of every line."""
    around = _Surroundings(
        lines=_lines(),
        default_line=defaults.get("line") or ("" if item_list.is_joint else by.organization.line_id),
        is_joint=item_list.is_joint,
        qualifications={
            search_key(word): each.code for each in Qualification.objects.all() for word in (each.code, each.name)
        },
        known={item.code: item for item in items_of(item_list)},
    )
    rows = [begin(line, heading) for line in lines]
    _inherit(rows, heading)
    for row in rows:
        _read(row, around)
    _give_codes(rows)
    _settle_rivals(rows)
    for row in rows:
        if not row.is_refused and row.key in around.known:
            compare(row, _values_of(around.known[row.key]))
    return rows


def _lines() -> dict[str, str]:
    """Code, name and other names of every line → its code; a name of one line is never another's other name."""
    known = DepartmentLine.objects.all()
    others = {search_key(word): each.code for each in known for word in _OTHER_NAMES.get(each.code, ())}
    return others | {search_key(word): each.code for each in known for word in (each.code, each.name)}


def _inherit(rows: list[Judged], heading: Heading) -> None:
    """Fill cells that are empty because the page had merged them with the one above."""
    above: dict[str, str] = {}
    for row in rows:
        if row.is_refused:
            continue
        serial = read_line(row.cell("serial"))
        same_number = not serial or serial == above.get("serial", serial)
        filled = []
        for name in _INHERITING:
            text = row.text(name) if name in heading.places else ""
            if not text and above.get(name) and (same_number or name in _OVER_GROUPS):
                text = above[name]
                filled.append(heading.columns[name])
            row.values[name] = text
            above[name] = text
        if filled:
            row.note_at(
                "", Refusal(gettext_noop("空白单元格按合并单元格承接上一行:%(columns)s"), columns="、".join(filled))
            )


def _read(row: Judged, around: _Surroundings) -> None:
    if row.is_refused:
        return
    inherited = dict(row.values)
    row.values.clear()
    for name, limit in LIMITS.items():
        text = " ".join(inherited.get(name, "").split()) or row.line_of_text(name, limit)
        if len(text) > limit:
            row.refuse(name, Refusal(gettext_noop("超过%(limit)d字,现为%(length)d字"), limit=limit, length=len(text)))
        row.take(name, text)
    for name in LONG:
        row.take(name, inherited.get(name) or row.text(name))
    for name in ("name", "subject_scope"):
        if name not in row.values:
            row.refuse(name, Refusal(gettext_noop("缺少抽查事项或抽查对象")), gettext_noop("请补填后再导入"))
    row.values.setdefault("category", row.values.get("name", "")[:100])
    if "legal_basis" not in row.values:
        row.note("legal_basis", Refusal(gettext_noop("缺少抽查依据")), gettext_noop("可先导入,发布前须补全"))
    row.values["serial"] = inherited.get("serial", "")
    _read_lines(row, inherited, around)
    _read_importance(row, inherited.get("importance", ""))
    _read_levels(row, inherited)
    _read_qualification(row, around)


def _read_lines(row: Judged, inherited: Mapping[str, str], around: _Surroundings) -> None:
    written = inherited.get("line") or inherited.get("body", "")
    line = _line_in(written, around) or _line_in(inherited.get("body", ""), around)
    if line is None and around.default_line:
        line = around.default_line
        if written:
            row.note("line", Refusal(gettext_noop("部门“%(text)s”未识别,归入默认条线"), text=written))
    if line is None:
        row.refuse(
            "line",
            Refusal(gettext_noop("部门“%(text)s”未识别"), text=written),
            gettext_noop("请填条线名称或编码,或在上传时选择“无法判断时归入”"),
        )
    row.take("line", line)
    partners, unknown = [], []
    for word in _split(inherited.get("partner_lines", "")):
        found = _line_in(word, around)
        if found is None:
            unknown.append(word)
        elif found != line and found not in partners:
            partners.append(found)
    row.take("partner_lines", sorted(partners))
    if unknown:
        row.note("partner_lines", Refusal(gettext_noop("配合部门未识别,未导入:%(words)s"), words="、".join(unknown)))


def _split(text: str) -> list[str]:
    for separator in ("\uff0c", ",", ";", "\uff1b", "或", "\n"):
        text = text.replace(separator, "、")
    return [word.strip() for word in text.split("、") if word.strip()]


def _line_in(text: str, around: _Surroundings) -> str | None:
    """The line whose code or name the text is, or whose name it contains: “市场监管部门” is 市场监管."""
    key = search_key(text)
    if not key:
        return None
    if key in around.lines:
        return around.lines[key]
    named = [word for word in around.lines if not word.isascii() and word in key]
    return around.lines[max(named, key=len)] if named else None


def _read_importance(row: Judged, text: str) -> None:
    if text:
        key = "重点" in text or text.upper() == Importance.KEY
        row.take("importance", (Importance.KEY if key else Importance.GENERAL).value)


def _read_levels(row: Judged, inherited: Mapping[str, str]) -> None:
    organising, executing = inherited.get("organising_level", ""), inherited.get("executing_level", "")
    if levels := _levels_in(executing):
        row.take("executing_level", levels[-1].value)
        if not organising and len(levels) > 1:
            row.take("organising_level", levels[0].value)
    if levels := _levels_in(organising):
        row.take("organising_level", levels[0].value)


def _levels_in(text: str) -> list[Level]:
    if text.upper() in set(Level):
        return [Level(text.upper())]
    words = ((Level.PROVINCE, "省"), (Level.CITY, "市"), (Level.COUNTY, "县区"), (Level.STATION, "所"))
    return [level for level, letters in words if any(letter in text for letter in letters)]


def _read_qualification(row: Judged, around: _Surroundings) -> None:
    text = row.line_of_text("qualification", 60)
    if not text or text.startswith(_NO_QUALIFICATION):
        return
    code = around.qualifications.get(search_key(text))
    if code is None:
        row.note("qualification", Refusal(gettext_noop("资质要求“%(text)s”未识别,未导入该项"), text=text))
    row.take("qualification", code)


def _give_codes(rows: list[Judged]) -> None:
    """Codes as the file gives them; else made from its serial numbers: “3”, or “3-1”, “3-2” where lines share one."""
    good = [row for row in rows if not row.is_refused]
    totals: dict[str, int] = {}
    for row in good:
        totals[row.values["serial"]] = totals.get(row.values["serial"], 0) + 1
    given: dict[str, int] = {}
    for row in good:
        serial = row.values.pop("serial")
        given[serial] = given.get(serial, 0) + 1
        made = serial if serial and totals[serial] == 1 else f"{serial}-{given[serial]}".strip("-")
        row.key = row.code("code") or made
        row.values["code"] = row.key
        if len(row.key) > 40:
            row.refuse("code", Refusal(gettext_noop("超过%(limit)d字,现为%(length)d字"), limit=40, length=len(row.key)))


def _settle_rivals(rows: list[Judged]) -> None:
    for key, group in rivals(rows).items():
        lines = "、".join(str(row.line.number) for row in group)
        for row in group:
            row.doubt(
                "code",
                Refusal(gettext_noop("事项编码 %(code)s 在文件中出现多次(第%(lines)s行)"), code=key, lines=lines),
                gettext_noop("请从中选择一行采用"),
            )


def _values_of(item: InspectionItem) -> dict[str, object]:
    plain = (*LIMITS, *LONG, "importance", "organising_level", "executing_level")
    values: dict[str, object] = {name: getattr(item, name) for name in plain}
    values["line"] = item.line_id
    values["qualification"] = item.qualification_id
    values["partner_lines"] = sorted(line.pk for line in item.partner_lines.all())
    return values
