"""A unit's own leaf: who may make the file, when, and that it proves what the public root holds and nothing else."""

import json

import pytest
from django.urls import reverse

import fairdraw
from mingcha.draws import actions, queries, rules
from mingcha.draws.states import DrawnAs
from mingcha.ledger.models import LedgerEntry
from mingcha.people.permissions import NotPermitted
from tests import draws_world


@pytest.fixture
def released(world, drawn):
    draws_world.countersign(world, drawn)
    actions.release(ceremony=drawn, by=world["market"], at=world.now)
    drawn.refresh_from_db()
    return drawn


def units_of(ceremony):
    """Somebody drawn, and somebody of the frame who was not."""
    task = ceremony.tasks.get().task.number
    frame = fairdraw.read_bundle(queries.bundle_bytes(ceremony, for_auditors=True))[f"frames/{task}.tsv.gz"]
    units = {unit for unit, _ in fairdraw.Frame.from_bytes(fairdraw.bundle.unzipped(frame)).lines}
    selected = set(queries.selected_units(ceremony).filter(drawn_as=DrawnAs.SELECTED).values_list("unit_id", flat=True))
    return task, min(selected), min(units - selected)


def test_those_drawn_and_those_not_drawn_get_a_file_that_the_public_root_bears_out(world, released, client_of):
    task, drawn, not_drawn = units_of(released)
    address = reverse("draws:leaf", args=[released.number])

    for unit, expected in ((drawn, True), (not_drawn, False)):
        response = client_of("market").post(address, {"task": task, "unit_id": unit})

        shown = json.loads(response.content)
        assert response.headers["Content-Disposition"].startswith(f'attachment; filename="{released.number}-{task}-')
        assert (shown["leaf"]["unit_id"], shown["leaf"]["drawn"]) == (unit, expected)
        assert fairdraw.verify_leaf(shown, root=released.result_root, suite=released.suite)
        assert not fairdraw.verify_leaf(
            shown | {"leaf": shown["leaf"] | {"drawn": not expected}}, root=released.result_root
        )


def test_the_ledger_holds_that_a_leaf_was_shown_but_not_whose(world, released):
    task, unit, _ = units_of(released)

    shown = actions.show_leaf(ceremony=released, task=task, unit_id=unit, by=world["market"], at=world.now)

    entry = LedgerEntry.objects.get(act="ceremony.show_leaf")
    assert json.loads(entry.body)["facts"] == {
        "task": task,
        "leaf": fairdraw.digest(fairdraw.jcs(shown["leaf"]), released.suite),
    }
    assert unit not in entry.body


def test_before_the_release_nobody_learns_whether_they_were_drawn(world, drawn):
    task, unit, _ = units_of(drawn)

    with pytest.raises(rules.CannotShowLeaf, match="公开之后"):
        actions.show_leaf(ceremony=drawn, task=task, unit_id=unit, by=world["market"], at=world.now)


def test_a_unit_that_could_not_be_drawn_has_no_leaf(released, client_of):
    task, _, _ = units_of(released)
    address = reverse("draws:leaf", args=[released.number])

    response = client_of("market").post(address, {"task": task, "unit_id": "NOBODY"})

    assert response.status_code == 409
    assert f"NOBODY 不在任务 {task} 的抽查基数中" in response.content.decode()
    assert not LedgerEntry.objects.filter(act="ceremony.show_leaf").exists()


def test_a_root_that_is_not_the_one_logged_hands_out_nothing(world, released):
    task, unit, _ = units_of(released)
    type(released).objects.filter(pk=released.pk).update(result_root="00" * 32)

    with pytest.raises(rules.CannotShowLeaf, match="树根不符"):
        actions.show_leaf(ceremony=released, task=task, unit_id=unit, by=world["market"], at=world.now)


def test_only_who_holds_the_ceremony_makes_leaves(world, released, client_of):
    task, unit, _ = units_of(released)
    address = reverse("draws:leaf", args=[released.number])

    assert client_of("education").get(address).status_code == 404
    assert client_of("justice").get(address).status_code == 403
    with pytest.raises(NotPermitted):
        actions.show_leaf(ceremony=released, task=task, unit_id=unit, by=world["justice"], at=world.now)


def test_the_ceremony_s_page_offers_it_once_released(released, client_of):
    address = reverse("draws:leaf", args=[released.number])

    assert address in client_of("market").get(reverse("draws:ceremony", args=[released.number])).content.decode()
    assert address not in client_of("justice").get(reverse("draws:ceremony", args=[released.number])).content.decode()
