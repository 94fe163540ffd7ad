"""Bundles made to crash a verifier or to eat the machine: refused, quickly, and in little memory."""

from __future__ import annotations

import gzip
import io
import json
import random
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import fairdraw
from tests.fairdraw import ceremonies, standalone, tampering
from tests.fairdraw.test_agreement import exit_code

OPEN = next(held for held in map(ceremonies.make, range(99)) if held.outcome.teams and len(held.tasks) == 3)
FILES = OPEN.files()
BUNDLE = fairdraw.write_bundle(FILES)
TASK = OPEN.tasks[0].number
MEMORY = 2**30


def both(content: bytes) -> set[int]:
    return {exit_code(content), standalone.exit_code(content)}


def packed(files, compression=zipfile.ZIP_STORED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


@given(st.binary(max_size=2000))
@example(b"PK\x05\x06" + bytes(17))
@example(b"PK\x05\x06" + b"\xff" * 18)
def test_any_bytes_are_unreadable(content):
    assert both(content) == {tampering.UNREADABLE}


@given(st.integers(0, len(BUNDLE) - 1), st.binary(min_size=1, max_size=40), st.integers(0, 200))
@settings(max_examples=300)
def test_a_bundle_with_some_bytes_overwritten_or_cut_out_is_unreadable(place, put, cut):
    content = BUNDLE[:place] + put + BUNDLE[place + cut :]

    assert both(content) == {tampering.PROVEN if content == BUNDLE else tampering.UNREADABLE}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compressed_or_damaged_archive_is_unreadable(method):
    content = bytearray(packed(FILES, method))
    dice = random.Random(method)

    assert both(bytes(content)) == {tampering.UNREADABLE}
    for _ in range(100):
        spoiled = bytearray(content)
        for _ in range(dice.randint(1, 4)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        assert both(bytes(spoiled)) == {tampering.UNREADABLE}


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)
MEMBERS = ["statement.json", "entropy.json", "ledger-proof.json", f"designs/{TASK}.json", "inspectors.jsonl"]


@given(st.sampled_from(MEMBERS), JSONS)
@example("ledger-proof.json", float("nan"))
@settings(max_examples=80)
def test_any_json_in_a_file_is_refuted(name, value):
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")

    assert both(fairdraw.write_bundle(FILES | {name: content})) == {tampering.REFUTED}


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200))
@settings(max_examples=80)
def test_any_bytes_in_a_file_are_refuted(name, content):
    assert both(fairdraw.write_bundle(FILES | {name: content})) == {tampering.REFUTED}


def committed(**changes):
    """A bundle of an office that committed to this design, these inspectors, this entropy."""
    files = {**FILES, **changes}
    files.pop("ledger-proof.json")
    statement = json.loads(files["statement.json"])
    frozen = {"design": f"designs/{TASK}.json", "frame": f"frames/{TASK}.tsv.gz"}
    for kind, name in frozen.items():
        if name in changes:
            plain = gzip.decompress(files[name]) if kind == "frame" else files[name]
            statement["tasks"][0][f"{kind}_digest"] = fairdraw.digest(plain, OPEN.suite)
    statement["inspectors_digest"] = fairdraw.digest(files["inspectors.jsonl"], OPEN.suite)
    if "statement.json" not in changes:
        files["statement.json"] = fairdraw.jcs(statement)
    entries = OPEN.entries(files, ())
    entries[0]["facts"]["statement_digest"] = fairdraw.digest(files["statement.json"], OPEN.suite)
    return fairdraw.write_bundle(ceremonies.logged(files, entries))


def design(**parts):
    return fairdraw.jcs(json.loads(fairdraw.jcs(OPEN.tasks[0].design)) | parts)


def statement(**parts):
    return fairdraw.jcs(json.loads(FILES["statement.json"]) | parts)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


SEAT = {"organ": "441600SJ", "count": 99}
WITNESS = OPEN.statement["entropy"][0]
HOSTILE = {
    "a list nested 101 deep": lambda: {"entropy.json": nested(101)},
    "a list nested a million deep": lambda: {"entropy.json": nested(10**6)},
    "an object nested 50,000 deep": lambda: {"entropy.json": b'{"a":' * 50_000 + b"1" + b"}" * 50_000},
    "a number of a million digits": lambda: {"entropy.json": b"9" * 10**6},
    "a hundred thousand empty lists": lambda: {"entropy.json": b"[" + b",".join([b"[]"] * 10**5) + b"]"},
    "a frame that swells a thousandfold": lambda: {f"frames/{TASK}.tsv.gz": gzip.compress(bytes(2 * 10**8))},
    "a frame in many streams": lambda: {f"frames/{TASK}.tsv.gz": gzip.compress(b"") * 5_000},
    "ten thousand seats": lambda: {
        f"designs/{TASK}.json": design(teams={"seats": [SEAT] * 10**4, "region_rule": "any", "reserves": 0})
    },
    "a seat for a billion": lambda: {
        f"designs/{TASK}.json": design(teams={"seats": [SEAT | {"count": 10**9}], "region_rule": "any"})
    },
    "a billion reserves": lambda: {f"designs/{TASK}.json": design(reserves={"ratio": "9" * 30, "minimum": 2**53 - 1})},
    "ten thousand sources": lambda: {"statement.json": statement(entropy=[WITNESS] * 10**4)},
    "a fall-back of a fall-back, thousandfold": lambda: {
        "statement.json": statement(
            entropy=[
                {"kind": "dice", "by": str(n), "organ": None, "commitment": None, "instead_of": n - 1 if n else None}
                | {"details": {"count": 1, "faces": 6}}
                for n in range(5000)
            ]
        )
    },
    "an inspector with more visits than there are": lambda: {
        "inspectors.jsonl": FILES["inspectors.jsonl"].replace(b'"load":0', b'"load":%d' % (2**53 - 1), 1)
    },
}


@pytest.mark.parametrize("changes", HOSTILE.values(), ids=HOSTILE)
def test_what_an_office_could_commit_to_in_order_to_stop_its_verifiers_is_refuted(changes):
    assert both(committed(**changes())) == {tampering.REFUTED}


def test_what_is_nested_as_deep_as_may_be_is_proven():
    evidence = json.loads(nested(97))
    entropy = fairdraw.jcs([item | {"evidence": evidence} for item in OPEN.entropy])

    assert both(committed(**{"entropy.json": entropy})) == {tampering.PROVEN}


def test_a_checkpoint_with_a_thousand_signatures_is_refuted():
    proof = json.loads(FILES["ledger-proof.json"])
    line = proof["checkpoint"].rstrip("\n").rpartition("\n")[2]
    proof["checkpoint"] += f"{line}\n" * 1000

    assert both(fairdraw.write_bundle(FILES | {"ledger-proof.json": fairdraw.jcs(proof)})) == {tampering.REFUTED}


def thousands_of_files():
    return packed({f"designs/{n}.json": b"{}" for n in range(10_000)})


def quoted_file():
    """Entries that all show the same bytes: a small archive with much in it."""
    good = packed({"salt": bytes(10**6)})
    at = good.index(b"PK\x01\x02")
    entries, end = good[at : good.rindex(b"PK\x05\x06")] * 9000, good[good.rindex(b"PK\x05\x06") :]
    size = len(entries).to_bytes(4, "little")
    return good[:at] + entries + end[:8] + (9000).to_bytes(2, "little") * 2 + size + end[16:]


def swelling_archive():
    return packed({"statement.json": bytes(3 * 10**8)}, zipfile.ZIP_DEFLATED)


def swelling_frame():
    """Nearly a hundredfold, as far as is allowed: two megabytes to two hundred."""
    noise = random.Random(0).randbytes(1_800_000)
    return committed(**{f"frames/{TASK}.tsv.gz": gzip.compress(b"0\t0\n" * 47_000_000 + noise, 1)})


BOMBS = {
    "many files": (thousands_of_files, tampering.UNREADABLE),
    "one file many times": (quoted_file, tampering.UNREADABLE),
    "an archive that swells": (swelling_archive, tampering.UNREADABLE),
    "a frame that swells": (swelling_frame, tampering.REFUTED),
}


@pytest.mark.parametrize("command", [["-m", "fairdraw", "verify"], [str(standalone.FOLDER / "verify.py")]])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_a_gibibyte_of_memory(tmp_path, command, bomb):
    bundle = tmp_path / "bomb.zip"
    make, answer = BOMBS[bomb]
    bundle.write_bytes(make())

    run = subprocess.run(  # noqa: S603
        [sys.executable, *command, str(bundle)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=Path(fairdraw.__file__).parents[1],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )

    assert run.returncode == answer, run.stderr
    assert "Traceback" not in run.stderr
