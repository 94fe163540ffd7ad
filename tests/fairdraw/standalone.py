"""The stand-alone verifier of spec/, asked in this process as its users ask it by the command line."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "spec"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("standalone_verifier", FOLDER / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = _loaded()


def exit_code(content: bytes) -> int:
    """0 proven, 1 refuted, 2 unreadable."""
    try:
        files = VERIFIER.unpacked(content)
    except Exception:
        return 2
    try:
        VERIFIER.verify(files)
    except Exception:
        return 1
    return 0


def result_of(files: dict[str, bytes], values: list[bytes]) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The lists that it draws from these files, and the result that the ledger would hold."""
    statement = VERIFIER.load(files["statement.json"])
    suite, salt = statement["suite"], files["salt"]
    message = VERIFIER.digest(suite, files["statement.json"])
    message += b"".join(len(e).to_bytes(8, "big") + e for e in values)
    seed = VERIFIER.mac(suite, salt, message)[:16].hex()
    lines, leaves, claims = VERIFIER.held_again(statement, files, salt, seed)
    people = VERIFIER.people_of(files["inspectors.jsonl"])
    lines["teams"] = VERIFIER.drawn(suite, seed, VERIFIER.visits_of(claims), people)
    lists = {
        f"{name}.csv": "".join(f"{line}\n" for line in [VERIFIER.HEADERS[name], *found]).encode()
        for name, found in lines.items()
        if found is not None
    }
    digests = {
        f"{name}_digest": VERIFIER.digest(suite, lists[f"{name}.csv"]).hex() if f"{name}.csv" in lists else None
        for name in VERIFIER.LISTS
    }
    root = VERIFIER.root_of(suite, leaves).hex()
    return lists, {"ceremony": statement["ceremony"], "protocol": "1", "root": root, "seed": seed} | digests
