"""Holding what was declared and what was brought as evidence (凭据) to its form, one rule for each field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fairdraw.canonical import NotCanonical, from_hex
from fairdraw.refused import Refused, gettext_noop

Fits = Callable[[object], bool]
_SURROGATE = re.compile("[\ud800-\udfff]")


class BadSource(Refused):
    """A declared source of randomness is not complete, contradicts itself, or is not far enough in the future."""


class BadEvidence(Refused):
    """What was brought as evidence does not prove a value of the declared source."""


def hold_details(details: object, form: Mapping[str, Fits]) -> Mapping[str, Any]:
    """Hold the details of a declared source to their form; `wait` may always stand beside the fields named.

    Raises:
        BadSource: a field is missing, unknown or wrong.
    """
    if not isinstance(details, dict) or not set(form) <= set(details) <= {*form, "wait"}:
        raise BadSource(gettext_noop("随机来源的字段不对,应有:%(keys)s"), keys=", ".join(sorted(form)))
    for key, fits in {"wait": count(1, 99999), **form}.items():
        if key in details and not fits(details[key]):
            raise BadSource(gettext_noop("随机来源的“%(key)s”不对:%(value)s"), key=key, value=details[key])
    return details


def hold_evidence(evidence: object, form: Mapping[str, Fits], *, more: bool = False) -> Mapping[str, Any]:
    """Hold evidence to its form; with `more`, fields that nobody asked for are let through (a file of others).

    Raises:
        BadEvidence: a field is missing, unknown or wrong.
    """
    if not isinstance(evidence, dict) or not set(form) <= set(evidence) or not (more or set(form) == set(evidence)):
        raise BadEvidence(gettext_noop("凭据的字段不对,应有:%(keys)s"), keys=", ".join(sorted(form)))
    for key, fits in form.items():
        if not fits(evidence[key]):
            raise BadEvidence(gettext_noop("凭据的“%(key)s”不对:%(value)s"), key=key, value=evidence[key])
    return evidence


def moment(value: object) -> datetime | None:
    """The moment that a text in the form of RFC 3339 stands for, whole seconds and offset included; else None."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None or not found.tzinfo or found.isoformat(timespec="seconds") != value:
        return None
    return found if len(value) == len("2026-03-01T09:00:00+08:00") else None  # Python knows offsets with seconds


def is_moment(value: object) -> bool:
    """Whether it is a moment with its offset."""
    return moment(value) is not None


def is_text(value: object) -> bool:
    """Whether it is a text that says something and can be written down."""
    return isinstance(value, str) and bool(value.strip()) and not _SURROGATE.search(value)


def count(least: int, most: int) -> Fits:
    """Whole numbers within these bounds."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def one_of(*allowed: str) -> Fits:
    """One of these words."""
    return lambda value: isinstance(value, str) and value in allowed


def hexes(*lengths: int) -> Fits:
    """Lowercase hex of so many bytes."""

    def fits(value: object) -> bool:
        try:
            return len(from_hex(value)) in lengths
        except NotCanonical:
            return False

    return fits


def list_of(fits: Fits, least: int, most: int) -> Fits:
    """A list of so many things that fit."""
    return lambda value: isinstance(value, list) and least <= len(value) <= most and all(map(fits, value))


def names(least: int, most: int) -> Fits:
    """So many different people."""
    each = list_of(is_text, least, most)
    return lambda value: each(value) and isinstance(value, list) and len({name.strip() for name in value}) == len(value)
