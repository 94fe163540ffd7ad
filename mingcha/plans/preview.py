"""What a task would amount to while it is being written (实时测算): counts, sizes, and the rule in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mingcha.kernel.refusal import Refusal
from mingcha.people.models import Region
from mingcha.plans import queries, rules
from mingcha.registers.models import RiskScheme
from mingcha.registers.rules import Condition, Scope


@dataclass(frozen=True, slots=True)
class Cell:
    """A region's subjects of one class: how many, and how many would be drawn."""

    count: int
    size: rules.StratumSize | None


@dataclass(frozen=True, slots=True)
class Row:
    """One region of the table; its total over all classes."""

    region: str
    cells: tuple[Cell, ...]
    count: int
    selected: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch (批次): its window, and how many subjects would come in it; nothing while the rule is not set."""

    window: tuple[date, date]
    size: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """Live figures of a scope and a rule."""

    conditions: tuple[Condition, ...]
    total: int
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    estimate: rules.Estimate | None
    sentences: tuple[rules.Said, ...]
    proposal: rules.Proposal
    proposed: tuple[rules.Said, ...]
    why_not: Refusal | None
    batches: tuple[Batch, ...] = ()


def preview(
    scope: Scope | None,
    *,
    scheme: RiskScheme | None,
    rule: rules.DrawRule | None,
    ratio_text: str,
    override_reason: str,
    batches: Sequence[tuple[date, date]] = (),
    on: date,
) -> Preview:
    """Count the scope and try the rule on it; what is not possible yet is said, not raised."""
    labels = queries.labels_of(scheme)
    counts = queries.population(scope, scheme=scheme, on=on) if scope is not None else queries.Population({})
    estimate, why_not = _tried(rule, counts.counts, tuple(labels), override_reason)
    proposal = rules.propose(ratio_text, labels)
    heads = _heads(counts.counts, labels)
    return Preview(
        conditions=scope.conditions() if scope is not None else (),
        total=counts.total,
        heads=tuple(heads.values()),
        rows=_rows(counts.counts, tuple(heads), estimate),
        estimate=estimate,
        sentences=rules.sentences(rule, labels) if rule else (),
        proposal=proposal,
        proposed=rules.sentences(proposal.rule, labels) if proposal.rule else (),
        why_not=why_not,
        batches=_batches(batches, estimate),
    )


def _batches(windows: Sequence[tuple[date, date]], estimate: rules.Estimate | None) -> tuple[Batch, ...]:
    sizes = rules.batch_sizes(estimate.selected, len(windows)) if estimate and windows else ()
    return tuple(Batch(window, sizes[place] if sizes else None) for place, window in enumerate(windows))


def _tried(
    rule: rules.DrawRule | None, counts: Mapping[str, int], classes: tuple[str, ...], override_reason: str
) -> tuple[rules.Estimate | None, Refusal | None]:
    if rule is None:
        return None, None
    try:
        rules.check_covers(rule, classes)
        rules.check_rising(rule, classes, override_reason)
    except rules.InvalidRule as invalid:
        return None, invalid
    return rules.estimate(rule, counts, classes), None


def _heads(counts: Mapping[str, int], labels: Mapping[str, str]) -> dict[str, str]:
    """The columns: every class of the scheme, and the unrated where there are any."""
    if any(stratum.endswith(f"/{rules.UNRATED}") for stratum in counts) and labels:
        return {**labels, rules.UNRATED: rules.UNRATED_LABEL}
    return dict(labels) or {rules.UNRATED: ""}


def _rows(counts: Mapping[str, int], classes: tuple[str, ...], estimate: rules.Estimate | None) -> tuple[Row, ...]:
    sizes = {(size.region, size.risk_class): size for size in estimate.strata} if estimate else {}
    names = dict(Region.objects.values_list("code", "name"))
    rows = []
    for region in sorted({stratum.split("/")[0] for stratum in counts}):
        cells = tuple(Cell(counts.get(f"{region}/{each}", 0), sizes.get((region, each))) for each in classes)
        selected = sum(cell.size.selected for cell in cells if cell.size)
        rows.append(Row(names[region], cells, sum(cell.count for cell in cells), selected))
    return tuple(rows)
