"""Kinds and states of the registers' rows, with their labels."""

from enum import StrEnum

from mingcha.kernel.refusal import gettext_noop


class SubjectKind(StrEnum):
    """What a subject is (检查对象类型)."""

    ENTERPRISE = "ENTERPRISE"
    INDIVIDUAL = "INDIVIDUAL"
    COOPERATIVE = "COOPERATIVE"
    FOREIGN_OFFICE = "FOREIGN_OFFICE"
    INSTITUTION = "INSTITUTION"
    OTHER = "OTHER"


SUBJECT_KIND_LABELS = {
    SubjectKind.ENTERPRISE: gettext_noop("企业"),
    SubjectKind.INDIVIDUAL: gettext_noop("个体工商户"),
    SubjectKind.COOPERATIVE: gettext_noop("农民专业合作社"),
    SubjectKind.FOREIGN_OFFICE: gettext_noop("外国企业代表机构"),
    SubjectKind.INSTITUTION: gettext_noop("机关事业单位和社会组织"),
    SubjectKind.OTHER: gettext_noop("其他"),
}


class SubjectState(StrEnum):
    """The state in the market register (登记状态)."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"
    REVOKED = "REVOKED"
    WITHDRAWN = "WITHDRAWN"
    MOVED_OUT = "MOVED_OUT"


SUBJECT_STATE_LABELS = {
    SubjectState.ACTIVE: gettext_noop("存续"),
    SubjectState.SUSPENDED: gettext_noop("停业"),
    SubjectState.CANCELLED: gettext_noop("注销"),
    SubjectState.REVOKED: gettext_noop("吊销"),
    SubjectState.WITHDRAWN: gettext_noop("撤销"),
    SubjectState.MOVED_OUT: gettext_noop("迁出"),
}
LIVE_STATES = (SubjectState.ACTIVE,)


class ItemListState(StrEnum):
    """An edition of an item list (清单版本状态)."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"


ITEM_LIST_STATE_LABELS = {
    ItemListState.DRAFT: gettext_noop("草稿"),
    ItemListState.PUBLISHED: gettext_noop("已发布"),
    ItemListState.WITHDRAWN: gettext_noop("已废止"),
}
ITEM_LIST_MOVES = {
    ItemListState.DRAFT: {ItemListState.PUBLISHED},
    ItemListState.PUBLISHED: {ItemListState.WITHDRAWN},
    ItemListState.WITHDRAWN: set(),
}


class Importance(StrEnum):
    """General or key item (事项类别): key items have no upper limit of ratio (国市监信〔2019〕38号)."""

    GENERAL = "GENERAL"
    KEY = "KEY"


IMPORTANCE_LABELS = {
    Importance.GENERAL: gettext_noop("一般检查事项"),
    Importance.KEY: gettext_noop("重点检查事项"),
}


class InspectorState(StrEnum):
    """Whether an inspector may be sent (岗位状态)."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    LEFT = "LEFT"


INSPECTOR_STATE_LABELS = {
    InspectorState.ACTIVE: gettext_noop("在岗"),
    InspectorState.SUSPENDED: gettext_noop("暂停"),
    InspectorState.LEFT: gettext_noop("离岗"),
}


class ImportKind(StrEnum):
    """What a file brings (导入类型)."""

    SUBJECTS = "SUBJECTS"
    INSPECTORS = "INSPECTORS"
    ITEMS = "ITEMS"


IMPORT_KIND_LABELS = {
    ImportKind.SUBJECTS: gettext_noop("检查对象名录库"),
    ImportKind.INSPECTORS: gettext_noop("执法检查人员名录库"),
    ImportKind.ITEMS: gettext_noop("随机抽查事项清单"),
}


class ImportState(StrEnum):
    """Preview first, then applied or dropped as a whole (导入批次状态)."""

    PREVIEWED = "PREVIEWED"
    APPLIED = "APPLIED"
    DROPPED = "DROPPED"


IMPORT_STATE_LABELS = {
    ImportState.PREVIEWED: gettext_noop("待确认"),
    ImportState.APPLIED: gettext_noop("已导入"),
    ImportState.DROPPED: gettext_noop("已放弃"),
}
IMPORT_MOVES = {
    ImportState.PREVIEWED: {ImportState.APPLIED, ImportState.DROPPED},
    ImportState.APPLIED: set(),
    ImportState.DROPPED: set(),
}


class Verdict(StrEnum):
    """What the preview says of one row (行判定)."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    SAME = "SAME"
    CONFLICT = "CONFLICT"
    REFUSED = "REFUSED"


VERDICT_LABELS = {
    Verdict.NEW: gettext_noop("新增"),
    Verdict.CHANGED: gettext_noop("变更"),
    Verdict.SAME: gettext_noop("无变化"),
    Verdict.CONFLICT: gettext_noop("冲突"),
    Verdict.REFUSED: gettext_noop("不合格"),
}
