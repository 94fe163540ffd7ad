"""Ceremonies for tests: made from a number, held, written into a ledger of their own, and bundled."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import fairdraw
from fairdraw import merkle
from fairdraw.note import ED25519, Checkpoint, Key, sign_note
from fairdraw.suite import sha256

ORIGIN = "log.example.gov.cn/heyuan"
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = Key(ORIGIN, ED25519, SECRET.public_key().public_bytes_raw())
FROZEN_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LOTTERY = fairdraw.Source(
    "lottery",
    "双色球2026030期",
    details={
        "game": "双色球",
        "issue": "2026030",
        "drawn_at": "2026-03-19T21:15:00+08:00",
        "groups": [{"count": 6, "highest": 33}, {"count": 1, "highest": 16}],
    },
)
NUMBERS = {
    "numbers": [[19, 7, 33, 11, 2, 26], [9]],
    "entered_by": ["0007", "0012"],
    "source": "中国福利彩票发行管理中心公告",
}
REGIONS = ("441602", "441625")
CLASSES = ("A", "B", "C", "D")


@dataclass
class Held:
    """A ceremony that was held, with everything that went into it."""

    statement: dict[str, Any]
    tasks: list[fairdraw.FrozenTask]
    inspectors: list[fairdraw.Inspector] | None
    salt: bytes
    entropy: list[dict[str, Any]]
    outcome: fairdraw.Outcome
    certificate: bytes | None = None

    @property
    def suite(self) -> str:
        return self.statement["suite"]

    def files(self, *, public: bool = False, countersigned: Sequence[str] = ("JW", "SJ")) -> dict[str, bytes]:
        """All files of the bundle, or those for the public, with the proof of a ledger that knows them."""
        files = fairdraw.members(
            statement=self.statement,
            tasks=self.tasks,
            inspectors=self.inspectors,
            salt=self.salt,
            entropy=self.entropy,
            outcome=self.outcome,
            certificate=self.certificate,
        )
        if public:
            files = fairdraw.public_members(files)
        return logged(files, self.entries(files, countersigned if public else ()))

    def entries(self, files: dict[str, bytes], countersigned: Sequence[str]) -> list[dict[str, Any]]:
        """What the ledger says of this ceremony."""
        result_digest = self.outcome.result_digest(self.suite)
        drawn = {
            "entropy_digest": fairdraw.digest(files["entropy.json"], self.suite),
            "result_digest": result_digest,
            "result_root": self.outcome.result["root"],
        }
        signatures = [
            ("ceremony.countersign", {"result_digest": result_digest, "auditor": "0007", "organ": organ})
            for organ in countersigned
        ]
        acts = [
            ("ceremony.commit", {"statement_digest": fairdraw.statement_digest(self.statement).hex()}),
            ("ceremony.draw", drawn),
            *signatures,
            ("ceremony.release", {"members": fairdraw.manifest(files, self.suite)}),
        ]
        return [{"act": act, "subject": self.statement["ceremony"], "facts": facts} for act, facts in acts]


def logged(files: dict[str, bytes], bodies: list[dict[str, Any]], *, others: int = 2) -> dict[str, bytes]:
    """The files with the proof of a signed ledger in which these entries stand among those of others."""
    ledger: list[bytes] = []
    places = []
    for body in bodies:
        ledger += [merkle.leaf_hash(sha256(b"something else %d" % len(ledger)))] * others
        places.append(len(ledger))
        ledger.append(merkle.leaf_hash(sha256(fairdraw.jcs(body))))
    note = sign_note(Checkpoint(ORIGIN, len(ledger), merkle.root(ledger)).text, key=KEY, sign=SECRET.sign)
    entries = [(i, body, merkle.inclusion_proof(ledger, i)) for i, body in zip(places, bodies, strict=True)]
    proof = fairdraw.ledger_proof(vkey=str(KEY), checkpoint=str(note), entries=entries)
    return files | {"ledger-proof.json": proof}


def witnesses(dice: random.Random, suite: str = "SHA-256") -> tuple[list[fairdraw.Source], list[dict[str, Any]]]:
    """Two witnesses of different organs: what they declare and what they open."""
    declared, opened = [], []
    for organ in ("JW", "SJ"):
        nonce, value = dice.randbytes(32), dice.randbytes(dice.randint(1, 40))
        commitment = fairdraw.commit_input(nonce=nonce, value=value, suite=suite)
        declared.append(fairdraw.Source("witness", f"{organ}-1", organ=organ, commitment=commitment))
        opened.append(
            {
                "kind": "witness",
                "by": f"{organ}-1",
                "commitment": commitment,
                "nonce": nonce.hex(),
                "value": value.hex(),
                "evidence": "手写纸条照片",
            }
        )
    return declared, opened


def make(number: int, *, release: str | None = None, suite: str | None = None) -> Held:
    """The ceremony of this number: always the same, and unlike the others in as many ways as there are."""
    dice = random.Random(number)
    release = release or dice.choice(["open", "sealed"])
    suite = suite or dice.choice(["SHA-256", "SHA-256", "SM3"])
    sources, entropy = witnesses(dice, suite)
    units = [f"91441602MA{n:08}" for n in dice.sample(range(10**6), 60)]
    tasks = [_task(dice, f"T441600202600{n}", units, release) for n in range(1, dice.randint(2, 4))]
    inspectors = _inspectors(dice)
    salt = dice.randbytes(32)
    rehearsal = dice.random() < 0.2
    statement = fairdraw.build_statement(
        ceremony=f"{'R' if rehearsal else ''}D4416002026{number:03}",
        rehearsal=rehearsal,
        release=release,
        frozen_at=FROZEN_AT,
        salt=salt,
        sources=sources,
        tasks=tasks,
        inspectors=inspectors,
        suite=suite,
    )
    values = [bytes.fromhex(opened["value"]) for opened in entropy]
    outcome = fairdraw.hold(statement=statement, tasks=tasks, inspectors=inspectors, salt=salt, entropies=values)
    certificate = b"%PDF-1.7 certificate" if dice.random() < 0.5 else None
    return Held(statement, tasks, inspectors, salt, entropy, outcome, certificate)


def _task(dice: random.Random, number: str, units: Sequence[str], release: str) -> fairdraw.FrozenTask:
    strata = [f"{region}/{risk}" for region in REGIONS for risk in CLASSES]
    frame = fairdraw.Frame.from_rows((unit, dice.choice(strata)) for unit in dice.sample(units, dice.randint(20, 60)))
    kind = dice.choice(["up", "half_up", "down", "systematic", "range", "number"])
    ratios = dict(zip(CLASSES, sorted(dice.sample(["0.03", "0.05", "0.125", "0.2", "0.34", "0.5"], 4)), strict=True))
    if kind == "number":
        rule = {"kind": kind, "total": dice.randint(1, 30), "weights": {h: ratios[h[-1]] for h in strata}}
    elif kind == "range":
        cells = {h: {"from": ratios[h[-1]], "to": "0.6", "minimum": dice.randint(0, 2)} for h in strata}
        rule = {"kind": kind, "strata": cells}
    else:
        least = {} if kind == "systematic" else {"minimum": dice.randint(0, 2)}
        rule = {"kind": "ratio", "rounding": kind, "strata": {h: {"ratio": ratios[h[-1]], **least} for h in strata}}
    month = dice.choice(["03", "04", "05"])
    design: dict[str, Any] = {
        "protocol": "1",
        "task": number,
        "release": release,
        "window": [f"2026-{month}-01", f"2026-{month}-28"],
        "rule": rule,
        "reserves": dice.choice([{"ratio": "0.2", "minimum": 1}, {"strata": {strata[0]: 2}}]),
    }
    if release == "sealed":
        design["risk"] = {"order": list(CLASSES), "part": 1}
    if dice.random() < 0.8:
        organs = dice.sample(["441600SJ", "441600JY", "441600WJ"], dice.randint(1, 2))
        seats = [
            {"organ": organ, "count": dice.randint(1, 2), "qualification": dice.choice([None, "food"])}
            for organ in organs
        ]
        rule_of_region = dice.choice(["same", "other", "any"])
        design["teams"] = {"seats": seats, "region_rule": rule_of_region, "reserves": dice.randint(0, 2)}
    if dice.random() < 0.3:
        windows = [["01", "07"], ["08", "14"], ["20", "28"]][: dice.randint(2, 3)]
        design["batches"] = [[f"2026-{month}-{first}", f"2026-{month}-{last}"] for first, last in windows]
    burden = None
    if kind != "systematic" and dice.random() < 0.3:
        design["burden"] = {"delta": "0.5", "cap": None, "exempt": [strata[3]]}
        burden = {unit: dice.randint(1, 3) for unit, _ in frame.lines if dice.random() < 0.4}
    excluded = {"已注销": 3} if dice.random() < 0.5 else {}
    return fairdraw.FrozenTask(frame, design, burden, excluded)


def _inspectors(dice: random.Random) -> list[fairdraw.Inspector]:
    plenty = dice.random() < 0.9
    return [
        fairdraw.Inspector(
            inspector_id=f"{organ}-{n:02}",
            organ=organ,
            capacity=dice.randint(12, 40) if plenty else dice.randint(0, 3),
            load=dice.choice([0, 0, 1, 4]),
            qualifications=frozenset({"food"} if dice.random() < 0.6 else ()),
            regions=frozenset(dice.sample(REGIONS, dice.randint(1, 2))),
        )
        for organ in ("441600SJ", "441600JY", "441600WJ")
        for n in range(dice.randint(8, 14))
    ]


def with_source(held: Held, source: fairdraw.Source, value: bytes, evidence: Any = None) -> Held:
    """The same ceremony with one more source that nobody committed to, as an office could hold it on its own."""
    opened = {"kind": source.kind, "by": source.by, "commitment": None, "nonce": None, "value": value.hex()}
    entropy = [*held.entropy, opened | {"evidence": evidence}]
    statement = held.statement | {"entropy": [*held.statement["entropy"], source.to_json()]}
    outcome = fairdraw.hold(
        statement=statement,
        tasks=held.tasks,
        inspectors=held.inspectors,
        salt=held.salt,
        entropies=[bytes.fromhex(item["value"]) for item in entropy],
    )
    return replace(held, statement=statement, entropy=entropy, outcome=outcome)
