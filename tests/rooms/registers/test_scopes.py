"""Which subjects a scope means, and who sees which."""

from datetime import date

import pytest

from mingcha.people.states import Level
from mingcha.registers import actions, queries
from mingcha.registers.rows import SubjectRow, TagRow
from mingcha.registers.rules import Scope
from tests.registers_world import unit_id

DAY = date(2026, 3, 2)


def names(scope: Scope, on: date = DAY) -> int:
    return queries.subjects_in(scope, on=on).count()


def test_an_empty_scope_means_all_who_are_in_business(stock):
    assert names(Scope()) == 39


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(states=()), 42),
        (Scope(states=("CANCELLED",)), 3),
        (Scope(regions=("441602",)), 13),
        (Scope(regions=("441602", "4416JD")), 26),
        (Scope(kinds=("INDIVIDUAL",)), 12),
        (Scope(industries=("6210",)), 15),
        (Scope(industries=("H",)), 15),
        (Scope(industries=("52", "P")), 18),
        (Scope(licences=("食品经营许可证",)), 15),
        (Scope(tags=("重点监管",)), 9),
        (Scope(name_contains="餐馆"), 12),
        (Scope(entity_types=("有限责任公司",)), 27),
        (Scope(ratings={"general": ("D",)}), 3),
        (Scope(ratings={"general": ("C", "D")}, regions=("441625",)), 2),
    ],
)
def test_a_condition_narrows_the_population(stock, scope, expected):
    assert names(scope) == expected


def test_a_licence_that_has_run_out_no_longer_counts(stock):
    assert names(Scope(licences=("食品经营许可证",)), on=date(2029, 6, 30)) == 15
    assert names(Scope(licences=("食品经营许可证",)), on=date(2029, 7, 1)) == 0


def test_a_tag_that_has_run_out_no_longer_counts(world, stock):
    row = SubjectRow(
        unit_id("441602", 0), "ENTERPRISE", "源城区样例01号有限公司", "441602", tags=(TagRow("关注", date(2026, 3, 2)),)
    )
    actions.enter_subjects([row], source="样例", by=world["office"], at=world.now)

    assert names(Scope(tags=("关注",)), on=date(2026, 3, 2)) == 1
    assert names(Scope(tags=("关注",)), on=date(2026, 3, 3)) == 0


def test_the_class_of_each_subject_is_told_from_keys_and_from_a_queryset(stock):
    subject = stock.subjects[unit_id("441602", 6)]
    unrated = stock.subjects[unit_id("441602", 12)]

    assert queries.class_of([subject.pk, unrated.pk], "general") == {subject.pk: "D"}
    assert len(queries.class_of(queries.subjects_in(Scope(), on=DAY), stock.scheme)) == 36


def test_a_county_sees_its_own_subjects_and_a_department_the_whole_city(world, stock):
    assert queries.subjects_for(world["yc-market"]).count() == 14
    assert queries.subjects_for(world["market"]).count() == 42
    assert queries.subjects_for(world["discipline"]).count() == 42
    assert queries.subjects_for(world["yc-inspector"]).count() == 0
    assert queries.subjects_for(world.sysadmin).count() == 0


def test_a_county_sees_its_own_inspectors_and_a_department_those_of_its_line(world, stock):
    assert queries.inspectors_for(world["yc-market"]).count() == 3
    assert queries.inspectors_for(world["market"]).count() == 8
    assert queries.inspectors_for(world["education"]).count() == 4
    assert queries.inspectors_for(world["office"]).count() == 12


def available(lines=("market",), level=Level.COUNTY, from_on=date(2026, 4, 1), to_on=date(2026, 6, 30)) -> set[str]:
    found = queries.inspectors_available(lines=lines, level=level, from_on=from_on, to_on=to_on, on=DAY)
    return {inspector.number for inspector in found}


def test_only_sound_inspectors_are_available(stock):
    assert available() == {"IN-001", "IN-002", "IN-003", "IN-004", "IN-005", "IN-006"}
    assert available(level=Level.CITY) == set(), "one certificate has run out, one inspector is suspended"
    assert available(lines=("market", "education")) >= {"IN-007", "IN-010"}


def test_a_certificate_must_last_to_the_end_of_the_window(stock):
    assert available(from_on=date(2028, 12, 1), to_on=date(2028, 12, 31)) >= {"IN-001"}
    assert available(from_on=date(2028, 12, 1), to_on=date(2029, 1, 1)) == set()


def test_who_is_away_for_the_whole_window_is_not_available(world, stock):
    inspector = stock.inspectors["IN-002"]
    actions.record_absence(
        inspector=inspector,
        from_on=date(2026, 4, 1),
        to_on=date(2026, 6, 30),
        reason="脱产培训",
        by=world["yc-market"],
        at=world.now,
    )

    assert "IN-002" not in available()
    assert "IN-002" in available(to_on=date(2026, 7, 1)), "a day is left"


def test_a_draft_is_seen_by_its_owner_and_a_published_list_by_every_official(world, stock):
    actions.draft_item_list(
        title="教育抽查事项清单", edition="2026年版", valid_from=date(2026, 1, 1), by=world["education"], at=world.now
    )

    assert queries.item_lists_for(world["education"]).count() == 3
    assert queries.item_lists_for(world["yc-market"]).count() == 2
    assert queries.items_in_force(world["yc-market"], on=DAY).count() == 5
    assert queries.items_in_force(world["yc-market"], on=date(2025, 12, 31)).count() == 0
