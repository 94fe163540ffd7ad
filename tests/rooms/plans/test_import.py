"""Published tables of plans brought in: preview first, texts kept, nothing guessed."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mingcha.ledger import queries as ledger
from mingcha.plans import actions, queries, sheets
from mingcha.plans.models import Plan, Task
from mingcha.plans.published import NotAPlan, matching, read_plan, spellings
from mingcha.plans.recognising import recognise
from mingcha.plans.rules import CannotEditPlan, IncompletePlan
from mingcha.registers import uploads
from mingcha.registers.reading import read_tables
from mingcha.registers.rules import CannotImport
from tests.drawn import rows

ON = date(2026, 3, 2)
JOINT = """序号,抽查任务名称,抽查事项,抽查对象范围,抽查比例及频次,抽查检查起止时间,发起部门,配合部门
1,培训机构抽查,校外培训机构收费行为检查,校外培训机构,3%;2次/年,3月—12月,市市场监管局,市教育局
2,学校抽查,学校食堂检查,中小学校,待定,,,
3,烟草抽查,涉烟检查,零售户,10-20%,适时,市烟草专卖局,市公安局
"""
LINES = """序号,牵头部门,任务名称,联查部门,抽查事项,联查对象,抽查比例,时间安排,备注
1,市场监管部门,培训机构联合抽查,市场监管部门,校外培训机构收费行为检查,培训机构,50%,4月至9月,
,,,教育行政部门,校外培训机构办学行为检查,,,,
,,,卫生健康部门,学校卫生检查,,,,
"""


@pytest.fixture
def plan(world, stock) -> Plan:
    return actions.draft_plan(year=2026, kind="JOINT", title="联合计划", by=world["market"], at=world.now)


def taken(world, plan, text: str) -> list[Task]:
    return actions.import_tasks(
        file_name="计划.csv", content=text.encode(), plan=plan, by=world["market"], at=world.now
    )


def test_the_texts_stay_and_what_they_settle_becomes_a_rule(world, plan):
    first, second = taken(world, plan, JOINT)

    assert (first.name, first.scope_text, first.ratio_text) == ("培训机构抽查", "校外培训机构", "3%;2次/年")
    assert first.rule["ratios"] == {"*": "0.03"}
    assert (first.window_from, first.window_to) == (date(2026, 3, 1), date(2026, 12, 31))
    assert [(part.organization.code, part.is_lead) for part in queries.participants_of(first)] == [
        ("market", True),
        ("education", False),
    ]
    assert second.rule is None, "待定 is set by hand"
    assert second.window_text == "3月—12月", "an empty cell is a merged one"
    assert "河源市市场监督管理局:学校食堂检查" in second.remark


NUMBERED = """
    ratio      | count    | text
    10%        | 20       | 10%(20户)
    10%        | 20家     | 10%(20家)
    10%        | 约20户   | 10%;约20户
    待定       | 待定     | 待定
    -          | 20       | 20户
    10%        | -        | 10%
"""


@pytest.mark.parametrize("case", rows(NUMBERED), ids=lambda case: f"{case['ratio']} {case['count']}")
def test_a_number_in_a_column_of_its_own_stays_beside_the_ratio(case):
    ratio, count = (case[name].strip("-") for name in ("ratio", "count"))
    text = f"任务名称,检查对象,拟抽查户数,拟抽查比例\n食品抽查,食品经营者,{count},{ratio}\n"

    [task] = read_plan(read_tables("a.csv", text.encode()), year=2026)

    assert task.ratio_text == case["text"]


def test_a_line_without_a_name_is_a_further_partner_of_the_task_above(world, plan):
    [task] = taken(world, plan, LINES)

    parts = [
        (part.organization.code, [each.item.code for each in part.items.all()])
        for part in queries.participants_of(task)
    ]
    assert parts == [("market", ["J-02"]), ("education", ["J-01"])]
    assert task.remark == "卫生健康部门:学校卫生检查", "a department the city does not have is not lost"


def test_an_imported_task_waits_until_its_scope_is_set(world, plan):
    [task] = taken(world, plan, LINES)

    with pytest.raises(IncompletePlan, match="抽查对象范围待设定"):
        actions.submit(plan=plan, by=world["market"], at=world.now)

    assert queries.population_of(task, on=ON).total == 0, "no scope never means everybody"


def test_what_is_not_recognised_is_said_before_anything_is_written(world, plan):
    before = ledger.last_entry().seq

    found = recognise("计划.csv", JOINT.encode(), plan=plan, by=world["market"], on=ON)

    assert [str(each.refused) if each.refused else "taken" for each in found] == [
        "taken",
        "taken",
        "牵头部门“市烟草专卖局”不在本级单位名录中",
    ]
    assert "空格承上行:抽查检查起止时间、发起部门、配合部门" in [str(note) for note in found[1].notes]
    assert "检查时间未识别,暂按全年,请核对" in [str(note) for note in found[2].notes]
    assert not Task.objects.exists()
    assert ledger.last_entry().seq == before


def test_the_same_file_twice_adds_nothing(world, plan):
    taken(world, plan, LINES)
    before = ledger.last_entry().seq

    with pytest.raises(NotAPlan, match="没有可导入的任务"):
        taken(world, plan, LINES)

    assert Task.objects.count() == 1
    assert ledger.last_entry().seq == before


def test_the_trail_names_the_file_and_the_tasks(world, plan):
    [task] = taken(world, plan, LINES)

    entry = ledger.last_entry()
    assert entry.act == "plans.import_tasks"
    assert task.number in entry.body


@pytest.mark.parametrize(
    ("content", "refusal", "sentence"),
    [
        ("", CannotImport, "文件是空的"),
        ("甲,乙\n1,2\n", NotAPlan, "没有找到计划表"),
        ("抽查任务名称,抽查比例\n甲,3%\n", NotAPlan, "没有找到计划表"),
        ("抽查任务名称,抽查对象\n" + "".join(f"任务{n},甲\n" for n in range(1001)), NotAPlan, "最多导入 1000 项"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(world, plan, content, refusal, sentence):
    with pytest.raises(refusal, match=sentence):
        taken(world, plan, content)


def test_nothing_is_brought_into_a_submitted_plan(world, draft):
    actions.submit(plan=draft.plan, by=world["market"], at=world.now)

    with pytest.raises(CannotEditPlan, match="计划已报送"):
        taken(world, draft.plan, JOINT)


def test_tasks_of_one_name_are_told_apart_by_their_first_item():
    text = "抽查类别,牵头发起部门抽查事项,抽查对象\n学校抽查,办学行为,学校\n学校抽查,食堂,食堂\n"

    tasks = read_plan(read_tables("a.csv", text.encode()), year=2026)

    assert [task.name for task in tasks] == ["学校抽查:办学行为", "学校抽查:食堂"]


def test_the_annexes_we_write_can_be_read_again(world, issued):
    for plan in (issued.department_plan, issued.joint_plan):
        outlooks = queries.outlooks(queries.tasks_of(plan, world["office"]), on=ON)
        [task] = read_plan(read_tables("a.xlsx", sheets.annex(plan, outlooks)), year=2026)

        source = Task.objects.get(plan=plan)
        assert (task.name, task.scope_text, task.ratio_text) == (source.name, source.scope_text, source.ratio_text)
        assert (task.window.start, task.window.end) == (source.window_from, source.window_to)
        assert len(task.lead.items) == 2, "the items of all participants stand in one cell"


SPELLINGS = """
    published            | department
    河源市教育局         | education
    市教育局             | education
    教育部门             | education
    教育行政部门         | education
    教育局               | education
    市场监管部门         | market
    市市场监管局         | market
    市市场监督管理局     | market
    教体部门             | -
    烟草专卖局           | -
    县教育局             | -
"""


@pytest.mark.parametrize("case", rows(SPELLINGS), ids=lambda case: case["published"])
def test_departments_are_found_as_tables_write_them(case):
    known = {
        "education": spellings(name="河源市教育局", line="教育", place="河源市"),
        "market": spellings(name="河源市市场监督管理局", line="市场监管", place="河源市"),
    }

    assert (matching(case["published"], known) or "-") == case["department"]


def test_the_annex_names_the_time_of_each_batch(world, draft):
    batches = [(date(2026, 3, 1), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 10, 31))]
    actions.edit_task(task=draft, batches=batches, by=world["market"], at=world.now)

    [line] = queries.outlooks([Task.objects.get(pk=draft.pk)], on=ON)
    [task] = read_plan(read_tables("a.xlsx", sheets.annex(draft.plan, [line])), year=2026)

    assert task.window_text == "3月—10月;分 2 批:2026-03-01—2026-05-31、2026-06-01—2026-10-31"
    assert (task.window.start, task.window.end) == (date(2026, 3, 1), date(2026, 10, 31))


def test_the_page_previews_and_then_takes(client_of, plan):
    client, address = client_of("market"), f"/plans/{plan.number}/import/"

    shown = client.post(address, {"file": SimpleUploadedFile("计划.csv", JOINT.encode("gb18030"))})
    again = client.post(address, {"digest": shown.context["digest"], "file_name": "计划.csv"})

    assert "识别出 3 项任务,可导入 2 项" in shown.content.decode()
    assert again.status_code == 302
    assert Task.objects.count() == 2


def test_a_file_without_end_is_refused_and_not_kept(client_of, plan, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("计划.csv", JOINT.encode())

    answer = client_of("market").post(f"/plans/{plan.number}/import/", {"file": file})

    assert answer.status_code == 422
    assert "请拆分后分批导入" in answer.content.decode()
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_read_is_told_on_the_page(client_of, plan):
    answer = client_of("market").post(
        f"/plans/{plan.number}/import/", {"file": SimpleUploadedFile("x.csv", "甲,乙\n1,2\n".encode())}
    )

    assert answer.status_code == 422
    assert "没有找到计划表" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "tasks", "with_rule"),
    [("changzhi-2024-joint.csv", 4, 1), ("panzhihua-2023-joint.csv", 3, 0), ("bozhou-2024-joint.csv", 2, 0)],
)
def test_real_tables_are_recognised(world, plan, shared_data, name, tasks, with_rule):
    content = (shared_data / "plans" / name).read_bytes()

    found = recognise(name, content, plan=plan, by=world["market"], on=ON)

    assert len(found) == tasks
    assert all(each.published.scope_text for each in found)
    assert sum(each.proposal.rule is not None for each in found) == with_rule
