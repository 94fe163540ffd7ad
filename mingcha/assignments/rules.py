"""When a sitting team may change, and who follows (递补). No framework, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mingcha.assignments.states import ChangeReason
from mingcha.kernel.refusal import Refusal, gettext_noop


class AlreadySeated(Refusal):
    """The teams of this ceremony have been seated before."""


class CannotSeat(Refusal):
    """The ceremony has no drawn team that could sit."""


class CannotChangeSeat(Refusal):
    """The team may not be changed, or nobody can follow."""


@dataclass(frozen=True, slots=True)
class Reserve:
    """A drawn reserve (递补人员), as they stand on the day of the change."""

    number: str
    is_active: bool = True
    certificate_valid_to: date = date.max
    absences: tuple[tuple[date, date], ...] = ()
    is_recused: bool = False
    was_in_visit: bool = False
    """Sits in the visit, or did before a change: a reserve is used once."""


def is_fit(reserve: Reserve, *, window: tuple[date, date], today: date) -> bool:
    """Whether a reserve can go: on duty, certified to the last day, there on at least one day, free of ties."""
    first, last = max(window[0], today), max(window[1], today)
    away = any(start <= first and last <= end for start, end in reserve.absences)
    unbound = not (reserve.is_recused or reserve.was_in_visit)
    return reserve.is_active and reserve.certificate_valid_to >= last and not away and unbound


def next_reserve(reserves: Iterable[Reserve], *, window: tuple[date, date], today: date) -> Reserve:
    """The first reserve in drawn order who can go; nobody chooses.

    Raises:
        CannotChangeSeat: none can.
    """
    for reserve in reserves:
        if is_fit(reserve, window=window, today=today):
            return reserve
    raise CannotChangeSeat(
        gettext_noop("该席位没有可以递补的人员:抽取的递补人员均已使用、缺席、回避或证件失效。请联系联席办研究处理")
    )


def check_can_change_seat(*, reason: str, is_locked: bool, concerns_self: bool) -> None:
    """Whether the holder of a seat may be replaced by this approver for this reason.

    Raises:
        CannotChangeSeat: the visit has started, the reason is not listed, or the approver
            is the inspector concerned.
    """
    if is_locked:
        raise CannotChangeSeat(gettext_noop("检查已经开始,不能再调整检查人员"))
    if reason not in set(ChangeReason):
        raise CannotChangeSeat(gettext_noop("调整原因只能是回避、请假、岗位变动、健康原因或工作冲突"))
    if concerns_self:
        raise CannotChangeSeat(gettext_noop("不能审批本人的调整,请由其他负责人办理"))


def leader_of(seats: Sequence[tuple[int, str]], *, lead_line: str) -> int:
    """The seat number of the leader (组长): the first seat of the lead department, else the first seat.

    `seats` are (number, department line) in the order of their numbers.
    """
    return next((number for number, line in seats if line == lead_line), seats[0][0])
