"""Two versions of one record side by side: what somebody else saved, and what is about to be saved (并发修改)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from mingcha.results.models import ResultCategory
from mingcha.results.rules import ItemFinding, PlannedFollowUp
from mingcha.results.states import FOLLOW_UP_LABELS, OUTCOME_LABELS, FollowUpKind, Outcome
from mingcha.visits.states import METHOD_LABELS, Method


@dataclass(frozen=True)
class Difference:
    """One place where the two versions say different things."""

    label: str
    theirs: str
    mine: str


def differences(theirs: Mapping[str, Any], mine: Mapping[str, Any], *, items: Mapping[int, str]) -> list[Difference]:
    """The places where two entries (arguments of `actions.enter`) differ, in the order of the page."""
    ours, others = _said(mine, items), _said(theirs, items)
    labels = list(dict.fromkeys([*others, *ours]))
    pairs = [Difference(label, others.get(label, ""), ours.get(label, "")) for label in labels]
    return [pair for pair in pairs if pair.theirs != pair.mine]


def _said(entry: Mapping[str, Any], items: Mapping[int, str]) -> dict[str, str]:
    """An entry as sentences, by where they stand."""
    said = {items[finding.record_item]: _finding(finding) for finding in entry["findings"]}
    said[gettext("检查结果类别")] = _categories(entry["categories"])
    said[gettext("后续处置")] = ";".join(_follow_up(follow_up) for follow_up in entry["follow_ups"])
    said[gettext("检查日期")] = str(entry["checked_on"] or "")
    said[gettext("检查方式")] = gettext(METHOD_LABELS[Method(entry["method"])]) if entry["method"] else ""
    said[gettext("备注")] = entry["note"]
    return said


def _finding(finding: ItemFinding) -> str:
    if not finding.outcome:
        return ""
    return " ".join([gettext(OUTCOME_LABELS[Outcome(finding.outcome)]), finding.description]).strip()


def _categories(codes: Iterable[str]) -> str:
    names = ResultCategory.objects.filter(code__in=list(codes)).order_by("position", "code")
    return "、".join(names.values_list("name", flat=True))


def _follow_up(follow_up: PlannedFollowUp) -> str:
    words = [gettext(FOLLOW_UP_LABELS[FollowUpKind(follow_up.kind)]), str(follow_up.due_on or ""), follow_up.note]
    return " ".join(word for word in words if word)
