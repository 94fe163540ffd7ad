"""`mingcha plan`: tasks from options, from a file, and whole plans."""

import pytest

from mingcha.plans.models import Plan, Task
from tests.cli import files

WINDOW = {"window_from": "2026-03-01", "window_to": "2026-10-31"}


def terms(stock, **more):
    items = [f"{stock.market_list.number}/M-01", f"{stock.market_list.number}/M-02"]
    return {
        "name": "企业公示信息抽查",
        "directed": False,
        "scope": {"kinds": ["ENTERPRISE", "INDIVIDUAL"]},
        "ratio_text": "低风险10%、一般风险20%、较高风险30%、高风险50%",
        "rule": {"kind": "ratio", "ratios": {"A": "0.1", "B": "0.2", "C": "0.3", "D": "0.5"}, "minimum": 1},
        "scheme": "general",
        "participants": [{"organization": "market", "lead": True, "inspectors": 2, "items": items}],
        **WINDOW,
        **more,
    }


@pytest.fixture
def plan(stock, facts):
    return facts("plan", "new", "--year", 2026, "--kind", "DEPARTMENT", "--title", "年度计划", by="market")["number"]


def test_a_whole_plan_comes_from_one_file(stock, run, facts, tmp_path):
    tasks = [terms(stock), terms(stock, name="个体户抽查", scope={"kinds": ["INDIVIDUAL"]})]
    file = files.document(
        tmp_path / "plan.json", {"year": 2026, "kind": "DEPARTMENT", "title": "年度计划", "tasks": tasks}
    )

    written = facts("plan", "import", file, by="market")

    assert written["number"] == "4416002026001"
    assert facts("plan", "show", written["number"], by="market")["tasks"][0]["problems"] == []
    run("plan", "submit", written["number"], by="market")
    assert Plan.objects.get().state == "SUBMITTED"
    assert Task.objects.count() == 2


def test_a_plan_file_is_written_whole_or_not_at_all(stock, run, tmp_path):
    wrong = terms(stock, name="另一项", window_to="2026-02-01")
    tasks = {"year": 2026, "kind": "DEPARTMENT", "title": "年度计划", "tasks": [terms(stock), wrong]}

    done = run("plan", "import", files.document(tmp_path / "plan.json", tasks), by="market", code=1)

    assert "检查结束日期早于开始日期" in done.stderr
    assert not Plan.objects.exists()


def test_options_go_before_the_file(plan, stock, run, tmp_path):
    file = files.document(tmp_path / "task.json", terms(stock))

    run(
        "plan", "add-task", plan, "--from", file, "--name", "改名", "--rating", "general=C,D", "--directed", by="market"
    )

    task = Task.objects.get()
    assert task.name == "改名"
    assert task.scope["ratings"] == {"general": ["C", "D"]}


def test_a_number_of_subjects_is_a_rule_too(plan, run, facts):
    task = facts(
        *["plan", "add-task", plan, "--name", "按户数", "--undirected", "--number", 5, "--reserve-ratio", "0"],
        *["--window", "2026-03-01", "2026-10-31"],
        by="market",
    )["number"]

    told = facts("plan", "estimate", task, by="market")

    assert (told["population"], told["selected"]) == (39, 5)
    assert "任务“按户数”:应有且只有一个牵头部门" in told["problems"]


def test_participants_are_set_and_replaced(plan, stock, run, tmp_path):
    run("plan", "add-task", plan, "--from", files.document(tmp_path / "t.json", terms(stock)), by="market")
    task = Task.objects.get()

    run("plan", "participants", task.number, "--part", f"market*:3={stock.market_list.number}/M-03", by="market")

    part = task.participants.get()
    assert (part.inspectors, [row.item.code for row in part.items.all()]) == (3, ["M-03"])


def test_an_incomplete_plan_is_not_submitted(plan, run):
    assert "计划中还没有抽查任务" in run("plan", "submit", plan, by="market", code=1).stderr


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"colour": "red"}, "任务没有“colour”这一项"),
        ({"window_from": "三月"}, "window_from 应写成 2026-03-01 的形式"),
        ({"directed": "yes"}, "directed 应是 true 或 false"),
        ({"disclosure": "SECRET"}, "disclosure 应是 OPEN、SEALED 之一"),
        ({"load_cap": "many"}, "load_cap 应是整数"),
        ({"participants": [{"organization": "market", "items": ["M-01"]}]}, "应写成 清单编号/事项编码"),
        ({"name": 7}, "name 应是文字"),
    ],
)
def test_a_file_that_says_nonsense_is_told_where(plan, stock, run, tmp_path, change, sentence):
    file = files.document(tmp_path / "task.json", terms(stock, **change))

    assert sentence in run("plan", "add-task", plan, "--from", file, by="market", code=2).stderr
    assert not Task.objects.exists()


def test_a_file_that_is_no_json_is_told_with_its_line(plan, run, tmp_path):
    file = tmp_path / "task.json"
    file.write_text('{"name": "甲",\n oops}')

    assert "不是 JSON:第 2 行" in run("plan", "add-task", plan, "--from", file, by="market", code=2).stderr


def test_ratio_and_number_exclude_each_other(plan, run):
    options = ["--name", "甲", "--window", "2026-03-01", "2026-10-31", "--ratio", "*=0.1", "--number", "3"]

    assert "只能用一种" in run("plan", "add-task", plan, *options, by="market", code=2).stderr


def test_what_a_task_needs_is_asked_for(plan, run):
    assert "还缺 任务名称(--name)" in run("plan", "add-task", plan, "--ratio", "*=0.1", by="market", code=2).stderr


def test_an_unknown_account_is_wrong_usage(stock, run):
    assert "没有账号 nobody" in run("plan", "list", by="nobody", code=2).stderr


def test_an_account_must_hold_the_office_it_names(stock, run):
    done = run("plan", "list", "--organization", "education", by="market", code=2)

    assert "账号 market 在该单位没有任职" in done.stderr


def test_an_inspector_sees_no_plans(stock, run):
    assert "当前身份无权“查看抽查计划”" in run("plan", "list", by="yc-inspector", code=1).stderr


def test_only_the_office_issues(plan, run):
    assert "当前身份无权“下达抽查计划”" in run("plan", "issue", plan, by="market", code=1).stderr


def test_another_department_s_draft_is_not_there(plan, run):
    assert f"没有计划 {plan},或当前身份无权查看" in run("plan", "show", plan, by="education", code=1).stderr
