"""Template words: `{{ value|word:"subject_kind" }}`, `{{ value|pill:"verdict" }}`, `{{ problem|said }}`."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from mingcha.registers import comparing, industries, states
from mingcha.registers.describing import said as said_sentence

register = template.Library()

WORDS: Mapping[str, Mapping[Any, str]] = {
    "subject_kind": states.SUBJECT_KIND_LABELS,
    "subject_state": states.SUBJECT_STATE_LABELS,
    "inspector_state": states.INSPECTOR_STATE_LABELS,
    "item_list_state": states.ITEM_LIST_STATE_LABELS,
    "importance": states.IMPORTANCE_LABELS,
    "item_change": comparing.CHANGE_LABELS,
    "import_kind": states.IMPORT_KIND_LABELS,
    "import_state": states.IMPORT_STATE_LABELS,
    "verdict": states.VERDICT_LABELS,
}
GOOD = {"ACTIVE", "PUBLISHED", "APPLIED", "NEW", "ADDED"}
WAIT = {"DRAFT", "SUSPENDED", "PREVIEWED", "CHANGED", "CONFLICT"}
BAD = {"REVOKED", "WITHDRAWN", "REFUSED", "CANCELLED", "REMOVED"}


@register.filter
def word(value: str, table: str) -> str:
    """The label of a value in the reader's language."""
    return gettext(WORDS[table][value]) if value in WORDS[table] else value


@register.filter
def pill(value: str, table: str) -> SafeString:
    """The label of a state as a pill."""
    tone = "state-good" if value in GOOD else "state-wait" if value in WAIT else "state-bad" if value in BAD else ""
    return format_html('<span class="state {}">{}</span>', tone, word(value, table))


@register.filter
def industry_name(code: str) -> str:
    """The name of an industry's division."""
    return industries.describe(code)


@register.filter
def said(problem: Mapping[str, Any]) -> str:
    """A problem of an import row as a sentence."""
    return said_sentence(problem)


@register.filter
def lookup(table: Mapping[str, Any], key: str) -> Any:
    """An entry of a mapping."""
    return table.get(key, "")


@register.filter
def share_of(count: int, total: int) -> str:
    """A part of a whole in percent, to one place; a part that is there is never shown as nothing."""
    if not total:
        return ""
    share = f"{100 * count / total:.1f}%"
    return "<0.1%" if count and share == "0.0%" else share
