"""One changed byte anywhere: verification fails and says where. On bundles that the platform released."""

import random

import pytest

import fairdraw
from fairdraw.note import ED25519, Key
from mingcha.draws import actions, queries
from mingcha.draws.verification import FAILED, PROVEN, UNREADABLE, verify_file
from mingcha.ledger import keys
from tests import draws_world
from tests.rooms.draws.test_ceremony import verified_by_a_stranger

PLACES = 6
"""Bytes tried in each file, besides its first and last."""
RAW_PLACES = 150


@pytest.fixture
def bundles(world, issued):
    """The open one, the sealed one's public part, and its auditors' whole."""
    plain = actions.release(ceremony=draws_world.draw(world, [issued.joint]), by=world["market"], at=world.now)
    sealed = draws_world.draw(world, [issued.department])
    draws_world.countersign(world, sealed)
    public = actions.release(ceremony=sealed, by=world["market"], at=world.now)
    return {"open": plain, "public": public, "auditors": queries.bundle_bytes(sealed, for_auditors=True)}


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def places_in(content: bytes, dice: random.Random) -> set[int]:
    return {0, len(content) - 1, *(dice.randrange(len(content)) for _ in range(PLACES))}


@pytest.mark.parametrize("kind", ["open", "public", "auditors"])
def test_a_changed_byte_of_any_file_is_caught_with_its_reason(bundles, kind):
    files, dice = fairdraw.read_bundle(bundles[kind]), random.Random(1)
    assert fairdraw.verify_files(files).ok

    for name, content in files.items():
        for place in places_in(content, dice):
            report = fairdraw.verify_files({**files, name: flipped(content, place)})
            assert report.exit_code == 1, f"{name} at {place}"
            assert all(str(check.refusal) for check in report.failed)
            if name not in ("ledger-proof.json", "statement.json"):
                assert any(name.split("/")[-1].split(".")[0] in str(check.refusal) for check in report.failed), name


@pytest.mark.parametrize("kind", ["open", "public", "auditors"])
def test_a_missing_file_is_caught(bundles, kind):
    files = fairdraw.read_bundle(bundles[kind])

    for name in files:
        report = fairdraw.verify_files({other: content for other, content in files.items() if other != name})
        assert report.exit_code == 1, name


@pytest.mark.parametrize("kind", ["open", "public", "auditors"])
def test_a_changed_byte_of_the_archive_is_caught_wherever_it_stands(bundles, kind, tmp_path):
    bundle, dice, file = bundles[kind], random.Random(2), tmp_path / "bundle.zip"

    for place in {dice.randrange(len(bundle)) for _ in range(RAW_PLACES)} | set(range(30)):
        file.write_bytes(flipped(bundle, place))
        verdict = verify_file(file)
        assert verdict.exit_code in (FAILED, UNREADABLE), place
        assert verdict.reasons


@pytest.mark.parametrize("kind", ["open", "public", "auditors"])
def test_the_stranger_catches_a_changed_byte_too(bundles, kind, tmp_path):
    files, dice = fairdraw.read_bundle(bundles[kind]), random.Random(3)

    for name, content in files.items():
        spoilt = {**files, name: flipped(content, dice.randrange(len(content)))}
        done = verified_by_a_stranger(fairdraw.write_bundle(spoilt), tmp_path)
        assert done.returncode == 1, name
        assert done.stdout or done.stderr


def test_a_file_that_is_no_bundle_cannot_be_read(tmp_path):
    (tmp_path / "text").write_text("春风又绿江南岸")

    assert verify_file(tmp_path / "text").exit_code == UNREADABLE
    assert verify_file(tmp_path / "absent").exit_code == UNREADABLE
    assert "文件无法读取" in verify_file(tmp_path / "absent").reasons[0]


def test_a_key_known_from_elsewhere_is_held_to(bundles, tmp_path):
    (tmp_path / "bundle.zip").write_bytes(bundles["open"])
    stranger = Key("log.example.org", ED25519, bytes(range(32)))

    assert verify_file(tmp_path / "bundle.zip", trusted_keys=[keys.verifier_key()]).exit_code == PROVEN
    assert verify_file(tmp_path / "bundle.zip", trusted_keys=[str(stranger)]).exit_code == FAILED
