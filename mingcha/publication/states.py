"""Kinds and states of notices."""

from enum import StrEnum

from mingcha.kernel.refusal import gettext_noop


class NoticeKind(StrEnum):
    """What a notice makes public (公示类型)."""

    ITEM_LIST = "ITEM_LIST"
    PLAN = "PLAN"
    TASK = "TASK"
    CEREMONY = "CEREMONY"
    RESULT = "RESULT"


NOTICE_KIND_LABELS = {
    NoticeKind.ITEM_LIST: gettext_noop("抽查事项清单"),
    NoticeKind.PLAN: gettext_noop("抽查计划公告"),
    NoticeKind.TASK: gettext_noop("抽查任务公告"),
    NoticeKind.CEREMONY: gettext_noop("抽取公告"),
    NoticeKind.RESULT: gettext_noop("抽查结果公告"),
}


class NoticeState(StrEnum):
    """A notice is public until it is withdrawn or replaced by its next version (公示状态)."""

    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"
    REPLACED = "REPLACED"


NOTICE_STATE_LABELS = {
    NoticeState.PUBLISHED: gettext_noop("公示中"),
    NoticeState.WITHDRAWN: gettext_noop("已撤回"),
    NoticeState.REPLACED: gettext_noop("已更正"),
}
