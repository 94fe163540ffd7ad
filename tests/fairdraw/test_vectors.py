"""The published vectors of spec/vectors: a changed byte there is a change of the specification."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import fairdraw
from fairdraw import merkle
from fairdraw.canonical import read_json
from fairdraw.design import SeatDemand, TeamRule
from fairdraw.evidence import moment
from fairdraw.note import Key, Receipt, signed_checkpoint
from fairdraw.quotas import start
from tests.fairdraw import standalone

FOLDER = Path(__file__).resolve().parents[2] / "spec" / "vectors"


def vectors(name):
    return json.loads((FOLDER / name).read_text())


HASHES, SIZES, TEAMS, LEDGER, CEREMONY = map(
    vectors, ["hashes.json", "sizes.json", "teams.json", "ledger.json", "ceremony.json"]
)


@pytest.mark.parametrize("case", HASHES["canonical"], ids=lambda case: case["bytes"][:16])
def test_values_have_one_canonical_form(case):
    assert fairdraw.jcs(case["value"]).hex() == case["bytes"]


@pytest.mark.parametrize("case", HASHES["read"], ids=lambda case: case["what"])
def test_what_is_canonical_is_read(case):
    content = bytes.fromhex(case["bytes"])

    assert fairdraw.jcs(read_json(content)) == content
    assert fairdraw.jcs(standalone.VERIFIER.load(content)) == content


@pytest.mark.parametrize("case", HASHES["not_canonical"], ids=lambda case: case["what"])
def test_what_is_not_canonical_is_refused(case):
    content = bytes.fromhex(case["bytes"])

    with pytest.raises(fairdraw.NotCanonical):
        read_json(content)
    with pytest.raises((AssertionError, ValueError)):
        standalone.VERIFIER.load(content)


def test_moments_have_one_form():
    assert all(moment(text) for text in HASHES["moments"])
    assert not any(moment(text) for text in HASHES["not_moments"])


@pytest.mark.parametrize("case", HASHES["tickets"], ids=lambda case: f"{case['suite']} {case['unit_id']}")
def test_tickets_are_those_of_the_protocol(case):
    assert fairdraw.ticket(case["seed"], case["unit_id"], case["suite"]) == case["ticket"]


@pytest.mark.parametrize("case", HASHES["seeds"], ids=lambda case: case["suite"])
def test_salt_statement_and_entropy_give_the_seed(case):
    seed = fairdraw.derive_seed(
        salt=bytes.fromhex(case["salt"]),
        statement_digest=bytes.fromhex(case["statement_digest"]),
        entropies=[bytes.fromhex(value) for value in case["entropies"]],
        suite=case["suite"],
    )

    assert seed == case["seed"]


def test_commitments_and_blinded_digests_are_as_published():
    for case in HASHES["salts"]:
        assert fairdraw.commit_salt(bytes.fromhex(case["salt"]), case["suite"]) == case["commitment"]
    for case in HASHES["witnesses"]:
        nonce, value = bytes.fromhex(case["nonce"]), bytes.fromhex(case["value"])
        assert fairdraw.commit_input(nonce=nonce, value=value, suite=case["suite"]) == case["commitment"]
    for case in HASHES["blinded"]:
        salt = bytes.fromhex(case["salt"])
        assert fairdraw.blind(case["digest"], salt=salt, suite=case["suite"]) == case["blinded"]


def test_a_different_key_order_in_python_is_the_same_canonical_form():
    assert fairdraw.jcs({"😀": 2, "\ue000": 1}).decode() == '{"😀":2,"\ue000":1}'


@pytest.mark.parametrize("case", SIZES["sizes"], ids=lambda case: str(case["design"]["rule"])[:40])
def test_sizes_follow_the_rule(case):
    sizes = fairdraw.sizes(case["design"], case["counts"], case["seed"])

    assert {stratum: list(size) for stratum, size in sizes.items()} == case["sizes"]


@pytest.mark.parametrize("case", SIZES["burden"], ids=lambda case: case["delta"])
def test_burden_shares_are_exact(case):
    visited = {int(b): count for b, count in case["visited"].items()}

    shares = fairdraw.burden_shares(visited, case["n"], delta=Fraction(case["delta"]), cap=case["cap"])

    assert {str(b): str(share) for b, share in shares.items()} == case["shares"]


@pytest.mark.parametrize("case", SIZES["batches"], ids=lambda case: case["design"]["task"])
def test_batches_are_cut_from_the_order_of_tickets(case):
    plan = fairdraw.read_design(case["design"])
    rows = tuple(fairdraw.Row(**row, rank=0) for row in case["selected"])
    selection = fairdraw.Selection(plan.task, {}, rows, ())

    windows = {unit: [day.isoformat() for day in window] for unit, window in fairdraw.windows(plan, selection).items()}

    assert fairdraw.batches(plan, selection) == case["batches"]
    assert windows == case["windows"]


def test_the_random_start_of_a_task_comes_from_its_number():
    for case in SIZES["starts"]:
        assert start(case["seed"], case["task"]) == Fraction(int(case["numerator"], 16), 2**256)


def visit(fields):
    seats = tuple(fairdraw.Seat(*seat) for seat in fields["seats"])
    return fairdraw.Visit(fields["visit_id"], fields["unit_id"], fields["region"], seats, fields["reserves"])


def inspectors(case):
    lines = b"".join(fairdraw.jcs(fields) + b"\n" for fields in case["inspectors"])
    return fairdraw.inspectors_from_bytes(lines)


@pytest.mark.parametrize("case", [c for c in TEAMS["cases"] if "teams.csv" in c], ids=lambda case: case["what"])
def test_teams_are_those_of_the_seed(case):
    visits = [visit(fields) for fields in case["visits"]]

    teams = fairdraw.assign_teams(visits=visits, inspectors=inspectors(case), seed=case["seed"])

    assert teams.to_csv().decode() == case["teams.csv"]
    assert teams.loads == case["loads"]


def test_an_impossible_assignment_is_explained():
    [case] = [case for case in TEAMS["cases"] if "infeasible" in case]
    visits = [visit(fields) for fields in case["visits"]]

    with pytest.raises(fairdraw.Infeasible) as caught:
        fairdraw.assign_teams(visits=visits, inspectors=inspectors(case), seed=case["seed"])

    assert [list(seat) for seat in caught.value.seats] == case["infeasible"]["seats"]
    assert list(caught.value.inspectors) == case["infeasible"]["inspectors"]
    assert caught.value.places == case["infeasible"]["places"]
    assert str(caught.value).startswith("这 10 个席位(")
    assert str(caught.value).endswith("担任,而他们合计只有 9 个名额")


def test_tasks_that_meet_at_a_door_make_one_visit():
    claims = [
        fairdraw.Claim(
            task=claim["task"],
            unit_id=claim["unit_id"],
            region=claim["region"],
            window=tuple(map(date.fromisoformat, claim["window"])),
            teams=TeamRule(
                tuple(SeatDemand(*seat) for seat in claim["seats"]), claim["region_rule"], claim["reserves"]
            ),
        )
        for claim in TEAMS["merging"]["claims"]
    ]

    visits = fairdraw.visits_of(claims)

    assert [(v.visit_id, list(v.tasks)) for v in visits] == [
        (v["visit_id"], v["tasks"]) for v in TEAMS["merging"]["visits"]
    ]
    assert [v.seats for v in visits] == [visit(v).seats for v in TEAMS["merging"]["visits"]]


def test_ledger_roots_proofs_and_checkpoint_are_as_published():
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEDGER["leaves"]]

    assert [leaf.hex() for leaf in leaves] == LEDGER["leaf_hashes"]
    assert [merkle.root(leaves[:size]).hex() for size in range(9)] == LEDGER["roots"]
    for case in LEDGER["inclusion"]:
        proof = merkle.inclusion_proof(leaves[: case["size"]], case["index"])
        assert [sibling.hex() for sibling in proof] == case["proof"]
    for case in LEDGER["consistency"]:
        proof = merkle.consistency_proof(leaves[: case["size2"]], case["size1"])
        assert [sibling.hex() for sibling in proof] == case["proof"]
    key = Key.parse(LEDGER["vkey"])
    assert signed_checkpoint(LEDGER["checkpoint"], key=key).root.hex() == LEDGER["roots"][8]
    assert Receipt.parse(LEDGER["receipt"]).shows(bytes.fromhex(LEDGER["leaves"][5]), key=key)


@pytest.mark.parametrize("case", CEREMONY["ceremonies"], ids=lambda case: case["statement"]["release"])
def test_a_whole_ceremony_gives_its_published_result(case):
    suite, salt = case["statement"]["suite"], bytes.fromhex(case["salt"])
    tasks = [
        fairdraw.FrozenTask(
            frame=fairdraw.Frame.from_bytes(frame.encode()),
            design=design,
            burden=burden and fairdraw.burden_from_bytes(burden.encode()),
        )
        for frame, design, burden in zip(case["frames"], case["designs"], case["burdens"], strict=True)
    ]

    outcome = fairdraw.hold(
        statement=fairdraw.read_statement(case["statement"]),
        tasks=tasks,
        inspectors=fairdraw.inspectors_from_bytes(case["inspectors.jsonl"].encode()),
        salt=salt,
        entropies=fairdraw.read_entropy(case["entropy"], case["statement"]),
    )

    assert fairdraw.statement_digest(case["statement"]).hex() == case["statement_digest"]
    assert outcome.seed == case["seed"]
    assert {name: content.decode() for name, content in outcome.files.items()} == case["files"]
    assert outcome.result == case["result"]
    assert outcome.result_digest(suite) == case["result_digest"]
    assert fairdraw.verify_leaf(case["leaf_proof"], root=outcome.result["root"], suite=suite)
