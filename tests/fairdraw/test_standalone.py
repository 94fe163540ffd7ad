"""The stand-alone verifier of spec/ and the program agree, on good bundles and on bad ones."""

import ast
import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

import fairdraw
from tests.fairdraw import ceremonies

SCRIPT = Path(__file__).resolve().parents[2] / "spec" / "verify.py"
SCRIPTS = sorted(SCRIPT.parent.glob("*.py"))


def standalone():
    spec = importlib.util.spec_from_file_location("standalone_verifier", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = standalone()
DICE_FOR_A_WITNESS = fairdraw.Source("dice", "公证处", details={"count": 8, "faces": 6}, instead_of=1)


def believes(files):
    try:
        VERIFIER.verify(files)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("number", range(120))
def test_both_prove_what_is_right_and_refute_a_changed_byte(number):
    dice = random.Random(number)
    held = ceremonies.make(number)
    files = held.files(public=held.statement["release"] == "sealed" and dice.random() < 0.5)
    name = dice.choice(sorted(files))
    spoiled = bytearray(files[name])
    spoiled[dice.randrange(len(spoiled))] ^= 1 << dice.randrange(8)
    tampered = files | {name: bytes(spoiled)}

    assert fairdraw.verify_files(files).ok
    assert believes(files)
    assert not fairdraw.verify_files(tampered).ok
    assert not believes(tampered)


def dishonest(held, dice):
    """Files in which one thing is not what the draw gave, and a ledger that was written to fit."""
    files = held.files()
    files.pop("ledger-proof.json")
    entries = held.entries(files, ())
    kind = dice.choice(["selection.csv", "reserves.csv", "teams.csv", "salt", "entropy.json", "root", "statement"])
    if kind == "root":
        entries[1]["facts"]["result_root"] = "00" * 32
    elif kind == "salt":
        files["salt"] = bytes(32)
    elif kind == "entropy.json":
        files[kind] = fairdraw.jcs([held.entropy[0] | {"value": "00"}, held.entropy[1]])
    elif kind == "statement":
        changed = json.loads(files["statement.json"])
        changed["tasks"][0]["total"] += 1
        files["statement.json"] = fairdraw.jcs(changed)
        entries[0]["facts"]["statement_digest"] = fairdraw.digest(files["statement.json"], held.suite)
    elif kind in files:
        lines = files[kind].decode().splitlines(keepends=True)
        files[kind] = "".join(lines[:-1] if len(lines) > 1 else [*lines, "x\n"]).encode()
    else:
        files[kind] = b"visit_id,seat,inspector_id,kind\n"
    entries[1]["facts"]["entropy_digest"] = fairdraw.digest(files["entropy.json"], held.suite)
    entries[-1]["facts"]["members"] = fairdraw.manifest(files, held.suite)
    return ceremonies.logged(files, entries)


@pytest.mark.parametrize("number", range(200, 300))
def test_both_refute_what_a_dishonest_office_wrote_into_its_ledger(number):
    files = dishonest(ceremonies.make(number), random.Random(number))

    assert not fairdraw.verify_files(files).ok
    assert not believes(files)


@pytest.mark.parametrize("source", [fairdraw.Source("os", "system"), DICE_FOR_A_WITNESS])
def test_both_refute_a_formal_draw_that_someone_could_choose(source):
    formal = next(h for h in map(ceremonies.make, range(99)) if not h.statement["rehearsal"])
    files = ceremonies.with_source(formal, source, b"chosen last").files()

    assert not fairdraw.verify_files(files).ok
    with pytest.raises(AssertionError, match=r"draw trusts its own server|witness"):
        VERIFIER.verify(files)


def test_both_prove_a_rehearsal_with_the_server_and_a_draw_with_a_lottery():
    held = [ceremonies.make(n) for n in range(30)]
    rehearsal = next(h for h in held if h.statement["rehearsal"])
    formal = next(h for h in held if not h.statement["rehearsal"])

    for mixed in (
        ceremonies.with_source(rehearsal, fairdraw.Source("os", "system"), b"x"),
        ceremonies.with_source(formal, ceremonies.LOTTERY, b"2.7.11.19.26.33./9./", ceremonies.NUMBERS),
    ):
        assert fairdraw.verify_files(mixed.files()).ok
        assert believes(mixed.files())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_it_is_short_and_imports_the_standard_library_alone(script):
    source = script.read_text()
    names = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }

    assert names <= sys.stdlib_module_names | {other.stem for other in SCRIPTS}
    assert len(source.splitlines()) <= 150


@pytest.mark.parametrize(("spoil", "code"), [(None, 0), ("selection.csv", 1), ("zip", 2), ("date", 2)])
def test_it_runs_alone_and_tells_by_its_exit_code(tmp_path, spoil, code):
    files = ceremonies.make(1).files()
    if spoil in files:
        files[spoil] += b"x"
    bundle = tmp_path / "bundle.zip"
    good = fairdraw.write_bundle(files)
    bundle.write_bytes({"zip": b"not a zip", "date": good[:10] + b"\1" + good[11:]}.get(spoil, good))

    run = subprocess.run(  # noqa: S603
        [sys.executable, "-I", str(SCRIPT), str(bundle)], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert run.returncode == code
    assert ("proven; seed" in run.stdout) == (code == 0)
