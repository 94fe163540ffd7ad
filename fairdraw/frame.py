"""Who may be drawn: the frame of a task (抽样框), the visits its units already had, and the inspectors' frame."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from fairdraw.canonical import code, jcs, read_json
from fairdraw.refused import Refused, gettext_noop
from fairdraw.suite import digest

_MOST_VISITS = 999  # of one unit in one year; larger powers of δ would keep a verifier busy for hours


_MOST_PLACES = 10**9  # of an inspector; far below what every JSON reader counts exactly


class BadFrame(Refused):
    """The frame cannot be frozen, or a file is not a frame as the protocol writes it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """All units of a task with their strata, sorted by unit (抽查基数)."""

    lines: tuple[tuple[str, str], ...]

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, str]]) -> Frame:
        """Freeze rows of (unit_id, stratum) in whatever order they come.

        Raises:
            NotCanonical: a unit or stratum has no valid code.
            BadFrame: a unit comes twice.
        """
        lines = tuple(sorted((code(unit), code(stratum)) for unit, stratum in rows))
        for (unit, _), (following, _) in pairwise(lines):
            if unit == following:
                raise BadFrame(gettext_noop("检查对象重复:%(unit)s"), unit=unit)
        return cls(lines)

    @classmethod
    def from_bytes(cls, content: bytes) -> Frame:
        """Read a frame file.

        Raises:
            BadFrame: a line has not two fields, or the file is not sorted as the protocol says.
            NotCanonical: a unit or stratum has no valid code.
        """
        return cls(tuple((unit, code(stratum)) for unit, stratum in _pairs(content)))

    def to_bytes(self) -> bytes:
        """The frame file: `unit_id` TAB `stratum` LF."""
        return "".join(f"{unit}\t{stratum}\n" for unit, stratum in self.lines).encode()

    def counts(self) -> dict[str, int]:
        """The number of units per stratum, strata in byte order."""
        return dict(sorted(Counter(stratum for _, stratum in self.lines).items()))

    def digest(self, suite: str = "SHA-256") -> str:
        """The digest of the frame file."""
        return digest(self.to_bytes(), suite)


def _pairs(content: bytes) -> Iterable[tuple[str, str]]:
    """Line by line: a hostile file of a gigabyte is refused at its first wrong line."""
    if not content.isascii():
        raise BadFrame(gettext_noop("文件含有代码以外的字符"))
    if content and not content.endswith(b"\n"):
        raise BadFrame(gettext_noop("文件最后一行没有换行"))
    last = ""
    for place, line in enumerate(io.BytesIO(content), start=1):
        fields = line[:-1].decode("ascii").split("\t")
        if len(fields) != 2:
            raise BadFrame(gettext_noop("第 %(line)s 行应有两列"), line=place)
        unit = code(fields[0])
        if unit <= last:
            message = gettext_noop("检查对象重复:%(unit)s") if unit == last else gettext_noop("文件没有按代码排序")
            raise BadFrame(message, unit=unit)
        last = unit
        yield unit, fields[1]


def burden_to_bytes(burden: Mapping[str, int]) -> bytes:
    """The burden file: units that were visited this year and how often, sorted by unit.

    Raises:
        NotCanonical: a unit has no valid code.
        BadFrame: a count is negative or above 999.
    """
    for unit, visits in burden.items():
        code(unit)
        if not 0 <= visits <= _MOST_VISITS:
            raise BadFrame(gettext_noop("检查次数不对:%(unit)s"), unit=unit)
    return "".join(f"{unit}\t{visits}\n" for unit, visits in sorted(burden.items()) if visits).encode()


def burden_from_bytes(content: bytes) -> dict[str, int]:
    """Read a burden file.

    Raises:
        BadFrame: it is not written as `burden_to_bytes` writes it.
    """
    pairs = list(_pairs(content))
    if not all(visits.isdigit() and len(visits) <= 3 for _, visits in pairs):
        raise BadFrame(gettext_noop("检查次数不是整数"))
    burden = {unit: int(visits) for unit, visits in pairs}
    if burden_to_bytes(burden) != content:
        raise BadFrame(gettext_noop("文件没有按代码排序"))
    return burden


@dataclass(frozen=True, slots=True)
class Inspector:
    """One who may be drawn into a team (执法检查人员), with everything that decides where.

    `load` is carried over from earlier ceremonies; `capacity` limits the visits this one may add.
    """

    inspector_id: str
    organ: str
    capacity: int
    load: int = 0
    qualifications: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    recusals: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, object]:
        """The object of this inspector's line in the file.

        Raises:
            NotCanonical: a code is not valid.
            BadFrame: capacity or load is negative, or above 10^9.
        """
        if self.capacity < 0 or self.load < 0:
            raise BadFrame(gettext_noop("检查人员 %(inspector)s 的次数不能为负"), inspector=self.inspector_id)
        if max(self.capacity, self.load) > _MOST_PLACES:
            raise BadFrame(gettext_noop("检查人员 %(inspector)s 的次数过大"), inspector=self.inspector_id)
        return {
            "inspector_id": code(self.inspector_id),
            "organ": code(self.organ),
            "capacity": self.capacity,
            "load": self.load,
            "qualifications": sorted(code(item) for item in self.qualifications),
            "regions": sorted(code(item) for item in self.regions),
            "recusals": sorted(code(item) for item in self.recusals),
        }


def inspectors_to_bytes(inspectors: Iterable[Inspector]) -> bytes:
    """The inspectors' frame: one canonical JSON line each, sorted by `inspector_id`.

    Raises:
        BadFrame: an inspector comes twice.
    """
    ordered = sorted(inspectors, key=lambda inspector: inspector.inspector_id)
    if len({inspector.inspector_id for inspector in ordered}) < len(ordered):
        raise BadFrame(gettext_noop("检查人员重复"))
    return b"".join(jcs(inspector.to_json()) + b"\n" for inspector in ordered)


def inspectors_from_bytes(content: bytes) -> tuple[Inspector, ...]:
    """Read an inspectors' frame.

    Raises:
        BadFrame: it is not written as `inspectors_to_bytes` writes it.
        NotCanonical: a line is not canonical JSON.
    """
    lines = content.split(b"\n")
    inspectors = tuple(_inspector(read_json(line), place) for place, line in enumerate(lines[:-1], start=1))
    if inspectors_to_bytes(inspectors) != content:
        raise BadFrame(gettext_noop("检查人员名单没有按规程书写"))
    return inspectors


def _inspector(fields: object, place: int) -> Inspector:
    refusal = BadFrame(gettext_noop("检查人员名单第 %(line)s 行的字段不对"), line=place)
    if not isinstance(fields, dict):
        raise refusal
    whole = [fields.get(key) for key in ("capacity", "load")]
    texts = [fields.get(key) for key in ("inspector_id", "organ")]
    lists = [fields.get(key) for key in ("qualifications", "regions", "recusals")]
    if (
        not all(isinstance(value, int) and not isinstance(value, bool) for value in whole)
        or not all(isinstance(value, str) for value in texts)
        or not all(isinstance(value, list) and all(isinstance(item, str) for item in value) for value in lists)
    ):
        raise refusal
    return Inspector(
        inspector_id=fields["inspector_id"],
        organ=fields["organ"],
        capacity=fields["capacity"],
        load=fields["load"],
        qualifications=frozenset(fields["qualifications"]),
        regions=frozenset(fields["regions"]),
        recusals=frozenset(fields["recusals"]),
    )
