"""The columns of records and follow-ups when they are kept as spreadsheets."""

from django.utils.translation import gettext

from mingcha.kernel.refusal import gettext_noop
from mingcha.people.listing import Column
from mingcha.results.states import FOLLOW_UP_LABELS, FOLLOW_UP_STATE_LABELS, FollowUpKind, FollowUpState
from mingcha.results.templatetags.results import due
from mingcha.visits.states import METHOD_LABELS, RECORD_STATE_LABELS, Method, RecordState

RECORD_COLUMNS: tuple[Column, ...] = (
    (gettext_noop("检查编号"), lambda record: record.visit.number),
    (gettext_noop("检查对象"), lambda record: record.visit.subject_name),
    (gettext_noop("地区"), lambda record: record.visit.region.name),
    (gettext_noop("检查单位"), lambda record: record.organization.name),
    (gettext_noop("任务编号"), lambda record: record.task.number),
    (gettext_noop("抽查任务"), lambda record: record.task.name),
    (gettext_noop("状态"), lambda record: gettext(RECORD_STATE_LABELS[RecordState(record.state)])),
    (gettext_noop("检查结束"), lambda record: record.visit.ended_at),
    (gettext_noop("录入截止日"), lambda record: due(record.due) if record.due else ""),
    (gettext_noop("逾期未录入"), lambda record: gettext("是") if record.is_overdue else ""),
    (gettext_noop("检查日期"), lambda record: record.checked_on),
    (gettext_noop("检查方式"), lambda record: gettext(METHOD_LABELS[Method(record.method)]) if record.method else ""),
    (gettext_noop("检查结果类别"), lambda record: "、".join(record.category_names)),
    (gettext_noop("提交时间"), lambda record: record.submitted_at),
    (gettext_noop("审核时间"), lambda record: record.reviewed_at),
)

FOLLOW_UP_COLUMNS: tuple[Column, ...] = (
    (gettext_noop("检查编号"), lambda follow_up: follow_up.record.visit.number),
    (gettext_noop("检查对象"), lambda follow_up: follow_up.record.visit.subject_name),
    (gettext_noop("检查单位"), lambda follow_up: follow_up.record.organization.name),
    (gettext_noop("后续处置"), lambda follow_up: gettext(FOLLOW_UP_LABELS[FollowUpKind(follow_up.kind)])),
    (gettext_noop("期限"), lambda follow_up: follow_up.due_on),
    (gettext_noop("说明"), lambda follow_up: follow_up.note),
    (gettext_noop("状态"), lambda follow_up: gettext(FOLLOW_UP_STATE_LABELS[FollowUpState(follow_up.state)])),
    (gettext_noop("办结时间"), lambda follow_up: follow_up.closed_at),
    (gettext_noop("办结情况"), lambda follow_up: follow_up.closing_note),
)
