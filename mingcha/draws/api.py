"""The API of draws: the same steps as the pages, in the same order, under the same permissions."""

import secrets
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from mingcha.draws import actions, drawing, queries
from mingcha.draws.models import Ceremony
from mingcha.draws.public_sources import details_of
from mingcha.draws.states import CeremonyState, DrawnAs, PublicSource
from mingcha.people.actors import Actor
from mingcha.people.api import REFUSALS, caller
from mingcha.people.models import Membership

router = Router(tags=["draws"])
LARGEST = 2**53
Position = Annotated[int, Path(ge=0, le=10**6)]
HEX_DIGEST = r"^[0-9a-f]{64}$"


class TaskOut(Schema):
    """A task in a ceremony: its frozen population, in total only."""

    number: str = Field(alias="task.number")
    name: str = Field(alias="task.name")
    population: int
    excluded: dict[str, int]
    added: int
    removed: int
    exemption: str


class SourceOut(Schema):
    """A declared source of randomness."""

    position: int
    kind: str
    organization: str | None = Field(alias="organization.code", default=None)
    name: str
    details: dict
    value: str
    commitment: str
    opened_at: datetime | None
    given_up_at: datetime | None
    given_up_reason: str
    instead_of: int | None = Field(alias="instead_of.position", default=None)


class CeremonyOut(Schema):
    """A ceremony (摇号场次); nothing confidential."""

    id: int
    number: str
    title: str
    organization: str = Field(alias="organization.code")
    disclosure: str
    is_rehearsal: bool
    suite: str
    state: str
    previous: str | None = Field(alias="previous.number", default=None)
    statement_digest: str
    committed_at: datetime | None
    result_digest: str
    result_root: str
    visits: int | None
    visits_if_independent: int | None
    engine: str
    drawn_at: datetime | None
    released_at: datetime | None
    bundle_digest: str
    abandoned_at: datetime | None
    abandoned_reason: str
    tasks: list[TaskOut]
    sources: list[SourceOut]

    @staticmethod
    def resolve_tasks(ceremony: Ceremony) -> list:
        return list(ceremony.tasks.select_related("task").order_by("task__number"))

    @staticmethod
    def resolve_sources(ceremony: Ceremony) -> list:
        return list(drawing.sources_of(ceremony))


class Ceremonies(Schema):
    ceremonies: list[CeremonyOut]
    next: int | None


class UnitOut(Schema):
    """A unit that was drawn."""

    id: int
    task: str = Field(alias="ceremony_task.task.number")
    unit_id: str
    name: str
    region: str
    address: str
    drawn_as: str
    rank: int
    batch: int | None
    ticket: str


class Units(Schema):
    units: list[UnitOut]
    next: int | None


class PrepareIn(Schema):
    title: str = Field(min_length=1, max_length=120)
    tasks: list[str] = Field(min_length=1, max_length=100)
    is_rehearsal: bool = False
    suite: str = Field("SHA-256", max_length=10)
    previous: str = Field("", max_length=40)


class WitnessIn(Schema):
    """A witness: account and organ."""

    username: str = Field(max_length=150)
    organization: str = Field(max_length=40)


class CommitmentIn(Schema):
    commitment: str = Field(pattern=HEX_DIGEST)


class OpeningIn(Schema):
    """Nonce and value in hex."""

    nonce: str = Field(pattern=HEX_DIGEST)
    value: str = Field(pattern=r"^([0-9a-f]{2})+$", max_length=2048)


class SourceIn(Schema):
    """A public source: what is asked of its kind (spec/randomness.md), and of which source it is the fall-back."""

    kind: PublicSource
    details: dict[str, str | int | list[dict[str, int]]]
    wait: int = Field(0, ge=0, le=10**6)
    instead_of: int | None = Field(None, ge=0, le=10**6)


class SourceEntryIn(Schema):
    """What a public source gave, with what proves it (spec/randomness.md)."""

    evidence: dict[str, Any]


class ReasonIn(Schema):
    reason: str = Field(max_length=500)


class Countersigned(Schema):
    ceremony: str
    organization: str
    at: datetime


ANSWER = {200: CeremonyOut, **REFUSALS}


def _found(by: Actor, number: str) -> Ceremony:
    return queries.ceremonies_for(by).get(number=number)


@router.get("/", response={200: Ceremonies, **REFUSALS}, operation_id="ceremonies")
def ceremonies(
    request: HttpRequest,
    state: CeremonyState | None = None,
    after: int = Query(0, ge=0, le=LARGEST),
    limit: int = Query(100, ge=1, le=1000),
) -> dict:
    """The ceremonies in the caller's scope; `next` continues the list as `after`."""
    rows = queries.ceremonies_for(caller(request, "draws.view")).filter(pk__gt=after)
    found = list((rows.filter(state=state) if state else rows).order_by("pk")[: limit + 1])
    return {"ceremonies": found[:limit], "next": found[limit - 1].pk if len(found) > limit else None}


@router.post("/", response=ANSWER, operation_id="prepare_ceremony")
def prepare(request: HttpRequest, given: PrepareIn) -> Ceremony:
    """Prepare a ceremony for one task or several (筹备场次)."""
    by = caller(request, "draws.prepare")
    tasks = [queries.tasks_led_by(by).get(number=number) for number in given.tasks]
    previous = _found(by, given.previous) if given.previous else None
    return actions.prepare(
        title=given.title,
        tasks=tasks,
        is_rehearsal=given.is_rehearsal,
        suite=given.suite,
        previous=previous,
        by=by,
        at=timezone.now(),
    )


@router.get("/{number}", response=ANSWER, operation_id="ceremony")
def ceremony(request: HttpRequest, number: str) -> Ceremony:
    """One ceremony."""
    return _found(caller(request, "draws.view"), number)


@router.post("/{number}/witnesses", response=ANSWER, operation_id="declare_witness")
def declare_witness(request: HttpRequest, number: str, given: WitnessIn) -> Ceremony:
    """Declare a witness (登记见证人)."""
    by = caller(request, "draws.prepare")
    found = _found(by, number)
    member = Membership.objects.filter(user__username=given.username, organization__code=given.organization)
    witness = member.select_related("user", "organization")[:1].get()
    actions.declare_witness(
        ceremony=found, user=witness.user, organization=witness.organization, by=by, at=timezone.now()
    )
    return _found(by, number)


@router.post("/{number}/system", response=ANSWER, operation_id="declare_system")
def declare_system(request: HttpRequest, number: str) -> Ceremony:
    """Declare the system's generator; alone for rehearsals only."""
    by = caller(request, "draws.prepare")
    actions.declare_system(ceremony=_found(by, number), by=by, at=timezone.now())
    return _found(by, number)


@router.post("/{number}/sources", response=ANSWER, operation_id="declare_source")
def declare_source(request: HttpRequest, number: str, given: SourceIn) -> Ceremony:
    """Declare a public source of randomness (登记公开来源)."""
    by = caller(request, "draws.prepare")
    found = _found(by, number)
    actions.declare_source(
        ceremony=found,
        public=given.kind,
        details=details_of(given.kind, given.details, wait=given.wait),
        instead_of=found.sources.get(position=given.instead_of) if given.instead_of is not None else None,
        by=by,
        at=timezone.now(),
    )
    return _found(by, number)


@router.delete("/{number}/sources/{position}", response=ANSWER, operation_id="withdraw_source")
def withdraw_source(request: HttpRequest, number: str, position: Position) -> Ceremony:
    """Take a declared public source back before the freeze (撤回登记)."""
    by = caller(request, "draws.prepare")
    actions.withdraw_source(ceremony=_found(by, number), position=position, by=by, at=timezone.now())
    return _found(by, number)


@router.post("/{number}/sources/{position}/entry", response=ANSWER, operation_id="enter_source")
def enter_source(request: HttpRequest, number: str, position: Position, given: SourceEntryIn) -> Ceremony:
    """Bring what a public source gave; it is verified before it is kept (录入)."""
    by = caller(request, "draws.enter")
    actions.enter_source(
        ceremony=_found(by, number), position=position, evidence=given.evidence, by=by, at=timezone.now()
    )
    return _found(by, number)


@router.post("/{number}/sources/{position}/fallback", response=ANSWER, operation_id="give_up_source")
def give_up_source(request: HttpRequest, number: str, position: Position, given: ReasonIn) -> Ceremony:
    """Turn to the declared fall-back of a source that cannot be had (改用后备)."""
    by = caller(request, "draws.hold")
    actions.give_up_source(
        ceremony=_found(by, number), position=position, reason=given.reason, by=by, at=timezone.now()
    )
    return _found(by, number)


@router.post("/{number}/commitment", response=ANSWER, operation_id="commit_input")
def commit_input(request: HttpRequest, number: str, given: CommitmentIn) -> Ceremony:
    """Give a witness's commitment H(nonce ‖ value)."""
    by = caller(request, "draws.witness")
    actions.commit_input(ceremony=_found(by, number), commitment=given.commitment, by=by, at=timezone.now())
    return _found(by, number)


@router.post("/{number}/freeze", response=ANSWER, operation_id="freeze_ceremony")
def freeze(request: HttpRequest, number: str) -> Ceremony:
    """Fix everything and publish the statement (固化承诺)."""
    by = caller(request, "draws.freeze")
    actions.freeze(ceremony=_found(by, number), salt=secrets.token_bytes(32), by=by, at=timezone.now())
    return _found(by, number)


@router.post("/{number}/opening", response=ANSWER, operation_id="open_input")
def open_input(request: HttpRequest, number: str, given: OpeningIn) -> Ceremony:
    """Open a witness's input."""
    by = caller(request, "draws.witness")
    nonce, value = bytes.fromhex(given.nonce), bytes.fromhex(given.value)
    actions.open_input(ceremony=_found(by, number), nonce=nonce, value=value, by=by, at=timezone.now())
    return _found(by, number)


@router.post("/{number}/system-input", response=ANSWER, operation_id="add_system_input")
def add_system_input(request: HttpRequest, number: str) -> Ceremony:
    """Let the system's generator speak."""
    by = caller(request, "draws.hold")
    value = secrets.token_bytes(32)
    actions.add_system_input(ceremony=_found(by, number), value=value, by=by, at=timezone.now())
    return _found(by, number)


@router.post("/{number}/hold", response=ANSWER, operation_id="hold_ceremony")
def hold(request: HttpRequest, number: str) -> Ceremony:
    """Hold the draw, once (抽取)."""
    by = caller(request, "draws.hold")
    actions.hold(ceremony=_found(by, number), by=by, at=timezone.now())
    return _found(by, number)


@router.post("/{number}/countersign", response={200: Countersigned, **REFUSALS}, operation_id="countersign")
def countersign(request: HttpRequest, number: str) -> dict:
    """Verify the auditors' bundle and countersign (会签)."""
    by = caller(request, "draws.verify")
    signed = actions.countersign(ceremony=_found(by, number), by=by, at=timezone.now())
    return {"ceremony": number, "organization": by.organization_code, "at": signed.at}


@router.post("/{number}/release", response=ANSWER, operation_id="release_ceremony")
def release(request: HttpRequest, number: str) -> Ceremony:
    """Release the draw (公开)."""
    by = caller(request, "draws.release")
    actions.release(ceremony=_found(by, number), by=by, at=timezone.now())
    return _found(by, number)


@router.post("/{number}/abandon", response=ANSWER, operation_id="abandon_ceremony")
def abandon(request: HttpRequest, number: str, given: ReasonIn) -> Ceremony:
    """Abandon a ceremony with its reason (作废)."""
    by = caller(request, "draws.hold")
    actions.abandon(ceremony=_found(by, number), reason=given.reason, by=by, at=timezone.now())
    return _found(by, number)


@router.get("/{number}/units", response={200: Units, **REFUSALS}, operation_id="drawn_units")
def units(
    request: HttpRequest,
    number: str,
    drawn_as: DrawnAs | None = None,
    after: int = Query(0, ge=0, le=LARGEST),
    limit: int = Query(100, ge=1, le=1000),
) -> dict:
    """Who was drawn, as far as the caller may see; without risk classes."""
    by = caller(request, "draws.view")
    rows = queries.units_for(_found(by, number), by).filter(pk__gt=after)
    found = list((rows.filter(drawn_as=drawn_as) if drawn_as else rows).order_by("pk")[: limit + 1])
    return {"units": found[:limit], "next": found[limit - 1].pk if len(found) > limit else None}


@router.get("/{number}/bundle", response={200: bytes, **REFUSALS}, operation_id="ceremony_bundle")
def bundle(request: HttpRequest, number: str, for_auditors: bool = False) -> HttpResponse:
    """The bundle as ZIP; the auditors' whole one for auditors only."""
    by = caller(request, "draws.verify" if for_auditors else "draws.view")
    content = queries.bundle_bytes(_found(by, number), for_auditors=for_auditors)
    return HttpResponse(content, content_type="application/zip")
