"""Tasks that every engine must draw alike, at random and one that is known."""

from pathlib import Path

from hypothesis import strategies as st

import fairdraw
from mingcha.draws import freezing

REGIONS = ["441602", "441625", "4416JD"]
CLASSES = ["A", "B", "C", "D"]
SEED = "000102030405060708090a0b0c0d0e0f"
codes = st.text("0123456789ABCDEFGHJKLMNPQRTUWXYabcxyz._/-", min_size=1, max_size=24)
strata = st.builds("{}/{}".format, st.sampled_from(REGIONS), st.sampled_from([*CLASSES, "-"]))
strange = st.dictionaries(codes, strata, min_size=1, max_size=20)
many = st.builds(
    lambda count, some, chance: {f"91{place:04}": chance.choice(some) for place in range(count)},
    st.integers(1, 400),
    st.lists(strata, min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
frames = st.one_of(strange, many, many)
seeds = st.binary(min_size=16, max_size=16).map(bytes.hex)
suites = st.sampled_from(["SHA-256", "SM3"])
shares = st.sampled_from(["0.01", "0.03", "0.1", "0.25", "0.333", "0.5", "1"])


@st.composite
def rules(draw, strata):
    kind = draw(st.sampled_from(["up", "half_up", "down", "systematic", "range", "number"]))
    if kind == "number":
        return {"kind": "number", "total": draw(st.integers(1, 80)), "weights": {h: draw(shares) for h in strata}}
    least = {} if kind == "systematic" else {"minimum": draw(st.integers(0, 3))}
    if kind == "range":
        return {"kind": "range", "strata": {h: {"from": draw(shares), "to": "1", **least} for h in strata}}
    return {"kind": "ratio", "rounding": kind, "strata": {h: {"ratio": draw(shares), **least} for h in strata}}


@st.composite
def burdens(draw, rule, units, strata):
    """The burden rule, without a cap half of the time, and visits of some units; no rule at all half of the time."""
    if rule.get("rounding") == "systematic" or draw(st.booleans()):
        return {}, None
    exempt = draw(st.lists(st.sampled_from(strata), unique=True))
    cap = {"cap": draw(st.integers(2, 3))} if draw(st.booleans()) else {}
    chance = draw(st.randoms(use_true_random=False))
    visited = {unit: chance.randint(1, 4) for unit in units if chance.random() < 0.3}
    return {"burden": {"delta": draw(st.sampled_from(["0.3", "0.5", "1"])), "exempt": exempt, **cap}}, visited


@st.composite
def tasks(draw):
    units = draw(frames)
    strata = sorted(set(units.values()))
    by_stratum = st.fixed_dictionaries({"strata": st.fixed_dictionaries(dict.fromkeys(strata, st.integers(0, 5)))})
    by_ratio = st.fixed_dictionaries({"ratio": shares, "minimum": st.integers(0, 2)})
    rule = draw(rules(strata))
    burden, visited = draw(burdens(rule, sorted(units), strata))
    design = {
        "protocol": "1",
        "task": "T4416002026001",
        "release": "sealed",
        "window": ["2026-03-01", "2026-06-30"],
        "rule": rule,
        "reserves": draw(st.one_of(by_stratum, by_ratio)),
        **burden,
    }
    return fairdraw.FrozenTask(fairdraw.Frame.from_rows(units.items()), design, visited)


def answer(engine: fairdraw.Engine, task: fairdraw.FrozenTask, seed: str, suite: str) -> tuple[object, ...]:
    """The files that an engine's draw makes, with its sizes; or that too few units are below the cap."""
    try:
        drawn = engine(task, seed, suite)
    except fairdraw.BadQuota as refusal:
        return (str(refusal),)
    return *files_of(drawn), dict(drawn.sizes)


def as_parquet(task: fairdraw.FrozenTask, folder: str) -> Path:
    file = Path(folder) / "6d5e3b"  # kept files bear their digest, no ending
    file.write_bytes(
        freezing.parquet([(unit, stratum, "名称", "441602", "地址") for unit, stratum in task.frame.lines])
    )
    return file


def files_of(selection: fairdraw.Selection) -> tuple[bytes, bytes]:
    return fairdraw.selection_csv([selection]), fairdraw.selection_csv([selection], reserves=True)


def known_task() -> fairdraw.FrozenTask:
    units = ["914403001922038216", "91440300708461136T", "9144030071526726XG", "91330100799655058B"]
    rule = {"kind": "ratio", "rounding": "up", "strata": {"441602/-": {"ratio": "0.5"}}}
    design = {
        "protocol": "1",
        "task": "T1",
        "release": "open",
        "window": ["2026-03-01", "2026-06-30"],
        "rule": rule,
        "reserves": {"ratio": "0.2", "minimum": 1},
    }
    return fairdraw.FrozenTask(fairdraw.Frame.from_rows((unit, "441602/-") for unit in units), design)
