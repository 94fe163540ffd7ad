"""What a file would change (预览): every line is read, checked against the register, and given a verdict.

Nothing is written here. A line is NEW, CHANGED or SAME; REFUSED with column, reason and remedy; or a CONFLICT, which
somebody decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from mingcha.people.actors import Actor
from mingcha.registers.columns import Heading
from mingcha.registers.judging import inspectors, items, subjects
from mingcha.registers.judging.row import Judged
from mingcha.registers.models import ItemList
from mingcha.registers.reading import Table
from mingcha.registers.states import ImportKind


def judge(
    kind: ImportKind,
    table: Table,
    heading: Heading,
    *,
    defaults: Mapping[str, str],
    item_list: ItemList | None,
    by: Actor,
) -> list[Judged]:
    """The verdict of every line below the heading, in the order of the file."""
    lines = [line for line in table.lines if line.number > heading.line]
    if kind == ImportKind.SUBJECTS:
        return subjects.judge(lines, heading, defaults=defaults, by=by)
    if kind == ImportKind.INSPECTORS:
        return inspectors.judge(lines, heading, by=by)
    if item_list is None:
        raise ValueError("items are judged against a list")
    return items.judge(lines, heading, item_list=item_list, defaults=defaults, by=by)
