"""What may happen to a visit, and who answers for its parts. No framework, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.visits.states import VISIT_MOVES, VisitState


class CannotArrange(Refusal):
    """No visits can be made of this ceremony."""


class AlreadyArranged(CannotArrange):
    """The visits exist; the later of two requests does nothing."""


class CannotStart(Refusal):
    """The visit cannot begin."""


class CannotEnd(Refusal):
    """The visit cannot end."""


def check_can_arrange(*, is_drawn: bool, is_rehearsal: bool, is_arranged: bool, is_short: bool) -> None:
    """Whether visits may be made of a ceremony.

    Raises:
        CannotArrange: a rehearsal, not drawn, or drawn without teams because there are too few inspectors.
        AlreadyArranged: it was done before.
    """
    if is_rehearsal:
        raise CannotArrange(gettext_noop("演练场次不生成检查任务"))
    if not is_drawn:
        raise CannotArrange(gettext_noop("场次尚未抽取或已经作废,不能生成检查任务"))
    if is_short:
        raise CannotArrange(gettext_noop("该场次因检查人员不足未能抽出检查组,请补充人员后重新组织抽取"))
    if is_arranged:
        raise AlreadyArranged(gettext_noop("该场次的检查任务已经生成,无需重复操作"))


def check_can_start(
    *,
    state: VisitState,
    window: tuple[date, date],
    today: date,
    is_seated: bool,
    unfit: Sequence[str],
) -> None:
    """Whether a visit may begin now; `unfit` names those of the team who may not inspect today.

    Raises:
        CannotStart: not by this person, not in this state, not on this day, not with this team.
    """
    if not is_seated:
        raise CannotStart(gettext_noop("您不在本次检查的检查组中,不能开始检查"))
    if VisitState.STARTED not in VISIT_MOVES[state]:
        raise CannotStart(gettext_noop("检查已经开始或结束,无需重复操作"))
    if today < window[0]:
        raise CannotStart(gettext_noop("检查时段未到:%(day)s起方可检查"), day=window[0])
    if today > window[1]:
        raise CannotStart(gettext_noop("检查时段已于%(day)s结束,请联系本单位管理员"), day=window[1])
    if unfit:
        raise CannotStart(
            gettext_noop("%(names)s的执法证件已失效或不在岗,请先由管理员调整检查人员"), names="、".join(unfit)
        )


def check_can_end(*, state: VisitState, is_seated: bool) -> None:
    """Whether a visit may end now.

    Raises:
        CannotEnd: not by this person, or not in this state.
    """
    if not is_seated:
        raise CannotEnd(gettext_noop("您不在本次检查的检查组中,不能结束检查"))
    if state == VisitState.PLANNED:
        raise CannotEnd(gettext_noop("检查尚未开始,不能结束"))
    if VisitState.ENDED not in VISIT_MOVES[state]:
        raise CannotEnd(gettext_noop("检查已经结束,无需重复操作"))


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seated inspector's organization, with its line and region."""

    organization: int
    line: str
    region: str


def responsible_organization(*, participant: Sitting, team: Iterable[Sitting], region: str) -> int:
    """Who carries out a participant's part (谁检查、谁录入): an organization of the inspectors of its line who go.

    Where they come from several, it is the participant itself, else the bureau of the visit's region, else that of
    the first seat. Where nobody of the line goes, the participant answers itself.
    """
    ours = [seat for seat in team if seat.line == participant.line]
    if not ours or any(seat.organization == participant.organization for seat in ours):
        return participant.organization
    return next((seat.organization for seat in ours if seat.region == region), ours[0].organization)


class Section(StrEnum):
    """Where a visit stands on an inspector's page (我的检查)."""

    NOW = "NOW"
    OVERDUE = "OVERDUE"
    TO_ENTER = "TO_ENTER"
    NEXT = "NEXT"
    DONE = "DONE"


SECTION_LABELS = {
    Section.NOW: gettext_noop("现在可以检查"),
    Section.OVERDUE: gettext_noop("已过检查时段"),
    Section.TO_ENTER: gettext_noop("待录入结果"),
    Section.NEXT: gettext_noop("接下来"),
    Section.DONE: gettext_noop("已办结"),
}


def section_of(*, state: VisitState, window: tuple[date, date], today: date, has_open_records: bool) -> Section:
    """In which part of an inspector's page a visit stands."""
    if state == VisitState.ENDED:
        return Section.TO_ENTER if has_open_records else Section.DONE
    if state == VisitState.STARTED:
        return Section.NOW
    if today > window[1]:
        return Section.OVERDUE
    return Section.NEXT if today < window[0] else Section.NOW
