"""Saying no in a sentence for people: the Chinese sentence and its details are kept apart, as translators need them."""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation and leave it as it is (xgettext knows the name)."""
    return message


class Refused(ValueError):
    """Something cannot be drawn, read or believed; the base of every refusal of this package."""

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        """The Chinese sentence with its details filled in."""
        return self.message % self.details if self.details else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Let a refusal travel between processes with its details."""
        return _rebuild, (type(self), self.message, self.details)


def _rebuild(kind: type[Refused], message: str, details: dict[str, object]) -> Refused:
    return kind(message, **details)
