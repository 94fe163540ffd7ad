"""Preparing a ceremony (筹备): its tasks and its declared sources of randomness."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Length
from django.utils.timezone import localtime

from mingcha.draws import queries, rules
from mingcha.draws.actions.steps import locked, next_position, note
from mingcha.draws.models import SYSTEM, Ceremony, CeremonyTask, EntropySource
from mingcha.draws.states import CeremonyState, EntropyKind
from mingcha.kernel.numbering import Kind, Number, parse
from mingcha.people.actors import Actor
from mingcha.people.models import Organization, Region, User
from mingcha.people.permissions import require
from mingcha.plans.models import Task


@transaction.atomic
def prepare(
    *,
    title: str,
    tasks: Sequence[Task],
    is_rehearsal: bool = False,
    suite: str = "SHA-256",
    previous: Ceremony | None = None,
    by: Actor,
    at: datetime,
) -> Ceremony:
    """Prepare a ceremony for one task or several (筹备场次).

    Raises:
        Task.DoesNotExist: a task is not the actor's to draw.
        CannotPrepare: the tasks may not be drawn, or not together.
    """
    require(by, "draws.prepare")
    # The region's row puts preparations in line: numbers are given once, and no task enters two ceremonies.
    region = Region.objects.select_for_update(no_key=True).get(pk=by.organization.region_id)
    allowed = queries.tasks_led_by(by)
    chosen = [allowed.get(pk=pk) for pk in sorted({task.pk for task in tasks})]
    list(Task.objects.select_for_update().filter(pk__in=[task.pk for task in chosen]).order_by("pk"))
    rules.check_can_prepare(
        tasks=[queries.facts_of(task) for task in chosen],
        is_rehearsal=is_rehearsal,
        suite=suite,
        previous=previous.number if previous else "",
    )
    ceremony = Ceremony.objects.create(
        number=_next_number(region.code, localtime(at).year, is_rehearsal=is_rehearsal),
        title=title,
        organization=by.organization,
        disclosure=chosen[0].disclosure,
        is_rehearsal=is_rehearsal,
        suite=suite,
        previous=previous,
        created_by=by.user,
        created_at=at,
    )
    CeremonyTask.objects.bulk_create(
        CeremonyTask(ceremony=ceremony, task=task, stands=not is_rehearsal) for task in chosen
    )
    facts = {
        "tasks": sorted(task.number for task in chosen),
        "rehearsal": is_rehearsal,
        "previous": previous.number if previous else None,
    }
    note(ceremony, "prepare", facts, by=by, at=at)
    return ceremony


def _next_number(region: str, year: int, *, is_rehearsal: bool) -> str:
    first = Number(Kind.CEREMONY, region, year, 1, rehearsal=is_rehearsal)
    given = Ceremony.objects.filter(number__startswith=first.series)
    last = given.order_by(Length("number").desc(), "-number").values_list("number", flat=True).first()
    return str(parse(last).next if last else first)


@transaction.atomic
def declare_witness(
    *, ceremony: Ceremony, user: User, organization: Organization, by: Actor, at: datetime
) -> EntropySource:
    """Declare a witness of an organ (登记见证人).

    Raises:
        Ceremony.DoesNotExist: the ceremony is not the actor's to prepare.
        CannotDeclare: the statement is fixed, or this person may not witness here.
    """
    require(by, "draws.prepare")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    rules.check_can_declare(
        state=CeremonyState(ceremony.state),
        is_member=queries.is_member(user, organization),
        is_preparer=user.pk == ceremony.created_by_id,
        is_declared=ceremony.sources.filter(witness=user).exists(),
    )
    source = EntropySource.objects.create(
        ceremony=ceremony,
        position=next_position(ceremony),
        kind=EntropyKind.WITNESS,
        witness=user,
        label=_label(ceremony, organization),
        organization=organization,
    )
    note(ceremony, "declare", {"witness": source.name, "organ": organization.code}, by=by, at=at)
    return source


def _label(ceremony: Ceremony, organization: Organization) -> str:
    """The organ's name and which of its witnesses it is: statements are public, names of accounts are not."""
    earlier = ceremony.sources.filter(kind=EntropyKind.WITNESS, organization__name=organization.name).count()
    return f"{organization.name}-{earlier + 1}"


@transaction.atomic
def declare_system(*, ceremony: Ceremony, by: Actor, at: datetime) -> EntropySource:
    """Declare the operating system's generator as a source (系统随机数), in a rehearsal.

    Raises:
        Ceremony.DoesNotExist: the ceremony is not the actor's to prepare.
        CannotDeclare: the draw is real, the statement is fixed, or it is declared already.
    """
    require(by, "draws.prepare")
    ceremony = locked(queries.held_by(by).get(pk=ceremony.pk))
    rules.check_can_declare_system(
        state=CeremonyState(ceremony.state),
        is_rehearsal=ceremony.is_rehearsal,
        is_declared=ceremony.sources.filter(kind=EntropyKind.SYSTEM).exists(),
    )
    source = EntropySource.objects.create(ceremony=ceremony, position=next_position(ceremony), kind=EntropyKind.SYSTEM)
    note(ceremony, "declare", {"witness": SYSTEM, "organ": None}, by=by, at=at)
    return source
