"""The reasons for which a drawn inspector may be replaced."""

from enum import StrEnum

from mingcha.kernel.refusal import gettext_noop


class ChangeReason(StrEnum):
    """Why somebody who was drawn does not go (调整原因)."""

    RECUSAL = "RECUSAL"
    LEAVE = "LEAVE"
    POST_CHANGE = "POST_CHANGE"
    HEALTH = "HEALTH"
    WORK_CLASH = "WORK_CLASH"


CHANGE_REASON_LABELS = {
    ChangeReason.RECUSAL: gettext_noop("回避"),
    ChangeReason.LEAVE: gettext_noop("请假"),
    ChangeReason.POST_CHANGE: gettext_noop("岗位变动"),
    ChangeReason.HEALTH: gettext_noop("健康原因"),
    ChangeReason.WORK_CLASH: gettext_noop("工作冲突"),
}
