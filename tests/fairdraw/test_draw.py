"""Properties of every draw: one answer, whatever the order; no unit favoured; larger samples contain smaller ones."""

import json
import time
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fairdraw

SEED = "000102030405060708090a0b0c0d0e0f"
FRAMES = st.dictionaries(
    st.from_regex(r"[0-9A-Z]{1,6}", fullmatch=True), st.sampled_from(["441602/E", "441602/P", "441625/E"]), max_size=60
)
SEEDS = st.from_regex(r"[0-9a-f]{32}", fullmatch=True)


def design(ratio="0.2", *, task="T1", rounding="up", **more):
    strata = {h: {"ratio": ratio} for h in ("441602/E", "441602/P", "441625/E")}
    return {
        "protocol": "1",
        "task": task,
        "release": "open",
        "window": ["2026-03-01", "2026-03-31"],
        "rule": {"kind": "ratio", "rounding": rounding, "strata": strata},
        "reserves": {"ratio": "0.5", "minimum": 1},
        **more,
    }


@given(FRAMES, SEEDS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows, seed, dice):
    shuffled = list(rows.items())
    dice.shuffle(shuffled)

    one = fairdraw.draw(frame=fairdraw.Frame.from_rows(rows.items()), design=design(), seed=seed)
    other = fairdraw.draw(frame=fairdraw.Frame.from_rows(shuffled), design=design(), seed=seed)

    assert one == other


@given(FRAMES, SEEDS, st.sampled_from(["up", "half_up", "down", "systematic"]))
def test_the_selected_are_the_smallest_tickets_and_the_reserves_follow(rows, seed, rounding):
    frame = fairdraw.Frame.from_rows(rows.items())

    selection = fairdraw.draw(frame=frame, design=design(rounding=rounding), seed=seed)

    for stratum, (n, q) in selection.sizes.items():
        ordered = sorted((fairdraw.ticket(seed, u), u) for u, h in rows.items() if h == stratum)
        taken = [row for row in selection.selected if row.stratum == stratum]
        spare = [row for row in selection.reserves if row.stratum == stratum]
        assert [(row.ticket, row.unit_id) for row in taken + spare] == ordered[: n + q]
        assert [row.rank for row in taken + spare] == list(range(1, n + q + 1))
        assert len(taken) == n


BATCHES = [["2026-03-01", "2026-03-10"], ["2026-03-11", "2026-03-20"], ["2026-03-21", "2026-03-31"]]


@given(FRAMES, SEEDS)
def test_batches_are_equal_parts_of_the_selected_in_the_order_of_tickets(rows, seed):
    frame = fairdraw.Frame.from_rows(rows.items())
    plan = fairdraw.read_design(design("1", batches=BATCHES))

    selection = fairdraw.draw(frame=frame, design=plan, seed=seed)
    batch = fairdraw.batches(plan, selection)

    by_ticket = [batch[row.unit_id] for row in sorted(selection.selected, key=lambda row: row.ticket)]
    assert by_ticket == sorted(by_ticket)
    assert set(batch) == set(rows)
    sizes = [by_ticket.count(number) for number in (1, 2, 3)]
    assert max(sizes) - min(sizes) <= 1


def test_every_unit_comes_in_every_batch_equally_often():
    """Over many seeds; 8 of 60 are in a stratum of their own, whose size has no say in when they are checked."""
    rows = {f"U{n:02}": "441602/P" if n < 8 else "441602/E" for n in range(60)}
    frame, plan = fairdraw.Frame.from_rows(rows.items()), fairdraw.read_design(design("1", batches=BATCHES))
    times: Counter[tuple[str, int]] = Counter()

    for n in range(600):
        times.update(fairdraw.batches(plan, fairdraw.draw(frame=frame, design=plan, seed=f"{n:032x}")).items())

    # 200 of 600 are expected, with a standard deviation of 11.5.
    assert all(140 < times[unit, number] < 260 for unit in rows for number in (1, 2, 3))


def test_a_design_without_batches_has_one_window():
    frame, plan = fairdraw.Frame.from_rows([("U1", "441602/E")]), fairdraw.read_design(design("1"))

    selection = fairdraw.draw(frame=frame, design=plan, seed=SEED)

    assert fairdraw.batches(plan, selection) == {}
    assert fairdraw.windows(plan, selection) == {"U1": (date(2026, 3, 1), date(2026, 3, 31))}


@given(FRAMES, SEEDS)
def test_tasks_of_one_ceremony_meet_where_they_can(rows, seed):
    frame = fairdraw.Frame.from_rows(rows.items())

    small = fairdraw.draw(frame=frame, design=design("0.1", task="T1"), seed=seed)
    large = fairdraw.draw(frame=frame, design=design("0.3", task="T2"), seed=seed)

    assert {row.unit_id for row in small.selected} <= {row.unit_id for row in large.selected}


@given(FRAMES, SEEDS)
def test_an_engine_that_sorts_elsewhere_gets_the_same_selection(rows, seed):
    ranked = {}
    for unit, stratum in rows.items():
        ranked.setdefault(stratum, []).append((fairdraw.ticket(seed, unit), unit))

    selection = fairdraw.select(ranked={h: sorted(t) for h, t in ranked.items()}, design=design(), seed=seed)

    assert selection == fairdraw.draw(frame=fairdraw.Frame.from_rows(rows.items()), design=design(), seed=seed)


@given(FRAMES, SEEDS, st.data())
def test_burden_keeps_sizes_and_passes_over_nobody_for_good(rows, seed, data):
    frame = fairdraw.Frame.from_rows(rows.items())
    visits = data.draw(st.dictionaries(st.sampled_from(sorted(rows)), st.integers(1, 3))) if rows else {}
    gentle = design(burden={"delta": "0.5"})

    plain = fairdraw.draw(frame=frame, design=design(), seed=seed)
    spread = fairdraw.draw(frame=frame, design=gentle, seed=seed, burden=visits)
    again = fairdraw.draw(frame=frame, design=gentle, seed=seed, burden={})

    assert spread.sizes == plain.sizes
    assert Counter(row.stratum for row in spread.selected) == Counter(row.stratum for row in plain.selected)
    assert again.selected == plain.selected


def test_units_at_the_cap_are_neither_selected_nor_reserves():
    frame = fairdraw.Frame.from_rows((f"U{n:02}", "441602/E") for n in range(20))
    capped = {f"U{n:02}": 2 for n in range(10)}

    selection = fairdraw.draw(
        frame=frame, design=design("0.5", burden={"delta": "0.5", "cap": 2}), seed=SEED, burden=capped
    )

    assert len(selection.selected) == 10
    assert not {row.unit_id for row in selection.selected + selection.reserves} & set(capped)


def test_a_cap_that_leaves_too_few_is_refused_with_the_numbers():
    frame = fairdraw.Frame.from_rows((f"U{n:02}", "441602/E") for n in range(20))
    capped = {f"U{n:02}": 2 for n in range(15)}

    with pytest.raises(fairdraw.BadQuota, match="未达检查次数上限的只有 5 户,不够抽取 10 户"):
        fairdraw.draw(frame=frame, design=design("0.5", burden={"delta": "0.5", "cap": 2}), seed=SEED, burden=capped)


def test_every_unit_has_the_same_chance():
    """299 firms, 100 wanted: in systems seen elsewhere a third could never be drawn."""
    units = [f"U{n:03}" for n in range(299)]
    frame = fairdraw.Frame.from_rows((unit, "441602/E") for unit in units)
    plan = design("1") | {"rule": {"kind": "number", "total": 100, "weights": {"441602/E": "1"}}}
    hits = Counter()

    for n in range(600):
        hits.update(row.unit_id for row in fairdraw.draw(frame=frame, design=plan, seed=f"{n:032x}").selected)

    spread = sum((hits[unit] - 600 * 100 / 299) ** 2 / (600 * 100 / 299 * (1 - 100 / 299)) for unit in units)
    assert min(hits[unit] for unit in units) > 150
    assert 220 < spread < 400  # chi-square with 298 degrees of freedom; far outside would be unfair or rigged


def test_the_burden_rule_gives_each_unit_the_chance_of_the_formula():
    """Six units without a visit, four with one, two with two: 6s + 4s/2 + 2s/4 = 3 gives s = 6/17."""
    visits = {f"U{n:02}": 0 if n < 6 else 1 if n < 10 else 2 for n in range(12)}
    frame = fairdraw.Frame.from_rows((unit, "441602/E") for unit in visits)
    gentle = design("0.25", burden={"delta": "0.5"})
    times: Counter[str] = Counter()

    for n in range(4000):
        drawn = fairdraw.draw(frame=frame, design=gentle, seed=f"{n:032x}", burden=visits).selected
        assert len(drawn) == 3
        times.update(row.unit_id for row in drawn)

    chances = {0: 6 / 17, 1: 3 / 17, 2: 3 / 34}
    for unit, b in visits.items():
        p = chances[b]
        assert abs(times[unit] - 4000 * p) < 4 * (4000 * p * (1 - p)) ** 0.5


def test_frames_that_overlap_meet_as_often_as_theory_says():
    """Frames {a,b,c} and {b,c,d}, one unit each: the same unit in half of all draws, against 2/9 when independent."""
    plan = design() | {"rule": {"kind": "number", "total": 1, "weights": {"441602/E": "1"}}}
    one, other = (fairdraw.Frame.from_rows((u, "441602/E") for u in units) for units in ("abc", "bcd"))

    met = sum(
        fairdraw.draw(frame=one, design=plan, seed=f"{n:032x}").selected[0].unit_id
        == fairdraw.draw(frame=other, design=plan, seed=f"{n:032x}").selected[0].unit_id
        for n in range(4000)
    )

    assert 1900 < met < 2100


def test_thirty_thousand_units_take_less_than_a_second():
    frame = fairdraw.Frame.from_rows((f"9144160{n:011}", "441602/E") for n in range(30_000))

    begun = time.perf_counter()
    selection = fairdraw.draw(frame=frame, design=design("0.03"), seed=SEED)

    assert len(selection.selected) == 900
    assert time.perf_counter() - begun < 1


def test_the_files_name_task_stratum_rank_unit_and_ticket():
    frame = fairdraw.Frame.from_rows((u, "441602/E") for u in ("914403001922038216", "91330100799655058B"))

    selection = fairdraw.draw(frame=frame, design=design("0.5"), seed=SEED)

    assert fairdraw.selection_csv([selection]).decode() == (
        "task,stratum,rank,unit_id,ticket\n"
        "T1,441602/E,1,91330100799655058B,2fda0d7057182382c7ebc1545ec4fae003c14af1d3edcd2a956052389b78c8be\n"
    )
    assert fairdraw.selection_csv([selection], reserves=True).decode() == (
        "task,stratum,rank,unit_id,ticket\n"
        "T1,441602/E,2,914403001922038216,602d76edc3139e74dbc7e9df445671338c29d699615dd976dd39bb195ea22c33\n"
    )


def test_a_real_register_is_drawn_with_its_effective_ratio(shared_data):
    import csv

    with (shared_data / "enterprises" / "heyuan_1981_2003.csv").open(encoding="utf-8", newline="") as file:
        codes = {
            code for row in csv.DictReader(file) for code in row.values() if code and len(code) == 18 and code.isascii()
        }
    frame = fairdraw.Frame.from_rows((code, "4416/E") for code in codes)
    plan = design() | {
        "rule": {"kind": "ratio", "rounding": "up", "strata": {"4416/E": {"ratio": "0.03", "minimum": 1}}}
    }

    selection = fairdraw.draw(frame=frame, design=plan, seed=SEED)

    assert len(codes) > 400
    assert len(selection.selected) == -(-3 * len(codes) // 100)
    assert json.loads(fairdraw.jcs(selection.sizes)) == {"4416/E": [len(selection.selected), len(selection.reserves)]}
