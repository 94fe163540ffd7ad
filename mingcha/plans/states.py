"""States of plans and tasks, and the words of their fields."""

from enum import StrEnum

from mingcha.kernel.refusal import gettext_noop


class PlanKind(StrEnum):
    """Department plan or joint plan (部门计划 / 部门联合计划)."""

    DEPARTMENT = "DEPARTMENT"
    JOINT = "JOINT"


PLAN_KIND_LABELS = {
    PlanKind.DEPARTMENT: gettext_noop("部门抽查计划"),
    PlanKind.JOINT: gettext_noop("部门联合抽查计划"),
}


class PlanState(StrEnum):
    """Where a plan stands (计划状态)."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    ISSUED = "ISSUED"


PLAN_STATE_LABELS = {
    PlanState.DRAFT: gettext_noop("编制中"),
    PlanState.SUBMITTED: gettext_noop("已报送"),
    PlanState.RETURNED: gettext_noop("已退回"),
    PlanState.APPROVED: gettext_noop("已审核"),
    PlanState.ISSUED: gettext_noop("已下达"),
}
PLAN_MOVES = {
    PlanState.DRAFT: {PlanState.SUBMITTED},
    PlanState.RETURNED: {PlanState.SUBMITTED},
    PlanState.SUBMITTED: {PlanState.APPROVED, PlanState.RETURNED},
    PlanState.APPROVED: {PlanState.ISSUED, PlanState.RETURNED},
    PlanState.ISSUED: set(),
}
OPEN_STATES = (PlanState.DRAFT, PlanState.RETURNED)
"""A plan's tasks may be changed only in these states."""


class TaskState(StrEnum):
    """Where a task stands (任务状态); moved on by its plan, its ceremony and its visits."""

    DRAFT = "DRAFT"
    ISSUED = "ISSUED"
    DRAWN = "DRAWN"
    FINISHED = "FINISHED"


TASK_STATE_LABELS = {
    TaskState.DRAFT: gettext_noop("编制中"),
    TaskState.ISSUED: gettext_noop("待抽取"),
    TaskState.DRAWN: gettext_noop("检查中"),
    TaskState.FINISHED: gettext_noop("已完成"),
}
TASK_MOVES = {
    TaskState.DRAFT: {TaskState.ISSUED},
    TaskState.ISSUED: {TaskState.DRAWN},
    TaskState.DRAWN: {TaskState.FINISHED},
    TaskState.FINISHED: set(),
}


class RegionRule(StrEnum):
    """From where a visit's inspectors are drawn (人员抽取范围)."""

    SAME_REGION = "SAME_REGION"
    WHOLE_CITY = "WHOLE_CITY"
    EXCHANGE = "EXCHANGE"


REGION_RULE_LABELS = {
    RegionRule.SAME_REGION: gettext_noop("本县(区)人员"),
    RegionRule.WHOLE_CITY: gettext_noop("全市人员"),
    RegionRule.EXCHANGE: gettext_noop("县区交叉"),
}


class TeamForm(StrEnum):
    """Whether a department's inspectors are drawn one by one or as a group (选派方式)."""

    PERSONS = "PERSONS"
    GROUP = "GROUP"


TEAM_FORM_LABELS = {
    TeamForm.PERSONS: gettext_noop("按人员"),
    TeamForm.GROUP: gettext_noop("按小组"),
}


class Disclosure(StrEnum):
    """How a task's draw is released (公开方式; protocol.md section 7)."""

    OPEN = "OPEN"
    SEALED = "SEALED"


DISCLOSURE_LABELS = {
    Disclosure.OPEN: gettext_noop("全部公开"),
    Disclosure.SEALED: gettext_noop("密封公开"),
}
