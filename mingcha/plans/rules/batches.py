"""Checking in batches (分批): the draw's tickets decide which selected subject is in which; source: spec/draw.md."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from mingcha.kernel.refusal import gettext_noop
from mingcha.plans.rules.terms import InvalidTask

Window = tuple[date, date]
MOST_BATCHES = 12
"""One a month; the protocol knows more."""


def check_batches(batches: Sequence[Window], window: Window) -> None:
    """The windows of batches follow each other within the task's window; none is no batches.

    Raises:
        InvalidTask: they do not, or there is one alone or too many.
    """
    if not batches:
        return
    if not 2 <= len(batches) <= MOST_BATCHES:
        raise InvalidTask(gettext_noop("分批检查应分 2 至 %(most)d 批;不分批请留空"), most=MOST_BATCHES)
    if any(first > last for first, last in batches):
        raise InvalidTask(gettext_noop("分批时段的结束日期早于开始日期"))
    if any(former[1] >= later[0] for former, later in pairwise(batches)):
        raise InvalidTask(gettext_noop("各批时段应依次排列、互不重叠"))
    if batches[0][0] < window[0] or batches[-1][1] > window[1]:
        raise InvalidTask(gettext_noop("各批时段应在检查时段之内"))


def batch_sizes(selected: int, batches: int) -> tuple[int, ...]:
    """How many of the selected each batch gets: equal parts, which differ by one at most.

    >>> batch_sizes(7, 3)
    (3, 2, 2)
    """
    ends = [-(-number * selected // batches) for number in range(batches + 1)]
    return tuple(last - first for first, last in pairwise(ends))


def batches_from_json(values: Iterable[Sequence[str]]) -> tuple[Window, ...]:
    """The windows as a task keeps them: pairs of days in ISO form."""
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in values)


def batches_to_json(batches: Iterable[Window]) -> list[list[str]]:
    """The windows in the form a task keeps them."""
    return [[first.isoformat(), last.isoformat()] for first, last in batches]
