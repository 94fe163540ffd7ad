"""`mingcha plan add-task`, `edit-task`, `remove-task`: what is changed, what stays, and what a ratio text settles."""

import pytest

from mingcha.plans.models import Task
from tests.cli import files

WINDOW = ["--window", "2026-03-01", "2026-10-31"]
RISING = "低风险1%、一般风险3%、较高风险5%、高风险10%"


@pytest.fixture
def plan(stock, facts):
    return facts("plan", "new", "--year", 2026, "--kind", "DEPARTMENT", "--title", "年度计划", by="market")["number"]


@pytest.fixture
def task(plan, facts):
    return facts(
        *["plan", "add-task", plan, "--name", "公示信息抽查", "--directed", "--kind", "ENTERPRISE", "--industry", "H"],
        *["--ratio", "*=0.1", "--minimum", 2, "--reserve-ratio", "0.5", *WINDOW],
        by="market",
    )["number"]


def test_only_what_is_given_is_changed(task, run):
    run("plan", "edit-task", task, "--name", "年报抽查", "--region", "441602", "--ratio", "*=0.2", by="market")

    found = Task.objects.get()
    assert (found.name, found.window_to.isoformat()) == ("年报抽查", "2026-10-31")
    assert (found.scope["kinds"], found.scope["regions"], found.scope["industries"]) == (
        ["ENTERPRISE"],
        ["441602"],
        ["H"],
    )
    assert (found.rule["ratios"], found.rule["minimum"], found.rule["reserve_ratio"]) == ({"*": "0.2"}, 2, "0.5")


def test_a_text_made_of_the_conditions_follows_them(task, run):
    run("plan", "edit-task", task, "--region", "441602", by="market")

    assert "源城区" in Task.objects.get().scope_text


def test_a_text_of_one_s_own_stays(task, run):
    run("plan", "edit-task", task, "--scope-text", "全市住宿餐饮企业", by="market")
    run("plan", "edit-task", task, "--region", "441602", by="market")

    assert Task.objects.get().scope_text == "全市住宿餐饮企业"


def test_the_least_number_alone_may_be_changed(task, run):
    run("plan", "edit-task", task, "--minimum", 5, by="market")

    assert (Task.objects.get().rule["ratios"], Task.objects.get().rule["minimum"]) == ({"*": "0.1"}, 5)


def test_a_ratio_becomes_a_range_with_a_burden_and_loses_it_again(task, run):
    run("plan", "edit-task", task, "--ratio", "*=0.1", "--ratio-to", "*=0.2", "--least-total", 20, by="market")
    run("plan", "edit-task", task, "--burden", "0.5", "--burden-cap", 3, by="market")

    rule = Task.objects.get().rule
    assert (rule["kind"], rule["ratios_to"], rule["least_total"]) == ("range", {"*": "0.2"}, 20)
    assert rule["burden"] == {"delta": "0.5", "cap": 3, "exempt": []}

    run("plan", "edit-task", task, "--burden", "0", "--number", 60, "--number-to", 70, by="market")

    rule = Task.objects.get().rule
    assert (rule["kind"], rule["total"], rule["total_to"], "burden" in rule) == ("number", 60, 70, False)


def test_batches_are_given_one_by_one(task, run):
    run(
        "plan",
        "edit-task",
        task,
        *["--batch", "2026-03-01", "2026-05-31"],
        *["--batch", "2026-06-01", "2026-10-31"],
        by="market",
    )

    assert Task.objects.get().batches == [["2026-03-01", "2026-05-31"], ["2026-06-01", "2026-10-31"]]


def test_an_upper_end_alone_is_refused(task, run):
    assert "--ratio-to 与 --ratio 同用" in run("plan", "edit-task", task, "--number-to", 70, by="market", code=2).stderr


def test_a_ratio_becomes_a_number(task, run):
    run("plan", "edit-task", task, "--number", 7, by="market")

    rule = Task.objects.get().rule
    assert (rule["kind"], rule["total"], rule["reserve_ratio"]) == ("number", 7, "0.5")


def test_a_file_may_clear_the_rule_and_set_participants(task, stock, run, tmp_path):
    parts = [{"organization": "market", "lead": True, "items": [f"{stock.market_list.number}/M-01"]}]
    file = files.document(tmp_path / "change.json", {"rule": None, "participants": parts})

    run("plan", "edit-task", task, "--from", file, by="market")

    found = Task.objects.get()
    assert (found.rule, found.participants.get().organization.code) == (None, "market")


def test_an_edit_without_a_change_is_wrong_usage(task, run):
    assert "没有给出要修改的内容" in run("plan", "edit-task", task, by="market", code=2).stderr


def test_a_refused_edit_changes_nothing(task, run):
    refused = ["plan", "edit-task", task, "--name", "改名", "--window", "2026-10-31", "2026-03-01"]

    assert "检查结束日期早于开始日期" in run(*refused, by="market", code=1).stderr
    assert Task.objects.get().name == "公示信息抽查"


def test_a_task_is_removed(task, plan, run):
    assert f"已从计划 {plan} 中删除" in run("plan", "remove-task", task, by="market").stdout
    assert not Task.objects.exists()


@pytest.mark.parametrize("command", [["edit-task", "--name", "改名"], ["remove-task"]])
def test_a_stranger_neither_changes_nor_removes_a_task(task, run, command):
    word, *options = command

    assert f"没有抽查任务 {task}" in run("plan", word, task, *options, by="education", code=1).stderr
    assert Task.objects.get().name == "公示信息抽查"


@pytest.mark.parametrize("command", [["edit-task", "--name", "改名"], ["remove-task"]])
def test_a_submitted_plan_keeps_its_tasks(task, plan, stock, run, command):
    word, *options = command
    part = f"market*:2={stock.market_list.number}/M-01"
    run("plan", "edit-task", task, "--part", part, "--ratio-text", "10%", by="market")
    run("plan", "submit", plan, by="market")

    run("plan", word, task, *options, by="market", code=1)

    assert Task.objects.get().name == "公示信息抽查"


def test_a_text_that_settles_a_rule_is_told_and_not_taken(plan, run, facts):
    task = ["plan", "add-task", plan, "--name", "甲", "--undirected", "--ratio-text", "5%", *WINDOW]

    told = run(*task, by="market").stdout

    assert "比例文字已识别,可作规则:统一抽取 5%" in told
    assert "--rule-from-text" in told
    assert Task.objects.get().rule is None


def test_the_rule_of_a_text_is_taken_where_it_is_asked_for(plan, facts):
    told = facts(
        *["plan", "add-task", plan, "--name", "甲", "--undirected", "--scheme", "general", "--ratio-text", RISING],
        *["--rule-from-text", *WINDOW],
        by="market",
    )

    assert (told["ratio_text"]["understood"], told["ratio_text"]["adopted"]) == ("PARSED", True)
    assert Task.objects.get().rule["ratios"] == {"A": "0.01", "B": "0.03", "C": "0.05", "D": "0.1"}


def test_the_rule_of_a_text_is_taken_later_too(plan, run, facts):
    options = ["--name", "甲", "--undirected", "--ratio-text", "抽取50户", *WINDOW]
    task = facts("plan", "add-task", plan, *options, by="market")["number"]

    assert "规则由比例文字得出:共抽取 50 户" in run("plan", "edit-task", task, "--rule-from-text", by="market").stdout
    assert Task.objects.get().rule["total"] == 50


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("3%,重点企业加倍", "比例文字部分识别:文本没有全部识别(重点企业加倍),请设定规则"),
        ("视情况", "比例文字未识别:文本没有全部识别(视情况),请设定规则"),
        ("每年1次", "比例文字已识别:文本只有频次,没有比例或户数,请设定规则"),
        ("不超过5%", "比例文字已识别:文本留有选择余地(只有上限或待定),请设定规则"),
    ],
)
def test_a_text_that_settles_no_rule_says_why(plan, run, text, sentence):
    task = ["plan", "add-task", plan, "--name", "甲", "--undirected", "--ratio-text", text, *WINDOW]

    assert sentence in run(*task, by="market").stdout
    assert sentence in run(*task, "--name", "乙", "--rule-from-text", by="market", code=1).stderr
    assert list(Task.objects.values_list("name", "rule")) == [("甲", None)]


def test_a_rule_is_not_given_twice(plan, run):
    task = ["plan", "add-task", plan, "--name", "甲", "--undirected", "--ratio-text", "5%", "--ratio", "*=0.1", *WINDOW]

    assert "不能与 --ratio" in run(*task, "--rule-from-text", by="market", code=2).stderr


def test_a_file_with_a_number_without_end_is_unreadable(plan, run, tmp_path):
    file = tmp_path / "task.json"
    file.write_text('{"load_cap": ' + "9" * 5_000 + "}")

    assert "过长的数" in run("plan", "add-task", plan, "--from", file, by="market", code=2).stderr
