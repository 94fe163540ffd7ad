"""Teams: possible whenever possible, as even as can be, explained when impossible, and the same chance for equals."""

import itertools
import math
import os
import random
import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

import fairdraw
from fairdraw import Inspector, Seat, Visit, words

LONG = os.environ.get("MINGCHA_LONG") == "1"
CASES = 30_000 if LONG else 1_000
SEEDS = 20_000 if LONG else 1_000
SEED = "000102030405060708090a0b0c0d0e0f"


def from_vector(case):
    skills = {}
    for kind, names in case["eligible"].items():
        for name in names:
            skills.setdefault(name, set()).add(kind)
    inspectors = [
        Inspector(
            inspector_id=name,
            organ="O",
            capacity=capacity,
            load=case["base_load"].get(name, 0),
            qualifications=frozenset(skills.get(name, ())),
            recusals=frozenset(unit for unit, recused in case["recuse"] if recused == name),
        )
        for name, capacity in case["capacity"].items()
    ]
    visits = [Visit(unit, unit, "R", tuple(Seat("O", kind) for kind in kinds)) for unit, kinds in case["objects"]]
    return visits, inspectors


def test_every_vector_of_others_is_met(shared_vectors):
    cases = shared_vectors("vectors/assign.json")["cases"]
    answers = Counter()

    for number, case in enumerate(cases):
        visits, inspectors = from_vector(case)
        if not case["feasible"]:
            with pytest.raises(fairdraw.Infeasible) as caught:
                fairdraw.assign_teams(visits=visits, inspectors=inspectors, seed=f"{number:032x}")
            assert len(caught.value.seats) == caught.value.places + 1
        else:
            teams = fairdraw.assign_teams(visits=visits, inspectors=inspectors, seed=f"{number:032x}")
            assert sum(load**2 for load in teams.loads.values()) == case["min_sum_sq"]
            assert sorted(teams.loads.values(), reverse=True) == case["load_multiset_desc"]
        answers[case["feasible"]] += 1

    assert answers == {True: 80, False: 40}


def situation(dice):
    """A few visits and inspectors: tight, with recusals, qualifications, regions and loads carried over."""
    most = dice.choice([4, 8, 16])
    inspectors = [
        Inspector(
            f"I{n}",
            "O",
            capacity=dice.randint(0, 4),
            load=dice.choice([0, 0, 1, 3, 6]),
            qualifications=frozenset(q for q in "ab" if dice.random() < 0.5),
            regions=frozenset(r for r in ("X", "Y") if dice.random() < 0.7),
            recusals=frozenset(f"U{k}" for k in range(most) if dice.random() < 0.1),
        )
        for n in range(dice.randint(1, most))
    ]
    kinds = [Seat("O", q, rule) for q in ("", "a", "b") for rule in ("any", "same", "other")]
    visits = [
        Visit(f"U{k}#T1", f"U{k}", dice.choice("XY"), tuple(sorted(dice.choices(kinds, k=dice.randint(1, 3)))), 1)
        for k in range(dice.randint(0, dice.randint(1, most)))
    ]
    return visits, inspectors


situations = st.integers(0, 2**32).map(lambda number: situation(random.Random(number)))


def least_squares(visits, inspectors):
    """The least sum of squared loads by OR-Tools, or None if there is no assignment."""
    flow, nodes = SimpleMinCostFlow(), Counter()
    node = {"sink": 0}

    def name(key):
        return node.setdefault(key, len(node))

    seats = 0
    for visit in visits:
        for number, seat in enumerate(visit.seats):
            seats += 1
            flow.set_node_supply(name((visit.visit_id, number)), 1)
            for inspector in inspectors:
                if fairdraw.is_eligible(inspector, seat, visit):
                    pair = name((visit.visit_id, inspector.inspector_id))
                    flow.add_arc_with_capacity_and_unit_cost(name((visit.visit_id, number)), pair, 1, 0)
                    nodes[pair] = name(inspector.inspector_id)
    for pair, person in nodes.items():
        flow.add_arc_with_capacity_and_unit_cost(pair, person, 1, 0)
    for inspector in inspectors:
        for added in range(inspector.capacity):
            cost = 2 * (inspector.load + added) + 1
            flow.add_arc_with_capacity_and_unit_cost(name(inspector.inspector_id), 0, 1, cost)
    flow.set_node_supply(0, -seats)
    if seats and flow.solve() != flow.OPTIMAL:
        return None
    return sum(inspector.load**2 for inspector in inspectors) + (flow.optimal_cost() if seats else 0)


def test_an_assignment_is_found_whenever_there_is_one_and_none_is_more_even():
    answers = Counter()

    for number in range(CASES):
        visits, inspectors = situation(random.Random(number))
        best = least_squares(visits, inspectors)
        answers[best is not None] += 1
        try:
            teams = fairdraw.assign_teams(visits=visits, inspectors=inspectors, seed=f"{number:032x}")
        except fairdraw.Infeasible as refusal:
            assert best is None, number
            assert_is_a_bottleneck(refusal, visits, inspectors)
            continue
        assert sum(load**2 for load in teams.loads.values()) == best, number
        fairdraw.check_assignment(visits=visits, inspectors=inspectors, seats=teams.seats)
        for spare in teams.reserves:
            assert spare.inspector_id not in {s.inspector_id for s in teams.seats if s.visit_id == spare.visit_id}

    assert min(answers.values()) > CASES / 5


def test_the_check_is_content_with_the_best_only():
    """Every assignment of a small ceremony is tried: the check passes those that OR-Tools calls best, and no other."""
    verdicts = Counter()

    for number in range(CASES):
        visits, inspectors = situation(random.Random(number))
        best = least_squares(visits, inspectors)
        doors = [(visit, n, seat) for visit in visits for n, seat in enumerate(visit.seats, start=1)]
        able = [[i for i in inspectors if fairdraw.is_eligible(i, seat, visit)] for visit, _, seat in doors]
        if best is None or not doors or math.prod(map(len, able)) > 400:
            continue
        for taken in itertools.product(*able):
            seats = [
                fairdraw.Place(visit.visit_id, n, who.inspector_id)
                for (visit, n, _), who in zip(doors, taken, strict=True)
            ]
            added = Counter(who.inspector_id for who in taken)
            once = len({(place.visit_id, place.inspector_id) for place in seats}) == len(seats)
            within = all(added[who.inspector_id] <= who.capacity for who in inspectors)
            squares = sum((who.load + added[who.inspector_id]) ** 2 for who in inspectors)
            try:
                fairdraw.check_assignment(visits=visits, inspectors=inspectors, seats=seats)
                verdict = True
            except fairdraw.UnfairTeams:
                verdict = False
            assert verdict == (once and within and squares == best), number
            verdicts[verdict] += 1

    assert min(verdicts[True], verdicts[False]) > 100


def assert_is_a_bottleneck(refusal, visits, inspectors):
    """Whoever may take one of the seats is among the inspectors named, and they have fewer places than seats."""
    by_id = {visit.visit_id: visit for visit in visits}
    able, places = set(), 0
    for inspector in inspectors:
        doors = {
            visit_id
            for visit_id, number in refusal.seats
            if fairdraw.is_eligible(inspector, by_id[visit_id].seats[number - 1], by_id[visit_id])
        }
        if doors:
            able.add(inspector.inspector_id)
            places += min(inspector.capacity, len(doors))
    assert able <= set(refusal.inspectors)
    assert places < len(refusal.seats)
    assert refusal.places < len(refusal.seats)


@given(situations, st.randoms())
def test_the_order_of_lists_does_not_matter(each, dice):
    visits, inspectors = each

    def drawn(visits, inspectors):
        try:
            return fairdraw.assign_teams(visits=visits, inspectors=inspectors, seed=SEED)
        except fairdraw.Infeasible as refusal:
            return refusal.seats, refusal.inspectors, refusal.places

    expected = drawn(visits, inspectors)
    dice.shuffle(visits)
    dice.shuffle(inspectors)

    assert drawn(visits, inspectors) == expected


def chi_square(counts, cells):
    """How far counts are from being equal over that many cells."""
    expected = sum(counts.values()) / cells
    return sum((count - expected) ** 2 for count in counts.values()) / expected + (cells - len(counts)) * expected


def test_equal_inspectors_have_equal_chances_for_every_visit_and_pair():
    inspectors = [Inspector(f"I{n}", "O", capacity=9) for n in range(5)]
    visits = [Visit(f"U{k}#T1", f"U{k}", "X", (Seat("O"), Seat("O"))) for k in range(4)]
    pairs = {visit.visit_id: Counter() for visit in visits}

    for n in range(SEEDS):
        teams = fairdraw.assign_teams(visits=visits, inspectors=inspectors, seed=f"{n:032x}")
        for visit in visits:
            pairs[visit.visit_id][tuple(s.inspector_id for s in teams.seats if s.visit_id == visit.visit_id)] += 1

    for counts in pairs.values():
        together = Counter()
        for pair, count in counts.items():
            together[frozenset(pair)] += count
        assert chi_square(counts, cells=20) < 43.8  # 19 degrees of freedom, once in a thousand
        assert chi_square(together, cells=10) < 27.9  # 9 degrees of freedom


def test_equal_inspectors_have_equal_chances_behind_those_who_are_unequal():
    """I0 to I3 are alike; others are bound, recused or tired, and make repairs and balancing paths necessary."""
    inspectors = [Inspector(f"I{n}", "O", capacity=3, qualifications=frozenset("a")) for n in range(4)]
    inspectors += [
        Inspector("J0", "O", capacity=1),
        Inspector("J1", "O", capacity=3, load=2, recusals=frozenset({"U0"})),
    ]
    visits = [Visit(f"U{k}#T1", f"U{k}", "X", (Seat("O"), Seat("O", "a"))) for k in range(5)]
    at_door, reserve = Counter(), Counter()

    for n in range(SEEDS):
        teams = fairdraw.assign_teams(
            visits=[replace(visit, reserves=1) for visit in visits], inspectors=inspectors, seed=f"{n:032x}"
        )
        at_door.update(s.inspector_id for s in teams.seats if (s.visit_id, s.seat) == ("U0#T1", 2))
        first = [s.inspector_id for s in teams.reserves if (s.visit_id, s.seat) == ("U0#T1", 2)]
        reserve.update(first)

    assert set(at_door) == set(reserve) == {"I0", "I1", "I2", "I3"}
    assert chi_square(at_door, cells=4) < 16.3  # 3 degrees of freedom
    assert chi_square(reserve, cells=4) < 16.3


def test_carried_over_load_counts_for_the_balance_but_not_for_the_cap():
    tired, fresh = Inspector("I1", "O", capacity=2, load=5), Inspector("I2", "O", capacity=2)
    visits = [Visit(f"U{k}#T1", f"U{k}", "X", (Seat("O"),)) for k in range(3)]

    teams = fairdraw.assign_teams(visits=visits, inspectors=[tired, fresh], seed=SEED)

    assert teams.loads == {"I1": 6, "I2": 2}


def test_a_recused_inspector_never_visits_the_subject():
    related = Inspector("I1", "O", capacity=9, recusals=frozenset({"U1"}))
    other = Inspector("I2", "O", capacity=9, load=8)
    visits = [Visit("U1#T1", "U1", "X", (Seat("O"),), 1), Visit("U2#T1", "U2", "X", (Seat("O"),))]

    teams = fairdraw.assign_teams(visits=visits, inspectors=[related, other], seed=SEED)

    assert [(s.visit_id, s.inspector_id) for s in teams.seats] == [("U1#T1", "I2"), ("U2#T1", "I1")]
    assert teams.reserves == ()


def test_the_order_of_visits_is_drawn_too():
    visits = [f"U{n}#T1" for n in range(6)]

    first = Counter(fairdraw.visit_order(visits, f"{n:032x}")[0] for n in range(SEEDS))

    assert chi_square(first, cells=6) < 20.5  # 5 degrees of freedom


def test_what_is_impossible_is_told_with_seats_people_and_places():
    inspectors = [
        Inspector("I1", "O", capacity=1, regions=frozenset("X")),
        Inspector("I2", "O", capacity=1, regions=frozenset("X")),
        Inspector("I3", "O", capacity=9, regions=frozenset("Y")),
    ]
    visits = [Visit(f"U{k}#T1", f"U{k}", "X", (Seat("O", "", "same"),)) for k in range(3)]

    with pytest.raises(fairdraw.Infeasible) as caught:
        fairdraw.assign_teams(visits=visits, inspectors=inspectors, seed=SEED)

    refusal = caught.value
    assert str(refusal) == (
        "这 3 个席位(U0#T1/1、U1#T1/1、U2#T1/1)只能由这 2 名检查人员(I1、I2)担任,而他们合计只有 2 个名额"
    )
    assert words.say(refusal.message, "en", refusal.details) == (
        "these 3 seats (U0#T1/1、U1#T1/1、U2#T1/1) can only be served by these 2 inspectors (I1、I2), "
        "who have 2 places between them"
    )


def test_a_seat_for_nobody_and_a_long_list_make_short_sentences():
    nobody = fairdraw.Infeasible(seats=(("U1#T1", 1),), inspectors=(), places=0)
    many = fairdraw.Infeasible(
        seats=tuple((f"U{n}#T1", 1) for n in range(8)), inspectors=tuple(f"I{n}" for n in range(7)), places=7
    )

    assert str(nobody) == "这 1 个席位(U1#T1/1)只能由这 0 名检查人员(—)担任,而他们合计只有 0 个名额"
    assert "(I0、I1、I2、I3、I4、I5…)" in str(many)


@pytest.mark.parametrize(
    ("seats", "sentence"),
    [
        ([("U1#T1", 1, "I1")], "席位空缺或多余:U1#T1 第 2 席"),
        ([("U1#T1", 1, "I1"), ("U1#T1", 2, "I1")], "I1 在 U1#T1 中出现两次"),
        ([("U1#T1", 1, "I1"), ("U1#T1", 1, "I2")], "席位重复:U1#T1 第 1 席"),
        ([("U1#T1", 1, "I4"), ("U1#T1", 2, "I2")], "I4 不能担任 U1#T1 第 1 席"),
        ([("U1#T1", 1, "I9"), ("U1#T1", 2, "I2")], "I9 不能担任 U1#T1 第 1 席"),
        ([("U1#T1", 1, "I5"), ("U1#T1", 2, "I2")], "I5 超过检查次数上限"),
        ([("U1#T1", 1, "I1"), ("U1#T1", 2, "I3")], "负担不均:I3 的检查可转给 I2"),
    ],
)
def test_a_check_names_what_is_wrong_with_teams(seats, sentence):
    inspectors = [
        Inspector("I1", "O", capacity=3),
        Inspector("I2", "O", capacity=3),
        Inspector("I3", "O", capacity=3, load=2),
        Inspector("I4", "P", capacity=3),
        Inspector("I5", "O", capacity=0),
    ]
    visits = [Visit("U1#T1", "U1", "X", (Seat("O"), Seat("O")))]
    places = [fairdraw.Place(*seat) for seat in seats]

    with pytest.raises(fairdraw.UnfairTeams) as caught:
        fairdraw.check_assignment(visits=visits, inspectors=inspectors, seats=places)

    assert str(caught.value) == sentence


def test_a_thousand_visits_and_four_hundred_inspectors_take_moments():
    inspectors = [Inspector(f"I{n:03}", "O", capacity=20, load=n % 4) for n in range(400)]
    visits = [Visit(f"U{k:04}#T1", f"U{k:04}", "X", (Seat("O"), Seat("O")), 1) for k in range(1000)]

    begun = time.process_time()
    teams = fairdraw.assign_teams(visits=visits, inspectors=inspectors, seed=SEED)

    assert time.process_time() - begun < 2  # a third of a second on an idle machine
    assert max(teams.loads.values()) == 7
    assert min(teams.loads.values()) >= 6
