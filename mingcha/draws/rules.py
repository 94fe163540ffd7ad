"""When a ceremony may take its next step: the order of the protocol, nothing skipped and nothing turned round."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fairdraw.suite import SUITES
from mingcha.draws.states import CEREMONY_MOVES, CEREMONY_STATE_LABELS, CeremonyState
from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.plans.states import TASK_STATE_LABELS, Disclosure, TaskState

LEAST_ORGANS = 2
"""Witnesses, and countersigning auditors, come from at least so many organs."""
LARGEST_INPUT = 1024
"""Bytes of a witness's input."""
LEAST_REASON = 5
ENTRIES_DIFFER = gettext_noop(
    "两人录入不一致:%(first)s 录入“%(one)s”,%(second)s 录入“%(two)s”。"
    "两次录入均已保留;请一同核对来源,由录错的一方重新录入"
)
ONLY_FOR_REHEARSALS = gettext_noop("系统随机数只能用于演练;正式抽取由见证人输入和事先承诺的盐值决定")


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class CannotPrepare(Refusal):
    """The tasks may not be drawn together, or not now."""


class CannotDeclare(Refusal):
    """The source of randomness may not be declared."""


class CannotRecord(Refusal):
    """Who is present is not noted any more."""


class CannotCommitInput(Refusal):
    """The witness's commitment is not taken."""


class CannotFreeze(Refusal):
    """Something is missing or wrong; nothing is frozen."""


class CannotOpen(Refusal):
    """The input may not be opened, or does not open its commitment."""


class CannotEnter(Refusal):
    """What was brought for a public source is not taken."""


class EntriesDiffer(CannotEnter):
    """Two people entered different things; both entries are kept, and neither is taken."""


class CannotGiveUp(Refusal):
    """The public source may not be given up for its fall-back."""


class CannotHold(Refusal):
    """The draw may not be held."""


class CannotCountersign(Refusal):
    """The auditor may not countersign."""


class CannotRelease(Refusal):
    """The draw may not be released."""


class CannotShowLeaf(Refusal):
    """The leaf of this unit may not be shown, or there is none."""


class CannotAbandon(Refusal):
    """The ceremony may not be abandoned."""


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the rules ask about a task that is to be drawn."""

    number: str
    state: TaskState
    disclosure: Disclosure
    level: str
    has_rule: bool = True
    shows_classes: bool = False
    """An open release of it would show risk classes, and nobody wrote down why."""
    standing_in: str = ""
    """The number of the ceremony in which it stands."""
    abandoned_in: tuple[str, ...] = ()
    """The numbers of its abandoned ceremonies, oldest first."""


def check_state(state: CeremonyState, expected: CeremonyState, refusal: type[Refusal]) -> None:
    """Refuse unless the ceremony stands where the step begins.

    Raises:
        Refusal: of the given class.
    """
    if state != expected:
        raise refusal(
            gettext_noop("场次当前为“%(state)s”,须在“%(expected)s”时进行"),
            state=CEREMONY_STATE_LABELS[state],
            expected=CEREMONY_STATE_LABELS[expected],
        )


def check_can_prepare(*, tasks: Sequence[TaskFacts], is_rehearsal: bool, suite: str, previous: str) -> None:
    """Whether these tasks can be drawn in one ceremony.

    Raises:
        CannotPrepare: no task; one is not issued, has no rule, or was drawn already; they differ in disclosure or
            level; the abandoned ceremony that is repeated is not named.
    """
    if not tasks:
        raise CannotPrepare(gettext_noop("请至少选择一项抽查任务"))
    if suite not in SUITES:
        raise CannotPrepare(gettext_noop("没有算法套件“%(suite)s”"), suite=suite)
    for task in tasks:
        _check_task(task, is_rehearsal=is_rehearsal)
    if len({task.disclosure for task in tasks}) > 1:
        raise CannotPrepare(gettext_noop("同一场次的任务公开方式须一致;请将“全部公开”与“密封公开”的任务分场次抽取"))
    if len({task.level for task in tasks}) > 1:
        raise CannotPrepare(gettext_noop("同一场次的任务实施层级须一致;请分场次抽取"))
    if not is_rehearsal:
        check_previous(tasks, previous)


def _check_task(task: TaskFacts, *, is_rehearsal: bool) -> None:
    drawn_in_vain = task.state == TaskState.DRAWN and bool(task.abandoned_in) and not task.standing_in
    if task.state != TaskState.ISSUED and not drawn_in_vain and not (is_rehearsal and task.state == TaskState.DRAWN):
        raise CannotPrepare(
            gettext_noop("任务 %(task)s 当前为“%(state)s”,只有已下达、待抽取的任务才能抽取"),
            task=task.number,
            state=TASK_STATE_LABELS[task.state],
        )
    if task.standing_in and not is_rehearsal:
        raise CannotPrepare(
            gettext_noop("任务 %(task)s 已在场次 %(ceremony)s 中,不能重复抽取;确需重抽,须先说明理由作废该场次"),
            task=task.number,
            ceremony=task.standing_in,
        )
    if not task.has_rule:
        raise CannotPrepare(gettext_noop("任务 %(task)s 尚未设定抽取规则,请先在计划中设定"), task=task.number)
    if task.shows_classes and task.disclosure == Disclosure.OPEN:
        raise CannotPrepare(
            gettext_noop("任务 %(task)s 按信用风险分类抽取,风险等级不公开,公开方式应为“密封公开”"), task=task.number
        )


def check_previous(tasks: Sequence[TaskFacts], previous: str) -> None:
    """A draw that is repeated names the last one that was abandoned.

    Raises:
        CannotPrepare: it does not, or names another ceremony.
    """
    last = [task.abandoned_in[-1] for task in tasks if task.abandoned_in]
    if last and previous not in last:
        raise CannotPrepare(
            gettext_noop("所选任务曾在已作废的场次 %(ceremony)s 中抽取,本次须注明“重抽自”该场次"), ceremony=max(last)
        )
    if previous and not last:
        raise CannotPrepare(gettext_noop("场次 %(ceremony)s 不是所选任务已作废的场次"), ceremony=previous)


def check_can_declare(
    *, state: CeremonyState, is_member: bool = True, is_preparer: bool = False, is_declared: bool = False
) -> None:
    """Whether a witness, or the system's generator, may be declared.

    Raises:
        CannotDeclare: the statement is fixed; the person is no official of the organ, prepares the ceremony, or is
            declared already.
    """
    check_state(state, CeremonyState.PREPARING, CannotDeclare)
    if not is_member:
        raise CannotDeclare(gettext_noop("见证人须是该单位的在任人员,且有权见证抽取"))
    if is_preparer:
        raise CannotDeclare(gettext_noop("筹备人不能担任本场次的见证人"))
    if is_declared:
        raise CannotDeclare(gettext_noop("该随机来源已经登记"))


def check_can_declare_system(*, state: CeremonyState, is_rehearsal: bool, is_declared: bool) -> None:
    """Whether the system's generator may be a source: in rehearsals only.

    Its value is not committed to. Whoever runs the server knows the salt and could try values once the witnesses have
    opened; the salt, committed to beforehand, is the server's part of a real draw (spec/draw.md).

    Raises:
        CannotDeclare: the draw is real, the statement is fixed, or it is declared already.
    """
    check_can_declare(state=state, is_declared=is_declared)
    if not is_rehearsal:
        raise CannotDeclare(ONLY_FOR_REHEARSALS)


def check_can_declare_public(
    *, state: CeremonyState, is_known: bool, is_declared: bool, before: str, is_public: bool, is_taken: bool
) -> None:
    """Whether a public source may be declared, perhaps as the fall-back of another.

    Args:
        before: the name of the source whose fall-back it is, or nothing.
        is_public: that one is a public source.
        is_taken: that one has a fall-back already.

    Raises:
        CannotDeclare: the statement is fixed; the network is not known; it is declared already; or it cannot be the
            fall-back of that source.
    """
    check_can_declare(state=state, is_declared=is_declared)
    if not is_known:
        raise CannotDeclare(gettext_noop("该信标网络不在已知网络之列,不能登记"))
    if before and not is_public:
        raise CannotDeclare(gettext_noop("见证人和系统随机数不能有后备"))
    if is_taken:
        raise CannotDeclare(gettext_noop("“%(name)s”已有后备;请登记为其后备的后备"), name=before)


def check_can_withdraw(*, state: CeremonyState, is_public: bool, fall_back: str) -> None:
    """Whether a declared public source may be taken back: before the freeze, its fall-back first.

    Raises:
        CannotDeclare: the statement is fixed, it is no public source, or another stands in for it.
    """
    check_state(state, CeremonyState.PREPARING, CannotDeclare)
    if not is_public:
        raise CannotDeclare(gettext_noop("只有公开来源可以撤回"))
    if fall_back:
        raise CannotDeclare(gettext_noop("请先撤回它的后备“%(name)s”"), name=fall_back)


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """What the rules ask about a declared public source after the freeze."""

    name: str
    is_opened: bool
    is_given_up: bool
    due_at: datetime
    """When its value is there to be looked up."""
    ready_at: datetime
    """From when on its fall-back may be used."""
    instead_of: str = ""
    """The source whose fall-back it is, if that one was not given up."""
    fall_back: str = ""


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def check_can_enter(*, state: CeremonyState, source: PublicFacts, at: datetime) -> None:
    """Whether a value may be brought for a public source: once it is due, once and for all, and in its turn.

    Raises:
        CannotEnter: too early, accepted or given up already, or it is a fall-back that is not needed.
    """
    check_state(state, CeremonyState.COMMITTED, CannotEnter)
    if source.is_opened:
        raise CannotEnter(gettext_noop("“%(name)s”已经录入并核验,不能更改"), name=source.name)
    if source.is_given_up:
        raise CannotEnter(gettext_noop("“%(name)s”已改用后备,不再接受录入"), name=source.name)
    if source.instead_of:
        raise CannotEnter(
            gettext_noop("“%(name)s”是“%(before)s”的后备,只有后者确认无法取得时才能录入"),
            name=source.name,
            before=source.instead_of,
        )
    if at < source.due_at:
        raise CannotEnter(
            gettext_noop("“%(name)s”尚未公布,应于%(due)s公布,请届时再录入"),
            name=source.name,
            due=_minute(source.due_at),
        )


MOST_EVIDENCE = 256 * 1024
"""Characters of evidence as JSON: a beacon's page and its certificate have 64 KB each at most, also escaped."""


def check_evidence_fits(size: int) -> None:
    """Evidence goes into the public bundle: it holds what proves the value and little more.

    Raises:
        CannotEnter: it is too large.
    """
    if size > MOST_EVIDENCE:
        raise CannotEnter(gettext_noop("录入内容过大,请只录入来源公布的原文"))


def check_can_vouch(*, is_dice: bool, is_rehearsal: bool, is_witness: bool, is_repeated: bool) -> None:
    """Whether this person may be one of the two who vouch for a value that nobody signed.

    Raises:
        CannotEnter: dice of a real draw are entered by its witnesses, who saw them thrown; or this person entered the
            same before.
    """
    if is_dice and not is_rehearsal and not is_witness:
        raise CannotEnter(gettext_noop("正式抽取的骰子点数由本场次两名见证人各自录入"))
    if is_repeated:
        raise CannotEnter(gettext_noop("您已录入相同内容;须由另一人独立再录入一次,一致后才生效"))


def check_can_give_up(*, state: CeremonyState, source: PublicFacts, reason: str, at: datetime) -> None:
    """Whether the fall-back may take the place of a public source: its waiting time is over, and a reason is given.

    Raises:
        CannotGiveUp: too early or too late, there is no fall-back, or no reason.
    """
    check_state(state, CeremonyState.COMMITTED, CannotGiveUp)
    if source.is_opened or source.is_given_up or source.instead_of:
        raise CannotGiveUp(gettext_noop("“%(name)s”当前不在等候之列,不能改用后备"), name=source.name)
    if not source.fall_back:
        raise CannotGiveUp(
            gettext_noop("“%(name)s”没有事先公告后备。如确已无法取得,须说明理由作废本场次"), name=source.name
        )
    if at < source.ready_at:
        raise CannotGiveUp(
            gettext_noop("等候时间未到:“%(name)s”须等到%(ready)s仍无法取得,才能改用后备"),
            name=source.name,
            ready=_minute(source.ready_at),
        )
    if len(reason.strip()) < LEAST_REASON:
        raise CannotGiveUp(gettext_noop("请写明改用后备的理由(至少%(least)s个字),理由将永久公开"), least=LEAST_REASON)


def check_can_commit_input(*, state: CeremonyState, others: Collection[str], commitment: str) -> None:
    """Whether a witness's commitment is taken; until the freeze it may be replaced.

    Raises:
        CannotCommitInput: the statement is fixed, it is no digest, or another witness gave the same.
    """
    check_state(state, CeremonyState.PREPARING, CannotCommitInput)
    if len(commitment) != 64 or set(commitment) - set("0123456789abcdef"):
        raise CannotCommitInput(gettext_noop("承诺应为64位小写十六进制摘要"))
    if commitment in others:
        raise CannotCommitInput(gettext_noop("该承诺与另一名见证人的相同,请重新生成"))


def check_can_freeze(
    *,
    state: CeremonyState,
    is_rehearsal: bool,
    organs: Collection[str],
    waiting: Sequence[str],
    has_system: bool,
    has_public: bool = False,
) -> None:
    """Whether the statement can be fixed.

    Args:
        organs: the organs of the declared witnesses.
        waiting: the names of witnesses who have not committed.

    Raises:
        CannotFreeze: it was done already, the sources are not enough, or a commitment is missing.
    """
    check_state(state, CeremonyState.PREPARING, CannotFreeze)
    enough = len(set(organs)) >= LEAST_ORGANS
    if not is_rehearsal and not enough:
        raise CannotFreeze(gettext_noop("正式抽取至少要有两名来自不同单位的见证人"))
    if not is_rehearsal and has_system:
        raise CannotFreeze(ONLY_FOR_REHEARSALS)
    if organs and not enough:
        raise CannotFreeze(gettext_noop("见证人至少两名,来自不同单位"))
    if not organs and not has_system and not has_public:
        raise CannotFreeze(gettext_noop("请先登记随机来源:见证人、公开来源,或(仅演练)系统随机数"))
    if waiting:
        raise CannotFreeze(gettext_noop("以下见证人尚未提交承诺:%(names)s"), names="、".join(waiting))


def check_can_open(
    *, state: CeremonyState, is_logged: bool, is_opened: bool, size: int, waiting: Sequence[str] = ()
) -> None:
    """Whether a source may be opened: after the statement is in the ledger, and once; a witness's last of all.

    Args:
        waiting: the public sources whose values are not there yet; whoever opens before them could be answered by them.

    Raises:
        CannotOpen: too early, too late, done before, or empty or too long.
    """
    check_state(state, CeremonyState.COMMITTED, CannotOpen)
    if not is_logged:
        raise CannotOpen(gettext_noop("抽取公告尚未存证,不能打开随机输入"))
    if is_opened:
        raise CannotOpen(gettext_noop("该随机输入已经打开,不能更改"))
    if waiting:
        raise CannotOpen(
            gettext_noop("见证人最后打开:以下公开来源尚未录入:%(names)s。请等候,回执请继续保管好"),
            names="、".join(waiting),
        )
    if not 0 < size <= LARGEST_INPUT:
        raise CannotOpen(gettext_noop("随机输入应为1至%(most)s字节"), most=LARGEST_INPUT)


def check_can_hold(*, state: CeremonyState, waiting: Sequence[str]) -> None:
    """Whether the draw can be held: every declared source is opened. A draw is held once.

    Raises:
        CannotHold: the statement is not fixed, the draw was held, or a source is missing.
    """
    check_state(state, CeremonyState.COMMITTED, CannotHold)
    if waiting:
        raise CannotHold(
            gettext_noop(
                "以下随机来源尚未打开:%(names)s。如确已无法到场,须说明理由作废本场次,另行筹备并注明重抽自本场次"
            ),
            names="、".join(waiting),
        )


def check_can_countersign(*, state: CeremonyState, disclosure: Disclosure, has_signed: bool) -> None:
    """Whether an auditor's organ may countersign.

    Raises:
        CannotCountersign: the draw is not held, is open to everybody, or the organ signed before.
    """
    if disclosure != Disclosure.SEALED:
        raise CannotCountersign(gettext_noop("全部公开的场次人人可以复算,无须会签"))
    check_state(state, CeremonyState.DRAWN, CannotCountersign)
    if has_signed:
        raise CannotCountersign(gettext_noop("本单位已经会签"))


def check_can_release(*, state: CeremonyState, disclosure: Disclosure, organs: Collection[str]) -> None:
    """Whether the draw may be released.

    Raises:
        CannotRelease: it is not held or released already; a sealed one lacks countersignatures.
    """
    check_state(state, CeremonyState.DRAWN, CannotRelease)
    if disclosure == Disclosure.SEALED and len(set(organs)) < LEAST_ORGANS:
        raise CannotRelease(
            gettext_noop("密封公开的场次须有至少两个不同单位的审计人员会签,现有%(count)s个"), count=len(set(organs))
        )


def check_can_show_leaf(state: CeremonyState) -> None:
    """Whether a unit may be shown its own leaf: not before the release, which would warn those who were drawn.

    Raises:
        CannotShowLeaf: the ceremony is not released.
    """
    if state != CeremonyState.RELEASED:
        raise CannotShowLeaf(gettext_noop("抽取材料公开之后才能出具抽签凭据"))


def check_leaf(is_proven: bool) -> None:
    """Whether the leaf belongs to the root that the ledger has held since the draw.

    Raises:
        CannotShowLeaf: it does not.
    """
    if not is_proven:
        raise CannotShowLeaf(gettext_noop("按固化内容复算的凭据与抽取时存证的树根不符,不能出具;请查明原因"))


def check_can_abandon(
    *, state: CeremonyState, reason: str, is_rehearsal: bool, is_arranged: bool, is_office: bool
) -> None:
    """Whether a ceremony may be abandoned. Once drawn, only the office may, and only before visits are arranged.

    Raises:
        CannotAbandon: it is over, visits follow from it, the reason is missing, or the actor may not.
    """
    if CeremonyState.ABANDONED not in CEREMONY_MOVES[state]:
        raise CannotAbandon(gettext_noop("场次当前为“%(state)s”,不能作废"), state=CEREMONY_STATE_LABELS[state])
    if len(reason.strip()) < LEAST_REASON:
        raise CannotAbandon(gettext_noop("请写明作废理由(至少%(least)s个字),理由将永久公开"), least=LEAST_REASON)
    if is_arranged:
        raise CannotAbandon(gettext_noop("该场次已安排检查,不能作废"))
    if state == CeremonyState.DRAWN and not is_rehearsal and not is_office:
        raise CannotAbandon(gettext_noop("已抽取的正式场次只能由联席办作废"))


def check_can_record(*, state: CeremonyState) -> None:
    """Whether it may still be noted who is present.

    Raises:
        CannotRecord: the ceremony is over.
    """
    if not CEREMONY_MOVES[state]:
        raise CannotRecord(gettext_noop("场次当前为“%(state)s”,不能再登记在场人员"), state=CEREMONY_STATE_LABELS[state])


def check_can_arrange(*, state: CeremonyState, is_rehearsal: bool) -> None:
    """Whether visits may follow from a ceremony.

    Raises:
        CannotHold: it is not drawn, was abandoned, or is a rehearsal.
    """
    if is_rehearsal:
        raise CannotHold(gettext_noop("演练不产生检查安排"))
    if state not in (CeremonyState.DRAWN, CeremonyState.RELEASED):
        raise CannotHold(gettext_noop("场次当前为“%(state)s”,不能据以安排检查"), state=CEREMONY_STATE_LABELS[state])


@dataclass(frozen=True, slots=True)
class SeatsNeeded:
    """What one task asks of one department in one region, and who could come; known before any seed."""

    task: str
    line: str
    region: str
    visits: int
    seats: int
    """Seats per visit."""
    inspectors: int
    """How many may take them."""
    places: int
    """Visits they may make all together."""
    one_by_one: bool = True
    """Inspectors; else groups or experts, and `line` names them so."""


_TOO_FEW = gettext_noop(
    "任务 %(task)s 在%(region)s每次检查需要%(line)s检查人员%(seats)s名,"
    "而符合条件的只有%(inspectors)s名;请补充人员、放宽人员抽取范围或资质要求"
)
_TOO_FEW_SPECIAL = gettext_noop(
    "任务 %(task)s 在%(region)s每次检查需要%(line)s %(seats)s 个,"
    "而符合条件的只有 %(inspectors)s 个;请在名录库中补充,或放宽人员抽取范围、资质要求"
)
_TOO_BUSY = gettext_noop(
    "任务 %(task)s 在%(region)s需要%(line)s检查人员%(needed)s人次,"
    "而符合条件的%(inspectors)s名人员合计只有%(places)s人次;请补充人员或提高每人检查次数上限"
)
_TOO_BUSY_SPECIAL = gettext_noop(
    "任务 %(task)s 在%(region)s需要%(line)s出动 %(needed)s 次,"
    "而符合条件的 %(inspectors)s 个合计只能出动 %(places)s 次;请在名录库中补充,或提高每人检查次数上限"
)


def check_can_be_served(needs: Sequence[SeatsNeeded]) -> None:
    """Refuse a freeze whose draw could not give teams whatever the seed.

    Raises:
        CannotFreeze: too few inspectors for one team, or too few places for all.
    """
    for need in needs:
        if not need.visits or not need.seats:
            continue
        if need.inspectors < need.seats:
            raise CannotFreeze(
                _TOO_FEW if need.one_by_one else _TOO_FEW_SPECIAL,
                task=need.task,
                region=need.region,
                line=need.line,
                seats=need.seats,
                inspectors=need.inspectors,
            )
        if need.places < need.visits * need.seats:
            raise CannotFreeze(
                _TOO_BUSY if need.one_by_one else _TOO_BUSY_SPECIAL,
                task=need.task,
                region=need.region,
                line=need.line,
                needed=need.visits * need.seats,
                inspectors=need.inspectors,
                places=need.places,
            )
