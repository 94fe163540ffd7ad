"""The columns of exported lists."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from mingcha.draws.models import DrawnSeat, SelectedUnit
from mingcha.draws.states import DRAWN_AS_LABELS, WHY_LABELS, DrawnAs
from mingcha.kernel.refusal import gettext_noop
from mingcha.people.listing import Column
from mingcha.registers.models import Inspector


def unit_columns(regions: Mapping[str, str], *, with_classes: bool, with_batches: bool) -> Sequence[Column]:
    """The drawn list; strata only for those who may see classes, batches only where there are any."""
    batches: list[Column] = [(gettext_noop("批次"), lambda unit: unit.batch or "")] if with_batches else []
    classes: list[Column] = [(gettext_noop("分层"), lambda unit: unit.stratum)] if with_classes else []
    return [
        (gettext_noop("任务编号"), lambda unit: unit.ceremony_task.task.number),
        (gettext_noop("任务名称"), lambda unit: unit.ceremony_task.task.name),
        *classes,
        (gettext_noop("序号"), lambda unit: unit.rank),
        (gettext_noop("抽取结果"), _drawn_as),
        *batches,
        (gettext_noop("统一社会信用代码/编号"), lambda unit: unit.unit_id),
        (gettext_noop("名称"), lambda unit: unit.name),
        (gettext_noop("区域"), lambda unit: regions.get(unit.region, unit.region)),
        (gettext_noop("地址"), lambda unit: unit.address),
        (gettext_noop("抽签号"), lambda unit: unit.ticket),
    ]


def behind_columns(regions: Mapping[str, str]) -> Sequence[Column]:
    """The units behind the figures of exclusions and changes by hand."""
    return [
        (gettext_noop("任务编号"), lambda unit: unit.task.number),
        (gettext_noop("任务名称"), lambda unit: unit.task.name),
        (gettext_noop("原因"), lambda unit: why_label(unit.why)),
        (gettext_noop("统一社会信用代码/编号"), lambda unit: unit.unit_id),
        (gettext_noop("名称"), lambda unit: unit.name),
        (gettext_noop("区域"), lambda unit: regions.get(unit.region, unit.region)),
    ]


def why_label(why: str) -> str:
    """Why a unit stands behind a figure, for people."""
    return gettext(WHY_LABELS[why])


def seat_columns(inspectors: Mapping[str, Inspector], names: Mapping[str, str]) -> Sequence[Column]:
    """The teams, a line a seat."""
    return [
        (gettext_noop("检查"), lambda seat: seat.visit_id),
        (gettext_noop("统一社会信用代码/编号"), lambda seat: seat.unit_id),
        (gettext_noop("名称"), lambda seat: names.get(seat.unit_id, "")),
        (gettext_noop("席位"), lambda seat: seat.seat),
        (gettext_noop("部门"), lambda seat: seat.organ),
        (gettext_noop("资质"), lambda seat: seat.qualification),
        (gettext_noop("抽取结果"), _drawn_as),
        (gettext_noop("递补次序"), lambda seat: seat.position or ""),
        (gettext_noop("人员编号"), lambda seat: seat.inspector_number),
        (gettext_noop("姓名"), lambda seat: _name(inspectors, seat)),
    ]


def _drawn_as(row: SelectedUnit | DrawnSeat) -> str:
    return gettext(DRAWN_AS_LABELS[DrawnAs(row.drawn_as)])


def _name(inspectors: Mapping[str, Inspector], seat: DrawnSeat) -> str:
    found = inspectors.get(seat.inspector_number)
    return found.name if found else ""
