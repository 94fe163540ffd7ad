"""What a record must say before it is submitted, who may review it, and when it is due. No framework, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.kernel.workdays import PUBLICATION_TERM, WorkCalendar
from mingcha.results.states import FollowUpKind, FollowUpState, Meaning, Outcome
from mingcha.visits.states import RECORD_MOVES, RecordState, VisitState


class CannotEnter(Refusal):
    """The record may not be written by this person, or not now."""


class StaleRecord(CannotEnter):
    """Somebody else has written the record since this person opened it."""


class NotComplete(Refusal):
    """What the record says is incomplete or contradicts itself."""


class CannotReview(Refusal):
    """The record may not be approved or returned."""


class CannotClose(Refusal):
    """The follow-up may not be closed."""


class CannotSetCalendar(Refusal):
    """The schedule cannot be taken like this."""


@dataclass(frozen=True, slots=True)
class ItemFinding:
    """What was found for one item of the record (检查情况)."""

    record_item: int
    outcome: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class PlannedFollowUp:
    """What shall happen next (后续处置)."""

    kind: str
    due_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A result category as the rules see it (检查结果类别)."""

    code: str
    meaning: str
    is_exclusive: bool = False
    needs_follow_up: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything that is entered into a record (检查结果录入)."""

    findings: Sequence[ItemFinding] = ()
    categories: Sequence[Category] = ()
    follow_ups: Sequence[PlannedFollowUp] = ()
    checked_on: date | None = None
    method: str = ""
    items: Mapping[int, str] = field(default_factory=dict)
    """The items of the record: their keys and names."""


def check_can_enter(*, is_ours: bool, visit_state: VisitState, state: RecordState) -> None:
    """Whether a person may write a record now.

    Raises:
        CannotEnter: not theirs, the visit has not begun, or the record is with the reviewer or locked.
    """
    if not is_ours:
        raise CannotEnter(gettext_noop("只能由本次检查中该部门的检查人员录入"))
    if visit_state == VisitState.PLANNED:
        raise CannotEnter(gettext_noop("检查尚未开始,不能录入结果"))
    if state == RecordState.APPROVED:
        raise CannotEnter(gettext_noop("检查记录已审核通过并锁定,不能再修改"))
    if state == RecordState.SUBMITTED:
        raise CannotEnter(gettext_noop("检查记录已提交,正在审核;如需修改,请审核人退回"))


def check_version(*, seen: int, now: int) -> None:
    """Whether a person has seen what the record says now.

    Raises:
        StaleRecord: it has been written since.
    """
    if seen != now:
        raise StaleRecord(gettext_noop("这份检查记录在您打开之后已被他人修改,您的内容没有保存。请核对后再保存"))


def check_can_submit(*, visit_state: VisitState, state: RecordState) -> None:
    """Whether a record can go to review.

    Raises:
        CannotEnter: the visit still goes on, or the record is there already.
    """
    if state == RecordState.SUBMITTED:
        raise CannotEnter(gettext_noop("检查记录已经提交,无需重复操作"))
    if RecordState.SUBMITTED not in RECORD_MOVES[state]:
        raise CannotEnter(gettext_noop("检查记录已审核通过并锁定,不能再修改"))
    if visit_state != VisitState.ENDED:
        raise CannotEnter(gettext_noop("请先结束检查,再提交检查结果"))


def problems_of(entry: Entry, *, started_on: date, today: date) -> list[NotComplete]:
    """Everything that keeps an entry from being submitted, in the order of the page; empty when it is complete."""
    return [
        *_about_the_check(entry, started_on, today),
        *_about_findings(entry),
        *_about_categories(entry),
        *_about_follow_ups(entry, today),
    ]


def check_complete(entry: Entry, *, started_on: date, today: date) -> None:
    """Hold an entry to all rules.

    Raises:
        NotComplete: the first of its problems.
    """
    for problem in problems_of(entry, started_on=started_on, today=today):
        raise problem


def _about_the_check(entry: Entry, started_on: date, today: date) -> Iterable[NotComplete]:
    if entry.checked_on is None:
        yield NotComplete(gettext_noop("请填写检查日期"))
    elif entry.checked_on > today:
        yield NotComplete(gettext_noop("检查日期不能晚于今天"))
    elif entry.checked_on < started_on:
        yield NotComplete(gettext_noop("检查日期不能早于检查开始日%(day)s"), day=started_on)
    if not entry.method:
        yield NotComplete(gettext_noop("请选择检查方式"))


def _about_findings(entry: Entry) -> Iterable[NotComplete]:
    found = {finding.record_item: finding for finding in entry.findings}
    for key, name in entry.items.items():
        finding = found.get(key)
        if finding is None or finding.outcome not in set(Outcome):
            yield NotComplete(gettext_noop("事项“%(item)s”尚未填写检查情况"), item=name)
        elif finding.outcome == Outcome.PROBLEM and not finding.description.strip():
            yield NotComplete(gettext_noop("事项“%(item)s”发现问题,请写明具体情况"), item=name)


def has_problem(findings: Iterable[ItemFinding]) -> bool:
    """Whether any item was found wanting."""
    return any(finding.outcome == Outcome.PROBLEM for finding in findings)


def _about_categories(entry: Entry) -> Iterable[NotComplete]:
    meanings = {category.meaning for category in entry.categories}
    if not entry.categories:
        yield NotComplete(gettext_noop("请选择检查结果类别"))
        return
    if len(entry.categories) > 1 and any(category.is_exclusive for category in entry.categories):
        yield NotComplete(gettext_noop("“未发现问题”不能与其他检查结果类别同时选择"))
    if has_problem(entry.findings) and Meaning.CLEAN in meanings:
        yield NotComplete(gettext_noop("有事项发现问题,检查结果类别不能选“未发现问题”"))
    if not has_problem(entry.findings) and Meaning.PROBLEM in meanings:
        yield NotComplete(gettext_noop("没有事项发现问题,检查结果类别与检查情况不符"))


def _about_follow_ups(entry: Entry, today: date) -> Iterable[NotComplete]:
    kinds = [follow_up.kind for follow_up in entry.follow_ups]
    if not kinds:
        yield NotComplete(gettext_noop("请选择后续处置;没有的,选“无需后续处置”"))
    if FollowUpKind.NONE in kinds and len(kinds) > 1:
        yield NotComplete(gettext_noop("“无需后续处置”不能与其他后续处置同时选择"))
    if FollowUpKind.NONE in kinds and any(category.needs_follow_up for category in entry.categories):
        yield NotComplete(gettext_noop("所选检查结果类别需要后续处置,不能选“无需后续处置”"))
    for follow_up in entry.follow_ups:
        if follow_up.kind == FollowUpKind.CORRECTION_ORDER and follow_up.due_on is None:
            yield NotComplete(gettext_noop("责令改正须填写改正期限"))
        if follow_up.due_on and entry.checked_on and follow_up.due_on < entry.checked_on:
            yield NotComplete(gettext_noop("后续处置的期限不能早于检查日期"))


def offered_category(findings: Sequence[ItemFinding], *, items: int) -> Meaning | None:
    """What the page offers of itself: “未发现问题” once every item is answered and none has a problem."""
    answered = [finding for finding in findings if finding.outcome in set(Outcome)]
    return Meaning.CLEAN if len(answered) == items and not has_problem(findings) else None


def check_can_review(*, state: RecordState, is_author: bool, is_in_line: bool) -> None:
    """Whether a record may be approved or returned by this person.

    Raises:
        CannotReview: not of their organization or line, their own entry, or not waiting for review.
    """
    if not is_in_line:
        raise CannotReview(gettext_noop("只能由录入单位或其市级主管部门审核"))
    if is_author:
        raise CannotReview(gettext_noop("不能审核本人录入的检查记录,请由其他人员审核"))
    if state == RecordState.APPROVED:
        raise CannotReview(gettext_noop("检查记录已经审核通过,无需重复操作"))
    if state != RecordState.SUBMITTED:
        raise CannotReview(gettext_noop("检查记录不在待审核状态"))


def check_can_return(*, remark: str) -> None:
    """Whether a return says why.

    Raises:
        CannotReview: it does not.
    """
    if not remark.strip():
        raise CannotReview(gettext_noop("退回时请写明理由"))


def check_can_close(*, record_state: RecordState, state: FollowUpState, note: str) -> None:
    """Whether a follow-up can be closed with this proof.

    Raises:
        CannotClose: the record is not approved, the follow-up is closed, or nothing is said of the outcome.
    """
    if record_state != RecordState.APPROVED:
        raise CannotClose(gettext_noop("检查记录审核通过后才能办结后续处置"))
    if state == FollowUpState.CLOSED:
        raise CannotClose(gettext_noop("该后续处置已经完结,无需重复操作"))
    if not note.strip():
        raise CannotClose(gettext_noop("请写明办结情况"))


def first_day_not_overdue(calendar: WorkCalendar, *, today: date) -> date:
    """The earliest day a visit can have ended on whose record is not overdue today; ended before it, it is."""
    day = today
    while calendar.add_workdays(day - timedelta(days=1), PUBLICATION_TERM) >= today:
        day -= timedelta(days=1)
    return day
