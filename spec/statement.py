"""What was fixed before any randomness (draw.md): the forms and rules of statement, designs, frames and inspectors."""

import io
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise

from canonical import CODE, DECIMAL, HEX, NUMBER, TEXT, fits, load, need

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
SOURCE = {
    "kind": "witness|beacon|lottery|dice|os", "by": ".*", "organ": object, "commitment": (None, HEX),
    "details": {"*": object}, "instead_of": (None, int),
}  # fmt: skip
TASK = {
    "number": NUMBER, "total": int, "strata": (None, {"*": int}), "frame_digest": HEX, "design_digest": HEX,
    "burden_digest": (None, HEX), "excluded": {"*": int}, "added": int, "removed": int,
}  # fmt: skip
STATEMENT = {
    "protocol": "1", "suite": "SHA-256|SM3", "ceremony": NUMBER, "rehearsal": bool, "release": "open|sealed",
    "frozen_at": ".*", "previous": (None, NUMBER), "salt_commitment": HEX, "inspectors_digest": (None, HEX),
    "entropy": [SOURCE], "tasks": [TASK],
}  # fmt: skip
CELL = {"ratio": DECIMAL, "minimum?": int}
RATIO = {"kind": "ratio", "rounding": "up|half_up|down|systematic", "strata": {"*": CELL}}
RANGE = {"kind": "range", "strata": {"*": {"from": DECIMAL, "to": DECIMAL, "minimum?": int}}}
SEAT = {"organ": CODE, "count": int, "qualification?": (None, CODE)}
DESIGN = {
    "protocol": "1", "task": NUMBER, "release": "open|sealed", "window": [DAY],
    "rule": (RATIO, RANGE, {"kind": "number", "total": int, "weights": {"*": DECIMAL}}),
    "reserves?": (None, {"strata": {"*": int}}, {"ratio": DECIMAL, "minimum?": int}),
    "risk?": (None, {"order": [CODE], "part": int}),
    "burden?": (None, {"delta": DECIMAL, "cap?": (None, int), "exempt?": (None, [CODE])}),
    "batches?": (None, [[DAY]]),
    "teams?": (None, {"seats": [SEAT], "region_rule": "same|other|any", "reserves?": int}),
    "reasons?": (None, {"zero_ratio?": object, "falling_ratio?": object, "open_risk?": object}),
}  # fmt: skip
PERSON = {
    "inspector_id": CODE, "organ": CODE, "capacity": int, "load": int,
    "qualifications": [CODE], "regions": [CODE], "recusals": [CODE],
}  # fmt: skip
MOST = 10**9


def check_statement(statement):
    need(fits(STATEMENT, statement), "the statement has not the form of one")
    need(statement["ceremony"].startswith("R") is statement["rehearsal"], "a rehearsal, and it alone, begins with R")
    moment(statement["frozen_at"])
    sources, tasks = statement["entropy"], statement["tasks"]
    need(len(sources) < 100, "too many sources")
    for place, source in enumerate(sources):
        kind, before = source["kind"], source["instead_of"]
        need((kind == "witness") is (source["commitment"] is not None), "witnesses commit, others do not")
        need(kind != "witness" or fits(CODE, source["organ"]), "a witness is of an organ")
        need(kind != "os" or statement["rehearsal"], "a draw trusts its own server")
        need(before is None or before < place, "a fall-back stands before its source")
        need(before is None or "witness" not in (kind, sources[before]["kind"]), "a witness could be left out")
    witnesses = [source for source in sources if source["kind"] == "witness"]
    need(not witnesses or len({source["organ"] for source in witnesses}) > 1, "the witnesses are of one organ")
    need(len({source["commitment"] for source in witnesses}) == len(witnesses), "a commitment is used twice")
    need(len({(source["kind"], source["by"]) for source in sources}) == len(sources) > 0, "sources are not distinct")
    need(all((task["strata"] is None) is (statement["release"] == "sealed") for task in tasks), "strata of a task")
    numbers = [task["number"] for task in tasks]
    need(numbers and numbers == sorted(set(numbers)), "tasks are out of order")


def moment(text):
    found = datetime.fromisoformat(text)
    need(found.tzinfo and len(text) == 25 and found.isoformat(timespec="seconds") == text, f"not a moment: {text}")
    return found


def check_design(design, counts):
    """Hold a design to its form and to what a freeze refuses; `counts` has the strata of the frame."""
    need(fits(DESIGN, design), "a design has not the form of one")
    rule, burden, teams = design["rule"], design.get("burden"), design.get("teams")
    for first, last in [design["window"], *(design.get("batches") or [])]:
        need(date.fromisoformat(first) <= date.fromisoformat(last), "a window is empty")
    if design.get("batches") is not None:
        check_batches(design["batches"], *design["window"])
    cells = rule.get("strata") or {h: {"ratio": w} for h, w in rule.get("weights", {}).items()}
    need(set(counts) <= set(cells) and all(fits(CODE, h) for h in cells), "a stratum has no rule")
    ratio = {h: Fraction(cell.get("ratio") or cell["from"]) for h, cell in cells.items()}
    if rule["kind"] == "number":
        need(0 < rule["total"] <= MOST, "the total is not fit for use")
    else:
        need(all(ratio[h] <= Fraction(cell.get("to", "1")) <= 1 for h, cell in cells.items()), "a ratio is too large")
        need(all(cell.get("minimum", 0) <= MOST for cell in cells.values()), "a minimum is too large")
    if rule.get("rounding") == "systematic":
        need(not burden and not any(cell.get("minimum") for cell in cells.values()), "systematic stands alone")
    if burden:
        need(0 < Fraction(burden["delta"]) <= 1, "the burden's delta is not fit for use")
        need(burden.get("cap") is None or 0 < burden["cap"] <= MOST, "the burden's cap is not fit for use")
    if teams:
        seats = [seat["count"] for seat in teams["seats"]]
        need(seats and all(seats) and sum(seats) < 100, "seats are not fit for use")
        need(teams.get("reserves", 0) < 100, "too many reserves for a team")
    reserves = design.get("reserves") or {}
    need(all(fits(CODE, h) and n <= MOST for h, n in reserves.get("strata", {}).items()), "reserves of a stratum")
    need(reserves.get("minimum", 0) <= MOST, "too many reserves")
    check_reasons(design, ratio)


def check_batches(batches, first, last):
    need(1 < len(batches) < 100, "batches are not fit for use")
    need(all(former[1] < later[0] for former, later in pairwise(batches)), "batches are out of order")
    need(first <= batches[0][0] and batches[-1][1] <= last, "a batch is outside the window")


def check_reasons(design, ratio):
    """Who exempts, checks a higher risk less, or shows risks, must say why."""
    risk = design.get("risk")
    broken = {"zero_ratio": 0 in ratio.values(), "falling_ratio": False, "open_risk": False}
    if risk:
        broken["open_risk"] = design["release"] == "open"
        placed = []
        for stratum in ratio:
            parts = stratum.split("/")
            level = risk["order"].index(parts.pop(risk["part"]))
            placed.append((parts, level, ratio[stratum]))
        broken["falling_ratio"] = any(
            parts == others and low < high and more > less
            for parts, low, more in placed
            for others, high, less in placed
        )
    reasons = design.get("reasons") or {}
    for which, is_broken in broken.items():
        need(not is_broken or fits(TEXT, reasons.get(which)), f"a design gives no reason for {which}")


def rows_of(content):
    rows, last = {}, ""
    for line in io.BytesIO(content):
        unit, rows[unit] = line.decode("ascii").removesuffix("\n").split("\t")
        need(line.endswith(b"\n") and unit > last, "lines are out of order")
        last = unit
    return rows


def people_of(content):
    lines = content.split(b"\n")
    people = {who["inspector_id"]: who for who in map(load, lines[:-1]) if fits(PERSON, who)}
    need(lines[-1] == b"" and len(people) == len(lines) - 1 and list(people) == sorted(people), "inspectors' frame")
    lists = [who[key] for who in people.values() for key in ("qualifications", "regions", "recusals")]
    need(all(codes == sorted(set(codes)) for codes in lists), "a list of an inspector is not in order")
    need(all(max(who["capacity"], who["load"]) <= MOST for who in people.values()), "too many visits")
    return people
