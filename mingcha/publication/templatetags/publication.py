"""Template words of the public site."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from mingcha.publication.boards import BY_KIND
from mingcha.publication.models import Notice
from mingcha.publication.states import NOTICE_STATE_LABELS, NoticeKind, NoticeState

register = template.Library()
TONES = {NoticeState.PUBLISHED: "good", NoticeState.WITHDRAWN: "bad", NoticeState.REPLACED: "wait"}


@register.filter
def address(notice: Notice) -> str:
    """The public page of a notice."""
    return reverse("publication:notice", args=[BY_KIND[NoticeKind(notice.kind)].slug, notice.reference])


@register.filter
def state_word(notice: Notice) -> str:
    """The state of a notice as a word."""
    return gettext(NOTICE_STATE_LABELS[NoticeState(notice.state)])


@register.filter
def state_pill(notice: Notice) -> SafeString:
    """The state of a notice as a word in a pill."""
    state = NoticeState(notice.state)
    return format_html('<span class="state state-{}">{}</span>', TONES[state], gettext(NOTICE_STATE_LABELS[state]))
