"""Which rows an actor may see (数据范围). Every list, page, export and API call reads through these functions.

- `owned`: rows that belong to an organization (plans, ceremonies, inspectors, visits).
- `located`: rows that lie in a region (subjects).

The office and auditors see the whole city. A city department sees its own line downwards; a county bureau itself and
its stations; an inspector their own organization. A system administrator sees no business data.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from mingcha.people.actors import Actor
from mingcha.people.models import Organization, Region
from mingcha.people.states import Level, Role

Row = TypeVar("Row", bound=Model)
WHOLE_CITY = frozenset({Role.OFFICE, Role.AUDITOR})


def organizations_for(by: Actor) -> QuerySet[Organization]:
    """The organizations whose rows the actor may see."""
    everyone = Organization.objects.all()
    if by.role in WHOLE_CITY:
        return everyone
    if by.role == Role.SYSTEM:
        return everyone.none()
    if by.role == Role.DEPARTMENT and by.level in (Level.PROVINCE, Level.CITY):
        below = Q(line=by.organization.line) & ~Q(level__in=_levels_above(by.level))
        return everyone.filter(Q(pk=by.organization.pk) | below)
    if by.role in (Role.DEPARTMENT, Role.COUNTY):
        return everyone.filter(Q(pk=by.organization.pk) | Q(parent=by.organization, level=Level.STATION))
    return everyone.filter(pk=by.organization.pk)


def _levels_above(level: Level) -> Iterable[Level]:
    order = list(Level)
    return order[: order.index(level)]


def owned(rows: QuerySet[Row], *, by: Actor, path: str = "organization") -> QuerySet[Row]:
    """The rows whose organization (reached by `path`) the actor may see."""
    if by.role in WHOLE_CITY:
        return rows
    return rows.filter(**{f"{path}__in": organizations_for(by)})


def regions_for(by: Actor) -> QuerySet[Region]:
    """The regions whose subjects the actor may see."""
    everywhere = Region.objects.all()
    if by.role in WHOLE_CITY:
        return everywhere
    if by.role in (Role.SYSTEM, Role.INSPECTOR):
        return everywhere.none()
    if by.level in (Level.PROVINCE, Level.CITY):
        return everywhere
    return everywhere.filter(pk=by.organization.region_id)


def located(rows: QuerySet[Row], *, by: Actor, path: str = "region") -> QuerySet[Row]:
    """The rows whose region (reached by `path`) the actor may see."""
    if by.role in WHOLE_CITY:
        return rows
    return rows.filter(**{f"{path}__in": regions_for(by)})
