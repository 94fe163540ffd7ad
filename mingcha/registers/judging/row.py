"""One line on its way through the judgement: cells become values, faults become problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mingcha.kernel.cells import Cell, UnreadableCell, read_code, read_date, read_expiry, read_line, read_text
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.registers.columns import Heading, column_letters
from mingcha.registers.reading import Line
from mingcha.registers.states import Verdict

_EMPTY_WORDS = {"N/A", "NA", "NULL", "-", "--", "—", "/", "无"}
_SEPARATORS = re.compile(r"[、,\uff0c;\uff1b|/\s]+")


@dataclass(slots=True)
class Judged:
    """A line with its values, its problems and its verdict."""

    line: Line
    heading: Heading
    values: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    verdict: Verdict = Verdict.NEW
    problems: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        return self.verdict == Verdict.REFUSED

    def cell(self, name: str) -> Cell:
        """The cell of a field; None where the file has no such column or the line ends before it."""
        place = self.heading.places.get(name)
        return None if place is None or place >= len(self.line.cells) else self.line.cells[place]

    def refuse(self, name: str, refusal: Refusal, remedy: str = "") -> None:
        """The line cannot be taken, because of this field; `remedy` says what to do."""
        self.verdict = Verdict.REFUSED
        self.note(name, refusal, remedy)
        self.problems.insert(0, self.problems.pop())  # before what is only worth knowing

    def doubt(self, name: str, refusal: Refusal, remedy: str = "") -> None:
        """Somebody must decide whether the line is taken."""
        if not self.is_refused:
            self.verdict = Verdict.CONFLICT
        self.note(name, refusal, remedy)

    def note(self, name: str, refusal: Refusal, remedy: str = "") -> None:
        """Something worth knowing that does not stop the line."""
        self.note_at(self._title(name), refusal, remedy)

    def note_at(self, title: str, refusal: Refusal, remedy: str = "") -> None:
        details = {key: value if isinstance(value, int) else str(value) for key, value in refusal.details.items()}
        self.problems.append({"column": title, "message": refusal.message, "details": details, "remedy": remedy})

    def _title(self, name: str) -> str:
        place = self.heading.places.get(name)
        return "" if place is None else self.heading.titles[place]

    def take(self, name: str, value: object) -> None:
        """Keep a value, unless it is empty: an empty cell leaves the register as it is."""
        if value not in (None, "", [], ()):
            self.values[name] = value

    def line_of_text(self, name: str, limit: int) -> str:
        """The words of a cell; refused when longer than the register's field."""
        text = read_line(self.cell(name))
        text = "" if text.upper() in _EMPTY_WORDS else text
        if len(text) > limit:
            self.refuse(name, Refusal(gettext_noop("超过%(limit)d字,现为%(length)d字"), limit=limit, length=len(text)))
        return text

    def text(self, name: str) -> str:
        """The words of a cell of several lines."""
        text = read_text(self.cell(name))
        return "" if text.upper() in _EMPTY_WORDS else text

    def code(self, name: str) -> str:
        """A code; refused where the spreadsheet has lost its last digits."""
        try:
            return read_code(self.cell(name))
        except UnreadableCell as fault:
            self.refuse(name, fault)
            return ""

    def day(self, name: str) -> date | None:
        """A day; refused where the cell is none."""
        return self._dated(name, read_date)

    def expiry(self, name: str) -> date | None:
        """A last day of validity; “长期” is none."""
        return self._dated(name, read_expiry)

    def _dated(self, name: str, read: Callable[[Cell], date | None]) -> date | None:
        if read_line(self.cell(name)).upper() in _EMPTY_WORDS:
            return None
        try:
            return read(self.cell(name))
        except UnreadableCell as fault:
            self.refuse(name, fault, gettext_noop("请写成 2026-03-01 的形式"))
            return None

    def words(self, name: str) -> list[str]:
        """The words of a cell that lists several."""
        return [word for word in _SEPARATORS.split(read_line(self.cell(name))) if word and word not in _EMPTY_WORDS]


def begin(line: Line, heading: Heading) -> Judged:
    """A line whose cells are whole and stand under a heading, or that is refused for it."""
    row = Judged(line, heading)
    if (place := line.damaged) is not None:
        title = heading.titles[place] if place < len(heading.titles) else column_letters(place)
        row.verdict = Verdict.REFUSED
        row.note_at(
            title,
            Refusal(gettext_noop("含有无法识别的字符(乱码)")),
            gettext_noop("请从原系统重新导出,或改正该行后再导入"),
        )
    elif (extra := len(line.cells) - len(heading.titles)) > 0:
        row.verdict = Verdict.REFUSED
        row.note_at(
            column_letters(len(heading.titles)),
            Refusal(gettext_noop("比表头多%(extra)d列,各列可能错位"), extra=extra),
            gettext_noop("请检查该行是否多出了分隔符"),
        )
    return row


def rivals(rows: list[Judged]) -> Mapping[str, list[Judged]]:
    """The lines that are not refused and share a key with another, by that key."""
    groups: dict[str, list[Judged]] = {}
    for row in rows:
        if row.key and not row.is_refused:
            groups.setdefault(row.key, []).append(row)
    return {key: group for key, group in groups.items() if len(group) > 1}


def compare(row: Judged, old: Mapping[str, object]) -> None:
    """Write down which of the line's values differ from the register's, and the verdict that follows."""
    for name, former in old.items():
        if name in row.values and plain(former) != row.values[name]:
            row.changes[name] = [readable(former), readable(row.values[name])]
    if row.verdict == Verdict.NEW:
        row.verdict = Verdict.CHANGED if row.changes else Verdict.SAME


def plain(value: object) -> object:
    """A register's value as a line's value is kept: JSON."""
    return value.isoformat() if isinstance(value, date) else value


def readable(value: object) -> str:
    """A value as people read it in a list of changes."""
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value)
    return "" if value is None else str(plain(value))
