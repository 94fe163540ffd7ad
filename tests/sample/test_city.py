import hashlib
from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta

import pytest

from mingcha.kernel import registration_number, uscc
from mingcha.kernel.numbering import Kind, Number
from mingcha.kernel.ratio_texts import read
from mingcha.kernel.regions import COUNTIES
from mingcha.kernel.unit_codes import CodeKind, classify
from mingcha.sample.city import build
from mingcha.sample.tables import licence_kinds
from mingcha.sample.tables import read as table

AS_OF = date(2026, 3, 2)
COMMON_LINES = {row["code"] for row in table("lines") if int(row["county_inspectors"])}


@pytest.fixture(scope="module")
def city():
    return build(seed="示例", as_of=AS_OF, subjects=6_000)


def test_the_same_seed_gives_the_same_city_to_the_byte():
    small = build(seed="示例", as_of=AS_OF, subjects=200)

    digest = hashlib.sha256(repr(asdict(small)).encode()).hexdigest()

    assert digest == "2d348a15a0a584ef8da55daa98aa00312d57266a6ec8e224b2b3478eba77444a"


def test_another_seed_gives_other_subjects_and_other_inspectors():
    one, other = (build(seed=seed, as_of=AS_OF, subjects=50) for seed in ("甲", "乙"))

    assert {subject.unit_id for subject in one.subjects}.isdisjoint(subject.unit_id for subject in other.subjects)
    assert [inspector.name for inspector in one.inspectors] != [inspector.name for inspector in other.inspectors]


def test_more_subjects_leave_the_first_ones_and_the_inspectors_as_they_were(city):
    small = build(seed="示例", as_of=AS_OF, subjects=100)

    assert small.subjects == city.subjects[:100]
    assert small.inspectors == city.inspectors


def test_every_number_is_valid_and_there_once(city):
    codes = [classify(subject.unit_id) for subject in city.subjects]

    assert all(code.is_valid for code in codes)
    assert len({code.text for code in codes}) == 6_000
    assert {code.kind for code in codes} == {CodeKind.USCC, CodeKind.REGISTRATION_15, CodeKind.OWN}


def test_a_number_tells_the_kind_of_its_subject(city):
    for subject in city.subjects:
        if uscc.is_valid(subject.unit_id):
            body = uscc.KINDS[subject.unit_id[:2]]
            assert {"ENTERPRISE": "企业", "INDIVIDUAL": "个体工商户", "COOPERATIVE": "农民专业合作社"}.get(
                subject.kind, body
            ) == body
        elif subject.kind == "INDIVIDUAL":
            assert registration_number.is_valid(subject.unit_id)
        else:
            assert subject.kind == "OTHER"


def test_names_and_licence_numbers_are_there_once(city):
    names = Counter(subject.name for subject in city.subjects)
    licences = Counter((licence.kind, licence.number) for subject in city.subjects for licence in subject.licences)

    assert names.most_common(1)[0][1] == 1
    assert licences.most_common(1)[0][1] == 1


def test_every_county_and_zone_has_subjects_of_each_common_kind(city):
    met = {(subject.region, subject.kind) for subject in city.subjects}

    for county in COUNTIES:
        assert {(county.code, kind) for kind in ("ENTERPRISE", "INDIVIDUAL", "COOPERATIVE", "INSTITUTION")} <= met


def test_an_address_lies_in_the_region_of_its_subject(city):
    names = {county.code: county.name for county in COUNTIES}

    assert all(names[subject.region] in subject.address for subject in city.subjects)


def test_every_kind_of_licence_is_held_by_somebody(city):
    held = {licence.kind for subject in city.subjects for licence in subject.licences}

    assert {kind.kind for kind in licence_kinds().values()} - held == set()


def test_the_mix_of_kinds_states_and_classes_is_that_of_a_city(city):
    kinds = Counter(subject.kind for subject in city.subjects)
    states = Counter(subject.state for subject in city.subjects)
    classes = Counter(
        rating.risk_class for subject in city.subjects for rating in subject.ratings if rating.scheme == "general"
    )

    assert kinds["INDIVIDUAL"] / 6_000 == pytest.approx(0.58, abs=0.02)
    assert kinds["ENTERPRISE"] / 6_000 == pytest.approx(0.35, abs=0.02)
    assert states["ACTIVE"] / 6_000 == pytest.approx(0.88, abs=0.02)
    assert set(states) == {"ACTIVE", "CANCELLED", "REVOKED", "SUSPENDED", "MOVED_OUT"}
    for risk_class, share in {"A": 0.732, "B": 0.187, "C": 0.052, "D": 0.030}.items():
        assert classes[risk_class] / classes.total() == pytest.approx(share, abs=0.02)


def test_ratings_speak_of_known_schemes_and_classes(city):
    known = {(scheme.code, risk_class) for scheme in city.schemes for risk_class, _ in scheme.classes}

    met = {(rating.scheme, rating.risk_class) for subject in city.subjects for rating in subject.ratings}

    assert met == known


def test_some_licences_and_tags_have_run_out_so_that_somebody_can_notice(city):
    ends = [licence.valid_to for subject in city.subjects for licence in subject.licences if licence.valid_to]
    tags = [tag.valid_to for subject in city.subjects for tag in subject.tags if tag.valid_to]

    assert 0 < sum(end < AS_OF for end in ends) < len(ends) / 10
    assert 0 < sum(end < AS_OF for end in tags) < len(tags)


def test_every_line_has_a_city_department_and_every_organization_its_own_name(city):
    city_lines = {each.line for each in city.organizations if each.level == "CITY"}

    assert city_lines == {line.code for line in city.lines}
    assert len({each.name for each in city.organizations}) == len(city.organizations)
    assert len({each.code for each in city.organizations}) == len(city.organizations)
    assert sum(each.is_office for each in city.organizations) == 1


def test_a_parent_stands_before_its_children(city):
    seen = set()
    for organization in city.organizations:
        assert organization.parent is None or organization.parent in seen
        seen.add(organization.code)


def test_every_bureau_of_a_common_line_can_send_three_sound_inspectors(city):
    sound = Counter(
        inspector.organization
        for inspector in city.inspectors
        if inspector.state == "ACTIVE"
        and not inspector.absences
        and inspector.certificate_valid_to > AS_OF + timedelta(365)
    )

    bureaus = {f"{county.code}-{line}" for county in COUNTIES for line in COMMON_LINES}
    assert len(bureaus) == 96
    assert min(sound[bureau] for bureau in bureaus) >= 3


def test_every_part_in_a_task_can_be_filled_by_two_qualified_inspectors_of_each_bureau(city):
    held = Counter(
        (inspector.organization, qualification)
        for inspector in city.inspectors
        if inspector.state == "ACTIVE" and inspector.certificate_valid_to > AS_OF and not inspector.absences
        for qualification in inspector.qualifications
    )

    for task in (task for plan in city.plans for task in plan.tasks):
        for part in task.participants:
            line = part.organization.removeprefix("441600-")
            regions = ["441600"] if task.implementing_level == "CITY" else [county.code for county in COUNTIES]
            assert all(held[f"{region}-{line}", part.qualification] >= 2 for region in regions), (task.name, part)


def test_a_few_inspectors_have_a_flaw_worth_finding(city):
    left = [(inspector.certificate_valid_to - AS_OF).days for inspector in city.inspectors]

    assert len(city.inspectors) == 400
    assert 0 < sum(days < 0 for days in left) < 40
    assert 0 < sum(0 <= days <= 30 for days in left) < 40
    assert any(inspector.absences for inspector in city.inspectors)
    assert any(inspector.is_expert for inspector in city.inspectors)
    assert len({inspector.certificate_number for inspector in city.inspectors}) == 400


def test_recusals_tie_known_people_to_subjects_of_their_county(city):
    inspectors = {inspector.number: inspector for inspector in city.inspectors}
    subjects = {subject.unit_id: subject for subject in city.subjects}

    assert city.recusals
    for recusal in city.recusals:
        region = inspectors[recusal.inspector].organization.split("-")[0]
        assert subjects[recusal.unit_id].region == region


def test_everything_says_that_it_is_a_sample(city):
    assert {subject.source for subject in city.subjects} == {"示例数据"}
    assert all(inspector.certificate_number.startswith("示例") for inspector in city.inspectors)
    assert all("(示例)" in each.title for each in (*city.item_lists, *city.plans))
    assert all(subject.contact_phone.startswith("0762-0") for subject in city.subjects)
    assert all(subject.unit_id[8:10] == "YX" for subject in city.subjects if uscc.is_valid(subject.unit_id))


def test_the_lists_hold_items_with_a_law_behind_each(city):
    sizes = {each.number: len(each.items) for each in city.item_lists}

    assert sizes == {"441600-market-2025": 25, "441600-health-2025": 12, "441600-joint-2025": 30}
    lines = {line.code for line in city.lines}
    qualifications = {each.code for each in city.qualifications}
    for item in (item for each in city.item_lists for item in each.items):
        assert item.legal_basis.startswith("《")
        assert item.qualification in qualifications
        assert {item.line, *item.partner_lines} <= lines
        assert item.importance in ("GENERAL", "KEY")


def test_every_part_in_a_task_has_items_of_its_own_line(city):
    line_of = {item.code: item.line for each in city.item_lists for item in each.items}

    for task in (task for plan in city.plans for task in plan.tasks):
        assert [part.organization for part in task.participants if part.is_lead] == [task.organization]
        for part in task.participants:
            assert {line_of[item] for item in part.items} == {part.organization.removeprefix("441600-")}


def test_two_years_have_twelve_department_tasks_and_six_joint_ones_each(city):
    counts = Counter((plan.year, plan.kind) for plan in city.plans for _ in plan.tasks)

    assert counts == {(year, kind): n for year in (2025, 2026) for kind, n in (("DEPARTMENT", 12), ("JOINT", 6))}


def test_tasks_are_spread_over_both_halves_of_the_year(city):
    starts = [task.window_from.month for plan in city.plans if plan.year == 2026 for task in plan.tasks]

    assert 5 <= sum(month <= 6 for month in starts) <= 13


def test_ratios_agree_with_the_published_text_and_rise_with_risk(city):
    classes = {scheme.code: dict(scheme.classes) for scheme in city.schemes}
    for task in (task for plan in city.plans for task in plan.tasks):
        rule = read(task.ratio_text).rule
        if task.scheme:
            labels = classes[task.scheme]
            assert {each.label: each.rule.ratio for each in rule.strata} == {
                labels[risk_class]: share for risk_class, share in task.ratios.items()
            }
            assert list(task.ratios.values()) == sorted(task.ratios.values())
        elif task.ratios:
            assert task.ratios == {"*": rule.ratio}


def test_one_task_has_no_rule_yet_and_cannot_be_drawn(city):
    without = [task for plan in city.plans if plan.year == 2026 for task in plan.tasks if not task.ratios]

    assert [task.ratio_text for task in without] == ["待定"]


def test_every_task_finds_subjects_in_its_scope(city):
    for task in (task for plan in city.plans for task in plan.tasks):
        assert any(_matches(task.scope, subject) for subject in city.subjects), task.name


def test_plans_can_be_numbered_as_the_province_numbers_them(city):
    numbers = [str(Number(Kind.PLAN, "441600", plan.year, serial)) for serial, plan in enumerate(city.plans, start=1)]

    assert numbers[0] == "4416002025001"
    assert numbers[-1] == "4416002026006"


def _matches(scope, subject):
    return (
        subject.state in scope.states
        and (not scope.kinds or subject.kind in scope.kinds)
        and (not scope.industries or subject.industry.startswith(scope.industries))
        and (not scope.licences or {licence.kind for licence in subject.licences} & set(scope.licences))
        and (not scope.tags or {tag.tag for tag in subject.tags} & set(scope.tags))
    )
