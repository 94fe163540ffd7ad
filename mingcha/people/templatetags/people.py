"""Template words: `{% may "plans.issue" as ok %}`, `{{ value|label:"role" }}`, `{{ refusal|told }}`."""

from typing import Any

from django import template
from django.utils.translation import gettext

from mingcha.people import permissions, states
from mingcha.people.doors import told as told_sentence

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], act: str) -> bool:
    """Whether whoever looks at the page may do the act."""
    return permissions.may(context.get("actor"), act)


@register.filter
def translated(text: str) -> str:
    """A label that is kept in Chinese in a table (states, permissions), in the reader's language."""
    return gettext(text) if text else ""


@register.filter
def role_label(role: str) -> str:
    return gettext(states.ROLE_LABELS[states.Role(role)])


@register.filter
def level_label(level: str) -> str:
    return gettext(states.LEVEL_LABELS[states.Level(level)])


register.filter("told", told_sentence)


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: Any) -> str:
    """The page's query string with some parameters changed; an empty value drops the parameter."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = value
    return "?" + query.urlencode()
