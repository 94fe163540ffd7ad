"""Rows on their way into the registers, from a file, a form or a generator; codes stand for regions, lines, users."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from mingcha.people.states import Level
from mingcha.registers.states import Importance, InspectorState, SubjectState


@dataclass(frozen=True, slots=True)
class LicenceRow:
    """A licence of a subject (行政许可); `line` is the code of the line that grants it."""

    kind: str
    number: str
    line: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag on a subject (标签)."""

    tag: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class RatingRow:
    """A subject's class in one scheme (信用风险分类)."""

    scheme: str
    risk_class: str
    as_of: date
    source: str = ""


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject as it is to stand in the register (检查对象); licences, tags and ratings are added to its others."""

    unit_id: str
    kind: str
    name: str
    region: str
    address: str = ""
    entity_type: str = ""
    industry: str = ""
    registered_on: date | None = None
    capital_text: str = ""
    business_scope: str = ""
    state: str = SubjectState.ACTIVE.value
    contact_name: str = ""
    contact_phone: str = ""
    licences: tuple[LicenceRow, ...] = ()
    tags: tuple[TagRow, ...] = ()
    ratings: tuple[RatingRow, ...] = ()


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """Days on which an inspector cannot be sent (请假、外派)."""

    from_on: date
    to_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class InspectorRow:
    """An inspector as they are to stand in the register (执法检查人员).

    `organization` is a code, `username` an account. `qualifications` are codes and replace those held before; None
    leaves them as they are. Only an expert may be without a certificate.
    """

    number: str
    name: str
    organization: str
    certificate_number: str = ""
    certificate_valid_to: date | None = None
    certificate_issuer: str = ""
    qualifications: tuple[str, ...] | None = ()
    specialities: str = ""
    post: str = ""
    is_expert: bool = False
    phone: str = ""
    state: str = InspectorState.ACTIVE.value
    absences: tuple[AbsenceRow, ...] = ()
    username: str = ""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as it is to stand in a list (抽查事项)."""

    code: str
    category: str
    name: str
    legal_basis: str
    line: str
    subject_scope: str
    sub_item: str = ""
    content: str = ""
    importance: str = Importance.GENERAL.value
    methods: str = ""
    ratio_text: str = ""
    frequency_text: str = ""
    organising_level: str = Level.CITY.value
    executing_level: str = Level.COUNTY.value
    qualification: str | None = None
    partner_lines: tuple[str, ...] = ()


def digest(rows: Iterable[object]) -> str:
    """SHA-256 over the rows in their order: what the trail keeps of a mass of rows."""
    hashed = hashlib.sha256()
    for row in rows:
        hashed.update(json.dumps(row, ensure_ascii=False, sort_keys=True, default=_plain).encode() + b"\n")
    return hashed.hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]
