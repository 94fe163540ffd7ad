"""The statement (抽取公告): what is fixed and shown before any randomness exists. Source: spec/draw.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from fairdraw.canonical import code, from_hex, jcs, number
from fairdraw.design import Json, design_digest, read_design
from fairdraw.evidence import moment
from fairdraw.frame import Frame, Inspector, burden_to_bytes, inspectors_to_bytes
from fairdraw.quotas import burden_cells, burden_sizes, sizes
from fairdraw.refused import Refused, gettext_noop
from fairdraw.seed import blind, commit_salt
from fairdraw.sources import check_declared
from fairdraw.suite import digest, hash_of

_MOST_SOURCES = 99
KINDS = ("witness", "beacon", "lottery", "dice", "os")
_STATEMENT = {
    "protocol", "suite", "ceremony", "rehearsal", "release", "frozen_at", "previous", "salt_commitment",
    "inspectors_digest", "entropy", "tasks",
}  # fmt: skip
_TASK = {
    "number", "total", "strata", "frame_digest", "design_digest", "burden_digest", "excluded", "added", "removed",
}  # fmt: skip
_SOURCE = {"kind", "by", "organ", "commitment", "details", "instead_of"}


class BadStatement(Refused):
    """The statement cannot be made, or is not one."""


@dataclass(frozen=True, slots=True)
class Source:
    """A declared source of randomness (随机来源)."""

    kind: str
    by: str
    organ: str | None = None
    commitment: str | None = None
    details: Json = field(default_factory=dict)
    instead_of: int | None = None

    def to_json(self) -> dict[str, object]:
        """The source as it stands in the statement."""
        return {key: getattr(self, key) for key in sorted(_SOURCE)}


@dataclass(frozen=True, slots=True)
class FrozenTask:
    """A task as it is frozen: frame, design, earlier visits, and what was left out or changed by hand, as numbers."""

    frame: Frame
    design: Json
    burden: Mapping[str, int] | None = None
    excluded: Mapping[str, int] = field(default_factory=dict)
    added: int = 0
    removed: int = 0

    @property
    def number(self) -> str:
        """The task's number."""
        return str(self.design["task"])


def build_statement(
    *,
    ceremony: str,
    rehearsal: bool,
    release: str,
    frozen_at: datetime,
    salt: bytes,
    sources: Sequence[Source],
    tasks: Sequence[FrozenTask],
    inspectors: Iterable[Inspector] | None = None,
    previous: str | None = None,
    suite: str = "SHA-256",
) -> dict[str, Any]:
    """Write the statement of a ceremony.

    Raises:
        BadStatement: a part of it is not as the protocol asks.
        BadDesign, BadQuota, BadFrame, NotCanonical: a design, frame or code is refused.
    """
    statement: dict[str, Any] = {
        "protocol": "1",
        "suite": suite,
        "ceremony": ceremony,
        "rehearsal": rehearsal,
        "release": release,
        "frozen_at": frozen_at.isoformat(timespec="seconds"),
        "previous": previous,
        "salt_commitment": commit_salt(salt, suite),
        "inspectors_digest": None if inspectors is None else digest(inspectors_to_bytes(inspectors), suite),
        "entropy": [source.to_json() for source in sources],
        "tasks": [task_entry(task, release=release, salt=salt, suite=suite) for task in sorted(tasks, key=_number)],
    }
    check_inspectors_given(statement, tasks)
    return read_statement(statement)


def check_inspectors_given(statement: Json, tasks: Iterable[FrozenTask]) -> None:
    """Tasks that ask for teams need an inspectors' frame, fixed before the seed.

    Raises:
        BadStatement: there is none.
    """
    if statement["inspectors_digest"] is None and any(task.design.get("teams") for task in tasks):
        raise BadStatement(gettext_noop("任务要求派出检查组,但没有冻结检查人员名单"))


def _number(task: FrozenTask) -> str:
    return task.number


def task_entry(task: FrozenTask, *, release: str, salt: bytes, suite: str = "SHA-256") -> dict[str, Any]:
    """A task's part of the statement; the digests of a sealed one are blinded by the salt.

    Raises:
        BadStatement: the design is for another kind of release, or its burden rule and the burden given do not agree.
        BadDesign, BadQuota: the freeze refuses the design for this frame.
    """
    plan = read_design(task.design)
    counts = task.frame.counts()
    if plan.release != release:
        raise BadStatement(gettext_noop("任务 %(task)s 的公开方式与场次不同"), task=plan.task)
    if (plan.burden is None) != (task.burden is None):
        raise BadStatement(gettext_noop("任务 %(task)s 的减少干扰规则与检查次数不配套"), task=plan.task)
    if plan.rounding != "systematic":
        selected = {stratum: n for stratum, (n, _) in sizes(plan, counts, suite=suite).items()}
        if task.burden is not None:  # enough units must be below the cap, whatever the seed
            burden_sizes(plan, burden_cells(plan, task.frame.lines, task.burden), selected, Fraction(0))
    digests = {
        "frame_digest": task.frame.digest(suite),
        "design_digest": design_digest(task.design, suite),
        "burden_digest": None if task.burden is None else digest(burden_to_bytes(task.burden), suite),
    }
    if release == "sealed":
        digests = {key: d and blind(d, salt=salt, suite=suite) for key, d in digests.items()}
    return {
        "number": plan.task,
        "total": len(task.frame.lines),
        "strata": counts if release == "open" else None,
        "excluded": dict(task.excluded),
        "added": task.added,
        "removed": task.removed,
        **digests,
    }


def statement_digest(statement: Json) -> bytes:
    """The 32 bytes that go into the seed and, in hex, into the ledger."""
    return hash_of(statement["suite"])(jcs(statement))


def read_statement(statement: object) -> dict[str, Any]:
    """Hold a statement to its form and rules, and give it back.

    Raises:
        BadStatement: a field is missing, unknown or wrong; a rehearsal looks like the real thing or the reverse; the
            sources are not enough.
        BadSource: a public source is not declared as spec/randomness.md asks, or arises too early.
        NotCanonical: a code, number or digest is not written as it must be.
        UnknownSuite: there is no such suite.
    """
    if not isinstance(statement, dict) or set(statement) != _STATEMENT or statement["protocol"] != "1":
        raise BadStatement(gettext_noop("抽取公告的字段不对"))
    hash_of(_text(statement["suite"]))
    if not isinstance(statement["rehearsal"], bool) or statement["release"] not in ("open", "sealed"):
        raise BadStatement(gettext_noop("抽取公告的演练标记或公开方式不对"))
    if number(statement["ceremony"]).startswith("R") != statement["rehearsal"]:
        raise BadStatement(gettext_noop("演练场次的编号以 R 开头,正式场次不得以 R 开头"))
    if statement["previous"] is not None:
        number(statement["previous"])
    frozen_at = _moment(statement["frozen_at"])
    from_hex(statement["salt_commitment"], 32)
    if statement["inspectors_digest"] is not None:
        from_hex(statement["inspectors_digest"], 32)
    _check_sources(statement["entropy"], rehearsal=statement["rehearsal"])
    for source in statement["entropy"]:
        check_declared(source, frozen_at)
    _check_tasks(statement["tasks"], statement["release"])
    return statement


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadStatement(gettext_noop("抽取公告中应为文本:%(value)s"), value=value)
    return value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _moment(text: object) -> datetime:
    found = moment(_text(text))
    if found is None:
        raise BadStatement(gettext_noop("冻结时间不是 RFC 3339 格式:%(text)s"), text=text)
    return found


def _check_sources(sources: object, *, rehearsal: bool) -> None:
    if not isinstance(sources, list) or not sources:
        raise BadStatement(gettext_noop("没有公告随机来源"))
    if len(sources) > _MOST_SOURCES:
        raise BadStatement(gettext_noop("随机来源不能超过 %(most)s 个"), most=_MOST_SOURCES)
    names, commitments, organs = set(), set(), []
    for place, source in enumerate(sources):
        if not isinstance(source, dict) or set(source) != _SOURCE or source["kind"] not in KINDS:
            raise BadStatement(gettext_noop("第 %(place)s 个随机来源不对"), place=place + 1)
        if not isinstance(source["details"], dict):
            raise BadStatement(gettext_noop("第 %(place)s 个随机来源不对"), place=place + 1)
        names.add((source["kind"], _text(source["by"])))
        if source["kind"] == "witness":
            commitments.add(from_hex(source["commitment"], 32))
            organs.append(code(source["organ"]))
        elif source["commitment"] is not None:
            raise BadStatement(gettext_noop("只有见证人需要承诺"))
        before = source["instead_of"]
        if before is not None and (not _is_count(before) or before >= place):
            raise BadStatement(gettext_noop("后备来源必须指明在它之前的来源"))
        if before is not None and "witness" in (source["kind"], sources[before]["kind"]):
            raise BadStatement(gettext_noop("见证人不能有后备,也不能作后备"))
    if len(names) < len(sources) or len(commitments) < len(organs):
        raise BadStatement(gettext_noop("随机来源或承诺重复"))
    if organs and len(set(organs)) < 2:
        raise BadStatement(gettext_noop("见证人至少两名,来自不同单位"))
    if not rehearsal and any(source["kind"] == "os" for source in sources):
        raise BadStatement(gettext_noop("操作系统随机数只能用于演练"))


def _check_tasks(tasks: object, release: str) -> None:
    if not isinstance(tasks, list) or not tasks:
        raise BadStatement(gettext_noop("场次没有任务"))
    for task in tasks:
        if not isinstance(task, dict) or set(task) != _TASK:
            raise BadStatement(gettext_noop("公告中任务的字段不对"))
        number(task["number"])
        for key in ("frame_digest", "design_digest"):
            from_hex(task[key], 32)
        if task["burden_digest"] is not None:
            from_hex(task["burden_digest"], 32)
        strata, excluded = task["strata"], task["excluded"]
        tallies = [excluded] if release == "sealed" and strata is None else [excluded, strata]
        if (strata is None) != (release == "sealed") or not all(
            isinstance(tally, dict) and all(map(_is_count, tally.values())) for tally in tallies
        ):
            raise BadStatement(gettext_noop("任务 %(task)s 的数目不对"), task=task["number"])
        if not all(_is_count(task[key]) for key in ("total", "added", "removed")):
            raise BadStatement(gettext_noop("任务 %(task)s 的数目不对"), task=task["number"])
    numbers = [task["number"] for task in tasks]
    if numbers != sorted(set(numbers)):
        raise BadStatement(gettext_noop("任务没有按编号排列,或有重复"))
