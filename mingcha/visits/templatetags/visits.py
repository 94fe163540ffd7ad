"""Template words of visits: pills of states, labels of methods and of reasons."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from mingcha.assignments.states import CHANGE_REASON_LABELS, ChangeReason
from mingcha.draws import organs
from mingcha.visits.states import (
    METHOD_LABELS,
    RECORD_STATE_LABELS,
    VISIT_STATE_LABELS,
    Method,
    RecordState,
    VisitState,
)

register = template.Library()

_VISIT_TONES = {VisitState.PLANNED: "", VisitState.STARTED: "state-wait", VisitState.ENDED: "state-good"}
_RECORD_TONES = {
    RecordState.OPEN: "",
    RecordState.SUBMITTED: "state-wait",
    RecordState.RETURNED: "state-bad",
    RecordState.APPROVED: "state-good",
}


@register.filter
def visit_state(value: str) -> SafeString:
    """A visit's state as a pill."""
    state = VisitState(value)
    return _pill(_VISIT_TONES[state], VISIT_STATE_LABELS[state])


@register.filter
def is_expert(organ: str) -> bool:
    """Whether a drawn seat is an expert's (专家)."""
    return organs.is_expert(organ)


@register.filter
def is_group(organ: str) -> bool:
    """Whether a drawn seat is a whole group's (检查小组)."""
    return organs.is_group(organ)


@register.filter
def record_state(value: str) -> SafeString:
    """A record's state as a pill."""
    state = RecordState(value)
    return _pill(_RECORD_TONES[state], RECORD_STATE_LABELS[state])


def _pill(tone: str, label: str) -> SafeString:
    return format_html('<span class="state {}">{}</span>', tone, gettext(label))


@register.filter
def method_label(value: str) -> str:
    """A method of inspection in the reader's language."""
    return gettext(METHOD_LABELS[Method(value)]) if value else ""


@register.filter
def change_reason(value: str) -> str:
    """The reason of a change of the team in the reader's language."""
    return gettext(CHANGE_REASON_LABELS[ChangeReason(value)])
