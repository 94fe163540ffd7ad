"""The draw of a ceremony as a function of what it froze and what was opened: asked twice, it answers the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

import fairdraw
from fairdraw.canonical import read_json
from mingcha.draws import engines, rules, savings, store
from mingcha.draws.models import Ceremony, CeremonyTask, EntropySource
from mingcha.draws.pace import Pace, Tell
from mingcha.draws.states import PUBLIC_KINDS, EntropyKind
from mingcha.kernel.refusal import gettext_noop
from mingcha.plans.rules import batch_sizes

KINDS = {
    EntropyKind.WITNESS: "witness",
    EntropyKind.SYSTEM: "os",
    EntropyKind.BEACON: "beacon",
    EntropyKind.LOTTERY: "lottery",
    EntropyKind.DICE: "dice",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A ceremony that was drawn, with everything that went into it."""

    statement: dict[str, Any]
    tasks: tuple[fairdraw.FrozenTask, ...]
    inspectors: tuple[fairdraw.Inspector, ...]
    salt: bytes
    entropy: list[dict[str, Any]]
    outcome: fairdraw.Outcome
    engine: str

    @property
    def suite(self) -> str:
        return str(self.statement["suite"])

    def members(self, certificate: bytes) -> dict[str, bytes]:
        """All files of the bundle but the ledger's proof."""
        return fairdraw.members(
            statement=self.statement,
            tasks=self.tasks,
            inspectors=self.inspectors,
            salt=self.salt,
            entropy=self.entropy,
            outcome=self.outcome,
            certificate=certificate,
        )


def declared(sources: Sequence[EntropySource]) -> list[fairdraw.Source]:
    """The sources as the statement names them."""
    places = {source.pk: place for place, source in enumerate(sources)}
    return [
        fairdraw.Source(
            kind=KINDS[EntropyKind(source.kind)],
            by=source.name,
            organ=source.organization.code if source.organization else None,
            commitment=source.commitment or None,
            details=source.details,
            instead_of=places[source.instead_of_id] if source.instead_of_id else None,
        )
        for source in sources
    ]


def opened(sources: Sequence[EntropySource]) -> list[dict[str, Any]]:
    """The content of `entropy.json`: of a source and its fall-backs the one that was used."""
    return [
        {
            "kind": KINDS[EntropyKind(source.kind)],
            "by": source.name,
            "commitment": source.commitment or None,
            "nonce": source.nonce or None,
            "value": source.value,
            "evidence": source.evidence if source.kind in PUBLIC_KINDS else {"opened_at": _moment(source.opened_at)},
        }
        for source in sources
        if source.opened_at is not None
    ]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def sources_of(ceremony: Ceremony) -> list[EntropySource]:
    """The declared sources, in their order."""
    rows = ceremony.sources.select_related("ceremony", "witness", "organization", "instead_of", "fall_back")
    return list(rows.order_by("position"))


def awaited(sources: Sequence[EntropySource]) -> list[EntropySource]:
    """The sources without which the draw cannot be held."""
    return [source for source in sources if source.is_awaited]


def tasks_of(ceremony: Ceremony) -> list[CeremonyTask]:
    """The ceremony's tasks, in the order of their numbers."""
    return list(ceremony.tasks.select_related("task__organization", "task__scheme").order_by("task__number"))


def hold(ceremony: Ceremony, *, progress: Tell | None = None) -> Held:
    """Work the draw out from the frozen files.

    Args:
        progress: is told, in this thread, how many units of how many are drawn from.

    Raises:
        CannotHold: a frozen file is not what was committed to.
        FileChanged: a frozen file is missing or changed.
        fairdraw.Refused: the frozen parts cannot be drawn after all.
    """
    rows = tasks_of(ceremony)
    pace = Pace(progress, total=sum(row.population for row in rows))
    files = {row.task.number: store.find(store.frames(), row.frame_file) for row in rows}
    tasks = tuple(_frozen(row, files[row.task.number], ceremony.suite) for row in rows)
    statement = json.loads(ceremony.statement)
    inspectors = fairdraw.inspectors_from_bytes(ceremony.inspectors_frame.encode())
    salt, entropy = bytes(ceremony.salt or b""), opened(sources_of(ceremony))
    check_unchanged(ceremony, statement=statement, tasks=tasks, inspectors=inspectors)
    name, engine = engines.choose(
        files,
        units=max(row.population for row in rows),
        cluster=settings.MINGCHA_SPARK,
        progress=pace.within_task,
    )
    outcome = fairdraw.hold(
        statement=statement,
        tasks=tasks,
        inspectors=inspectors,
        salt=salt,
        entropies=fairdraw.read_entropy(entropy, statement),
        engine=pace.counting(engine),
    )
    return Held(statement, tasks, inspectors, salt, entropy, outcome, name)


def _frozen(row: CeremonyTask, file: Path, suite: str) -> fairdraw.FrozenTask:
    """The task as it was frozen, read back from its Parquet file."""
    design = read_design_file(row)
    has_burden = design.get("burden") is not None
    table = pq.read_table(file, columns=["unit_id", "stratum", *(["visits"] if has_burden else [])])
    units = table["unit_id"].to_pylist()
    frame = fairdraw.Frame.from_rows(zip(units, table["stratum"].to_pylist(), strict=True))
    if frame.digest(suite) != row.frame_digest:
        raise rules.CannotHold(gettext_noop("任务 %(task)s 的抽样框与固化时不符"), task=row.task.number)
    burden = None
    if has_burden:
        burden = {unit: visits for unit, visits in zip(units, table["visits"].to_pylist(), strict=True) if visits}
    return fairdraw.FrozenTask(
        frame=frame, design=design, burden=burden, excluded=row.excluded, added=row.added, removed=row.removed
    )


def read_design_file(row: CeremonyTask) -> dict[str, Any]:
    """The frozen design."""
    design = read_json(row.design.encode())
    if not isinstance(design, dict):
        raise rules.CannotHold(gettext_noop("任务 %(task)s 的抽查方案与固化时不符"), task=row.task.number)
    return design


def check_unchanged(
    ceremony: Ceremony,
    *,
    statement: Mapping[str, Any],
    tasks: Sequence[fairdraw.FrozenTask],
    inspectors: Sequence[fairdraw.Inspector],
) -> None:
    """Hold what is about to be drawn from to the statement that was published.

    Raises:
        CannotHold: statement, salt, a task or the inspectors' frame is not what was committed to.
    """
    suite, salt = ceremony.suite, bytes(ceremony.salt or b"")
    entries = [
        fairdraw.statement.task_entry(task, release=statement["release"], salt=salt, suite=suite) for task in tasks
    ]
    same = (
        fairdraw.statement_digest(statement).hex() == ceremony.statement_digest
        and fairdraw.commit_salt(salt, suite) == statement["salt_commitment"]
        and entries == statement["tasks"]
        and fairdraw.digest(fairdraw.inspectors_to_bytes(inspectors), suite) == statement["inspectors_digest"]
    )
    if not same:
        raise rules.CannotHold(gettext_noop("固化的内容与抽取公告不符,不能抽取;请作废本场次并查明原因"))


def details_of(file: Path, unit_ids: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Name, region and address of some units of a frozen frame."""
    table = pq.read_table(file, columns=["unit_id", "name", "region", "address"])
    found = table.filter(pc.is_in(table["unit_id"], value_set=pc.cast(list(unit_ids), "string")))
    return {row["unit_id"]: (row["name"], row["region"], row["address"]) for row in found.to_pylist()}


def visits_if_independent(held: Held) -> int | None:
    """The visits that as many independent draws would make on average; None for a single task."""
    if len(held.tasks) < 2:
        return None
    chances: dict[str, list[savings.Chance]] = {}
    for task, selection in zip(held.tasks, held.outcome.selections, strict=True):
        for unit, chance in _chances(task, selection):
            chances.setdefault(unit, []).append(chance)
    return savings.visits_expected(Counter(tuple(sorted(each)) for each in chances.values()))


def _chances(task: fairdraw.FrozenTask, selection: fairdraw.Selection) -> Iterator[tuple[str, savings.Chance]]:
    """Of every unit of a task: when it might be checked, and the chance of that."""
    plan, counts, burden = fairdraw.read_design(task.design), task.frame.counts(), task.burden or {}
    shares: dict[str, dict[int, Fraction]] = {}
    if plan.burden:
        for stratum, visited in fairdraw.burden_cells(plan, task.frame.lines, burden).items():
            n = selection.sizes[stratum][0]
            shares[stratum] = fairdraw.burden_shares(visited, n, delta=plan.burden.delta, cap=plan.burden.cap)
    exempt = plan.burden.exempt if plan.burden else frozenset()
    for unit, stratum in task.frame.lines:
        share = Fraction(selection.sizes[stratum][0], counts[stratum])
        if shares:
            share = shares[stratum][0 if stratum in exempt else burden.get(unit, 0)]
        yield unit, _in_batches(plan, len(selection.selected), share)


def _in_batches(plan: fairdraw.Design, selected: int, share: Fraction) -> savings.Chance:
    """A unit's chance, shared among the batches as the selected are."""
    if not plan.batches or not selected:
        return ((plan.window, share),)
    parts = batch_sizes(selected, len(plan.batches))
    return tuple((window, share * part / selected) for window, part in zip(plan.batches, parts, strict=True))
