"""Bundles on which verifiers once disagreed, or might: each by its name, with the answer that is right."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import fairdraw
from fairdraw.note import COSIGNATURE, Key
from tests.fairdraw import ceremonies
from tests.fairdraw.tampering import PROVEN, REFUTED, Files

_HELD = [ceremonies.make(number) for number in range(99)]
OPEN = next(held for held in _HELD if held.statement["release"] == "open" and not held.statement["rehearsal"])
SEALED = next(held for held in _HELD if held.statement["release"] == "sealed")
DICE = fairdraw.Source("dice", "公证处", details={"count": 4, "faces": 6})
THROWS = {"throws": [3, 1, 6, 4], "seen_by": ["0007", "0012"]}


def _frozen_at(moment: str) -> Files:
    return _again(OPEN, statement=OPEN.statement | {"frozen_at": moment}).files()


def _again(held: ceremonies.Held, *, statement: Any, entropy: Any = None) -> ceremonies.Held:
    """The same ceremony with another statement or another opening, drawn with the seed that follows."""
    entropy = entropy or held.entropy
    values = [bytes.fromhex(item["value"]) for item in entropy]
    kept = {"tasks": held.tasks, "inspectors": held.inspectors, "salt": held.salt}
    outcome = fairdraw.hold(statement=statement, entropies=values, **kept)
    return replace(held, statement=statement, entropy=entropy, outcome=outcome)


def _source(details: dict[str, Any], evidence: Any, value: bytes, kind: str = "dice") -> Files:
    return ceremonies.with_source(OPEN, fairdraw.Source(kind, "公证处", details=details), value, evidence).files()


def _opened(**changes: Any) -> Files:
    """What stands in the opening of a witness is not what was declared, though it looks the same."""
    five = OPEN.statement | {"entropy": [OPEN.statement["entropy"][0] | {"by": "5"}, *OPEN.statement["entropy"][1:]]}
    entropy = [OPEN.entropy[0] | {"by": "5"} | changes, *OPEN.entropy[1:]]
    return _again(OPEN, statement=five, entropy=entropy).files()


def _evidence(written: str) -> Files:
    """A witness's evidence, which may be any JSON, as these characters; the ledger fits."""
    files = {name: content for name, content in OPEN.files().items() if name != "ledger-proof.json"}
    plain = fairdraw.jcs("手写纸条照片")
    files["entropy.json"] = files["entropy.json"].replace(plain, written.encode(), 1)
    return ceremonies.logged(files, OPEN.entries(files, ()))


def _noted(evidence: Any) -> Files:
    return _evidence(json.dumps(evidence, ensure_ascii=False, separators=(",", ":")))


def _surplus(name: str) -> Files:
    files = {other: content for other, content in OPEN.files().items() if other != "ledger-proof.json"}
    files[name] = b"{}"
    return ceremonies.logged(files, OPEN.entries(files, ()))


def _countersigned(**changes: Any) -> Files:
    files = {name: content for name, content in SEALED.files(public=True).items() if name != "ledger-proof.json"}
    bodies = SEALED.entries(files, ("JW", "SJ"))
    facts = bodies[3]["facts"]
    bodies[3]["facts"] = {key: value for key, value in (facts | changes).items() if value is not None}
    return ceremonies.logged(files, bodies)


def _without_result() -> Files:
    """Two auditors signed for nothing at all."""
    files = {name: content for name, content in SEALED.files(public=True).items() if name != "ledger-proof.json"}
    bodies = SEALED.entries(files, ("JW", "SJ"))
    for body in bodies:
        body["facts"].pop("result_digest", None)
    return ceremonies.logged(files, bodies)


def _extra_entry(**body: Any) -> Files:
    files = {name: content for name, content in OPEN.files().items() if name != "ledger-proof.json"}
    entry = {"act": "ceremony.note", "subject": OPEN.statement["ceremony"], "facts": {}}
    return ceremonies.logged(files, [entry | body, *OPEN.entries(files, ())])


def _proof(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Files:
    files = OPEN.files()
    return files | {"ledger-proof.json": fairdraw.jcs(change(json.loads(files["ledger-proof.json"])))}


def _cosigned(proof: dict[str, Any]) -> dict[str, Any]:
    """The log's key is one of a witness, who signs a time beside the checkpoint."""
    key = Key(ceremonies.ORIGIN, COSIGNATURE, ceremonies.KEY.public)
    text = proof["checkpoint"].partition("\n\n")[0] + "\n"
    time = (1772000000).to_bytes(8, "big")
    signature = ceremonies.SECRET.sign(f"cosignature/v1\ntime 1772000000\n{text}".encode())
    line = base64.b64encode(key.id + time + signature).decode()
    return proof | {"vkey": str(key), "checkpoint": f"{text}\n— {key.name} {line}\n"}


def _signed_for_anything(point: bytes) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A key of small order and a signature that fits whatever is written."""

    def change(proof: dict[str, Any]) -> dict[str, Any]:
        key = Key(ceremonies.ORIGIN, 1, point)
        text = proof["checkpoint"].partition("\n\n")[0] + "\n"
        line = base64.b64encode(key.id + bytes([1]) + bytes(63)).decode()
        return proof | {"vkey": str(key), "checkpoint": f"{text}\n— {key.name} {line}\n"}

    return change


def _larger_signature(proof: dict[str, Any]) -> dict[str, Any]:
    """The same signature with the order of the curve added to its second half."""
    text, _, line = proof["checkpoint"].rstrip("\n").rpartition(" ")
    content = base64.b64decode(line)
    order = 2**252 + 27742317777372353535851937790883648493
    half = int.from_bytes(content[36:], "little") + order
    return proof | {"checkpoint": f"{text} {base64.b64encode(content[:36] + half.to_bytes(32, 'little')).decode()}\n"}


def _close(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Files:
    """The first entry stands at index 1; its path, and that of others, as `change` writes the entries."""
    files = {name: content for name, content in OPEN.files().items() if name != "ledger-proof.json"}
    files = ceremonies.logged(files, OPEN.entries(files, ()), others=1)
    return files | {"ledger-proof.json": fairdraw.jcs(change(json.loads(files["ledger-proof.json"])))}


def _true_index(proof: dict[str, Any]) -> dict[str, Any]:
    first, *others = proof["entries"]
    assert first["index"] == 1
    return proof | {"entries": [first | {"index": True}, *others]}


def _path_as_object(proof: dict[str, Any]) -> dict[str, Any]:
    """Its keys, read in their order, are the path."""
    place = next(n for n, entry in enumerate(proof["entries"]) if sorted(entry["proof"]) == entry["proof"])
    entries = [
        entry | {"proof": dict.fromkeys(entry["proof"], 1)} if n == place else entry
        for n, entry in enumerate(proof["entries"])
    ]
    return proof | {"entries": entries}


LOTTERY = ceremonies.LOTTERY.details
NUMBERS = ceremonies.NUMBERS
IDENTITY = bytes([1]) + bytes(31)
ORDER_TWO = (2**255 - 20).to_bytes(32, "little")
IDENTITY_NOT_CANONICAL = (2**255 - 18).to_bytes(32, "little")

CASES: dict[str, tuple[Callable[[], Files], int]] = {
    "frozen at a moment": (lambda: _frozen_at("2026-03-02T09:00:00+08:00"), PROVEN),
    "an offset with seconds": (lambda: _frozen_at("2026-03-02T09:00:00+08:00:30"), REFUTED),
    "an offset of minus zero": (lambda: _frozen_at("2026-03-02T09:00:00-00:00"), REFUTED),
    "a witness named 5": (_opened, PROVEN),
    "a witness who is the number 5": (lambda: _opened(by=5), REFUTED),
    "evidence that is not a number": (lambda: _evidence("NaN"), REFUTED),
    "evidence without end": (lambda: _evidence("-Infinity"), REFUTED),
    "evidence of minus zero": (lambda: _evidence("-0"), REFUTED),
    "evidence with a fraction": (lambda: _evidence("1.0"), REFUTED),
    "evidence with a key twice": (lambda: _evidence('{"a":1,"a":1}'), REFUTED),
    "keys sorted by UTF-16": (lambda: _noted({"\U0001f600": 1, "\ufeff": 2}), PROVEN),
    "keys sorted by code points": (lambda: _noted({"\ufeff": 2, "\U0001f600": 1}), REFUTED),
    "keys with a meaning for scripts": (lambda: _noted({"__proto__": {"a": 1}, "constructor": 2}), PROVEN),
    "an accent after a line's end": (lambda: _noted("n\n\u0301"), PROVEN),
    "an accent after its letter": (lambda: _noted("e\u0301"), REFUTED),
    "half a character": (lambda: _evidence('"\\ud800"'), REFUTED),
    "a delete character": (lambda: _noted("\x7f\u2028"), PROVEN),
    "dice": (lambda: _source({"count": 4, "faces": 6}, THROWS, b"3 1 6 4"), PROVEN),
    "dice with a detail named like a method": (
        lambda: _source({"count": 4, "faces": 6, "toString": 1}, THROWS, b"3 1 6 4"),
        REFUTED,
    ),
    "dice seen by one who writes the name twice": (
        lambda: _source({"count": 4, "faces": 6}, THROWS | {"seen_by": ["0007", "\u30000007\x85"]}, b"3 1 6 4"),
        REFUTED,
    ),
    "dice seen by two whose names differ by a mark that is no space": (
        lambda: _source({"count": 4, "faces": 6}, THROWS | {"seen_by": ["0007", "\ufeff0007"]}, b"3 1 6 4"),
        PROVEN,
    ),
    "a throw that is true": (lambda: _source({"count": 1, "faces": 6}, THROWS | {"throws": [True]}, b"1"), REFUTED),
    "a lottery": (lambda: _source(LOTTERY, NUMBERS, b"2.7.11.19.26.33./9./", "lottery"), PROVEN),
    "a lottery whose highest number is none": (
        lambda: _source(
            LOTTERY | {"groups": [{"count": 1, "highest": 0}]}, NUMBERS | {"numbers": [[0]]}, b"0./", "lottery"
        ),
        REFUTED,
    ),
    "a lottery too soon": (
        lambda: _source(
            LOTTERY | {"drawn_at": "2026-03-02T09:09:59+08:00"}, NUMBERS, b"2.7.11.19.26.33./9./", "lottery"
        ),
        REFUTED,
    ),
    "a lottery soon enough": (
        lambda: _source(
            LOTTERY | {"drawn_at": "2026-03-02T09:10:00+08:00"}, NUMBERS, b"2.7.11.19.26.33./9./", "lottery"
        ),
        PROVEN,
    ),
    "a file for no task, named like one of a task": (
        lambda: _surplus(f"designs/{OPEN.tasks[0].number}.tsv.gz.json"),
        REFUTED,
    ),
    "auditors": (_countersigned, PROVEN),
    "an auditor of no organ": (lambda: _countersigned(organ=None), REFUTED),
    "an auditor of organ 5": (lambda: _countersigned(organ=5), REFUTED),
    "an auditor without a name": (lambda: _countersigned(auditor=None), REFUTED),
    "auditors of no result": (_without_result, REFUTED),
    "an entry more": (_extra_entry, PROVEN),
    "an entry of no act": (lambda: _extra_entry(act=5), REFUTED),
    "an entry whose facts are a list": (lambda: _extra_entry(facts=[]), REFUTED),
    "an index that is true": (lambda: _close(_true_index), REFUTED),
    "a path that is an object": (lambda: _close(_path_as_object), REFUTED),
    "a log whose key is a witness's": (lambda: _proof(_cosigned), REFUTED),
    "a key that signs anything": (lambda: _proof(_signed_for_anything(IDENTITY)), REFUTED),
    "a key of order two": (lambda: _proof(_signed_for_anything(ORDER_TWO)), REFUTED),
    "a key that signs anything, written otherwise": (
        lambda: _proof(_signed_for_anything(IDENTITY_NOT_CANONICAL)),
        REFUTED,
    ),
    "a signature beyond the order of the curve": (lambda: _proof(_larger_signature), REFUTED),
}
