"""Rows, changes and problems in words for people: what pages and spreadsheets show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext

from mingcha.kernel.refusal import gettext_noop
from mingcha.people.models import DepartmentLine
from mingcha.people.states import LEVEL_LABELS
from mingcha.registers import states
from mingcha.registers.columns import COLUMNS
from mingcha.registers.comparing import ItemChange
from mingcha.registers.models import Qualification
from mingcha.registers.states import ImportKind

LABELS = {column.name: column.label for columns in COLUMNS.values() for column in columns}
SUBJECT_LABELS = LABELS | {
    "name": gettext_noop("名称"),
    "state": gettext_noop("登记状态"),
    "region_id": gettext_noop("区域"),
}
INSPECTOR_LABELS = LABELS | {
    "name": gettext_noop("姓名"),
    "state": gettext_noop("岗位状态"),
    "phone": gettext_noop("联系电话"),
    "organization_id": gettext_noop("单位"),
    "user_id": gettext_noop("关联账号"),
}
_WORDS: Mapping[tuple[str, str], Mapping[Any, str]] = {
    ("Subject", "kind"): states.SUBJECT_KIND_LABELS,
    ("Subject", "state"): states.SUBJECT_STATE_LABELS,
    ("Inspector", "state"): states.INSPECTOR_STATE_LABELS,
}
_SILENT = {"id", "updated_at", "source"}


def said(problem: Mapping[str, Any]) -> str:
    """A problem of an import row: what is wrong, and what to do."""
    details = problem.get("details") or {}
    sentence = gettext(problem["message"]) % details if details else gettext(problem["message"])
    remedy = problem.get("remedy") or ""
    return f"{sentence};{gettext(remedy)}" if remedy else sentence


def said_with_column(problem: Mapping[str, Any]) -> str:
    """The same with the column in front."""
    return f"【{problem['column']}】{said(problem)}" if problem["column"] else said(problem)


def column_label(kind: str, name: str) -> str:
    """What a field of an import is called."""
    label = next((column.label for column in COLUMNS[ImportKind(kind)] if column.name == name), name)
    return gettext(label)


def item_changes(changes: Iterable[ItemChange]) -> list[ItemChange]:
    """The changes between two editions with every field and value as people call it."""
    words = _item_words()
    return [
        replace(
            line,
            fields=tuple(
                (column_label(ImportKind.ITEMS, name), _in_words(words, name, old), _in_words(words, name, new))
                for name, old, new in line.fields
            ),
        )
        for line in changes
    ]


def _item_words() -> dict[str, Mapping[str, str]]:
    lines = dict(DepartmentLine.objects.values_list("pk", "name"))
    levels = {str(level): gettext(label) for level, label in LEVEL_LABELS.items()}
    return {
        "line": lines,
        "partner_lines": lines,
        "organising_level": levels,
        "executing_level": levels,
        "importance": {str(each): gettext(label) for each, label in states.IMPORTANCE_LABELS.items()},
        "qualification": dict(Qualification.objects.values_list("pk", "name")),
    }


def _in_words(words: Mapping[str, Mapping[str, str]], field: str, text: str) -> str:
    if field not in words:
        return text
    return "、".join(words[field].get(part, part) for part in text.split("、"))


@dataclass(frozen=True)
class Change:
    """One step in the life of a row: who, when, and what from what to what."""

    at: datetime
    who: str
    is_first: bool
    fields: list[tuple[str, str, str]]


def history_of(row: Model, labels: Mapping[str, str]) -> Iterator[Change]:
    """The history of a row, latest first; steps that changed nothing to be seen are left out."""
    records = list(row.history.select_related("history_user").order_by("-history_date", "-history_id"))  # type: ignore[attr-defined]
    for place, record in enumerate(records):
        former = records[place + 1] if place + 1 < len(records) else None
        who = record.history_user.name if record.history_user else ""
        fields = list(_differences(row, record, former, labels)) if former else []
        if fields or former is None:
            yield Change(record.history_date, who, former is None, fields)


def _differences(row: Model, new: Any, old: Any, labels: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for field in row._meta.concrete_fields:
        if field.name in _SILENT:
            continue
        before, after = getattr(old, field.attname), getattr(new, field.attname)
        if before != after:
            label = gettext(labels.get(field.attname, field.name))
            yield label, _shown(row, field, before), _shown(row, field, after)


def _shown(row: Model, field: Any, value: Any) -> str:
    if value in (None, ""):
        return gettext("(空)")
    if field.is_relation:
        return str(field.related_model.objects.filter(pk=value).first() or value)
    words = _WORDS.get((type(row).__name__, field.name))
    if words and value in words:
        return gettext(words[value])
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return str(value)
