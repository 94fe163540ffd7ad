"""One year by script: files in, a plan, a sealed draw, visits, a result, notices, and a bundle that proves itself."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from mingcha.draws.models import SelectedUnit
from mingcha.publication.models import Notice
from mingcha.registers.models import Inspector, Subject
from mingcha.visits.models import Record
from tests.cli import files
from tests.registers_world import unit_id
from tests.visits_world import SPRING

STRANGER = Path(__file__).resolve().parents[2] / "spec" / "verify.py"
FIRMS = [
    (
        f"源城第{place:02d}号有限公司",
        unit_id("441602", 3 * place),
        "源城区",
        f"河源市源城区长路{place}号",
        "有限责任公司",
    )
    for place in range(20)
]
STAFF = [
    ("江勘", "IN-001", "源城区市场监督管理局", "粤执001", "2028-12-31", "登记注册", "yc-inspector"),
    ("江查", "IN-002", "源城区市场监督管理局", "粤执002", "2028-12-31", "登记注册", "yc-inspector-two"),
]
ITEMS = [
    ("M-01", "登记事项检查", "营业执照规范使用情况检查", "《市场主体登记管理条例》", "市场监管", "企业", "3%"),
    ("M-02", "公示信息检查", "年度报告公示信息检查", "《企业信息公示暂行条例》", "市场监管", "企业", "3%"),
]


def verified_by_a_stranger(bundle: Path) -> bool:
    command = [sys.executable, str(STRANGER), str(bundle)]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - our own script


def test_a_year_by_script(world, founded, run, facts, at, tmp_path):
    # registers
    firms = files.table(tmp_path / "firms.csv", files.SUBJECT_HEADING, *FIRMS, encoding="gb18030")
    run("import", "subjects", firms, "--apply", "all", by="market")
    staff = files.table(tmp_path / "staff.csv", files.INSPECTOR_HEADING, *STAFF)
    run("import", "inspectors", staff, "--apply", "all", by="market")
    assert (Subject.objects.count(), Inspector.objects.count()) == (20, 2)
    items = facts(
        *["item-list", "new", "--title", "市场监管清单", "--edition", "2026年版", "--valid-from", "2026-01-01"],
        by="market",
    )["number"]
    listed = files.table(tmp_path / "items.csv", files.ITEM_HEADING, *ITEMS)
    run("import", "items", listed, "--list", items, "--apply", "all", by="market")
    run("item-list", "publish", items, by="market")

    # plan
    plan = facts("plan", "new", "--year", 2026, "--kind", "DEPARTMENT", "--title", "年度计划", by="market")["number"]
    task = facts(
        *["plan", "add-task", plan, "--name", "公示信息抽查", "--undirected", "--kind", "ENTERPRISE"],
        *["--region", "441602", "--ratio", "*=0.2", "--minimum", "1", "--ratio-text", "20%"],
        *["--window", "2026-03-01", "2026-10-31", "--part", f"market*:2={items}/M-01,{items}/M-02"],
        by="market",
    )["number"]
    assert facts("plan", "estimate", task, by="market")["strata"] == [
        {"region": "441602", "class": "-", "count": 20, "share": "0.2", "selected": 4, "reserves": 1}
    ]
    run("plan", "submit", plan, by="market")
    run("plan", "approve", plan, by="office")
    run("plan", "issue", plan, by="office")

    # draw
    ceremony = facts("draw", "prepare", task, "--title", "公开抽取", by="market")["number"]
    run("draw", "witness", ceremony, "--witness", "discipline", "--witness", "justice@justice", by="market")
    for witness in ("discipline", "justice"):
        receipt = tmp_path / f"{witness}.json"
        run("draw", "commitment", "--ceremony", ceremony, "-o", receipt, "--value", f"{witness}的输入")
        run("draw", "commit", ceremony, "--receipt", receipt, by=witness)
    run("draw", "freeze", ceremony, by="market")
    for witness in ("discipline", "justice"):
        run("draw", "open", ceremony, "--receipt", tmp_path / f"{witness}.json", by=witness)
    held = facts("draw", "hold", ceremony, by="market")
    assert (held["state"], held["population"], held["selected"], held["visits"]) == ("DRAWN", 20, 4, 4)
    assert held["tasks"][0]["reserves"] == 1
    for auditor in ("discipline", "justice"):
        run("draw", "countersign", ceremony, by=auditor)
    run("draw", "release", ceremony, "-o", tmp_path / "public.zip", by="market")
    run("draw", "bundle", ceremony, "-o", tmp_path / "whole.zip", "--auditors", by="justice")

    # visits and a result
    assert facts("visit", "arrange", ceremony, by="market")["visits"] == 4
    at(SPRING)
    visit = facts("visit", "list", "--ceremony", ceremony, by="yc-inspector")[0]["number"]
    run("visit", "start", visit, by="yc-inspector")
    run("visit", "end", visit, by="yc-inspector")
    at(SPRING + timedelta(days=1))
    said = {"checked_on": "2026-03-10", "method": "ON_SITE", "categories": ["CLEAN"], "findings": {"*": "NO_PROBLEM"}}
    said["follow_ups"] = [{"kind": "NONE"}]
    result = files.document(tmp_path / "result.json", said)
    run("result", "enter", "--visit", visit, "--from", result, by="yc-inspector")
    run("result", "submit", "--visit", visit, by="yc-inspector")
    run("result", "approve", "--visit", visit, by="yc-market")
    assert Record.objects.get(visit__number=visit).state == "APPROVED"

    # publication
    run("publish", "item-list", items, by="market")
    run("publish", "plan", plan, by="market")
    run("publish", "task", task, by="market")
    run("publish", "ceremony", ceremony, by="market")
    run("publish", "result", "--visit", visit, by="yc-market")
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["CEREMONY", "ITEM_LIST", "PLAN", "RESULT", "TASK"]

    # and anybody verifies
    for bundle, whole in (("public.zip", False), ("whole.zip", True)):
        verified = json.loads(run("verify", tmp_path / bundle, "--json").stdout)
        assert (verified["ok"], verified["whole"], verified["ceremony"]) == (True, whole, ceremony)
        assert verified_by_a_stranger(tmp_path / bundle)
    assert facts("ledger", "verify")["fault"] is None
    run("export", "units", ceremony, "-o", tmp_path / "units.csv", by="market")
    lines = (tmp_path / "units.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + SelectedUnit.objects.count() == 6
