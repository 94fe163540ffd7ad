"""Plans as spreadsheets (附件): the two annexes of a year's plan in the columns offices use."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from mingcha.kernel.refusal import gettext_noop
from mingcha.people import listing
from mingcha.people.states import LEVEL_LABELS, Level
from mingcha.plans import queries, rules
from mingcha.plans.models import Plan, Task
from mingcha.plans.states import PLAN_KIND_LABELS, PLAN_STATE_LABELS, PlanKind, PlanState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DEPARTMENT_WIDTHS = (6, 28, 36, 22, 18, 30, 30, 12, 34, 18, 24)
JOINT_WIDTHS = (6, 28, 40, 30, 24, 34, 18, 24, 30, 22)
LIST: tuple[listing.Column, ...] = (
    (gettext_noop("计划编号"), lambda plan: plan.number),
    (gettext_noop("年度"), lambda plan: plan.year),
    (gettext_noop("类型"), lambda plan: _(PLAN_KIND_LABELS[PlanKind(plan.kind)])),
    (gettext_noop("编制单位"), lambda plan: plan.organization.name),
    (gettext_noop("计划名称"), lambda plan: plan.title),
    (gettext_noop("任务数"), lambda plan: plan.task_count),
    (gettext_noop("状态"), lambda plan: _(PLAN_STATE_LABELS[PlanState(plan.state)])),
)
"""The columns of the list of plans, for rows of `queries.plans_found`."""


def annex(plan: Plan, outlooks: Sequence[queries.Outlook]) -> bytes:
    """The plan as an annex: the department's or the joint table, with the plan's title above."""
    joint = plan.kind == PlanKind.JOINT
    heading = joint_heading() if joint else department_heading()
    rows = [(_joint_row if joint else _department_row)(place, each) for place, each in enumerate(outlooks, start=1)]
    return workbook(heading, rows, widths=JOINT_WIDTHS if joint else DEPARTMENT_WIDTHS, title=plan.title)


def department_heading() -> list[str]:
    return [
        _("序号"),
        _("抽查任务名称"),
        _("抽查事项"),
        _("发起方式(牵头指导处室)"),
        _("抽查主体(层级)"),
        _("抽查对象"),
        _("抽查基数和比例"),
        _("抽查目标数"),
        _("信用风险分类监管要求"),
        _("抽查时间段"),
        _("备注"),
    ]


def joint_heading() -> list[str]:
    return [
        _("序号"),
        _("抽查任务名称"),
        _("抽查事项"),
        _("抽查对象范围"),
        _("抽查比例及频次"),
        _("智慧监管(信用风险分类)要求"),
        _("抽查检查起止时间"),
        _("发起部门"),
        _("配合部门"),
        _("抽查检查模式"),
    ]


def _department_row(place: int, outlook: queries.Outlook) -> list[str | int]:
    task, estimate = outlook.task, outlook.estimate
    base = _("基数 %(count)d 户;%(ratio)s") % {"count": outlook.facts.subjects, "ratio": task.ratio_text or _("待设定")}
    return [
        place,
        task.name,
        _items(task),
        _("%(level)s发起(%(name)s)") % {"level": _level(task.initiating_level), "name": task.organization.name},
        _level(task.implementing_level),
        task.scope_text,
        base,
        estimate.selected if estimate else "",
        _risk(task),
        _window(task),
        task.remark,
    ]


def _joint_row(place: int, outlook: queries.Outlook) -> list[str | int]:
    task = outlook.task
    partners = [part.organization.name for part in task.participants.all() if not part.is_lead]
    return [
        place,
        task.name,
        _items(task),
        task.scope_text,
        task.ratio_text or _("待设定"),
        _risk(task),
        _window(task),
        task.organization.name,
        "、".join(partners),
        _mode(task),
    ]


def _items(task: Task) -> str:
    return ";".join(taken.item.name for part in task.participants.all() for taken in part.items.all())


def _risk(task: Task) -> str:
    rule, labels = queries.rule_of(task), queries.labels_of(task.scheme)
    if not labels:
        return _("不涉及信用风险分类")
    if rule is None:
        return _("待设定")
    return ",".join(_(said.message) % said.details for said in rules.sentences(rule, labels))


def _window(task: Task) -> str:
    """The published time, and that of each batch (38号: range, number and timing of each batch)."""
    window = task.window_text or f"{task.window_from:%Y-%m-%d}—{task.window_to:%Y-%m-%d}"
    if not task.batches:
        return window
    batches = "、".join(f"{first}—{last}" for first, last in task.batches)
    return _("%(window)s;分 %(count)d 批:%(batches)s") % {
        "window": window,
        "count": len(task.batches),
        "batches": batches,
    }


def _level(level: str) -> str:
    return _(LEVEL_LABELS[Level(level)])


def _mode(task: Task) -> str:
    """Who draws and who checks, as in 市抽县(区)查."""
    return _("%(initiating)s抽取、%(implementing)s检查") % {
        "initiating": _level(task.initiating_level),
        "implementing": _level(task.implementing_level),
    }


def workbook(
    heading: Sequence[str], rows: Iterable[Sequence[str | int]], *, widths: Sequence[int], title: str = ""
) -> bytes:
    """A workbook of one sheet; no text is ever a formula."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, first = book.add_worksheet(), 0
        if title:
            big = book.add_format({"bold": True, "font_size": 16, "align": "center"})
            sheet.merge_range(0, 0, 0, len(heading) - 1, title, big)
            first = 1
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        sheet.write_row(first, 0, heading, book.add_format({"bold": True, "border": 1, "text_wrap": True}))
        for line, row in enumerate(rows, start=first + 1):
            for column, value in enumerate(row):
                write = sheet.write_number if isinstance(value, int) else sheet.write_string
                write(line, column, value, cell)
        sheet.freeze_panes(first + 1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return file.getvalue()
