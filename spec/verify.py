"""Verify a draw bundle without the program that made it: `python verify.py BUNDLE.zip`. Standard library only.

Written from the pages in this folder, whose parts have a file each; shares no code with fairdraw, and draws everything
again. Exit code 0: proven, 1: refuted, 2: unreadable. The last line printed says what is left to others.
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # for `python -I`

from bundle import unpacked, unzipped
from canonical import CODE, HEX, TEXT, digest, fits, jcs, load, mac, need
from draw import draw, windows_of
from ledger import facts_of, root_of
from randomness import check_due, values_of
from statement import check_design, check_statement, people_of, rows_of
from teams import drawn, visits_of

PUBLIC = {"statement.json", "entropy.json", "ledger-proof.json", "certificate.pdf"}
LISTS = ("selection", "reserves", "teams")
HEADERS = dict.fromkeys(LISTS, "task,stratum,rank,unit_id,ticket") | {"teams": "visit_id,seat,inspector_id,kind"}


def verify(files):
    """What was proven; an exception if something is wrong."""
    statement, opened = load(files["statement.json"]), load(files["entropy.json"])
    check_statement(statement)
    check_due(statement)
    suite, salt, sealed = statement["suite"], files.get("salt"), statement["release"] == "sealed"
    facts = facts_of(load(files["ledger-proof.json"]), statement["ceremony"])
    [commit], [logged], [release] = (facts[f"ceremony.{act}"] for act in ("commit", "draw", "release"))
    digests = {name: digest(suite, content).hex() for name, content in files.items()}
    need(release["members"] == {n: d for n, d in digests.items() if n != "ledger-proof.json"}, "not what was released")
    need(commit["statement_digest"] == digests["statement.json"], "not the statement committed to")
    need(logged["entropy_digest"] == digests["entropy.json"], "not the entropy logged")
    values = values_of(opened, statement)
    if sealed and salt is None:
        check_auditors(facts["ceremony.countersign"], logged, files)
        return "public part proven; the draw itself rests on the auditors"
    need(len(salt) == 32 and digests["salt"] == statement["salt_commitment"], "the salt does not open its commitment")
    message = digest(suite, files["statement.json"]) + b"".join(len(e).to_bytes(8, "big") + e for e in values)
    seed = mac(suite, salt, message)[:16].hex()
    lists, leaves, claims = held_again(statement, files, salt, seed)
    need(statement["inspectors_digest"] == digests.get("inspectors.jsonl"), "not the inspectors committed to")
    lists["teams"] = None
    if "inspectors.jsonl" in files:
        lists["teams"] = drawn(suite, seed, visits_of(claims), people_of(files["inspectors.jsonl"]))
    need(not claims or "inspectors.jsonl" in files, "teams without inspectors")
    result = {"ceremony": statement["ceremony"], "protocol": "1", "root": root_of(suite, leaves).hex(), "seed": seed}
    for name, lines in lists.items():
        content = None if lines is None else "".join(f"{line}\n" for line in [HEADERS[name], *lines]).encode()
        need(files.get(f"{name}.csv") == content, f"{name}.csv is not what the draw gives")
        result[f"{name}_digest"] = digests.get(f"{name}.csv")
    need(logged["result_root"] == result["root"], "the tree of all units is not the one logged")
    need(logged["result_digest"] == digest(suite, jcs(dict(sorted(result.items())))).hex(), "not the result logged")
    return f"proven; seed {seed}"


def check_auditors(signed, logged, files):
    """The public's part of a sealed ceremony rests on two auditors of different organs."""
    need(set(files) <= PUBLIC, "files are there without the salt")
    need(fits(HEX, logged["result_root"]) and fits(HEX, logged["result_digest"]), "no result was logged")
    need(all(fits(TEXT, each["organ"]) and fits(TEXT, each["auditor"]) for each in signed), "auditors without a name")
    need(all(each["result_digest"] == logged["result_digest"] for each in signed), "auditors saw another result")
    need(len({each["organ"] for each in signed}) > 1, "too few auditors")


def held_again(statement, files, salt, seed):
    """Draw every task again: the lines of both lists, the leaves of the result's tree, who must be visited."""
    suite, lists, leaves, claims = statement["suite"], {"selection": [], "reserves": []}, [], defaultdict(list)
    numbers = [task["number"] for task in statement["tasks"]]
    wanted = {name for n in numbers for name in (f"designs/{n}.json", f"frames/{n}.tsv.gz")}
    held = {name for name in files if "/" in name} - {f"burdens/{n}.tsv.gz" for n in numbers}
    need(held == wanted, "files and tasks do not match")
    for task in statement["tasks"]:
        number = task["number"]
        design, units, burden = frozen(task, statement, files, salt)
        rows = draw(suite, seed, design, units, burden)
        for name, chosen in zip(lists, rows, strict=True):
            lists[name] += [f"{number},{stratum},{rank},{unit},{ticket}" for stratum, rank, unit, ticket in chosen]
        if design.get("teams"):
            windows = windows_of(design, rows[0])
            for stratum, _, unit, _ in rows[0]:
                region, (first, last) = stratum.split("/")[0], windows[unit]
                claims[unit].append((first, number, last, design["teams"], region))
        selected = {unit for _, _, unit, _ in rows[0]}
        for unit, stratum in units.items():
            nonce = mac(suite, salt, f"leaf:{number}:{unit}".encode()).hex()
            ticket = digest(suite, f"{seed}:{unit}".encode()).hex()
            leaf = {"drawn": unit in selected, "nonce": nonce, "stratum": stratum}
            leaf |= {"task": number, "ticket": ticket, "unit_id": unit}
            leaves.append(digest(suite, b"\0", digest(suite, jcs(leaf))))
    return lists, leaves, claims


def frozen(task, statement, files, salt):
    """Design, frame and burden of a task, once they are those of the statement."""
    number, suite, sealed = task["number"], statement["suite"], statement["release"] == "sealed"
    raw = {"design": files[f"designs/{number}.json"], "frame": unzipped(files[f"frames/{number}.tsv.gz"])}
    if f"burdens/{number}.tsv.gz" in files:
        raw["burden"] = unzipped(files[f"burdens/{number}.tsv.gz"])
    for kind in ("design", "frame", "burden"):
        shown = digest(suite, raw[kind]) if kind in raw else None
        shown = mac(suite, salt, b"sealed:" + shown) if sealed and shown else shown
        need(task[f"{kind}_digest"] == (shown and shown.hex()), f"{number}: not the {kind} of the statement")
    design, units, burden = load(raw["design"]), rows_of(raw["frame"]), rows_of(raw.get("burden", b""))
    counts = dict(Counter(units.values()))
    check_design(design, counts)
    need(all(fits(CODE, text) for row in units.items() for text in row), f"{number}: not a code")
    need(all(fits(CODE, unit) and fits("[1-9][0-9]{0,2}", visits) for unit, visits in burden.items()), "the burden")
    need((design["task"], design["release"]) == (number, statement["release"]), f"{number}: another design")
    need(task["total"] == len(units) and task["strata"] == (None if sealed else counts), f"{number}: counts")
    need(bool(design.get("burden")) is ("burden" in raw), f"{number}: burden rule and file do not match")
    return design, units, {unit: int(visits) for unit, visits in burden.items()}


def main(path):
    try:
        files = unpacked(Path(path).read_bytes())
    except Exception as error:
        print(f"unreadable: {error}", file=sys.stderr)
        return 2
    try:
        print(verify(files))
    except MemoryError:
        print("unreadable: too large for this machine", file=sys.stderr)
        return 2
    except Exception as error:
        print(f"refuted: {type(error).__name__} {error}", file=sys.stderr)
        return 1
    print("the ledger's key, to be compared:", load(files["ledger-proof.json"])["vkey"])
    print("not checked, left to fairdraw: the signatures of beacons (BLS of drand, RSA of NIST)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
