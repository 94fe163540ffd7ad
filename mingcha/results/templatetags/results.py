"""Template words of results: labels of outcomes and follow-ups, pills of states and deadlines."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from mingcha.kernel.workdays import Due
from mingcha.results.states import (
    FOLLOW_UP_LABELS,
    FOLLOW_UP_STATE_LABELS,
    OUTCOME_LABELS,
    FollowUpKind,
    FollowUpState,
    Outcome,
)
from mingcha.visits.models import Record

register = template.Library()

_TONES = {
    Outcome.NO_PROBLEM: "state-good",
    Outcome.PROBLEM: "state-bad",
    Outcome.NOT_CONCERNED: "",
    FollowUpState.OPEN: "state-wait",
    FollowUpState.CLOSED: "state-good",
}


@register.filter
def outcome(value: str) -> SafeString:
    """What was found for an item, as a pill."""
    found = Outcome(value)
    return _pill(_TONES[found], OUTCOME_LABELS[found])


@register.filter
def follow_up_kind(value: str) -> str:
    """A kind of follow-up in the reader's language."""
    return gettext(FOLLOW_UP_LABELS[FollowUpKind(value)])


@register.filter
def follow_up_state(value: str) -> SafeString:
    """A follow-up's state as a pill."""
    state = FollowUpState(value)
    return _pill(_TONES[state], FOLLOW_UP_STATE_LABELS[state])


@register.filter
def due(value: Due | None) -> str:
    """A deadline, with a word where it may still move."""
    if value is None:
        return "—"
    day = value.on.isoformat()
    return gettext("%(day)s(暂定)") % {"day": day} if value.provisional else day


def _pill(tone: str, label: str) -> SafeString:
    return format_html('<span class="state {}">{}</span>', tone, gettext(label))


@register.filter
def due_in(record: Record, dues: Mapping[int, Due | None]) -> str:
    """A record's deadline from those that were worked out for the whole page."""
    return due(dues[record.pk])
