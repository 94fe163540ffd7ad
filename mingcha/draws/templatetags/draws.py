"""Template words of draws: pills of states, labels, digests in groups."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import segno
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from mingcha.draws import organs
from mingcha.draws.certificate import percent as share
from mingcha.draws.certificate import verification_address
from mingcha.draws.columns import why_label as why
from mingcha.draws.models import Ceremony, EntropySource
from mingcha.draws.public_sources import described, proven
from mingcha.draws.states import (
    ADJUSTED_LABELS,
    CEREMONY_STATE_LABELS,
    DRAWN_AS_LABELS,
    DUTY_LABELS,
    ENTROPY_KIND_LABELS,
    EXCLUSION_LABELS,
    EXEMPTION_LABELS,
    GROUND_LABELS,
    PUBLIC_SOURCE_LABELS,
    WORK_LABELS,
    CeremonyState,
    DrawnAs,
)
from mingcha.plans.states import DISCLOSURE_LABELS

register = template.Library()

_TONES = {
    CeremonyState.PREPARING: "",
    CeremonyState.COMMITTED: "state-wait",
    CeremonyState.DRAWN: "state-wait",
    CeremonyState.RELEASED: "state-good",
    CeremonyState.ABANDONED: "state-bad",
}


_LABELS: dict[str, Mapping[Any, str]] = {
    "adjusted_label": ADJUSTED_LABELS,
    "disclosure_label": DISCLOSURE_LABELS,
    "duty_label": DUTY_LABELS,
    "entropy_label": ENTROPY_KIND_LABELS,
    "exclusion_label": EXCLUSION_LABELS,
    "exemption_label": EXEMPTION_LABELS,
    "ground_label": GROUND_LABELS,
    "public_label": PUBLIC_SOURCE_LABELS,
    "work_label": WORK_LABELS,
}
"""Filters that say a value in the reader's language."""


def _said(labels: Mapping[Any, str], value: str) -> str:
    return gettext(labels[value])


for _name, _labels in _LABELS.items():
    register.filter(_name, partial(_said, _labels))


@register.filter
def ceremony_state(value: str) -> SafeString:
    """A ceremony's state as a pill."""
    state = CeremonyState(value)
    return format_html('<span class="state {}">{}</span>', _TONES[state], gettext(CEREMONY_STATE_LABELS[state]))


@register.filter
def drawn_as(value: str) -> SafeString:
    """Selected or reserve, as a pill."""
    kind = DrawnAs(value)
    tone = "state-good" if kind == DrawnAs.SELECTED else ""
    return format_html('<span class="state {}">{}</span>', tone, gettext(DRAWN_AS_LABELS[kind]))


@register.filter
def organ(code: str, lines: Mapping[str, str]) -> str:
    """A department, or its groups or experts, by the department's name."""
    return organs.named(code, lines)


@register.filter
def declared_of(source: EntropySource) -> list[tuple[str, str]]:
    """What was declared of a public source, with labels in the reader's language."""
    pairs = described(source.public, source.details) if source.public else []
    return [(gettext(label), words) for label, words in pairs]


@register.filter
def proof_in(evidence: dict[str, Any], source: EntropySource) -> list[tuple[str, str]]:
    """What was entered for a public source, with labels in the reader's language."""
    pairs = proven(source.public, evidence) if source.public else []
    return [(gettext(label), words) for label, words in pairs if words]


@register.filter
def source_state(source: EntropySource, now: datetime) -> SafeString:
    """How a source stands, as a pill."""
    tone, word = _standing(source, now)
    return format_html('<span class="state {}">{}</span>', tone, word)


def _standing(source: EntropySource, now: datetime) -> tuple[str, str]:
    if source.opened_at:
        return "state-good", gettext("已核验") if source.public else gettext("已打开")
    if source.given_up_at:
        return "state-bad", gettext("已改用后备")
    if source.ceremony.state == CeremonyState.PREPARING:
        return ("", gettext("已登记")) if source.public or source.commitment else ("state-wait", gettext("待承诺"))
    if source.ceremony.state == CeremonyState.ABANDONED or not source.is_awaited:
        return "", gettext("未使用")
    if not source.public:
        return "state-wait", gettext("待打开")
    return "state-wait", gettext("待录入") if now >= source.due_at else gettext("待公布")


@register.filter
def why_label(value: str) -> str:
    """Why a unit stands behind a figure."""
    return why(value)


@register.filter
def grouped(digest: str) -> SafeString:
    """A digest in groups of eight, so that people can read it aloud and compare."""
    groups = ((digest[start : start + 8],) for start in range(0, len(digest), 8))
    return format_html('<span class="digest">{}</span>', format_html_join(" ", "<span>{}</span>", groups))


@register.filter
def percent_of(part: int, whole: int) -> str:
    """A share in per cent, cut off at two decimals."""
    return share(part, whole)


@register.simple_tag
def qr_of(ceremony: Ceremony) -> str:
    """The QR code of the public verification page, as an image's address."""
    return segno.make(verification_address(ceremony), error="m").svg_data_uri(scale=4, border=2)


@register.filter
def get(table: dict[str, object], key: str) -> object:
    """A value of a table by its key, or nothing."""
    return table.get(key, "")
