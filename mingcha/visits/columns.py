"""The columns of the list of visits when it is kept as a spreadsheet: heading, and how a row fills it."""

from django.utils.translation import gettext

from mingcha.kernel.refusal import gettext_noop
from mingcha.people.listing import Column
from mingcha.visits.states import VISIT_STATE_LABELS, VisitState

COLUMNS: tuple[Column, ...] = (
    (gettext_noop("检查编号"), lambda visit: visit.number),
    (gettext_noop("检查对象"), lambda visit: visit.subject_name),
    (gettext_noop("地区"), lambda visit: visit.region.name),
    (gettext_noop("地址"), lambda visit: visit.address),
    (gettext_noop("检查时段起"), lambda visit: visit.window_from),
    (gettext_noop("检查时段止"), lambda visit: visit.window_to),
    (gettext_noop("状态"), lambda visit: gettext(VISIT_STATE_LABELS[VisitState(visit.state)])),
    (gettext_noop("逾期未检查"), lambda visit: gettext("是") if visit.is_overdue else ""),
    (gettext_noop("检查开始"), lambda visit: visit.started_at),
    (gettext_noop("检查结束"), lambda visit: visit.ended_at),
    (gettext_noop("检查记录数"), lambda visit: visit.record_count),
    (gettext_noop("已提交"), lambda visit: visit.submitted_count),
    (gettext_noop("已审核"), lambda visit: visit.approved_count),
    (gettext_noop("摇号场次"), lambda visit: visit.ceremony.number),
)
