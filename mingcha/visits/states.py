"""States of visits and of the records inside them."""

from enum import StrEnum

from mingcha.kernel.refusal import gettext_noop


class VisitState(StrEnum):
    """Where a visit stands (检查状态)."""

    PLANNED = "PLANNED"
    STARTED = "STARTED"
    ENDED = "ENDED"


VISIT_STATE_LABELS = {
    VisitState.PLANNED: gettext_noop("待检查"),
    VisitState.STARTED: gettext_noop("检查中"),
    VisitState.ENDED: gettext_noop("已检查"),
}
VISIT_MOVES = {
    VisitState.PLANNED: {VisitState.STARTED},
    VisitState.STARTED: {VisitState.ENDED},
    VisitState.ENDED: set(),
}


class RecordState(StrEnum):
    """Where one department's record stands (检查记录状态): 待录入 → 待审核 → 退回/已审核."""

    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"


RECORD_STATE_LABELS = {
    RecordState.OPEN: gettext_noop("待录入"),
    RecordState.SUBMITTED: gettext_noop("待审核"),
    RecordState.RETURNED: gettext_noop("已退回"),
    RecordState.APPROVED: gettext_noop("已审核"),
}
RECORD_MOVES = {
    RecordState.OPEN: {RecordState.SUBMITTED},
    RecordState.RETURNED: {RecordState.SUBMITTED},
    RecordState.SUBMITTED: {RecordState.APPROVED, RecordState.RETURNED},
    RecordState.APPROVED: set(),
}


class Method(StrEnum):
    """How a record's items were checked (检查方式)."""

    ON_SITE = "ON_SITE"
    WRITTEN = "WRITTEN"
    NETWORK = "NETWORK"
    TESTING = "TESTING"
    DEPARTMENT_OPINION = "DEPARTMENT_OPINION"
    DELEGATED = "DELEGATED"


METHOD_LABELS = {
    Method.ON_SITE: gettext_noop("实地检查"),
    Method.WRITTEN: gettext_noop("书面检查"),
    Method.NETWORK: gettext_noop("网络监测"),
    Method.TESTING: gettext_noop("检验检测"),
    Method.DEPARTMENT_OPINION: gettext_noop("行政部门检查结果或专业意见"),
    Method.DELEGATED: gettext_noop("委托专业机构辅助"),
}
