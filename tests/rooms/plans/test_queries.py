"""Live counts, and the draw's own figures for them."""

import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from fairdraw import quotas
from mingcha.plans import queries, rules, sheets
from mingcha.plans.models import Task
from mingcha.registers.models import Subject
from mingcha.registers.rules import Scope

ON = date(2026, 3, 2)


def test_a_scope_is_counted_by_region_and_class(world, stock):
    counted = queries.population(Scope(regions=("441602",)), scheme=stock.scheme, on=ON)

    assert counted.counts == {"441602/A": 6, "441602/B": 4, "441602/C": 1, "441602/D": 1, "441602/-": 1}
    assert counted.total == 13, "fourteen, of which one is cancelled"


def test_without_a_scheme_there_is_one_class(world, stock):
    assert queries.population(Scope(), scheme=None, on=ON).counts == {"441602/-": 13, "441625/-": 13, "4416JD/-": 13}


def test_counting_asks_once(world, stock, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.population(Scope(kinds=("ENTERPRISE",)), scheme=stock.scheme, on=ON)


def test_a_class_the_scheme_does_not_have_counts_as_unrated(world, stock):
    rated = Subject.objects.filter(region="441602", state="ACTIVE", ratings__risk_class="D").get()
    rated.ratings.update(risk_class="Z")

    counted = queries.population(Scope(regions=("441602",)), scheme=stock.scheme, on=ON)

    assert counted.counts["441602/-"] == 2


def test_the_estimate_of_a_task_is_what_its_draw_takes(world, issued):
    task = issued.department
    counted = queries.population_of(task, on=ON).counts
    estimate = queries.outlook(queries.in_full(Task.objects.filter(pk=task.pk)).get(), on=ON).estimate
    parts = rules.design_parts(queries.rule_of(task), counted, queries.classes_of(task))
    design = {
        "protocol": "1",
        "task": task.number,
        "release": "sealed",
        "window": ["2026-03-01", "2026-10-31"],
        **parts,
    }

    drawn = quotas.sizes(design, counted, seed="00" * 16)

    assert {f"{each.region}/{each.risk_class}": (each.selected, each.reserves) for each in estimate.strata} == drawn
    assert (estimate.count, estimate.selected) == (39, 15)


def test_partners_of_a_county_are_its_neighbours_in_the_region(world):
    names = [organization.code for organization in queries.partner_organizations(world["yc-market"])]

    assert sorted(names) == ["yc-education", "yc-market"]


def test_subjects_that_two_tasks_share_are_counted(world, issued):
    tasks = list(queries.in_full(Task.objects.all()))

    assert queries.repetitions(tasks, by=world["office"], on=ON) == [], "their items differ"


@pytest.mark.parametrize(
    ("task", "heading", "row"),
    [
        (
            "department",
            "序号 抽查任务名称 抽查事项 发起方式(牵头指导处室) 抽查主体(层级) 抽查对象 抽查基数和比例 抽查目标数",
            [
                1,
                "企业公示信息抽查",
                "营业执照规范使用情况检查;年度报告公示信息检查",
                "市级发起(河源市市场监督管理局)",
                "县(区)级",
                "检查对象类型:企业、个体工商户;登记状态:存续",
                "基数 39 户;低风险10%、一般风险20%、较高风险30%、高风险50%",
                15,
            ],
        ),
        (
            "joint",
            "序号 抽查任务名称 抽查事项 抽查对象范围 抽查比例及频次 "
            "智慧监管(信用风险分类)要求 抽查检查起止时间 发起部门 配合部门",
            [
                1,
                "校外培训机构联合抽查",
                "校外培训机构收费行为检查;校外培训机构办学行为检查",
                "行业:8391 教育;登记状态:存续",
                "50%",
                "不涉及信用风险分类",
                "6月—8月",
                "河源市市场监督管理局",
                "河源市教育局",
            ],
        ),
    ],
)  # fmt: skip
def test_a_plan_is_written_as_an_annex_in_the_columns_of_offices(world, issued, task, heading, row):
    plan = getattr(issued, task).plan
    outlooks = queries.outlooks(queries.tasks_of(plan, world["office"]), on=ON)

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(sheets.annex(plan, outlooks))).get_sheet_by_index(0).to_python()

    assert sheet[0][0] == plan.title
    assert sheet[1][: len(row)] == heading.split()
    assert sheet[2][: len(row)] == row


def test_the_files_of_pages_hold_what_is_filtered(client_of, issued):
    client = client_of("office")
    text = b"".join(client.get("/plans/export.csv", {"kind": "JOINT"}).streaming_content).decode("utf-8-sig")
    annex = client.get(f"/plans/{issued.joint_plan.number}/annex.xlsx")

    assert text.splitlines()[0] == "计划编号,年度,类型,编制单位,计划名称,任务数,状态"
    assert len(text.splitlines()) == 2
    assert annex.content[:2] == b"PK"


def test_a_name_that_looks_like_a_formula_stays_text(world, issued):
    Task.objects.filter(pk=issued.joint.pk).update(name="=HYPERLINK(1)")
    outlooks = queries.outlooks(queries.tasks_of(issued.joint_plan, world["office"]), on=ON)

    content = sheets.annex(issued.joint_plan, outlooks)

    row = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[2]
    assert row[1] == "=HYPERLINK(1)", "as text, not as its result"
