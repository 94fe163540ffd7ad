"""Two editions of an item list, line by line (清单版本比较). Pure: rows in, changes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum

from mingcha.kernel.refusal import gettext_noop
from mingcha.registers.rows import ItemRow


class Change(StrEnum):
    """What became of an item from one edition to the next."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


CHANGE_LABELS = {
    Change.ADDED: gettext_noop("新增"),
    Change.REMOVED: gettext_noop("删除"),
    Change.CHANGED: gettext_noop("修改"),
}
_FIELDS = [field.name for field in fields(ItemRow) if field.name != "code"]


@dataclass(frozen=True)
class ItemChange:
    """One line of the comparison: the item by its code, and each field that differs as (field, before, after)."""

    code: str
    name: str
    change: Change
    fields: tuple[tuple[str, str, str], ...] = ()


def compare(before: Iterable[ItemRow], after: Iterable[ItemRow]) -> list[ItemChange]:
    """What changed from one edition to another, by code, in the order of the codes; equal items are not named."""
    old, new = {row.code: row for row in before}, {row.code: row for row in after}
    changes = []
    for code in sorted(old.keys() | new.keys()):
        if code not in old:
            changes.append(ItemChange(code, new[code].name, Change.ADDED))
        elif code not in new:
            changes.append(ItemChange(code, old[code].name, Change.REMOVED))
        elif differing := _differing(old[code], new[code]):
            changes.append(ItemChange(code, new[code].name, Change.CHANGED, differing))
    return changes


def _differing(old: ItemRow, new: ItemRow) -> tuple[tuple[str, str, str], ...]:
    pairs = ((name, _text(getattr(old, name)), _text(getattr(new, name))) for name in _FIELDS)
    return tuple((name, before, after) for name, before, after in pairs if before != after)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(sorted(map(str, value)))
    return "" if value is None else str(value)
