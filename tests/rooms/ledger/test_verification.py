"""The trail grows by actions only, and every touch of it is found."""

import contextlib

import pytest
from django.db import DatabaseError, connection, transaction

from fairdraw.merkle import verify_inclusion
from mingcha.ledger import actions, guards, queries
from mingcha.ledger.models import Checkpoint, LedgerEntry
from mingcha.ledger.verification import verify


@pytest.fixture
def touched(world):
    """Change the database behind the program's back, past its guards."""

    def run(sql: str) -> None:
        guards.take_down(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql)

    return run


def test_an_untouched_trail_is_proven(world):
    actions.sign_checkpoint(at=world.now)

    verdict = verify()

    assert verdict.ok
    assert verdict.entries == LedgerEntry.objects.count() > 30
    assert verdict.checkpoints == 1


@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE ledger_ledgerentry SET act = 'x'",
        "DELETE FROM ledger_ledgerentry",
        "UPDATE ledger_checkpoint SET root = 'x'",
        "DELETE FROM ledger_checkpoint",
    ],
)
def test_the_database_refuses_to_change_or_delete(world, verb):
    actions.sign_checkpoint(at=world.now)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)

    assert verify().ok


TOUCHES = [
    ("UPDATE ledger_ledgerentry SET actor = 'somebody' WHERE seq = 5", 5),
    ("UPDATE ledger_ledgerentry SET at = '2020-01-01 00:00:00' WHERE seq = 6", 6),
    ("UPDATE ledger_ledgerentry SET organization = 'x' WHERE seq = 7", 7),
    ("UPDATE ledger_ledgerentry SET body = replace(body, 'people', 'purple') WHERE seq = 3", 3),
    ("UPDATE ledger_ledgerentry SET digest = leaf WHERE seq = 2", 2),
    ("UPDATE ledger_ledgerentry SET leaf = digest WHERE seq = 4", 4),
    ("UPDATE ledger_ledgerentry SET peaks = '' WHERE seq = 8", 8),
    ("DELETE FROM ledger_ledgerentry WHERE seq = 9", 9),
    ("DELETE FROM ledger_ledgerentry WHERE seq = 0", 0),
]


@pytest.mark.parametrize(("sql", "seq"), TOUCHES)
def test_the_first_touched_entry_is_named(world, touched, sql, seq):
    touched(sql)

    verdict = verify()

    assert verdict.fault is not None
    assert verdict.fault.seq == seq


def test_a_cut_end_is_found_by_the_head(world, touched):
    last = queries.last_entry().seq

    touched(f"DELETE FROM ledger_ledgerentry WHERE seq = {last}")

    assert verify().fault.seq == last


def test_a_cut_end_is_found_by_the_checkpoint_even_if_the_head_is_cut_too(world, touched):
    actions.sign_checkpoint(at=world.now)
    last = queries.last_entry().seq

    touched(f"DELETE FROM ledger_ledgerentry WHERE seq = {last}")
    touched(f"UPDATE ledger_ledgerhead SET size = {last}")

    assert verify().fault.seq == last


def test_a_false_checkpoint_is_found(world, touched):
    signed = actions.sign_checkpoint(at=world.now)

    touched("UPDATE ledger_checkpoint SET note = replace(note, 'mingcha', 'mengcha')")

    assert verify().fault.seq == signed.size - 1


def test_a_rolled_back_action_leaves_no_entry(world):
    before = queries.last_entry().seq

    with contextlib.suppress(RuntimeError), transaction.atomic():
        actions.append(act="x.y", subject="x:1", facts={}, by=world.sysadmin, at=world.now)
        raise RuntimeError

    assert queries.last_entry().seq == before
    assert verify().ok


def test_every_entry_has_a_proof_in_the_signed_tree(world):
    checkpoint = actions.sign_checkpoint(at=world.now)

    for entry in LedgerEntry.objects.all():
        assert verify_inclusion(
            bytes.fromhex(entry.leaf),
            index=entry.seq,
            size=checkpoint.size,
            proof=[bytes.fromhex(step) for step in queries.proof_of(entry, size=checkpoint.size)],
            root=bytes.fromhex(checkpoint.root),
        )


def test_signing_twice_gives_one_checkpoint(world):
    first, second = actions.sign_checkpoint(at=world.now), actions.sign_checkpoint(at=world.now)

    assert first == second
    assert Checkpoint.objects.count() == 1
