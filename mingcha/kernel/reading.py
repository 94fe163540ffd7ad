"""How far a published text was understood; the answer of every reader of texts in this package."""

from __future__ import annotations

from enum import StrEnum

from mingcha.kernel.refusal import gettext_noop


class Understood(StrEnum):
    """How much of a text was understood."""

    PARSED = "PARSED"
    PARTLY = "PARTLY"
    UNPARSED = "UNPARSED"


LABELS = {
    Understood.PARSED: gettext_noop("已识别"),
    Understood.PARTLY: gettext_noop("部分识别"),
    Understood.UNPARSED: gettext_noop("未识别"),
}


def extent(*, found: bool, missed: bool) -> Understood:
    """The extent for something found or not, with parts missed or not."""
    if not found:
        return Understood.UNPARSED
    return Understood.PARTLY if missed else Understood.PARSED
