"""The vectors of the specification hold in the browser too: the public page's modules compute what is published."""

import json
from pathlib import Path

import pytest

VECTORS = Path(__file__).resolve().parents[2] / "spec" / "vectors"
COMPUTED = (Path(__file__).resolve().parent / "vectors.js").read_text(encoding="utf-8")


def vectors(file: str) -> dict:
    return json.loads((VECTORS / f"{file}.json").read_text(encoding="utf-8"))


@pytest.fixture
def pairs_of(live_server, page):
    """[expected, found] for each vector of a name."""
    page.goto("/verify/")
    return lambda name, given: page.evaluate(COMPUTED, [name, given])


@pytest.mark.parametrize(
    ("file", "name"),
    [
        *(("hashes", name) for name in ("canonical", "read", "not_canonical", "moments", "not_moments")),
        *(("hashes", name) for name in ("tickets", "seeds", "salts", "witnesses", "blinded")),
        *(("sizes", name) for name in ("sizes", "starts", "burden", "batches")),
        *(("ledger", name) for name in ("inclusion", "roots")),
        ("ceremony", "ceremonies"),
        ("teams", "merging"),
    ],
)
def test_the_vectors_hold(pairs_of, file, name):
    pairs = pairs_of(name, vectors(file))

    assert pairs
    for expected, found in pairs:
        assert found == expected


def test_teams_of_the_vectors_are_valid_and_even(pairs_of):
    cases = [case for case in vectors("teams")["cases"] if "teams.csv" in case]

    assert pairs_of("cases", {"cases": cases}) == [["", ""]] * len(cases)


def test_teams_that_could_be_more_even_are_refused(pairs_of):
    case = next(case for case in vectors("teams")["cases"] if len(case.get("teams.csv", "").splitlines()) > 3)
    lighter = min(case["inspectors"], key=lambda who: case["loads"][who["inspector_id"]])
    lighter["load"], lighter["capacity"] = 0, 99
    for other in case["inspectors"]:
        if other is not lighter and other["organ"] == lighter["organ"]:
            other["load"] += 5

    [[_, said]] = pairs_of("cases", {"cases": [case]})

    assert said.startswith("负担不均:")


def test_a_signed_checkpoint_holds_and_a_changed_one_does_not(pairs_of):
    ledger = vectors("ledger")
    right = {"vkey": ledger["vkey"], "note": ledger["checkpoint"], "size": 8}
    wrong = {**right, "note": ledger["checkpoint"].replace("\n8\n", "\n9\n")}

    assert pairs_of("checkpoint", {"checkpoint": [right, wrong]}) == [[8, 8], [8, "检查点没有 %(name)s 的有效签名"]]
