"""Template words of plans: labels of states, shares as percentages, rules as sentences."""

from fractions import Fraction

from django import template
from django.utils.translation import gettext

from mingcha.plans import queries, rules, states
from mingcha.plans.models import Task

register = template.Library()
PLAN_PILLS = {"SUBMITTED": "state-wait", "RETURNED": "state-bad", "APPROVED": "state-wait", "ISSUED": "state-good"}
TASK_PILLS = {"ISSUED": "state-wait", "DRAWN": "state-wait", "FINISHED": "state-good"}


@register.filter
def plan_kind(value: str) -> str:
    return gettext(states.PLAN_KIND_LABELS[states.PlanKind(value)])


@register.filter
def plan_state(value: str) -> str:
    return gettext(states.PLAN_STATE_LABELS[states.PlanState(value)])


@register.filter
def task_state(value: str) -> str:
    return gettext(states.TASK_STATE_LABELS[states.TaskState(value)])


@register.filter
def plan_pill(value: str) -> str:
    """The colour beside the word; drafts have none."""
    return PLAN_PILLS.get(value, "")


@register.filter
def task_pill(value: str) -> str:
    """The colour beside the word; drafts have none."""
    return TASK_PILLS.get(value, "")


@register.filter
def region_rule(value: str) -> str:
    return gettext(states.REGION_RULE_LABELS[states.RegionRule(value)])


@register.filter
def disclosure(value: str) -> str:
    return gettext(states.DISCLOSURE_LABELS[states.Disclosure(value)])


@register.filter
def said(sentence: rules.Said) -> str:
    """A sentence in the reader's language."""
    return gettext(sentence.message) % sentence.details if sentence.details else gettext(sentence.message)


@register.filter
def rule_said(task: Task) -> str:
    """The rule of a task in a sentence; empty while it must be set."""
    rule = queries.rule_of(task)
    return rule_in_words(rule, queries.labels_of(task.scheme)) if rule else ""


@register.filter
def plain_rule(rule: rules.DrawRule) -> str:
    """A rule without a scheme, in a sentence."""
    return rule_in_words(rule, {})


def rule_in_words(rule: rules.DrawRule, labels: dict[str, str]) -> str:
    return gettext(",").join(said(sentence) for sentence in rules.sentences(rule, labels))


@register.filter
def as_percent(share: Fraction) -> str:
    """A share as a percentage with two digits; exact to the eye, not to the draw."""
    return f"{float(share * 100):.2f}%"
