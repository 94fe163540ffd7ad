"""Constraints that many tables share."""

from enum import StrEnum

from django.db.models import CheckConstraint, Q


def known(field: str, values: type[StrEnum], name: str) -> CheckConstraint:
    """The field holds one of the enumeration's values; the database refuses anything else."""
    return CheckConstraint(condition=Q(**{f"{field}__in": [value.value for value in values]}), name=name)


def both_or_neither(first: str, second: str, name: str) -> CheckConstraint:
    """A pair such as `ended_at`/`ended_by` is given together or not at all."""
    neither = Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
    both = Q(**{f"{first}__isnull": False, f"{second}__isnull": False})
    return CheckConstraint(condition=neither | both, name=name)
