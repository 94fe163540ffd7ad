"""Whole ceremonies, open and sealed, from the issued task to the verified bundle."""

import pytest

import fairdraw
from mingcha.draws import actions, queries
from mingcha.draws.models import DrawnSeat, SelectedUnit
from mingcha.ledger.models import LedgerEntry
from tests import draws_world


@pytest.fixture
def issued(world):
    return draws_world.issue_and_staff(world)


def acts(ceremony) -> list[str]:
    rows = LedgerEntry.objects.filter(subject=ceremony.number).order_by("seq")
    return [act.removeprefix("ceremony.") for act in rows.values_list("act", flat=True)]


def test_a_sealed_ceremony_from_beginning_to_end(world, issued):
    ceremony = draws_world.draw(world, [issued.department])
    draws_world.countersign(world, ceremony)

    bundle = actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    ceremony.refresh_from_db()
    assert ceremony.state == "RELEASED"
    assert acts(ceremony) == [
        *["prepare", "declare", "declare", "input", "input", "commit", "open", "open", "draw"],
        *["release", "countersign", "countersign", "release"],
    ]
    report = fairdraw.verify_bundle(bundle)
    assert (report.exit_code, report.whole) == (0, False)
    assert sorted(fairdraw.read_bundle(bundle)) == [
        "certificate.pdf",
        "entropy.json",
        "ledger-proof.json",
        "statement.json",
    ]
    whole = fairdraw.verify_bundle(queries.bundle_bytes(ceremony, for_auditors=True))
    assert (whole.exit_code, whole.whole) == (0, True)


def test_an_open_ceremony_from_beginning_to_end(world, issued):
    ceremony = draws_world.draw(world, [issued.joint])

    bundle = actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    report = fairdraw.verify_bundle(bundle)
    assert (report.exit_code, report.whole) == (0, True)
    assert report.facts["seed"] == ceremony.seed
