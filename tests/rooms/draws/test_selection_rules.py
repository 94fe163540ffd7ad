"""The rules of a draw from the task to the certificate: ranges, least totals, burden, batches (抽取规则)."""

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import fairdraw
from mingcha.draws import actions, certificate, drawing, queries, rules
from mingcha.draws.models import CeremonyTask, SelectedUnit
from mingcha.plans import actions as plans
from mingcha.plans.rules import Burden, DrawRule, InvalidRule
from mingcha.plans.states import Disclosure
from mingcha.registers import actions as registers
from mingcha.registers.rows import RatingRow
from mingcha.registers.rules import CannotEdit, Scope
from mingcha.visits import actions as visits
from mingcha.visits.models import Visit
from tests import draws_world, plans_world, registers_world

STRANGER = Path(__file__).resolve().parents[3] / "spec" / "verify.py"
EVERYBODY = Scope(kinds=("ENTERPRISE", "INDIVIDUAL"))
THREE_BATCHES = [
    (date(2026, 3, 2), date(2026, 4, 30)),
    (date(2026, 5, 1), date(2026, 6, 30)),
    (date(2026, 9, 1), date(2026, 10, 31)),
]


@pytest.fixture
def stock(world):
    found = registers_world.stock(world)
    draws_world.staff_zone(world)
    return found


def task_of(world, stock, *, name: str, **terms: object):
    """An issued open task of 市场监管 over all 39 firms and businesses, 13 in each region, without classes."""
    by, at = world["market"], world.now
    plan = plans.draft_plan(year=2026, kind="DEPARTMENT", title=name, by=by, at=at)
    given = {
        "directed": False,
        "scope": EVERYBODY,
        "disclosure": Disclosure.OPEN,
        "window_from": date(2026, 3, 2),
        "window_to": date(2026, 10, 31),
        **terms,
    }
    task = plans.add_task(plan=plan, name=name, by=by, at=at, **given)
    plans.set_participants(task=task, parts=[(by.organization, True, 2, None, [stock.items["M-01"]])], by=by, at=at)
    plans.submit(plan=plan, by=by, at=at)
    plans.approve(plan=plan, by=world["office"], at=at)
    plans.issue(plan=plan, by=world["office"], at=at)
    task.refresh_from_db()
    return task


def selected_of(ceremony) -> list[SelectedUnit]:
    rows = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony, drawn_as="SELECTED")
    return list(rows.order_by("ticket", "unit_id"))


def released(world, ceremony) -> bytes:
    return actions.release(ceremony=ceremony, by=world["market"], at=world.now + timedelta(minutes=30))


def proven_by_a_stranger(bundle: bytes, folder: Path) -> bool:
    file = folder / "bundle.zip"
    file.write_bytes(bundle)
    command = [sys.executable, str(STRANGER), str(file)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - our own script


def certified(ceremony) -> str:
    ceremony.refresh_from_db()
    return json.dumps(ceremony.certificate, ensure_ascii=False)


RULES = {
    # 13 firms in each of three regions
    "共抽取 6 户(公布 6—9 户,按下限抽取)": (DrawRule("number", total=6, total_to=9, weights={"*": "1"}), [2, 2, 2]),
    "统一抽取 10%—20%": (DrawRule("range", ratios={"*": "0.1"}, ratios_to={"*": "0.2"}), [2, 2, 2]),
    "合计至少 20 户": (DrawRule("ratio", ratios={"*": "0.1"}, minimum=1, least_total=20), [7, 7, 6]),
    "每层至少 3 户": (DrawRule("ratio", ratios={"*": "0.1"}, minimum=3), [3, 3, 3]),
}


@pytest.mark.parametrize("said", RULES)
def test_every_kind_of_rule_is_frozen_drawn_certified_and_proven(world, stock, said, tmp_path):
    rule, by_region = RULES[said]
    task = task_of(world, stock, name="抽查", rule=rule)

    ceremony = draws_world.draw(world, [task])
    bundle = released(world, ceremony)

    drawn = [unit.region for unit in selected_of(ceremony)]
    assert [drawn.count(region) for region in ("441602", "441625", "4416JD")] == by_region
    assert fairdraw.verify_bundle(bundle).exit_code == 0
    assert proven_by_a_stranger(bundle, tmp_path)
    assert said in certified(ceremony)


def test_earlier_visits_of_the_year_lower_the_chance_and_at_the_cap_end_it(world, stock, tmp_path):
    first = task_of(world, stock, name="第一次", rule=DrawRule("ratio", ratios={"*": "0.3"}))
    rule = DrawRule("ratio", ratios={"*": "0.6"}, burden=Burden("0.5", 1))
    second = task_of(world, stock, name="第二次", rule=rule)
    visited = {unit.unit_id for unit in selected_of(draws_world.draw(world, [first]))}

    ceremony = draws_world.draw(world, [second])
    bundle = released(world, ceremony)

    drawn = {unit.unit_id for unit in selected_of(ceremony)}
    assert (len(visited), len(drawn)) == (12, 24)
    assert not drawn & visited, "whoever was visited once is at the cap"
    files = fairdraw.read_bundle(bundle)
    frozen = drawing.hold(ceremony).tasks[0].burden
    assert frozen == dict.fromkeys(visited, 1)
    assert f"burdens/{second.number}.tsv.gz" in files
    assert fairdraw.verify_bundle(bundle).exit_code == 0
    assert proven_by_a_stranger(bundle, tmp_path)
    assert "减少干扰:本年每查过 1 次,抽中机会乘以 0.5,本年已查满 1 次的不再抽" in certified(ceremony)


def test_visits_of_rehearsals_and_abandoned_draws_do_not_count(world, stock):
    first = task_of(world, stock, name="第一次", rule=DrawRule("ratio", ratios={"*": "0.3"}))
    second = task_of(world, stock, name="第二次", rule=DrawRule("ratio", ratios={"*": "0.3"}, burden=Burden("0.5")))
    ceremony = draws_world.draw(world, [first])
    assert drawing.hold(draws_world.draw(world, [second], is_rehearsal=True)).tasks[0].burden
    actions.abandon(ceremony=ceremony, reason="抽取名单提前泄露", by=world["office"], at=world.now + timedelta(hours=1))

    again = draws_world.draw(world, [second])

    assert drawing.hold(again).tasks[0].burden == {}


def test_a_cap_that_leaves_too_few_is_refused_at_the_freeze(world, stock):
    first = task_of(world, stock, name="第一次", rule=DrawRule("ratio", ratios={"*": "0.5"}))
    second = task_of(world, stock, name="第二次", rule=DrawRule("ratio", ratios={"*": "0.6"}, burden=Burden("1", 1)))
    draws_world.draw(world, [first])
    ceremony = draws_world.prepare(world, [second])
    draws_world.commit(world, ceremony)

    with pytest.raises(rules.CannotFreeze, match="未达检查次数上限的只有 6 户,不够抽取 8 户"):
        actions.freeze(ceremony=ceremony, salt=draws_world.SALT, by=world["market"], at=world.now)


def test_exempt_classes_are_drawn_as_if_nobody_had_been_visited(world, stock):
    """Sealed: the certificate tells of the rule, and nothing of the classes."""
    first = task_of(world, stock, name="第一次", rule=DrawRule("ratio", ratios={"*": "1"}))
    rule = DrawRule("ratio", ratios={"*": "0.5", "D": "1"}, minimum=1, burden=Burden("0.5", 2, ("D",)))
    second = task_of(world, stock, name="第二次", rule=rule, scheme=stock.scheme, disclosure=Disclosure.SEALED)
    draws_world.draw(world, [first])

    ceremony = draws_world.draw(world, [second])
    draws_world.countersign(world, ceremony)
    released(world, ceremony)

    design = json.loads(CeremonyTask.objects.get(ceremony=ceremony).design)
    assert design["burden"]["exempt"] == ["441602/D", "441625/D", "4416JD/D"]
    assert sum(unit.stratum.endswith("/D") for unit in selected_of(ceremony)) == 3
    said = certified(ceremony)
    assert "减少干扰:本年每查过 1 次,抽中机会乘以 0.5,本年已查满 2 次的不再抽" in said
    assert "高风险" not in said
    assert fairdraw.verify_bundle(queries.bundle_bytes(ceremony, for_auditors=True)).exit_code == 0


CREDIT = [("S1", "守信"), ("S2", "警示"), ("S3", "失信"), ("S4", "严重失信")]
FOOD = [("a", "A级"), ("b", "B级"), ("c", "C级")]


@pytest.fixture
def rated(world, stock):
    """Every subject has a class in the schemes of credit and food beside its general one; one food class is missing."""
    rows = registers_world.subject_rows()
    schemes = [
        registers.define_risk_scheme(
            code=code, name=name, classes=classes, valid_from=date(2025, 1, 1), by=world["office"], at=world.now
        )
        for code, name, classes in (("credit", "信用等级", CREDIT), ("food", "食品安全等级", FOOD))
    ]
    more = [
        replace(
            row,
            ratings=(
                RatingRow("credit", CREDIT[place % 4][0], date(2026, 1, 1)),
                *([RatingRow("food", FOOD[place % 2][0], date(2026, 1, 1))] if place % 7 else []),
            ),
        )
        for place, row in enumerate(rows)
    ]
    registers.enter_subjects(more, source="样例", by=world["office"], at=world.now)
    return schemes


def test_each_task_draws_by_its_own_scheme_from_the_same_subjects(world, stock, rated, tmp_path):
    """One subject with three ratings stands in three strata; each task reads the one of its scheme."""
    credit, food = rated
    terms = {"disclosure": Disclosure.SEALED, "load_cap": 90}
    rising = {"S1": "0.1", "S2": "0.3", "S3": "0.6", "S4": "1"}
    tasks = [
        task_of(world, stock, name="信用", scheme=credit, rule=DrawRule("ratio", ratios=rising), **terms),
        task_of(
            world,
            stock,
            name="食品",
            scheme=food,
            rule=DrawRule("number", total=12, weights={"a": "1", "b": "2", "c": "3"}),
            **terms,
        ),
        task_of(
            world,
            stock,
            name="一般",
            scheme=stock.scheme,
            rule=DrawRule("range", ratios={"*": "0.1", "D": "1"}, ratios_to={"*": "0.3", "D": "1"}),
            **terms,
        ),
    ]

    ceremony = draws_world.draw(world, tasks)

    frozen = {row.task.name: row for row in ceremony.tasks.select_related("task")}
    classes = {name: {stratum.split("/")[1] for stratum in row.counts} for name, row in frozen.items()}
    assert classes == {
        "信用": {"S1", "S2", "S3", "S4"},
        "食品": {"a", "b", "-"},
        "一般": {"A", "B", "C", "D", "-"},
    }
    by_credit = {unit.stratum for unit in selected_of(ceremony) if unit.ceremony_task.task.name == "信用"}
    for row in frozen.values():
        drawn = Counter(unit.stratum for unit in selected_of(ceremony) if unit.ceremony_task_id == row.pk)
        assert set(drawn) == set(row.counts), f"{row.task.name}: no stratum is passed over"
    assert {stratum.split("/")[1] for stratum in by_credit} == {"S1", "S2", "S3", "S4"}
    strict = [stratum for stratum in frozen["信用"].counts if stratum.endswith("/S4")]
    selected = Counter(unit.stratum for unit in selected_of(ceremony))
    assert all(selected[stratum] == frozen["信用"].counts[stratum] for stratum in strict), "100 % of 严重失信"
    draws_world.countersign(world, ceremony)
    released(world, ceremony)
    whole = queries.bundle_bytes(ceremony, for_auditors=True)
    assert fairdraw.verify_bundle(whole).exit_code == 0
    assert proven_by_a_stranger(whole, tmp_path)


@pytest.mark.parametrize("kind", ["ratio", "range", "number"])
@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ({"S1": "0.1", "S2": "0.2", "S3": "0.3"}, "抽取规则没有规定“S4”类的比例"),
        ({"S1": "0", "S2": "0.2", "S3": "0.3", "S4": "1"}, "比例不能为 0(不免抽):“S1”类"),
        ({"S1": "0.1", "S2": "0.2", "S3": "0.3", "S4": "0.2"}, "“S4”类的 0.2 低于“S3”类的 0.3"),
    ],
)
def test_a_class_left_out_exempt_or_below_a_lower_one_is_refused(world, stock, rated, kind, shares, sentence):
    rule = {
        "ratio": lambda: DrawRule("ratio", ratios=shares),
        "range": lambda: DrawRule("range", ratios=shares, ratios_to=dict.fromkeys(shares, "1")),
        "number": lambda: DrawRule("number", total=20, weights=shares),
    }[kind]()

    with pytest.raises(InvalidRule, match=re.escape(sentence)):
        task_of(world, stock, name="信用", scheme=rated[0], rule=rule, disclosure=Disclosure.SEALED)


def test_a_class_code_that_no_stratum_could_bear_is_refused_at_once(world, stock):
    for code in ("守信", "A/B", "-", "", "LONGER-THAN-8"):
        with pytest.raises(CannotEdit, match="只能用 1 至 8 个字母"):
            registers.define_risk_scheme(
                code="credit",
                name="信用等级",
                classes=[(code, "守信")],
                valid_from=date(2025, 1, 1),
                by=world["office"],
                at=world.now,
            )


@pytest.fixture
def in_batches(world, stock):
    """All 39 drawn, to be checked in three batches."""
    rule = DrawRule("ratio", ratios={"*": "1"})
    task = task_of(world, stock, name="重点检查", rule=rule, batches=THREE_BATCHES, load_cap=60)
    return draws_world.draw(world, [task])


def test_the_tickets_cut_the_selected_into_batches(in_batches):
    assert [unit.batch for unit in selected_of(in_batches)] == [1] * 13 + [2] * 13 + [3] * 13


def test_a_citizen_works_the_batches_out_from_the_published_list(world, in_batches, tmp_path):
    bundle = released(world, in_batches)

    files = fairdraw.read_bundle(bundle)
    design = json.loads(files[f"designs/{in_batches.tasks.get().task.number}.json"])
    lines = sorted(csv.DictReader(io.StringIO(files["selection.csv"].decode())), key=lambda line: line["ticket"])
    batches = {line["unit_id"]: place * 3 // 39 + 1 for place, line in enumerate(lines)}
    assert design["batches"] == [[first.isoformat(), last.isoformat()] for first, last in THREE_BATCHES]
    assert batches == {unit.unit_id: unit.batch for unit in selected_of(in_batches)}
    assert fairdraw.verify_bundle(bundle).exit_code == 0
    assert proven_by_a_stranger(bundle, tmp_path)
    assert "第 1 批 2026-03-02—2026-04-30 13 户;第 2 批 2026-05-01—2026-06-30 13 户;第 3 批" in certified(in_batches)


def test_reserves_are_in_no_batch(world, stock):
    task = task_of(
        world, stock, name="重点检查", rule=DrawRule("ratio", ratios={"*": "0.5"}), batches=THREE_BATCHES[:2]
    )

    ceremony = draws_world.draw(world, [task])

    rows = SelectedUnit.objects.filter(ceremony_task__ceremony=ceremony)
    assert set(rows.filter(drawn_as="RESERVE").values_list("batch", flat=True)) == {None}
    assert [unit.batch for unit in selected_of(ceremony)] == [1] * 11 + [2] * 10


def test_a_visit_is_made_in_the_window_of_its_batch(world, in_batches):
    visits.arrange(ceremony=in_batches, by=world["market"], at=world.now + timedelta(hours=1))

    made = {visit.visit_id.partition("#")[0]: (visit.window_from, visit.window_to) for visit in Visit.objects.all()}

    assert made == {unit.unit_id: THREE_BATCHES[unit.batch - 1] for unit in selected_of(in_batches)}


def test_tasks_meet_at_the_door_only_in_the_batch_they_share(world, stock):
    """A task in May and June meets the second batch of the other; the other batches are visits of their own."""
    rule = DrawRule("ratio", ratios={"*": "1"})
    high = task_of(world, stock, name="重点检查", rule=rule, batches=THREE_BATCHES, load_cap=90)
    early = task_of(
        world,
        stock,
        name="夏季检查",
        rule=rule,
        window_from=date(2026, 5, 1),
        window_to=date(2026, 6, 30),
        load_cap=90,
    )

    ceremony = draws_world.draw(world, [high, early])

    assert ceremony.visits == 39 + 26
    assert ceremony.visits_if_independent == 39 + 26
    visits.arrange(ceremony=ceremony, by=world["market"], at=world.now + timedelta(hours=1))
    assert Visit.objects.count() == 65


def test_the_list_shows_and_narrows_to_a_batch(world, in_batches, client_of):
    client = client_of("market")
    address = f"/draws/{in_batches.number}/units/"

    everybody = client.get(address).content.decode()
    second = client.get(address, {"batch": "2"})
    exported = client.get(f"/draws/{in_batches.number}/units.csv", {"batch": "2"})

    assert ">批次</th>" in everybody
    assert {unit.batch for unit in second.context["page"].rows} == {2}
    assert second.context["total"] == 13
    assert b"".join(exported.streaming_content).decode().count("抽中") == 13
    assert "第 1 批 13 户、第 2 批 13 户、第 3 批 13 户" in client.get(f"/draws/{in_batches.number}/").content.decode()


def test_a_list_without_batches_has_no_such_column(world, stock, client_of):
    ceremony = draws_world.draw(world, [task_of(world, stock, name="抽查", rule=plans_world.SAME_FOR_ALL)])

    page = client_of("market").get(f"/draws/{ceremony.number}/units/").content.decode()

    assert ">批次</th>" not in page


def test_the_certificate_tells_the_visits_saved(world, stock):
    rule = DrawRule("ratio", ratios={"*": "0.5"}, reserve_ratio="0", reserve_minimum=0)
    both = [task_of(world, stock, name=name, rule=rule) for name in ("甲", "乙")]

    ceremony = draws_world.draw(world, both)
    released(world, ceremony)
    ceremony.refresh_from_db()

    # Of 13, 7 are drawn for each: together 7 doors; apart 13 · (1 − (6/13)²) ≈ 10.2. Three regions.
    assert (ceremony.visits, ceremony.visits_if_independent) == (21, 31)
    said = dict(certificate.paper(ceremony).facts)
    assert said["检查安排"] == "共上门 21 次,比各任务各自抽取少上门 10 次"
