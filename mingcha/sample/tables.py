"""The tables beside the code, read once."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@cache
def read(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a table as heading → cell."""
    with (files(__package__) / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file, strict=True))


def words(cell: str) -> tuple[str, ...]:
    """The words of a cell that holds several, divided by semicolons."""
    return tuple(word for word in cell.split(";") if word)


@dataclass(frozen=True, slots=True)
class LicenceKind:
    """A kind of licence: who grants it, how its number looks, how long it is valid."""

    code: str
    kind: str
    line: str
    number: str
    years: int | None


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade: how many of which kind are in it, how they are called, what they hold."""

    code: str
    industry: str
    weights: dict[str, int]
    words: tuple[str, ...]
    shops: tuple[str, ...]
    scope: str
    licences: tuple[LicenceKind, ...]
    tags: tuple[str, ...]


@cache
def licence_kinds() -> dict[str, LicenceKind]:
    """The kinds of licence by code."""
    return {
        row["code"]: LicenceKind(
            row["code"], row["kind"], row["line"], row["number"], int(row["years"]) if row["years"] else None
        )
        for row in read("licences")
    }


@cache
def trades() -> tuple[Trade, ...]:
    """All trades."""
    return tuple(_trade(row) for row in read("trades"))


def _trade(row: dict[str, str]) -> Trade:
    kinds = licence_kinds()
    return Trade(
        code=row["code"],
        industry=row["industry"],
        weights={kind: int(row[kind.lower()]) for kind in ("ENTERPRISE", "INDIVIDUAL", "COOPERATIVE", "INSTITUTION")},
        words=words(row["words"]),
        shops=words(row["shop"]),
        scope=row["scope"],
        licences=tuple(kinds[code] for code in words(row["licences"])),
        tags=words(row["tags"]),
    )
