"""Bundles by number, good ones and others: what anyone could change, and what a dishonest office could commit to.

Everything follows from the number, so that a case which a verifier gets wrong can be made again by it alone.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import fairdraw
from tests.fairdraw import ceremonies, standalone

HOW_MANY = int(os.environ.get("MINGCHA_AGREEMENT", "400"))
"""Bundles on which the verifiers must agree; thousands when somebody asks for them."""

PROVEN, REFUTED, UNREADABLE = 0, 1, 2
_VECTORS = Path(standalone.FOLDER, "vectors", "randomness.json")
_BEACONS = [
    case
    for case in json.loads(_VECTORS.read_text(encoding="utf-8"))["values"]
    if case["details"].get("round") == 2300000 or case["details"].get("network") == "nist"
]
_DICE = {"throws": [3, 1, 6, 4], "seen_by": ["0007", "0012"]}
_JSON = ("statement.json", "entropy.json", "ledger-proof.json")

Files = dict[str, bytes]


@dataclass(frozen=True)
class Case:
    """A bundle, what was done to it, and the answer that is right; None if that is for the verifiers to agree on."""

    what: str
    content: bytes
    answer: set[int] | None


def case(number: int) -> Case:
    """The case of this number: every eighth is a good bundle, the seven after it are made of that one."""
    dice = random.Random(f"case {number}")
    held, public = _ceremony(number // 8)
    files = held.files(public=public)
    if number % 8 == 0:
        return Case("untouched", fairdraw.write_bundle(files), {PROVEN})
    if number % 8 < 4:
        return _office(held, public, dice)
    return dice.choice([_byte, _field, _field, _set_of_files, _zip])(files, dice)


@lru_cache(maxsize=2)
def _ceremony(number: int) -> tuple[ceremonies.Held, bool]:
    """A ceremony with some of the sources that there are, and whether only its public part is bundled."""
    dice = random.Random(f"ceremony {number}")
    held = ceremonies.make(number)
    if dice.random() < 0.3:
        held = ceremonies.with_source(held, ceremonies.LOTTERY, b"2.7.11.19.26.33./9./", ceremonies.NUMBERS)
    if dice.random() < 0.05:
        beacon = dice.choice(_BEACONS)
        source = fairdraw.Source("beacon", "信标", details=beacon["details"])
        held = ceremonies.with_source(held, source, bytes.fromhex(beacon["value"]), beacon["evidence"])
    if dice.random() < 0.3:
        held = _with_dice(held, dice)
    if held.statement["rehearsal"] and dice.random() < 0.5:
        held = ceremonies.with_source(held, fairdraw.Source("os", "system"), dice.randbytes(32))
    return held, held.statement["release"] == "sealed" and dice.random() < 0.4


def _with_dice(held: ceremonies.Held, dice: random.Random) -> ceremonies.Held:
    """Dice of their own, or instead of a lottery that nobody drew."""
    thrown = fairdraw.Source("dice", "公证处", details={"count": 4, "faces": 6, "wait": 60})
    if dice.random() < 0.5 and not any(source["kind"] == "lottery" for source in held.statement["entropy"]):
        declared = held.statement["entropy"]
        statement = held.statement | {"entropy": [*declared, ceremonies.LOTTERY.to_json()]}
        held, thrown = replace(held, statement=statement), replace(thrown, instead_of=len(declared))
    return ceremonies.with_source(held, thrown, b"3 1 6 4", _DICE)


def document(number: int) -> tuple[str, bytes, str]:
    """A file by itself, changed in one place or two: what it is, its content, and what was done."""
    dice = random.Random(f"document {number}")
    held, _ = _ceremony(number // 100)
    task = dice.choice(held.tasks)
    kind = dice.choice(["statement", "statement", "design", "design", "inspectors", "frame", "burden"])
    burden = fairdraw.frame.burden_to_bytes(task.burden or {"91441602MA": 3, "91441602MB": 12})
    plain = {
        "statement": fairdraw.jcs(held.statement),
        "design": fairdraw.jcs(task.design),
        "inspectors": fairdraw.inspectors_to_bytes(held.inspectors or ()),
        "frame": task.frame.to_bytes(),
        "burden": burden,
    }[kind]
    content, what = _changed_file(kind, plain, dice)
    if dice.random() < 0.3:
        try:
            content, more = _changed_file(kind, content, dice)
        except ValueError:  # it is no text any more
            return kind, content, what
        what += f", {more}"
    return kind, content, what


# What anyone could do to a file they were given.


def _byte(files: Files, dice: random.Random) -> Case:
    name = dice.choice(sorted(files))
    spoiled, place = bytearray(files[name]), dice.randrange(len(files[name]))
    spoiled[place] ^= 1 << dice.randrange(8)
    return Case(f"{name}: byte {place}", fairdraw.write_bundle(files | {name: bytes(spoiled)}), {REFUTED})


def _field(files: Files, dice: random.Random) -> Case:
    name = dice.choice([name for name in sorted(files) if ".json" in name])
    first, end, rest = files[name].partition(b"\n")
    value, what = changed(json.loads(first), dice)
    content = fairdraw.write_bundle(files | {name: _loose_jcs(value) + end + rest})
    return Case(f"{name}: {what}", content, {REFUTED})


def _set_of_files(files: Files, dice: random.Random) -> Case:
    name = dice.choice(sorted(files))
    how = dice.choice(["removed", "added", "swapped", "of another bundle", "emptied", "doubled"])
    others = ceremonies.make(dice.randrange(1000, 1010)).files()
    if how == "removed":
        files = {other: content for other, content in files.items() if other != name}
    elif how == "added":
        surplus = ["designs/T9.json", "frames/T9.tsv.gz", "burdens/T4416002026001.tsv.gz", "inspectors.jsonl", "salt"]
        surplus += ["certificate.pdf", "teams.csv", "designs/T4416002026001.tsv.gz.json"]
        name = dice.choice([other for other in surplus if other not in files])
        files = files | {name: others.get(name, b"x")}
    elif how == "swapped":
        other = dice.choice([other for other in sorted(files) if files[other] != files[name]])
        files = files | {name: files[other], other: files[name]}
    elif how == "of another bundle":
        name = dice.choice([other for other in sorted(files) if others.get(other, files[other]) != files[other]])
        files = files | {name: others[name]}
    else:
        files = files | {name: b"" if how == "emptied" else files[name] * 2}
    return Case(f"{name}: {how}", fairdraw.write_bundle(files), {REFUTED})


def _zip(files: Files, dice: random.Random) -> Case:
    good = fairdraw.write_bundle(files)
    names = sorted(files)
    how = dice.choice(["comment", "trailing", "leading", "reordered", "twice", "stray", "cut", "byte", "extra", "date"])
    place = dice.randrange(len(good))
    made = {
        "comment": lambda: good[:-2] + b"\1\0!",
        "trailing": lambda: good + dice.randbytes(3),
        "leading": lambda: b"MZ" + good,
        "reordered": lambda: _packed([(name, files[name]) for name in reversed(names)]),
        "twice": lambda: _packed([(name, files[name]) for name in sorted([*names, dice.choice(names)])]),
        "stray": lambda: _packed([*files.items(), (dice.choice(["../salt", "x.txt", "designs/"]), b"x")]),
        "cut": lambda: good[:place],
        "byte": lambda: good[:place] + bytes([good[place] ^ 1 << dice.randrange(8)]) + good[place + 1 :],
        "extra": lambda: _packed([(name, files[name]) for name in names], extra=b"\xfe\xca\0\0"),
        "date": lambda: _packed([(name, files[name]) for name in names], date_time=(2026, 3, 2, 9, 0, 0)),
    }
    return Case(f"ZIP: {how} {place}", made[how](), {UNREADABLE})


def _packed(members: list[tuple[str, bytes]], **marks: Any) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            for mark, value in marks.items():
                setattr(entry, mark, value)
            archive.filelist = [other for other in archive.filelist if other is not entry]
            archive.NameToInfo.pop(name, None)  # else a second file of a name is warned of
            archive.writestr(entry, content)
    return target.getvalue()


# What a dishonest office could commit to: something changed before the freeze, and a ledger that was written to fit.


def _office(held: ceremonies.Held, public: bool, dice: random.Random) -> Case:
    """A ceremony held with one thing changed, so that nothing but the change itself can be refused."""
    files = {name: content for name, content in held.files().items() if name != "ledger-proof.json"}
    names = [name for name in sorted(files) if name not in ("salt", "certificate.pdf") and not name.endswith(".csv")]
    target = dice.choice(["ledger", "ledger", "statement.json", "statement.json", "entropy.json", *names])
    what = "untouched"
    if target != "ledger":
        files[target], what = _changed_file(target, files[target], dice)
    files = _refrozen(files, held, target)
    files |= _drawn(files, held)
    if public:
        files = fairdraw.public_members(files)
    bodies = _bodies(files, held, public)
    if target == "ledger":
        place = dice.randrange(len(bodies))
        bodies[place], what = changed(bodies[place], dice)
    try:
        files = ceremonies.logged(files, bodies)
    except fairdraw.NotCanonical:
        return case(dice.randrange(8 * 1000))
    return Case(f"office, {target}: {what}", fairdraw.write_bundle(files), None)


def _changed_file(name: str, content: bytes, dice: random.Random) -> tuple[bytes, str]:
    if name.endswith(".gz"):
        plain, what = _changed_file("frame", gzip.decompress(content), dice)
        return gzip.compress(plain), what
    if name in ("frame", "burden"):
        lines = content.decode().split("\n")
        value, what = changed_text("\n".join(lines[:3]), dice)
        return "\n".join([value, *lines[3:]]).encode(), what
    if name == "entropy.json":
        opened = json.loads(content)
        place = dice.choice([n for n, item in enumerate(opened) if item["kind"] != "beacon"])  # theirs is BLS or RSA
        opened[place], what = changed(opened[place], dice)
        return _loose_jcs(opened), what
    lines = content.split(b"\n")
    place = dice.randrange(len(lines) - 1) if len(lines) > 1 else 0
    value, what = changed(json.loads(lines[place]), dice)
    return b"\n".join([*lines[:place], _loose_jcs(value), *lines[place + 1 :]]), what


def _refrozen(files: Files, held: ceremonies.Held, target: str) -> Files:
    """The statement says of the files what they are."""
    if target in ("ledger", "statement.json", "entropy.json"):
        return files
    statement, suite = json.loads(files["statement.json"]), held.suite
    if target == "inspectors.jsonl":
        statement["inspectors_digest"] = fairdraw.digest(files[target], suite)
    for task in statement["tasks"]:
        for kind, name in (
            ("design", "designs/%s.json"),
            ("frame", "frames/%s.tsv.gz"),
            ("burden", "burdens/%s.tsv.gz"),
        ):
            if (name := name % task["number"]) == target:
                plain = files[name] if kind == "design" else gzip.decompress(files[name])
                shown = fairdraw.digest(plain, suite)
                sealed = statement["release"] == "sealed"
                task[f"{kind}_digest"] = fairdraw.blind(shown, salt=held.salt, suite=suite) if sealed else shown
                if kind == "frame":
                    rows = [line.split("\t")[-1] for line in plain.decode(errors="replace").split("\n")[:-1]]
                    task["total"] = len(rows)
                    task["strata"] = None if sealed else {h: rows.count(h) for h in sorted(set(rows))}
    return files | {"statement.json": _loose_jcs(statement)}


def _drawn(files: Files, held: ceremonies.Held) -> Files:
    """The lists that the changed files give, by whichever of the two verifiers in Python takes the change."""
    for engine in (_by_fairdraw, _by_standalone):
        try:
            return engine(files, held)
        except Exception:  # noqa: S112 - it refuses the change: the other may not
            continue
    return {}


def _bodies(files: Files, held: ceremonies.Held, public: bool) -> list[dict[str, Any]]:
    suite = held.suite
    bodies = held.entries(files, ("JW", "SJ") if public else ())
    result = json.loads(files.pop("result", b"null"))
    if result is not None:
        digest = fairdraw.digest(fairdraw.jcs(result), suite)
        for body in bodies:
            if "result_digest" in body["facts"]:
                body["facts"]["result_digest"] = digest
        bodies[1]["facts"]["result_root"] = result["root"]
    bodies[0]["facts"]["statement_digest"] = fairdraw.digest(files["statement.json"], suite)
    bodies[-1]["facts"]["members"] = fairdraw.manifest(files, suite)
    subject = json.loads(files["statement.json"])
    subject = subject.get("ceremony") if isinstance(subject, dict) else None
    return [body | {"subject": subject} for body in bodies]


def _values(files: Files) -> list[bytes]:
    return [bytes.fromhex(item["value"]) for item in json.loads(files["entropy.json"])]


def _by_fairdraw(files: Files, held: ceremonies.Held) -> Files:
    statement = json.loads(files["statement.json"])
    tasks = []
    for task in statement["tasks"]:
        number = task["number"]
        burden = files.get(f"burdens/{number}.tsv.gz")
        tasks.append(
            fairdraw.FrozenTask(
                frame=fairdraw.Frame.from_bytes(gzip.decompress(files[f"frames/{number}.tsv.gz"])),
                design=json.loads(files[f"designs/{number}.json"]),
                burden=burden and fairdraw.frame.burden_from_bytes(gzip.decompress(burden)),
            )
        )
    people = fairdraw.frame.inspectors_from_bytes(files["inspectors.jsonl"])
    values = _values(files)
    outcome = fairdraw.hold(statement=statement, tasks=tasks, inspectors=people, salt=held.salt, entropies=values)
    return dict(outcome.files) | {"result": fairdraw.jcs(outcome.result)}


def _by_standalone(files: Files, held: ceremonies.Held) -> Files:
    lists, result = standalone.result_of(files, _values(files))
    return lists | {"result": fairdraw.jcs(result)}


# Changing a value by one thing.

_NUMBERS = (0, 1, -1, 2, 99, 100, 999, 10**9, 10**9 + 1, 2**32, 2**53 - 1)
_OTHERS = (None, True, False, -1, 0, 1, "", "0", " ", "x", "0" * 64, [], {}, [[]], ["x"], {"x": {}})
_KEYS = ("extra", "constructor", "__proto__", "toString", "wait", "minimum", "cap", "reserves", "a,b", "é")
_TEXTS = (
    "\u0085",
    "\ufeff",
    "\u00a0",
    "\u2028",
    " ",
    "\t",
    "\n",
    "e\u0301",
    "\n\u0301",
    "é",
    "+",
    ".",
    "0",
    "-",
    "/",
    "一",
)


def changed(value: Any, dice: random.Random) -> tuple[Any, str]:
    """The value with one thing in it changed, somewhere, and a word for it."""
    while True:
        other, what = _changed(value, dice)
        if _loose_jcs(other) != _loose_jcs(value):
            return other, what


def _changed(value: Any, dice: random.Random) -> tuple[Any, str]:
    if isinstance(value, dict):
        return _changed_object(value, dice)
    if isinstance(value, list):
        return _changed_list(value, dice)
    if dice.random() < 0.15:
        return dice.choice(_OTHERS), "another kind"
    if isinstance(value, str):
        return changed_text(value, dice)
    if isinstance(value, bool) or value is None:
        return dice.choice([True, False, None, 0, 1]), "another constant"
    return dice.choice([value + 1, value - 1, bool(value), *_NUMBERS]), f"not {value}"


def _changed_object(value: dict[str, Any], dice: random.Random) -> tuple[Any, str]:
    chance = dice.random()
    if value and chance < 0.8:
        key = dice.choice(sorted(value))
        inner, what = _changed(value[key], dice)
        return value | {key: inner}, f"{key}/{what}"
    if value and chance < 0.9:
        gone = dice.choice(sorted(value))
        return {key: inner for key, inner in value.items() if key != gone}, f"without {gone}"
    if chance < 0.98:
        key = dice.choice(_KEYS)
        return value | {key: dice.choice([*_OTHERS, *_NUMBERS])}, f"with {key}"
    return dice.choice(_OTHERS), "no object"


def _changed_list(value: list[Any], dice: random.Random) -> tuple[Any, str]:
    place = dice.randrange(len(value)) if value else 0
    if value and dice.random() < 0.7:
        inner, what = _changed(value[place], dice)
        return [*value[:place], inner, *value[place + 1 :]], f"{place}/{what}"
    ways: dict[str, Callable[[], Any]] = {
        "reversed": lambda: value[::-1],
        "doubled": lambda: value + value[-1:],
        "without one": lambda: value[:place] + value[place + 1 :],
        "with another": lambda: [*value, dice.choice(_OTHERS)],
        "emptied": list,
        "no list": lambda: dice.choice(_OTHERS),
        "an object of its items": lambda: {str(item): 1 for item in value},
    }
    way = dice.choice(sorted(ways))
    return ways[way](), way


def changed_text(value: str, dice: random.Random) -> tuple[str, str]:
    """The text with one thing changed."""
    place = dice.randrange(len(value) + 1)
    put = dice.choice(_TEXTS)
    ways = {
        f"{put!r} at {place}": value[:place] + put + value[place:],
        f"{put!r} for {place}": value[:place] + put + value[place + 1 :],
        f"{put!r} at the end": value + put,
        f"without {place}": value[:place] + value[place + 1 :],
        "in capitals": value.upper(),
        "another digit": "".join(
            str((int(c) + 1) % 10) if n == place and c in "0123456789" else c for n, c in enumerate(value)
        ),
        "with seconds": value + ":30",
        "long": value * 3,
    }
    what = dice.choice(sorted(ways))
    return ways[what], what


def _loose_jcs(value: Any) -> bytes:
    """Canonical JSON of whatever it is: what is refused must be refused when it is read."""
    text = json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="surrogatepass")


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
