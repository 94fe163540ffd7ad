"""Saying no in a sentence for people.

A refusal keeps the Chinese sentence and its details apart, so that a page can say it in the reader's language:
the sentence is the key of the translation, the details are filled in afterwards.
"""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation and leave it as it is (xgettext knows the name)."""
    return message


class Refusal(Exception):
    """Something may not be done; the base of every sentence a rule says to people.

    Exceptions of the rooms derive from it and say what could not be done (`CannotDraw`, `AlreadyPublished`).
    """

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        """The Chinese sentence with its details filled in."""
        return self.message % self.details if self.details else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Let a refusal travel between processes with its details (a worker's answer)."""
        return _rebuild, (type(self), self.message, self.details)


def _rebuild(kind: type[Refusal], message: str, details: dict[str, object]) -> Refusal:
    return kind(message, **details)
