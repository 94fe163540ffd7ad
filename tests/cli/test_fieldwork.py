"""`mingcha visit`, `result`, `publish`, `export`: what is refused, and what a file holds."""

import csv

import pytest
from python_calamine import CalamineWorkbook

from mingcha.results.models import Finding
from mingcha.visits.models import Record
from tests import results_world, visits_world
from tests.cli import files
from tests.visits_world import SPRING

CLEAN = {
    "checked_on": "2026-03-10",
    "method": "ON_SITE",
    "categories": ["CLEAN"],
    "findings": {"M-01": "NO_PROBLEM", "M-02": {"outcome": "NOT_CONCERNED", "description": "未到年报期"}},
    "follow_ups": [{"kind": "NONE"}],
}


@pytest.fixture
def record(world, at) -> Record:
    """A record of an ended visit, to be entered by 江勘 of 源城."""
    found = results_world.open_record(world)
    at(results_world.NEXT_DAY)
    return found


def test_visits_are_arranged_once(world, run):
    arranged = visits_world.arrange_visits(world)

    assert "已经生成" in run("visit", "arrange", arranged.ceremony.number, by="market", code=1).stderr


def test_a_visit_shows_its_team_and_its_items(world, facts):
    visits_world.arrange_visits(world)
    visit = visits_world.visit_of(world, "yc-inspector")

    shown = facts("visit", "show", visit.number, by="yc-inspector")

    assert len(shown["team"]) == 2
    assert [item["code"] for item in shown["records"][0]["items"]] == ["M-01", "M-02"]


def test_a_visit_of_others_is_not_there(world, run, at):
    visits_world.arrange_visits(world)
    at(SPRING)
    visit = visits_world.visit_of(world, "yc-inspector")

    assert f"没有检查 {visit.number}" in run("visit", "start", visit.number, by="dy-inspector", code=1).stderr


def test_a_visit_does_not_start_before_its_window(world, run, at):
    visits_world.arrange_visits(world)
    at(world.now.replace(month=2, day=1))
    visit = visits_world.visit_of(world, "yc-inspector")

    run("visit", "start", visit.number, by="yc-inspector", code=1)

    visit.refresh_from_db()
    assert visit.state == "PLANNED"


def test_a_result_comes_from_a_file(record, run, tmp_path):
    file = files.document(tmp_path / "result.json", CLEAN)

    run("result", "enter", "--visit", record.visit.number, "--from", file, by="yc-inspector")

    record.refresh_from_db()
    assert (record.method, str(record.checked_on)) == ("ON_SITE", "2026-03-10")
    findings = Finding.objects.filter(record_item__record=record).order_by("record_item__item__code")
    assert list(findings.values_list("outcome", flat=True)) == ["NO_PROBLEM", "NOT_CONCERNED"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"findings": {"X-9": "NO_PROBLEM"}}, "本记录没有编码为 X-9 的事项"),
        ({"checked_on": "昨天"}, "日期应写成 2026-03-01 的形式"),
        ({"follow_ups": ["NONE"]}, "follow_ups 的每一项应有 kind"),
        ({"mood": "good"}, "结果应是 JSON 对象"),
    ],
)
def test_a_result_that_says_nonsense_is_told_where(record, run, tmp_path, change, sentence):
    file = files.document(tmp_path / "result.json", {**CLEAN, **change})

    done = run("result", "enter", "--visit", record.visit.number, "--from", file, by="yc-inspector", code=2)

    assert sentence in done.stderr


def test_an_empty_record_is_not_submitted(record, run):
    run("result", "submit", "--visit", record.visit.number, by="yc-inspector", code=1)

    record.refresh_from_db()
    assert record.state == "OPEN"


def test_an_inspector_does_not_review(world, run):
    record = results_world.submitted_record(world)

    done = run("result", "approve", "--visit", record.visit.number, by="yc-inspector", code=1)

    assert "当前身份无权“审核检查结果”" in done.stderr


def test_a_result_goes_back_with_a_remark(world, run, facts):
    record = results_world.submitted_record(world)

    run("result", "return", "--visit", record.visit.number, "--remark", "请补充检查情况", by="yc-market")

    assert [row["state"] for row in facts("result", "list", "--queue", "returned", by="yc-market")] == ["RETURNED"]


def test_a_result_is_published_by_whoever_checked(world, run, at):
    record = results_world.approved_record(world)
    at(results_world.NEXT_DAY)

    done = run("publish", "result", "--visit", record.visit.number, by="office", code=1)

    assert "谁检查、谁录入、谁公开" in done.stderr


def test_all_results_that_wait_are_published_at_once(world, facts, at):
    results_world.approved_record(world)
    at(results_world.NEXT_DAY)

    assert facts("publish", "results", by="yc-market") == {"published": 1, "refused": []}
    assert facts("publish", "results", by="yc-market") == {"published": 0, "refused": []}


def test_a_draft_plan_is_not_published(world, stock, facts, run):
    number = facts("plan", "new", "--year", 2026, "--kind", "DEPARTMENT", "--title", "计划", by="market")["number"]

    assert "尚未办结" in run("publish", "plan", number, by="market", code=1).stderr


def test_an_export_holds_what_the_account_may_see(stock, run, tmp_path):
    run("export", "subjects", "-o", tmp_path / "all.csv", by="office")
    run("export", "subjects", "-o", tmp_path / "own.csv", by="yc-market")

    assert [len(_lines(tmp_path / name)) for name in ("all.csv", "own.csv")] == [1 + 42, 1 + 14]
    assert "各方案风险等级" in _lines(tmp_path / "all.csv")[0]


def test_an_export_can_be_narrowed(stock, facts, tmp_path):
    told = facts("export", "subjects", "--licence", "食品经营许可证", "-o", tmp_path / "f.csv", by="office")

    assert told["rows"] == len(_lines(tmp_path / "f.csv")) - 1 == 15


def test_an_export_in_gb18030(stock, run, tmp_path):
    run("export", "inspectors", "-o", tmp_path / "i.csv", "--encoding", "gb18030", by="office")

    heading, first, *_ = (tmp_path / "i.csv").read_bytes().decode("gb18030").splitlines()
    assert heading.startswith("人员编号,姓名,单位")
    assert first.startswith("IN-001,江勘,源城区市场监督管理局")


def test_an_export_as_a_workbook(stock, run, tmp_path):
    run("export", "items", stock.market_list.number, "-o", tmp_path / "items.xlsx", by="education")

    rows = CalamineWorkbook.from_path(tmp_path / "items.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["事项编码", "M-01", "M-02", "M-03"]


def test_an_export_needs_a_known_ending(stock, run, tmp_path):
    assert "须以 .xlsx 或 .csv 结尾" in run("export", "subjects", "-o", tmp_path / "a.pdf", by="office", code=2).stderr


def test_an_export_into_a_folder_that_is_not_there(stock, run, tmp_path):
    assert "写不了文件" in run("export", "subjects", "-o", tmp_path / "no" / "a.csv", by="office", code=2).stderr


def test_an_inspector_exports_nothing(stock, run, tmp_path):
    run("export", "subjects", "-o", tmp_path / "a.csv", by="yc-inspector", code=1)

    assert not (tmp_path / "a.csv").exists()


def _lines(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
