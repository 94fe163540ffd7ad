"""States of a ceremony and kinds of randomness."""

from enum import StrEnum

from mingcha.kernel.refusal import gettext_noop


class CeremonyState(StrEnum):
    """Where a ceremony stands (场次状态). The order of protocol.md section 2: nothing skipped, nothing turned round."""

    PREPARING = "PREPARING"
    COMMITTED = "COMMITTED"
    DRAWN = "DRAWN"
    RELEASED = "RELEASED"
    ABANDONED = "ABANDONED"


CEREMONY_STATE_LABELS = {
    CeremonyState.PREPARING: gettext_noop("筹备中"),
    CeremonyState.COMMITTED: gettext_noop("已固化承诺"),
    CeremonyState.DRAWN: gettext_noop("已抽取封存"),
    CeremonyState.RELEASED: gettext_noop("已公开"),
    CeremonyState.ABANDONED: gettext_noop("已作废"),
}
CEREMONY_MOVES = {
    CeremonyState.PREPARING: {CeremonyState.COMMITTED, CeremonyState.ABANDONED},
    CeremonyState.COMMITTED: {CeremonyState.DRAWN, CeremonyState.ABANDONED},
    CeremonyState.DRAWN: {CeremonyState.RELEASED, CeremonyState.ABANDONED},
    CeremonyState.RELEASED: set(),
    CeremonyState.ABANDONED: set(),
}


class EntropyKind(StrEnum):
    """A declared source of randomness (随机来源; protocol.md section 8)."""

    WITNESS = "WITNESS"
    SYSTEM = "SYSTEM"
    BEACON = "BEACON"
    LOTTERY = "LOTTERY"
    DICE = "DICE"


ENTROPY_KIND_LABELS = {
    EntropyKind.WITNESS: gettext_noop("见证人输入"),
    EntropyKind.SYSTEM: gettext_noop("系统随机数"),
    EntropyKind.BEACON: gettext_noop("公共信标"),
    EntropyKind.LOTTERY: gettext_noop("彩票号码"),
    EntropyKind.DICE: gettext_noop("骰子"),
}
PUBLIC_KINDS = frozenset({EntropyKind.BEACON, EntropyKind.LOTTERY, EntropyKind.DICE})
"""Sources that anyone can look up or watch (公开来源); they are determined before the witnesses open."""
ENTERED_TWICE = frozenset({EntropyKind.LOTTERY, EntropyKind.DICE})
"""Nothing but two people's eyes vouches for these, so two people enter them."""


class PublicSource(StrEnum):
    """What a public source is, as people choose it (公开来源)."""

    DRAND = "drand"
    NIST = "nist"
    LOTTERY = "lottery"
    DICE = "dice"

    @property
    def kind(self) -> EntropyKind:
        """The kind of randomness that it is in the statement."""
        return EntropyKind(_KIND_OF.get(self, self.name))


_KIND_OF = {PublicSource.DRAND: EntropyKind.BEACON, PublicSource.NIST: EntropyKind.BEACON}
PUBLIC_SOURCE_LABELS = {
    PublicSource.DRAND: gettext_noop("drand 公共信标"),
    PublicSource.NIST: gettext_noop("NIST 公共信标"),
    PublicSource.LOTTERY: gettext_noop("彩票号码"),
    PublicSource.DICE: gettext_noop("骰子"),
}


class DrawnAs(StrEnum):
    """How a unit came out of a draw (抽取结果)."""

    SELECTED = "SELECTED"
    RESERVE = "RESERVE"


DRAWN_AS_LABELS = {
    DrawnAs.SELECTED: gettext_noop("抽中"),
    DrawnAs.RESERVE: gettext_noop("备选"),
}


class Exclusion(StrEnum):
    """Why units in the scope of a task were left out of its frame (排除原因); the counts stand in the statement."""

    NOT_LIVE = "NOT_LIVE"
    CHECKED_ABOVE = "CHECKED_ABOVE"
    CHECKED_RECENTLY = "CHECKED_RECENTLY"
    AT_CAP = "AT_CAP"


EXCLUSION_LABELS = {
    Exclusion.NOT_LIVE: gettext_noop("登记状态不符"),
    Exclusion.CHECKED_ABOVE: gettext_noop("上级已抽查同一事项"),
    Exclusion.CHECKED_RECENTLY: gettext_noop("近期已被抽查同一事项"),
    Exclusion.AT_CAP: gettext_noop("已达年度检查频次上限"),
}


class Adjusted(StrEnum):
    """Which way a population was changed by hand (增减方向)."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"


ADJUSTED_LABELS = {
    Adjusted.ADDED: gettext_noop("手工增加"),
    Adjusted.REMOVED: gettext_noop("手工剔除"),
}
WHY_LABELS = {
    **{reason.value: label for reason, label in EXCLUSION_LABELS.items()},
    **{kind.value: label for kind, label in ADJUSTED_LABELS.items()},
}
"""Why a unit stands behind a figure: left out by a rule, or changed by hand."""


class Ground(StrEnum):
    """Why a population was changed by hand (增减理由)."""

    COMPLAINT = "COMPLAINT"
    ORDERED = "ORDERED"
    OMITTED = "OMITTED"
    CLOSED = "CLOSED"
    DUPLICATE = "DUPLICATE"
    UNDER_CASE = "UNDER_CASE"
    WRONG = "WRONG"
    OTHER = "OTHER"


GROUND_LABELS = {
    Ground.COMPLAINT: gettext_noop("投诉举报"),
    Ground.ORDERED: gettext_noop("上级交办或部门移送"),
    Ground.OMITTED: gettext_noop("名录遗漏"),
    Ground.CLOSED: gettext_noop("已停业或正在清算"),
    Ground.DUPLICATE: gettext_noop("重复登记"),
    Ground.UNDER_CASE: gettext_noop("已立案查处"),
    Ground.WRONG: gettext_noop("名录有误"),
    Ground.OTHER: gettext_noop("其他理由"),
}
GROUNDS = {
    Adjusted.ADDED: (Ground.COMPLAINT, Ground.ORDERED, Ground.OMITTED, Ground.OTHER),
    Adjusted.REMOVED: (Ground.CLOSED, Ground.DUPLICATE, Ground.UNDER_CASE, Ground.WRONG, Ground.OTHER),
}
"""Which grounds speak for which way."""


class Exemption(StrEnum):
    """What a yearly cap may leave uncounted (豁免情形); each cap lists those that it exempts."""

    ORDERED_SPECIAL = "ORDERED_SPECIAL"
    COMPLAINT = "COMPLAINT"
    TRANSFER = "TRANSFER"
    REVISIT = "REVISIT"
    PUBLIC_SAFETY = "PUBLIC_SAFETY"


EXEMPTION_LABELS = {
    Exemption.ORDERED_SPECIAL: gettext_noop("上级部署的专项检查"),
    Exemption.COMPLAINT: gettext_noop("投诉举报核查"),
    Exemption.TRANSFER: gettext_noop("转办交办或监测预警"),
    Exemption.REVISIT: gettext_noop("整改复查"),
    Exemption.PUBLIC_SAFETY: gettext_noop("公共安全和生命健康重点领域"),
}


class Duty(StrEnum):
    """What somebody present does (职责), in the order of the minutes."""

    HOST = "HOST"
    OPERATOR = "OPERATOR"
    RECORDER = "RECORDER"
    SUPERVISOR = "SUPERVISOR"
    NOTARY = "NOTARY"
    GUEST = "GUEST"


DUTY_LABELS = {
    Duty.HOST: gettext_noop("主持人"),
    Duty.OPERATOR: gettext_noop("操作人"),
    Duty.RECORDER: gettext_noop("记录人"),
    Duty.SUPERVISOR: gettext_noop("监督人"),
    Duty.NOTARY: gettext_noop("公证员"),
    Duty.GUEST: gettext_noop("列席代表"),
}


class Work(StrEnum):
    """The steps whose work may take long (计算工作)."""

    FREEZE = "FREEZE"
    HOLD = "HOLD"
    RELEASE = "RELEASE"


WORK_LABELS = {
    Work.FREEZE: gettext_noop("正在固化"),
    Work.HOLD: gettext_noop("正在抽取"),
    Work.RELEASE: gettext_noop("正在复算并公开"),
}
WORK_BEGINS_IN = {
    Work.FREEZE: CeremonyState.PREPARING,
    Work.HOLD: CeremonyState.COMMITTED,
    Work.RELEASE: CeremonyState.DRAWN,
}
"""In which state a ceremony is while the work goes on; with its result the ceremony moves on."""
