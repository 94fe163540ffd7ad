"""What a finding may be, and the kinds and states of follow-ups."""

from enum import StrEnum

from mingcha.kernel.refusal import gettext_noop


class Outcome(StrEnum):
    """What was found for one item (事项检查情况)."""

    NO_PROBLEM = "NO_PROBLEM"
    PROBLEM = "PROBLEM"
    NOT_CONCERNED = "NOT_CONCERNED"


OUTCOME_LABELS = {
    Outcome.NO_PROBLEM: gettext_noop("未发现问题"),
    Outcome.PROBLEM: gettext_noop("发现问题"),
    Outcome.NOT_CONCERNED: gettext_noop("不涉及"),
}


class Meaning(StrEnum):
    """What a category says of the visit (类别含义)."""

    CLEAN = "CLEAN"
    PROBLEM = "PROBLEM"
    STANDING = "STANDING"


MEANING_LABELS = {
    Meaning.CLEAN: gettext_noop("未发现问题"),
    Meaning.PROBLEM: gettext_noop("发现问题"),
    Meaning.STANDING: gettext_noop("主体状态"),
}


class FollowUpKind(StrEnum):
    """What comes after a finding (后续处置)."""

    NONE = "NONE"
    CORRECTION_ORDER = "CORRECTION_ORDER"
    ABNORMAL_LIST = "ABNORMAL_LIST"
    CASE = "CASE"
    NOTIFY_DEPARTMENT = "NOTIFY_DEPARTMENT"
    JUDICIAL = "JUDICIAL"
    INTERVIEW = "INTERVIEW"


FOLLOW_UP_LABELS = {
    FollowUpKind.NONE: gettext_noop("无需后续处置"),
    FollowUpKind.CORRECTION_ORDER: gettext_noop("责令改正"),
    FollowUpKind.ABNORMAL_LIST: gettext_noop("列入经营异常名录"),
    FollowUpKind.CASE: gettext_noop("立案查处"),
    FollowUpKind.NOTIFY_DEPARTMENT: gettext_noop("抄告相关部门"),
    FollowUpKind.JUDICIAL: gettext_noop("移送司法机关"),
    FollowUpKind.INTERVIEW: gettext_noop("行政约谈"),
}


class FollowUpState(StrEnum):
    """Open until its proof is in (处置状态)."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


FOLLOW_UP_STATE_LABELS = {
    FollowUpState.OPEN: gettext_noop("未完结"),
    FollowUpState.CLOSED: gettext_noop("已完结"),
}
