"""What goes out as a spreadsheet: columns of subjects, inspectors and items; the lines of an import in trouble."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from mingcha.kernel.refusal import gettext_noop
from mingcha.people.listing import Column
from mingcha.people.states import LEVEL_LABELS, Level
from mingcha.registers import industries
from mingcha.registers.columns import COLUMNS
from mingcha.registers.describing import said_with_column
from mingcha.registers.models import ImportBatch
from mingcha.registers.states import (
    IMPORTANCE_LABELS,
    INSPECTOR_STATE_LABELS,
    SUBJECT_KIND_LABELS,
    SUBJECT_STATE_LABELS,
    VERDICT_LABELS,
    Importance,
    ImportKind,
    InspectorState,
    SubjectKind,
    SubjectState,
    Verdict,
)

#: Without contact persons: they are shown on a subject's own page only.
SUBJECTS: list[Column] = [
    (gettext_noop("代码"), lambda row: row.unit_id),
    (gettext_noop("名称"), lambda row: row.name),
    (gettext_noop("检查对象类型"), lambda row: gettext(SUBJECT_KIND_LABELS[SubjectKind(row.kind)])),
    (gettext_noop("登记状态"), lambda row: gettext(SUBJECT_STATE_LABELS[SubjectState(row.state)])),
    (gettext_noop("区域"), lambda row: row.region.name),
    (gettext_noop("地址"), lambda row: row.address),
    (gettext_noop("主体类型"), lambda row: row.entity_type),
    (gettext_noop("行业"), lambda row: row.industry),
    (gettext_noop("行业名称"), lambda row: industries.describe(row.industry)),
    (gettext_noop("成立日期"), lambda row: row.registered_on),
    (gettext_noop("注册资本"), lambda row: row.capital_text),
    (gettext_noop("经营范围"), lambda row: row.business_scope),
    (gettext_noop("许可"), lambda row: "、".join(str(licence) for licence in row.licences.all())),
    (gettext_noop("标签"), lambda row: "、".join(tag.tag for tag in row.tags.all())),
]
#: For those who may see risk classes; never for the public. Several schemes in one cell, so the heading is not one that
#: an import reads: bringing a list back leaves the classes as they are.
RATINGS: Column = (
    gettext_noop("各方案风险等级"),
    lambda row: "、".join(f"{rating.scheme.name} {rating.risk_class}" for rating in row.ratings.all()),
)
INSPECTORS: list[Column] = [
    (gettext_noop("人员编号"), lambda row: row.number),
    (gettext_noop("姓名"), lambda row: row.name),
    (gettext_noop("单位"), lambda row: row.organization.name),
    (gettext_noop("执法证号"), lambda row: row.certificate_number),
    (gettext_noop("发证机关"), lambda row: row.certificate_issuer),
    (gettext_noop("证件有效期至"), lambda row: row.certificate_valid_to),
    (gettext_noop("执法资质"), lambda row: "、".join(each.name for each in row.qualifications.all())),
    (gettext_noop("业务专长"), lambda row: row.specialities),
    (gettext_noop("职务"), lambda row: row.post),
    (gettext_noop("是否专家"), lambda row: gettext("是") if row.is_expert else gettext("否")),
    (gettext_noop("岗位状态"), lambda row: gettext(INSPECTOR_STATE_LABELS[InspectorState(row.state)])),
]
ITEMS: list[Column] = [
    (gettext_noop("事项编码"), lambda row: row.code),
    (gettext_noop("抽查类别"), lambda row: row.category),
    (gettext_noop("抽查事项"), lambda row: row.name),
    (gettext_noop("抽查子项"), lambda row: row.sub_item),
    (gettext_noop("抽查内容"), lambda row: row.content),
    (gettext_noop("抽查依据"), lambda row: row.legal_basis),
    (gettext_noop("部门"), lambda row: row.line.name),
    (gettext_noop("配合部门"), lambda row: "、".join(line.name for line in row.partner_lines.all())),
    (gettext_noop("抽查对象"), lambda row: row.subject_scope),
    (gettext_noop("事项类别"), lambda row: gettext(IMPORTANCE_LABELS[Importance(row.importance)])),
    (gettext_noop("抽查方式"), lambda row: row.methods),
    (gettext_noop("抽查比例"), lambda row: row.ratio_text),
    (gettext_noop("抽查频次"), lambda row: row.frequency_text),
    (gettext_noop("组织层级"), lambda row: gettext(LEVEL_LABELS[Level(row.organising_level)])),
    (gettext_noop("实施层级"), lambda row: gettext(LEVEL_LABELS[Level(row.executing_level)])),
    (gettext_noop("资质要求"), lambda row: row.qualification.name if row.qualification else ""),
]


def troubles(batch: ImportBatch) -> tuple[list[Column], Iterable[Any]]:
    """The lines that were refused or are in conflict: their own cells, then line, verdict and what is wrong."""

    def cell(place: int) -> Any:
        return lambda row: row.raw[place] if place < len(row.raw) else ""

    columns: list[Column] = [(title, cell(place)) for place, title in enumerate(batch.header)]
    columns += [
        (gettext_noop("行号"), lambda row: row.line),
        (gettext_noop("判定"), lambda row: gettext(VERDICT_LABELS[Verdict(row.verdict)])),
        (gettext_noop("问题"), lambda row: "\n".join(said_with_column(problem) for problem in row.problems)),
        (gettext_noop("多出的单元格"), lambda row: " | ".join(row.raw[len(batch.header) :])),
    ]
    rows = batch.rows.filter(verdict__in=[Verdict.REFUSED, Verdict.CONFLICT]).order_by("line")
    return columns, rows.iterator(chunk_size=2_000)


def blank(kind: ImportKind) -> list[Column]:
    """The headings of an empty file to be filled in."""
    return [(column.label, lambda row: "") for column in COLUMNS[kind] if column.name != "city"]
