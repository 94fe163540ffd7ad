"""Papers of a ceremony (公文) as plain content, and their two ways onto paper: PDF by Typst, .docx in `documents`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import segno
import typst
from django.conf import settings

TEMPLATE = Path(__file__).with_name("paper.typ")
FONTS = Path(settings.PACKAGE_DIR) / "static" / "vendor" / "fonts"
REHEARSAL = "演练"


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part of a paper: pairs or a table or lines, whichever it has."""

    heading: str
    pairs: Sequence[tuple[str, str]] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    lines: Sequence[str] = ()
    warnings: Sequence[str] = ()
    """Lines printed in red."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says, in order from the head to the signatures. It speaks Chinese whoever asks for it."""

    office: str
    heading: str
    title: str
    facts: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    day: str
    is_rehearsal: bool
    """Then 演练 stands across every page."""
    address: str = ""
    """Where the public verifies it, printed as a QR code with `scan` below."""
    scan: str = ""
    note: str = ""
    signatures: Sequence[str] = ()
    """Whose names are written by hand below it."""
    made_at: datetime | None = None

    def as_json(self) -> str:
        """The content for the Typst template."""
        content = {
            **asdict(self),
            "made_at": None,
            "watermark": REHEARSAL if self.is_rehearsal else "",
            "qr": self._qr(),
        }
        return json.dumps(content, ensure_ascii=False)

    def _qr(self) -> str:
        return str(segno.make(self.address, error="m").svg_inline(border=1, omitsize=True)) if self.address else ""


def pdf(paper: Paper) -> bytes:
    """The paper as PDF; the same content gives the same bytes."""
    fonts = [FONTS] if FONTS.is_dir() else []
    return typst.compile(TEMPLATE, font_paths=fonts, sys_inputs={"paper": paper.as_json()})
