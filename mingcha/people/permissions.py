"""Who may do what (权限表): one table, asked by actions, pages, menus and the API alike.

An act is named `room.verb`. Whether a certain *thing* may be acted on (its state, its owner) is the business of the
room's own rules; here only the person's role is asked.
"""

from dataclasses import dataclass

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.people.actors import Actor
from mingcha.people.states import Role

OFFICE, DEPARTMENT, COUNTY = Role.OFFICE, Role.DEPARTMENT, Role.COUNTY
INSPECTOR, AUDITOR, SYSTEM = Role.INSPECTOR, Role.AUDITOR, Role.SYSTEM
OFFICIALS = frozenset({OFFICE, DEPARTMENT, COUNTY})
READERS = OFFICIALS | {AUDITOR}
EVERYONE = frozenset(Role)


class NotPermitted(Refusal):
    """The actor's role may not do this."""


@dataclass(frozen=True)
class Permission:
    label: str
    roles: frozenset[Role]


ACTS: dict[str, Permission] = {
    # people
    "people.start": Permission(gettext_noop("查看工作台"), EVERYONE),
    "people.manage": Permission(gettext_noop("管理单位和账号"), frozenset({SYSTEM})),
    # ledger
    "ledger.view": Permission(gettext_noop("查看全过程留痕"), frozenset({OFFICE, AUDITOR})),
    # registers 一单两库
    "registers.view": Permission(gettext_noop("查看一单两库"), READERS),
    "registers.view_ratings": Permission(gettext_noop("查看信用风险分类"), READERS),
    "registers.import": Permission(gettext_noop("导入名录"), OFFICIALS),
    "registers.edit": Permission(gettext_noop("维护名录"), OFFICIALS),
    "registers.edit_items": Permission(gettext_noop("维护抽查事项清单"), frozenset({OFFICE, DEPARTMENT})),
    "registers.define": Permission(gettext_noop("维护风险方案和执法资质"), frozenset({OFFICE, SYSTEM})),
    "registers.export": Permission(gettext_noop("导出名录"), READERS),
    # plans
    "plans.view": Permission(gettext_noop("查看抽查计划"), READERS),
    "plans.draft": Permission(gettext_noop("编制抽查计划"), OFFICIALS),
    "plans.submit": Permission(gettext_noop("报送抽查计划"), OFFICIALS),
    "plans.approve": Permission(gettext_noop("审核抽查计划"), frozenset({OFFICE})),
    "plans.issue": Permission(gettext_noop("下达抽查计划"), frozenset({OFFICE})),
    "plans.mark_drawn": Permission(gettext_noop("登记任务已抽取"), OFFICIALS),
    "plans.mark_finished": Permission(gettext_noop("登记任务已完成"), OFFICIALS),
    # draws
    "draws.view": Permission(gettext_noop("查看摇号场次"), READERS),
    "draws.prepare": Permission(gettext_noop("筹备摇号场次"), OFFICIALS),
    "draws.adjust": Permission(gettext_noop("手工增减抽查对象"), OFFICIALS),
    "draws.approve_adjustment": Permission(gettext_noop("批准手工增减"), frozenset({OFFICE, DEPARTMENT})),
    "draws.set_limits": Permission(gettext_noop("设定频次上限和等同事项"), frozenset({OFFICE, DEPARTMENT})),
    "draws.attend": Permission(gettext_noop("登记在场人员"), OFFICIALS),
    "draws.freeze": Permission(gettext_noop("固化抽样框"), OFFICIALS),
    "draws.witness": Permission(gettext_noop("提交见证随机数"), READERS),
    "draws.enter": Permission(gettext_noop("录入公开随机来源"), READERS),
    "draws.hold": Permission(gettext_noop("抽取"), OFFICIALS),
    "draws.release": Permission(gettext_noop("公开抽取材料"), OFFICIALS),
    "draws.show_leaf": Permission(gettext_noop("出具抽签凭据"), OFFICIALS),
    "draws.verify": Permission(gettext_noop("核验抽取"), frozenset({AUDITOR})),
    # assignments
    "assignments.view": Permission(gettext_noop("查看检查组"), READERS),
    "assignments.seat": Permission(gettext_noop("编排检查组"), OFFICIALS),
    "assignments.change": Permission(gettext_noop("调整检查人员"), OFFICIALS),
    # visits and results
    "visits.view": Permission(gettext_noop("查看检查安排"), READERS),
    "visits.arrange": Permission(gettext_noop("生成检查任务"), OFFICIALS),
    "visits.view_own": Permission(gettext_noop("查看本人检查任务"), frozenset({INSPECTOR})),
    "visits.carry_out": Permission(gettext_noop("开展检查"), frozenset({INSPECTOR})),
    "results.view": Permission(gettext_noop("查看检查结果"), READERS),
    "results.enter": Permission(gettext_noop("录入检查结果"), frozenset({INSPECTOR})),
    "results.review": Permission(gettext_noop("审核检查结果"), frozenset({DEPARTMENT, COUNTY})),
    "results.close_follow_up": Permission(gettext_noop("办结后续处置"), frozenset({DEPARTMENT, COUNTY, INSPECTOR})),
    "results.set_calendar": Permission(gettext_noop("维护工作日历"), frozenset({OFFICE, SYSTEM})),
    "results.load_categories": Permission(gettext_noop("载入检查结果类别"), frozenset({OFFICE, SYSTEM})),
    # publication
    "publication.view": Permission(gettext_noop("查看公示台账"), READERS),
    "publication.publish": Permission(gettext_noop("公示"), OFFICIALS),
}


def may(by: Actor | None, act: str) -> bool:
    """Whether the actor's role may do the act; the same answer that `require` enforces."""
    return by is not None and by.role in ACTS[act].roles


def require(by: Actor | None, act: str) -> None:
    """Refuse unless the actor's role may do the act.

    Raises:
        NotPermitted: it may not.
    """
    if not may(by, act):
        raise NotPermitted(gettext_noop("当前身份无权“%(act)s”"), act=ACTS[act].label)
