"""A whole ceremony (摇号场次) from seed to sealed result: all tasks, visits, teams, and the tree of all units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fairdraw.canonical import from_hex, jcs
from fairdraw.design import Json, read_design
from fairdraw.draw import Selection, draw, selection_csv, ticket, windows
from fairdraw.frame import Inspector
from fairdraw.merkle import inclusion_proof, leaf_hash, root, verify_inclusion
from fairdraw.refused import Refused, gettext_noop
from fairdraw.seed import derive_seed
from fairdraw.statement import FrozenTask, statement_digest
from fairdraw.suite import digest, hash_of, hmac
from fairdraw.teams import Infeasible, Teams, assign_teams
from fairdraw.visits import Claim, Visit, visits_of

_LEAF = {"drawn", "nonce", "stratum", "task", "ticket", "unit_id"}


class NoSuchUnit(Refused):
    """The unit is not in the frame of the task."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a ceremony gives. `teams` is None if there are no inspectors or, with a `shortage`, too few of them."""

    seed: str
    selections: tuple[Selection, ...]
    visits: tuple[Visit, ...]
    teams: Teams | None
    shortage: Infeasible | None
    result: Mapping[str, Any]
    files: Mapping[str, bytes]
    """`selection.csv`, `reserves.csv` and, if there are teams, `teams.csv`."""

    def result_digest(self, suite: str) -> str:
        """What the ledger holds at once."""
        return digest(jcs(self.result), suite)


Engine = Callable[[FrozenTask, str, str], Selection]
"""What draws a frozen task by a seed and a suite."""


def reference(task: FrozenTask, seed: str, suite: str) -> Selection:
    """The engine of this package."""
    return draw(frame=task.frame, design=task.design, seed=seed, burden=task.burden, suite=suite)


def hold(
    *,
    statement: Json,
    tasks: Iterable[FrozenTask],
    inspectors: Iterable[Inspector] | None,
    salt: bytes,
    entropies: Sequence[bytes],
    engine: Engine = reference,
) -> Outcome:
    """Hold the ceremony of a statement: seed, draws, teams and result, as a function of what was frozen and opened.

    Args:
        engine: another way to the same selections, for frames that it holds itself.

    Raises:
        BadEntropy, BadDesign, BadQuota: something that the freeze lets through cannot be used after all.
    """
    suite = statement["suite"]
    seed = derive_seed(salt=salt, statement_digest=statement_digest(statement), entropies=entropies, suite=suite)
    frozen = sorted(tasks, key=lambda task: task.number)
    selections = tuple(engine(task, seed, suite) for task in frozen)
    visits = visits_of(claims_of(frozen, selections))
    teams, shortage = _teams(visits, inspectors, seed, suite)
    files = {"selection.csv": selection_csv(selections), "reserves.csv": selection_csv(selections, reserves=True)}
    if teams is not None:
        files["teams.csv"] = teams.to_csv()
    result = {
        "protocol": "1",
        "ceremony": statement["ceremony"],
        "seed": seed,
        "selection_digest": digest(files["selection.csv"], suite),
        "reserves_digest": digest(files["reserves.csv"], suite),
        "teams_digest": digest(files["teams.csv"], suite) if "teams.csv" in files else None,
        "root": result_root(frozen, selections, seed=seed, salt=salt, suite=suite),
    }
    return Outcome(seed, selections, visits, teams, shortage, result, files)


def claims_of(tasks: Iterable[FrozenTask], selections: Iterable[Selection]) -> list[Claim]:
    """What the selected units of tasks with teams ask for; the region is the first part of the stratum."""
    claims = []
    for task, selection in zip(tasks, selections, strict=True):
        plan = read_design(task.design)
        if plan.teams is not None:
            window = windows(plan, selection)
            claims += [
                Claim(plan.task, row.unit_id, row.stratum.split("/")[0], window[row.unit_id], plan.teams)
                for row in selection.selected
            ]
    return claims


def _teams(
    visits: Sequence[Visit], inspectors: Iterable[Inspector] | None, seed: str, suite: str
) -> tuple[Teams | None, Infeasible | None]:
    if inspectors is None:
        return None, None
    try:
        return assign_teams(visits=visits, inspectors=inspectors, seed=seed, suite=suite), None
    except Infeasible as shortage:
        return None, shortage


def _leaf(*, task: str, unit: str, stratum: str, drawn: bool, seed: str, salt: bytes, suite: str) -> dict[str, object]:
    return {
        "drawn": drawn,
        "nonce": hmac(salt, f"leaf:{task}:{unit}".encode(), suite).hex(),
        "stratum": stratum,
        "task": task,
        "ticket": ticket(seed, unit, suite),
        "unit_id": unit,
    }


def _leaves(
    tasks: Iterable[FrozenTask], selections: Iterable[Selection], *, seed: str, salt: bytes, suite: str
) -> list[dict[str, object]]:
    leaves = []
    for task, selection in zip(tasks, selections, strict=True):
        drawn = {row.unit_id for row in selection.selected}
        leaves += [
            _leaf(task=task.number, unit=unit, stratum=stratum, drawn=unit in drawn, seed=seed, salt=salt, suite=suite)
            for unit, stratum in task.frame.lines
        ]
    return leaves


def _leaf_hash(leaf: Mapping[str, object], suite: str) -> bytes:
    h = hash_of(suite)
    return leaf_hash(h(jcs(leaf)), h)


def result_root(
    tasks: Sequence[FrozenTask], selections: Sequence[Selection], *, seed: str, salt: bytes, suite: str = "SHA-256"
) -> str:
    """The root over every unit of every task, drawn or not: what lets each firm see its own leaf and no other."""
    leaves = _leaves(tasks, selections, seed=seed, salt=salt, suite=suite)
    return root([_leaf_hash(leaf, suite) for leaf in leaves], hash_of(suite)).hex()


def leaf_proof(
    tasks: Sequence[FrozenTask],
    selections: Sequence[Selection],
    *,
    task: str,
    unit_id: str,
    seed: str,
    salt: bytes,
    suite: str = "SHA-256",
) -> dict[str, Any]:
    """What a firm is shown: its own leaf and the path to the root.

    Raises:
        NoSuchUnit: it is not in the frame of the task.
    """
    leaves = _leaves(tasks, selections, seed=seed, salt=salt, suite=suite)
    places = [n for n, leaf in enumerate(leaves) if (leaf["task"], leaf["unit_id"]) == (task, unit_id)]
    if not places:
        raise NoSuchUnit(gettext_noop("%(unit)s 不在任务 %(task)s 的抽查基数中"), unit=unit_id, task=task)
    hashes = [_leaf_hash(leaf, suite) for leaf in leaves]
    proof = inclusion_proof(hashes, places[0], hash_of(suite))
    return {
        "leaf": leaves[places[0]],
        "index": places[0],
        "size": len(leaves),
        "proof": [sibling.hex() for sibling in proof],
    }


def verify_leaf(shown: Json, *, root: str, suite: str = "SHA-256") -> bool:
    """Whether a leaf that a firm was shown belongs to the result with this root.

    Raises:
        NotCanonical: a part of it is not written as it must be.
    """
    leaf, index, size, proof = (shown.get(key) for key in ("leaf", "index", "size", "proof"))
    if not isinstance(leaf, Mapping) or set(leaf) != _LEAF or not isinstance(proof, list):
        return False
    if not isinstance(index, int) or not isinstance(size, int):
        return False
    return verify_inclusion(
        _leaf_hash(leaf, suite),
        index=index,
        size=size,
        proof=[from_hex(sibling, 32) for sibling in proof],
        root=from_hex(root, 32),
        h=hash_of(suite),
    )
