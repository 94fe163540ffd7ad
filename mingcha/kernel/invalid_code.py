"""Why a number is not what it claims to be; siblings of the exceptions of python-stdnum, with a sentence for people."""

from __future__ import annotations

from mingcha.kernel.refusal import Refusal


class InvalidCode(Refusal):
    """The number is not valid."""


class InvalidLength(InvalidCode):
    """The number has too many or too few characters."""


class InvalidFormat(InvalidCode):
    """The number holds a character that may not stand there."""


class InvalidChecksum(InvalidCode):
    """The number's check character does not agree with the others."""


class InvalidOrganisationCode(InvalidChecksum):
    """The organisation code inside a credit code fails its own check (GB 11714)."""
