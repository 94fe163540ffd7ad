"""Witnesses in public: the organ and a number, never the name of an account."""

import json

import fairdraw
from mingcha.draws import actions, queries
from mingcha.draws.models import EntropySource
from mingcha.ledger.models import LedgerEntry
from tests import draws_world


def names(statement: str) -> list[str]:
    return [source["by"] for source in json.loads(statement)["entropy"]]


def test_a_statement_names_organs_and_no_accounts(committed):
    assert names(committed.statement) == ["河源市纪委监委-1", "河源市司法局-1"]


def test_the_ledger_of_declaring_and_opening_names_organs_too(opened):
    acts = ["ceremony.declare", "ceremony.input", "ceremony.open"]
    facts = [json.loads(row.body)["facts"] for row in LedgerEntry.objects.filter(subject=opened.number, act__in=acts)]

    assert {fact["witness"] for fact in facts} == {"河源市纪委监委-1", "河源市司法局-1"}


def test_a_second_witness_of_an_organ_has_the_next_number(world, prepared):
    office = world["office"]

    source = actions.declare_witness(
        ceremony=prepared, user=office.user, organization=office.organization, by=world["market"], at=world.now
    )
    justice = EntropySource.objects.get(ceremony=prepared, witness=world.user("justice"))

    assert (source.name, justice.name) == ("河源市联席会议办公室-1", "河源市司法局-1")


def test_a_ceremony_declared_before_labels_keeps_its_names_and_is_verified(world, issued):
    ceremony = draws_world.prepare(world, [issued.joint])
    ceremony.sources.update(label="")
    draws_world.freeze(world, ceremony)
    draws_world.open_inputs(world, ceremony)
    actions.hold(ceremony=ceremony, by=world["market"], at=world.now)
    ceremony.refresh_from_db()

    bundle = actions.release(ceremony=ceremony, by=world["market"], at=world.now)

    assert names(ceremony.statement) == ["discipline", "justice"]
    assert fairdraw.verify_bundle(bundle).ok
    assert queries.own_source(ceremony, world["justice"]).commitment
