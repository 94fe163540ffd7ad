"""Who may stand in a population, and who may be put in or taken out by hand: pure, no database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from mingcha.draws.rules import CannotFreeze, check_state
from mingcha.draws.savings import visits
from mingcha.draws.states import (
    ADJUSTED_LABELS,
    EXCLUSION_LABELS,
    EXEMPTION_LABELS,
    GROUND_LABELS,
    GROUNDS,
    Adjusted,
    CeremonyState,
    Exclusion,
    Exemption,
    Ground,
)
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.people.states import Level

LEAST_NOTE = 5
MOST_VISITS = 365


class CannotAdjust(Refusal):
    """The subject may not be put in or taken out by hand."""


class CannotExempt(Refusal):
    """The task may not be left uncounted by the caps."""


class CannotLimit(Refusal):
    """The cap or the equivalence may not be set so."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subject stands towards a task's population, before anything is changed by hand."""

    name: str
    is_live: bool
    is_in_region: bool
    is_in_scope: bool
    barred: Exclusion | None = None


def check_standing(kind: Adjusted, standing: Standing, refusal: type[Refusal] = CannotAdjust) -> None:
    """Hold a change by hand to the limits that no hand moves: the frame's rules stay as they are.

    Raises:
        Refusal: of the given class: it is not live, lies elsewhere, is barred, or the change would change nothing.
    """
    name = standing.name
    is_in = standing.is_in_scope and standing.barred is None
    if kind is Adjusted.REMOVED:
        if not is_in:
            raise refusal(gettext_noop("“%(name)s”不在该任务的抽查对象之中,无须剔除"), name=name)
        return
    if not standing.is_live:
        raise refusal(gettext_noop("“%(name)s”的登记状态不符,不能增加"), name=name)
    if not standing.is_in_region:
        raise refusal(gettext_noop("“%(name)s”不在该任务的区域内,不能增加"), name=name)
    if standing.barred is not None:
        reason = EXCLUSION_LABELS[standing.barred]
        raise refusal(gettext_noop("“%(name)s”%(reason)s,不能增加"), name=name, reason=reason)
    if is_in:
        raise refusal(gettext_noop("“%(name)s”已在该任务的抽查对象之中,无须增加"), name=name)


def check_can_adjust(
    *, state: CeremonyState, kind: Adjusted, ground: Ground, note: str, standing: Standing, is_adjusted: bool
) -> None:
    """Whether somebody may be put in or taken out by hand (手工增减).

    Raises:
        CannotAdjust: the freeze is over, the reason is missing or speaks for the other way, the subject was changed
            already, or it may not stand so.
    """
    check_state(state, CeremonyState.PREPARING, CannotAdjust)
    if ground not in GROUNDS[kind]:
        raise CannotAdjust(
            gettext_noop("“%(ground)s”不是“%(kind)s”的理由"), ground=GROUND_LABELS[ground], kind=ADJUSTED_LABELS[kind]
        )
    if len(note.strip()) < LEAST_NOTE:
        raise CannotAdjust(gettext_noop("请写明增减的事实和依据,不少于%(least)s个字"), least=LEAST_NOTE)
    if is_adjusted:
        raise CannotAdjust(gettext_noop("“%(name)s”在该任务中已有手工增减,请先撤回"), name=standing.name)
    check_standing(kind, standing)


def check_can_approve(*, state: CeremonyState, is_own: bool) -> None:
    """Whether a second person may approve a change by hand.

    Raises:
        CannotAdjust: the freeze is over, or it is the person's own entry.
    """
    check_state(state, CeremonyState.PREPARING, CannotAdjust)
    if is_own:
        raise CannotAdjust(gettext_noop("手工增减须由另一人批准,登记人不能批准自己的登记"))


def check_approved(waiting: Collection[str]) -> None:
    """Nothing changed by hand goes into a freeze on one person's word.

    Raises:
        CannotFreeze: some changes wait for approval.
    """
    if waiting:
        said = {"count": len(waiting), "names": "、".join(sorted(waiting)[:3])}
        raise CannotFreeze(gettext_noop("有 %(count)s 条手工增减尚未批准(%(names)s),请批准或撤回后再固化"), **said)


def check_can_exempt(
    *, state: CeremonyState, exemption: Exemption | None, note: str, listed: Collection[Exemption]
) -> None:
    """Whether a task may be left uncounted by the yearly caps that hold for it; None takes the exemption back.

    Raises:
        CannotExempt: the freeze is over, no cap in force lists the kind, or the note is missing.
    """
    check_state(state, CeremonyState.PREPARING, CannotExempt)
    if exemption is None:
        return
    if exemption not in listed:
        raise CannotExempt(gettext_noop("现行频次上限未将“%(kind)s”列为豁免情形"), kind=EXEMPTION_LABELS[exemption])
    if len(note.strip()) < LEAST_NOTE:
        raise CannotExempt(gettext_noop("请写明豁免的依据(文号、线索编号等),不少于%(least)s个字"), least=LEAST_NOTE)


def check_limit(
    *, basis: str, valid_from: date, valid_to: date | None, rivals: Iterable[tuple[date, date | None]]
) -> None:
    """Whether something that holds from day to day may be set beside those that hold already.

    Raises:
        CannotLimit: it has no basis, ends before it begins, or another one holds on some of its days.
    """
    if len(basis.strip()) < LEAST_NOTE:
        raise CannotLimit(gettext_noop("请写明依据的公布文件"))
    if valid_to is not None and valid_to < valid_from:
        raise CannotLimit(gettext_noop("终止日期早于起始日期"))
    for first, last in rivals:
        if first <= (valid_to or date.max) and valid_from <= (last or date.max):
            raise CannotLimit(gettext_noop("自%(first)s起已有同样的规定,请先终止"), first=f"{first:%Y-%m-%d}")


def check_end(*, valid_from: date, valid_to: date | None, ends: date) -> None:
    """Whether something that holds may end on a day: what was in force stays as it was.

    Raises:
        CannotLimit: it ended already, or would end before it began.
    """
    if valid_to is not None:
        raise CannotLimit(gettext_noop("该规定已于%(last)s终止"), last=f"{valid_to:%Y-%m-%d}")
    if ends < valid_from:
        raise CannotLimit(gettext_noop("终止日期早于起始日期"))


def is_above(one: Level, other: Level) -> bool:
    """Whether one level stands above another."""
    order = list(Level)
    return order.index(one) < order.index(other)


def at_cap(windows: Mapping[str, Mapping[int, list[tuple[date, date]]]], most: int) -> frozenset[str]:
    """The units that an organ has visited as often as its cap allows.

    Args:
        windows: unit → ceremony → windows of the tasks that selected it; tasks that share a day are one visit.
    """
    return frozenset(unit for unit, ceremonies in windows.items() if sum(map(visits, ceremonies.values())) >= most)
