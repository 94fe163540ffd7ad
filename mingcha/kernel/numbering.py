"""The numbers of plans, tasks, ceremonies, visits and groups (编号): region 6, year 4, serial.

A plan's number has the form of the provincial platform (4400002021001); the others carry a letter before it, so that
no two kinds of things can share a number. Everything that belongs to a rehearsal (演练) begins with R and can never be
taken for the real thing. Numbers stay within the characters the draw protocol allows.

>>> str(Number(Kind.TASK, "441600", 2026, 7))
'T4416002026007'
>>> parse("RD4416JD2026001").rehearsal
True
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from mingcha.kernel.refusal import Refusal, gettext_noop

_FORM = re.compile(r"(?P<rehearsal>R?)(?P<kind>[TDVG]?)(?P<region>\d{4}[0-9A-Z]{2})(?P<year>20\d\d)(?P<serial>\d{3,9})")
_REGION = re.compile(r"\d{4}[0-9A-Z]{2}")


class InvalidNumber(Refusal):
    """The text is not a number of ours."""


class Kind(StrEnum):
    """What is numbered; the value is the letter before the digits."""

    PLAN = ""
    TASK = "T"
    CEREMONY = "D"
    VISIT = "V"
    GROUP = "G"


#: Serials are padded so that numbers of a year sort as text; a longer serial is simply written out.
WIDTHS = {Kind.PLAN: 3, Kind.TASK: 3, Kind.CEREMONY: 3, Kind.VISIT: 6, Kind.GROUP: 3}


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a plan, task, ceremony, visit or group of inspectors.

    Raises:
        InvalidNumber: region, year or serial cannot stand in a number.
    """

    kind: Kind
    region: str
    year: int
    serial: int
    rehearsal: bool = False

    def __post_init__(self) -> None:
        if not (_REGION.fullmatch(self.region) and 2000 <= self.year <= 2099 and self.serial > 0):
            raise InvalidNumber(
                gettext_noop("不能编号:地区%(region)s,年度%(year)s,序号%(serial)s"),
                region=self.region,
                year=self.year,
                serial=self.serial,
            )

    def __str__(self) -> str:
        """The number as it is written."""
        return f"{self.series}{self.serial:0{WIDTHS[self.kind]}d}"

    @property
    def series(self) -> str:
        """What all numbers of one run of serials begin with: kind, region and year."""
        return f"{'R' if self.rehearsal else ''}{self.kind}{self.region}{self.year}"

    @property
    def next(self) -> Number:
        """The number that follows in the same series."""
        return replace(self, serial=self.serial + 1)


def parse(text: str) -> Number:
    """Read a number.

    Raises:
        InvalidNumber: the text has not the form of a number, or is not written as we write it.
    """
    found = _FORM.fullmatch(text)
    if found is None or found["serial"].strip("0") == "":
        raise InvalidNumber(gettext_noop("“%(text)s”不是有效的编号"), text=text)
    number = Number(
        Kind(found["kind"]), found["region"], int(found["year"]), int(found["serial"]), bool(found["rehearsal"])
    )
    if str(number) != text:
        raise InvalidNumber(gettext_noop("“%(text)s”不是有效的编号"), text=text)
    return number
