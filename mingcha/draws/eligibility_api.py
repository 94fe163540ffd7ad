"""The API of who may stand in a population: changes by hand, the list behind the figures, caps, equivalent items."""

from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from mingcha.draws import actions, queries
from mingcha.draws.api import LARGEST, CeremonyOut, router
from mingcha.draws.models import Adjustment, Ceremony, FrequencyCap, ItemEquivalence
from mingcha.draws.states import Adjusted, Exemption, Ground
from mingcha.people.actors import Actor
from mingcha.people.api import REFUSALS, caller
from mingcha.people.models import Organization
from mingcha.registers.models import InspectionItem

__all__ = ["router"]


class AdjustmentOut(Schema):
    """A change of a population by hand (手工增减)."""

    id: int
    task: str = Field(alias="ceremony_task.task.number")
    unit_id: str
    name: str
    kind: str
    ground: str
    reason: str = Field(alias="note")
    entered_by: str = Field(alias="entered_by.name")
    entered_at: datetime
    approved_by: str | None = Field(alias="approved_by.name", default=None)
    approved_at: datetime | None
    withdrawn_at: datetime | None


class AdjustmentIn(Schema):
    """Who is put in or taken out, and why."""

    task: str = Field(max_length=40)
    unit_id: str = Field(max_length=64)
    kind: Adjusted
    ground: Ground
    reason: str = Field(max_length=500)


class ExemptionIn(Schema):
    """Why the caps leave a task uncounted; null takes it back."""

    task: str = Field(max_length=40)
    exemption: Exemption | None
    reason: str = Field("", max_length=300)


class BehindOut(Schema):
    """A unit behind a figure: left out by a rule, or changed by hand."""

    task: str = Field(alias="task.number")
    unit_id: str
    name: str
    region: str
    why: str


class Behind(Schema):
    units: list[BehindOut]
    next: int | None


class CapOut(Schema):
    """A published yearly cap (年度检查频次上限)."""

    id: int
    organization: str = Field(alias="organization.code")
    most: int
    counts_below: bool
    exempt: list[str]
    basis: str
    valid_from: date
    valid_to: date | None


class CapIn(Schema):
    organization: str = Field(max_length=40)
    most: int = Field(ge=1, le=365)
    counts_below: bool = False
    exempt: list[Exemption] = Field([], max_length=len(Exemption))
    basis: str = Field(max_length=300)
    valid_from: date
    valid_to: date | None = None


class EquivalenceOut(Schema):
    """Two items that inspect the same thing (等同事项)."""

    id: int
    line: str = Field(alias="line_id")
    code: str
    other_line: str = Field(alias="other_line_id")
    other_code: str
    basis: str
    valid_from: date
    valid_to: date | None


class EquivalenceIn(Schema):
    """Items by line and code, as they stand in a published list."""

    line: str = Field(max_length=40)
    code: str = Field(max_length=40)
    other_line: str = Field(max_length=40)
    other_code: str = Field(max_length=40)
    basis: str = Field(max_length=300)
    valid_from: date
    valid_to: date | None = None


class EndIn(Schema):
    """The last day on which a rule holds."""

    last_day: date


def _with_population(by: Actor, number: str) -> Ceremony:
    found = queries.ceremonies_for(by).get(number=number)
    if not queries.may_see_left_out(found, by):
        raise Ceremony.DoesNotExist
    return found


@router.get(
    "/{number}/adjustments", response={200: list[AdjustmentOut], **REFUSALS}, operation_id="ceremony_adjustments"
)
def adjustments(request: HttpRequest, number: str) -> list[Adjustment]:
    """What was changed by hand in a ceremony's populations, what was taken back too."""
    by = caller(request, "draws.view")
    return list(queries.adjustments_for(_with_population(by, number), by))


@router.post("/{number}/adjustments", response={200: AdjustmentOut, **REFUSALS}, operation_id="adjust_population")
def adjust(request: HttpRequest, number: str, given: AdjustmentIn) -> Adjustment:
    """Put a subject in or take it out before the freeze; another person must approve."""
    by = caller(request, "draws.adjust")
    found = queries.held_by(by).get(number=number)
    return actions.adjust(ceremony=found, **given.dict(), by=by, at=timezone.now())


@router.post(
    "/{number}/adjustments/{seq}/approve", response={200: AdjustmentOut, **REFUSALS}, operation_id="approve_adjustment"
)
def approve_adjustment(request: HttpRequest, number: str, seq: int) -> Adjustment:
    """Approve what another person entered (批准手工增减)."""
    by = caller(request, "draws.approve_adjustment")
    found = queries.held_by(by).get(number=number)
    return actions.approve_adjustment(ceremony=found, entry=seq, by=by, at=timezone.now())


@router.post(
    "/{number}/adjustments/{seq}/withdraw",
    response={200: AdjustmentOut, **REFUSALS},
    operation_id="withdraw_adjustment",
)
def withdraw_adjustment(request: HttpRequest, number: str, seq: int) -> Adjustment:
    """Take a change by hand back before the freeze."""
    by = caller(request, "draws.adjust")
    found = queries.held_by(by).get(number=number)
    return actions.withdraw_adjustment(ceremony=found, entry=seq, by=by, at=timezone.now())


@router.post("/{number}/exemption", response={200: CeremonyOut, **REFUSALS}, operation_id="exempt_task")
def exempt(request: HttpRequest, number: str, given: ExemptionIn) -> Ceremony:
    """Say that the caps which list this kind leave a task uncounted, or take it back."""
    by = caller(request, "draws.adjust")
    found = queries.held_by(by).get(number=number)
    actions.exempt(ceremony=found, **given.dict(), by=by, at=timezone.now())
    return found


@router.get("/{number}/left-out", response={200: Behind, **REFUSALS}, operation_id="left_out_units")
def left_out(
    request: HttpRequest,
    number: str,
    why: str = Query("", max_length=20),
    after: int = Query(0, ge=0, le=LARGEST),
    limit: int = Query(100, ge=1, le=1000),
) -> dict:
    """The units behind the figures, as far as the caller may see; `next` continues the list as `after`."""
    by = caller(request, "draws.view")
    rows = queries.behind_figures(_with_population(by, number), by)
    found = [each for each in rows if why in ("", each.why)]
    end = after + limit
    return {"units": found[after:end], "next": end if len(found) > end else None}


@router.get("/limits/caps", response={200: list[CapOut], **REFUSALS}, operation_id="frequency_caps")
def caps(request: HttpRequest) -> list[FrequencyCap]:
    """All yearly caps with their dates."""
    caller(request, "draws.view")
    return list(queries.caps_in_order())


@router.post("/limits/caps", response={200: CapOut, **REFUSALS}, operation_id="set_frequency_cap")
def set_cap(request: HttpRequest, given: CapIn) -> FrequencyCap:
    """Enter an organ's published yearly cap."""
    by = caller(request, "draws.set_limits")
    organ = Organization.objects.get(code=given.organization)
    return actions.set_cap(**given.dict() | {"organization": organ}, by=by, at=timezone.now())


@router.post("/limits/caps/{seq}/end", response={200: CapOut, **REFUSALS}, operation_id="end_frequency_cap")
def end_cap(request: HttpRequest, seq: int, given: EndIn) -> FrequencyCap:
    """Say on which day a cap holds for the last time."""
    by = caller(request, "draws.set_limits")
    cap = FrequencyCap.objects.get(pk=seq)
    return actions.end_cap(cap=cap, last_day=given.last_day, by=by, at=timezone.now())


@router.get("/limits/equivalents", response={200: list[EquivalenceOut], **REFUSALS}, operation_id="item_equivalences")
def equivalents(request: HttpRequest) -> list[ItemEquivalence]:
    """All pairs of items that count as one, with their dates."""
    caller(request, "draws.view")
    return list(queries.equivalents_in_order())


@router.post("/limits/equivalents", response={200: EquivalenceOut, **REFUSALS}, operation_id="declare_equivalence")
def declare_equivalent(request: HttpRequest, given: EquivalenceIn) -> ItemEquivalence:
    """Declare that two items inspect the same thing."""
    by = caller(request, "draws.set_limits")
    return actions.declare_equivalent(
        item=_item(given.line, given.code),
        other=_item(given.other_line, given.other_code),
        basis=given.basis,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        by=by,
        at=timezone.now(),
    )


@router.post(
    "/limits/equivalents/{seq}/end", response={200: EquivalenceOut, **REFUSALS}, operation_id="end_equivalence"
)
def end_equivalent(request: HttpRequest, seq: int, given: EndIn) -> ItemEquivalence:
    """Say on which day two items count as one for the last time."""
    by = caller(request, "draws.set_limits")
    declared = ItemEquivalence.objects.get(pk=seq)
    return actions.end_equivalent(declared=declared, last_day=given.last_day, by=by, at=timezone.now())


def _item(line: str, code: str) -> InspectionItem:
    found = queries.published_items().filter(line=line, code=code).order_by("-pk").first()
    if found is None:
        raise InspectionItem.DoesNotExist
    return found
