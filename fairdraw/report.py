"""What a verification found (验证报告): checks with their refusals, notes, and what rests on others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fairdraw.refused import Refused, gettext_noop


class Wrong(Refused):
    """A check failed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first line in which a file is not what the draw gives (首个不同行)."""

    member: str
    line: int
    expected: str
    found: str


class Differs(Wrong):
    """A file is not what the draw gives."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(
            gettext_noop("%(member)s 第 %(line)s 行不符:应为“%(expected)s”,实为“%(found)s”"),
            member=difference.member,
            line=difference.line,
            expected=difference.expected,
            found=difference.found,
        )
        self.difference = difference


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: its name, its title, and the refusal if it failed."""

    name: str
    title: str
    refusal: Refused | None = None

    @property
    def passed(self) -> bool:
        """Whether it holds."""
        return self.refusal is None

    @property
    def difference(self) -> Difference | None:
        """The first differing line, if the check compares files."""
        return self.refusal.difference if isinstance(self.refusal, Differs) else None


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence and its details, for translators."""

    message: str
    details: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """The Chinese sentence with its details."""
        return self.message % self.details if self.details else self.message


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found (验证报告)."""

    ceremony: str
    release: str
    rehearsal: bool
    whole: bool
    """Whether the bundle held all files; of a sealed ceremony the public has only a part."""
    checks: tuple[Check, ...]
    notes: tuple[Told, ...]
    """What readers must know: a rehearsal, a rule broken for a written reason, a shortage of inspectors."""
    rests_on: tuple[Told, ...]
    """What is not proven by this file, and on whom it rests."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Seed, root, result digest and counts, as far as they were proven."""

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def exit_code(self) -> int:
        """0 proven, 1 a check failed."""
        return 0 if self.ok else 1

    @property
    def proven(self) -> tuple[str, ...]:
        """The titles of the checks that passed."""
        return tuple(check.title for check in self.checks if check.passed)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.passed)
