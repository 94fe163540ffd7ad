"""Rows of a preview → rows for the registers: what the file says, over what stands there already. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from mingcha.registers.models import ImportRow, InspectionItem, Inspector, Subject
from mingcha.registers.queries import CHUNK
from mingcha.registers.rows import InspectorRow, ItemRow, LicenceRow, RatingRow, SubjectRow, TagRow

_SUBJECT = tuple(field.name for field in fields(SubjectRow) if field.name not in ("licences", "tags", "ratings"))
_INSPECTOR = tuple(field.name for field in fields(InspectorRow) if field.name != "absences")
_DAYS = {"registered_on", "certificate_valid_to"}


def subject_rows(rows: Iterable[ImportRow], *, as_of: date, source: str) -> list[SubjectRow]:
    """One row a subject, with the licences, tags and rating of all its lines."""
    by_key: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row.values)
    known = _known_subjects(list(by_key))
    return [
        _with_details(_subject(values[0], known.get(key)), values, as_of=as_of, source=source)
        for key, values in by_key.items()
    ]


def _known_subjects(keys: list[str]) -> dict[str, Subject]:
    return {
        subject.unit_id: subject
        for start in range(0, len(keys), CHUNK)
        for subject in Subject.objects.filter(unit_id__in=keys[start : start + CHUNK])
    }


def _subject(values: Mapping[str, Any], known: Subject | None) -> SubjectRow:
    given = {name: _value(name, values[name]) for name in _SUBJECT if name in values}
    if known is None:
        return SubjectRow(**given)
    base = {name: getattr(known, "region_id" if name == "region" else name) for name in _SUBJECT}
    derived = values.get("derived", [])
    return SubjectRow(**(base | {name: value for name, value in given.items() if name not in derived}))


def _with_details(row: SubjectRow, lines: list[Mapping[str, Any]], *, as_of: date, source: str) -> SubjectRow:
    licences = [
        LicenceRow(
            kind=values["licence_kind"],
            number=values["licence_number"],
            line=values["licence_line"],
            valid_to=_day(values.get("licence_valid_to")),
        )
        for values in lines
        if "licence_number" in values
    ]
    tags = {tag: TagRow(tag) for values in lines for tag in values.get("tags", [])}
    ratings = {
        values["scheme"]: RatingRow(values["scheme"], values["rating"], as_of, source)
        for values in lines
        if "rating" in values
    }
    return replace(row, licences=tuple(licences), tags=tuple(tags.values()), ratings=tuple(ratings.values()))


def inspector_rows(rows: Iterable[ImportRow]) -> list[InspectorRow]:
    """One row an inspector; what the file does not say stays as it is."""
    taken = list(rows)
    known = {
        inspector.number: inspector
        for inspector in Inspector.objects.filter(number__in=[row.key for row in taken]).select_related(
            "organization", "user"
        )
    }
    return [_inspector(row.values, known.get(row.key)) for row in taken]


def _inspector(values: Mapping[str, Any], known: Inspector | None) -> InspectorRow:
    given = {name: _value(name, values[name]) for name in _INSPECTOR if name in values}
    if "qualifications" in given:
        given["qualifications"] = tuple(given["qualifications"])
    if known is None:
        return InspectorRow(**given)
    base = {name: getattr(known, name) for name in _INSPECTOR if name not in ("organization", "username")}
    base |= {
        "organization": known.organization.code,
        "username": known.user.username if known.user else "",
        "qualifications": None,
    }
    return InspectorRow(**(base | given))


def item_row(values: Mapping[str, Any], known: ItemRow | None) -> ItemRow:
    """The item as the file has it, over the one in the list."""
    given = {field.name: values[field.name] for field in fields(ItemRow) if field.name in values}
    given["partner_lines"] = tuple(values.get("partner_lines", known.partner_lines if known else ()))
    if known is not None:
        return replace(known, **given)
    return ItemRow(**({"legal_basis": ""} | given))


def known_items(rows: Iterable[ImportRow], item_list_id: int) -> dict[str, InspectionItem]:
    """Code → item of the list, for the rows that change one."""
    codes = [row.key for row in rows]
    items = InspectionItem.objects.filter(item_list=item_list_id, code__in=codes)
    return {item.code: item for item in items.prefetch_related("partner_lines")}


def _value(name: str, value: Any) -> Any:
    return _day(value) if name in _DAYS else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
