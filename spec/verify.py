# fmt: off
# ruff: noqa: E701
"""Verify a draw bundle without the program that made it: `python verify.py BUNDLE.zip`. Standard library only.

Written from draw.md, teams.md and ledger.md alone; shares no code with fairdraw. Everything is computed again but the
teams, which are checked to be allowed and as even as can be; that they are the seed's own answer, or that none can be
made, and whether a design was fit to be frozen, is left to the program. Exit code 0: proven, 1: refuted, 2: unreadable.
"""
import base64
import gzip
import hashlib
import io
import json
import sys
import zipfile
from collections import Counter, defaultdict
from fractions import Fraction as F
from math import ceil, floor

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, BASE = -121665 * pow(121666, -1, P) % P, (4 * pow(5, -1, P) % P).to_bytes(32, "little")

def need(condition, what):
    if not condition: raise AssertionError(what)

def digest(suite, data): return hashlib.new({"SHA-256": "sha256", "SM3": "sm3"}[suite], data).digest()

def hmac(suite, key, message):
    inner, outer = (bytes(b ^ pad for b in key.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    return digest(suite, outer + digest(suite, inner + message))

def jcs(value): return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

def load(data):
    need(jcs(value := json.loads(data)) == data, "JSON is not canonical")
    return value

def point(data):  # Ed25519 (RFC 8032), projective
    y, sign = int.from_bytes(data, "little") % 2**255, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0, "not a point of the curve")
    return (x if x % 2 == sign else P - x), y, 1

def add(a, b):
    x, y, z = (i * j for i, j in zip(a, b, strict=True))
    m, f, g = (a[0] + a[1]) * (b[0] + b[1]) - x - y, z * z - D * x * y, z * z + D * x * y
    return z * f * m % P, z * g * (y + x) % P, f * g % P

def times(n, p): return add(times(n >> 1, add(p, p)), p if n & 1 else (0, 1, 1)) if n else (0, 1, 1)

def signed(key, text, mark):
    k = int.from_bytes(hashlib.sha512(mark[:32] + key + text).digest(), "little")
    a, b = times(s := int.from_bytes(mark[32:], "little"), point(BASE)), add(point(mark[:32]), times(k % L, point(key)))
    return s < L and all((a[i] * b[2] - b[i] * a[2]) % P == 0 for i in (0, 1))

def tree(suite, data, proof=None, i=0, n=None):
    """RFC 6962: the root over a list of leaves, or over leaf i of n and its inclusion proof."""
    if (n or len(data)) == 1 or not data:
        need(not proof, "the proof is too long")
        return digest(suite, b"\0" + data[0]) if data else digest(suite, b"")
    k = 1 << ((n or len(data)) - 1).bit_length() - 1
    if proof is None: return digest(suite, b"\1" + tree(suite, data[:k]) + tree(suite, data[k:]))
    one, other = tree(suite, data, proof[:-1], *((i, k) if i < k else (i - k, n - k))), bytes.fromhex(proof[-1])
    return digest(suite, b"\1" + (one + other if i < k else other + one))

def ledger(files, ceremony):
    proof = load(files["ledger-proof.json"])
    (name, _, key), (text, lines) = proof["vkey"].split("+", 2), proof["checkpoint"].rsplit("\n\n", 1)
    (origin, size, root), key = text.split("\n")[:3], base64.b64decode(key)
    marks = [base64.b64decode(line.split(" ")[2])[4:] for line in lines.splitlines() if line.split(" ")[1] == name]
    need(origin == name and any(signed(key[1:], text.encode() + b"\n", m) for m in marks), "checkpoint not signed")
    for entry in proof["entries"]:
        data, i, n = [digest("SHA-256", jcs(entry["body"]))], entry["index"], int(size)
        need(0 <= i < n and tree("SHA-256", data, entry["proof"], i, n) == base64.b64decode(root), "not in the log")
        need(entry["body"]["subject"] == ceremony, "entry of another ceremony")
    order, bodies = [e["index"] for e in proof["entries"]], [e["body"] for e in proof["entries"]]
    need(order == sorted(set(order)), "ledger entries out of order")
    first = [b["act"] for b in bodies if b["act"] in ("ceremony.commit", "ceremony.draw")]
    need(first == ["ceremony.commit", "ceremony.draw"], "commit must come before draw")
    need([b["act"] for b in bodies].count("ceremony.release") == 1, "one release")
    return {b["act"]: b["facts"] for b in bodies}, [b["facts"] for b in bodies if b["act"] == "ceremony.countersign"]

def sizes(rule, counts, u):
    if rule["kind"] == "number":
        n, left = dict.fromkeys(counts, 0), {h: F(rule["weights"][h]) * N for h, N in counts.items()}
        seats = min(rule["total"], sum(counts[h] for h in left if left[h]))
        while full := [h for h in left if left[h] and seats * left[h] >= counts[h] * sum(left.values())]:
            n, seats = n | {h: counts[h] for h in full}, seats - sum(counts[h] for h in full)
            left = {h: m for h, m in left.items() if h not in full}
        share = {h: seats * m / sum(left.values()) for h, m in left.items() if m}
        n |= {h: floor(s) for h, s in share.items()}
        best = sorted(share, key=lambda h: (n[h] - share[h], h))[:seats - sum(n[h] for h in share)]
        return {h: n[h] + (h in best) for h in counts}
    ratio = {h: F(rule["strata"][h].get("ratio") or rule["strata"][h]["from"]) for h in counts}
    if rule.get("rounding") == "systematic":
        return systematic([(h, ratio[h] * counts[h]) for h in sorted(counts)], u)
    way = {"up": ceil, "down": floor, "half_up": lambda x: floor(x + F(1, 2))}[rule.get("rounding", "up")]
    return {h: min(N, max(rule["strata"][h].get("minimum", 0), way(ratio[h] * N))) for h, N in counts.items()}

def systematic(cells, u):
    marks = [floor(sum((share for _, share in cells[:i]), F(0)) + u) for i in range(len(cells) + 1)]
    return {cell: marks[i + 1] - marks[i] for i, (cell, _) in enumerate(cells)}

def shares(visited, n, delta, cap):
    able, p = {b: N for b, N in visited.items() if cap is None or b < cap}, dict.fromkeys(visited, F(0))
    while able:
        s = n / sum(N * delta**b for b, N in able.items())
        sure = [b for b in able if s * delta**b >= 1] or list(able)
        p |= {b: min(F(1), s * delta**b) for b in sure}
        n, able = n - sum(able[b] for b in sure), {b: N for b, N in able.items() if b not in sure}
    return p

def draw(suite, seed, design, units, burden):
    """Rows (stratum, rank, unit, ticket) of the selected and of the reserves."""
    u = F(int.from_bytes(digest(suite, f"{seed}:round:{design['task']}".encode()), "big"), 2**256)
    rule, keep = design.get("burden") or {"delta": "1"}, design.get("reserves") or {"strata": {}}
    strata, cap, rows = defaultdict(list), rule.get("cap"), ([], [])
    for unit, h in units.items(): strata[h].append((digest(suite, f"{seed}:{unit}".encode()).hex(), unit))
    n = sizes(design["rule"], {h: len(strata[h]) for h in strata}, u)
    seen = {unit: 0 if h in (rule.get("exempt") or ()) else burden.get(unit, 0) for unit, h in units.items()}
    cells = {h: Counter(seen[unit] for _, unit in strata[h]) for h in sorted(strata)}
    p = {h: shares(cells[h], F(n[h]), F(rule["delta"]), cap) for h in cells}
    quota = systematic([((h, b), N * p[h][b]) for h in cells for b, N in sorted(cells[h].items())], u)
    for h in cells:
        first, rest = [], []
        for t, unit in sorted(strata[h]):
            quota[h, seen[unit]] -= 1
            (first if quota[h, seen[unit]] >= 0 else rest if cap is None or seen[unit] < cap else []).append((unit, t))
        if "strata" in keep: more = keep["strata"].get(h, 0)
        else: more = max(keep.get("minimum", 0), ceil(F(keep["ratio"]) * n[h])) if n[h] else 0
        ranked = [(h, rank, *row) for rank, row in enumerate(first + rest[:more], 1)]
        rows[0].extend(ranked[:len(first)]), rows[1].extend(ranked[len(first):])
    return rows

def visits_of(claims):
    """From unit → [(window, task, last day, team rule, region)] to visit → (unit, region, seats)."""
    visits = {}
    for unit, wants in claims.items():
        groups = []
        for claim in sorted(wants, key=lambda claim: claim[:2]):
            if groups and claim[0] <= min(other[2] for other in groups[-1]): groups[-1].append(claim)
            else: groups.append([claim])
        for group in groups:
            most, seats = Counter(), Counter()
            for *_, rule, _ in group:
                total, asked = Counter(), Counter()
                for seat in rule["seats"]:
                    total[seat["organ"], "", rule["region_rule"]] += seat["count"]
                    if q := seat.get("qualification"): asked[seat["organ"], q, rule["region_rule"]] += seat["count"]
                most, seats = most | total, seats | asked  # the larger of each
            for organ, _, way in most:
                special = sum(n for kind, n in seats.items() if kind[1] and (kind[0], kind[2]) == (organ, way))
                seats[organ, "", way] = max(0, most[organ, "", way] - special)
            _, task, *_, region = min(group, key=lambda claim: claim[1])
            visits[f"{unit}#{task}"] = unit, region, sorted(seats.elements())
    return visits

def check_teams(lines, visits, people):
    def fits(i, v, s):
        (unit, region, seats), who = visits[v], people[i]
        organ, qualification, way = seats[s - 1]
        return (who["organ"] == organ and (not qualification or qualification in who["qualifications"])
                and unit not in who["recusals"] and way in ("any", "same" if region in who["regions"] else "other"))
    seats = {(v, s) for v, (_, _, kinds) in visits.items() for s in range(1, len(kinds) + 1)}
    rows, held, seen = [(v, int(s), i) for v, s, i, kind in lines if kind == "drawn"], defaultdict(list), set()
    sits = {(v, i): s for v, s, i in rows}
    need(len(rows) == len(sits) == len(seats) and {row[:2] for row in rows} == seats, "a seat is empty or held twice")
    for v, s, i in rows:
        need(i in people and fits(i, v, s), f"{i} may not take seat {s} of {v}")
        held[i].append((v, s))
    load, room = ({i: x + sign * len(held[i]) for i, x in ((i, p[key]) for i, p in people.items())}
                  for key, sign in (("load", 1), ("capacity", -1)))
    need(min(room.values(), default=0) >= 0, "someone is over capacity")
    for top in sorted(people, key=lambda i: -load[i]):
        ahead = [top]
        while ahead:
            if (node := ahead.pop()) in seen: continue
            seen.add(node)
            if isinstance(node, str):
                need(node == top or load[node] > load[top] - 2 or not room[node], f"{top} could pass work on to {node}")
                ahead += held[node]
                continue
            able = [i for i in people if fits(i, *node)]
            ahead += [(node[0], sits[node[0], i]) if (node[0], i) in sits else i for i in able]

def entropies(opened, statement):
    declared, suite = statement["entropy"], statement["suite"]
    names = [(source["kind"], source["by"], source["commitment"]) for source in declared]
    need(statement["rehearsal"] or all(source["kind"] != "os" for source in declared), "a draw trusts its own server")
    pairs = {k for s in declared if (i := s["instead_of"]) is not None for k in (s["kind"], declared[i]["kind"])}
    need("witness" not in pairs, "a witness could be left out")
    def first(place): return place if (other := declared[place]["instead_of"]) is None else first(other)
    places = [names.index((item["kind"], item["by"], item["commitment"])) for item in opened]
    need(places == sorted(places) and sorted(map(first, places)) == sorted({*map(first, range(len(names)))}), "sources")
    for item in opened:
        nonce, value = bytes.fromhex(item["nonce"] or ""), bytes.fromhex(item["value"])
        right = len(nonce) == 32 and digest(suite, nonce + value).hex() == item["commitment"]
        need(right or item["kind"] != "witness", f"{item['by']} did not open the commitment")
    return [bytes.fromhex(item["value"]) for item in opened]

def verify(files):
    statement, salt = load(files["statement.json"]), files.get("salt", b"")
    suite, ceremony, sealed = statement["suite"], statement["ceremony"], statement["release"] == "sealed"
    def h(data): return digest(suite, data).hex()
    facts, countersigned = ledger(files, ceremony)
    need(facts["ceremony.commit"]["statement_digest"] == h(files["statement.json"]), "not the statement committed to")
    need(facts["ceremony.release"]["members"] == {n: h(f) for n, f in files.items() if n != "ledger-proof.json"},
         "a file is not the one released")
    drawn, mixed = facts["ceremony.draw"], entropies(load(files["entropy.json"]), statement)
    need(drawn["entropy_digest"] == h(files["entropy.json"]), "not the entropy logged")
    if sealed and not salt:
        need({*files} <= {"statement.json", "entropy.json", "ledger-proof.json", "certificate.pdf"}, "salt missing")
        need(all(c["result_digest"] == drawn["result_digest"] for c in countersigned), "auditors saw another result")
        need(len({c["organ"] for c in countersigned}) > 1, "too few auditors")
        return "public part proven; the draw itself rests on the auditors"
    need(len(salt) == 32 and h(salt) == statement["salt_commitment"], "the salt does not open its commitment")
    message = digest(suite, files["statement.json"]) + b"".join(len(e).to_bytes(8, "big") + e for e in mixed)
    seed, claims, lines, leaves = hmac(suite, salt, message)[:16].hex(), defaultdict(list), ([], []), []
    for task in statement["tasks"]:
        number, raw = task["number"], {"design": files[f"designs/{task['number']}.json"]}
        raw |= {k: gzip.decompress(f) for k in ("frame", "burden") if (f := files.get(f"{k}s/{number}.tsv.gz"))}
        seen = {k: hmac(suite, salt, b"sealed:" + digest(suite, f)).hex() if sealed else h(f) for k, f in raw.items()}
        need(all(task[f"{k}_digest"] == seen.get(k) for k in ("design", "frame", "burden")), f"{number}: not as stated")
        design, (units, burden) = load(raw["design"]), (
            dict(line.split("\t") for line in raw.get(k, b"").decode().splitlines()) for k in ("frame", "burden"))
        counts = None if sealed else dict(Counter(units.values()))
        need((task["total"], task["strata"], design["task"]) == (len(units), counts, number), f"{number}: counts")
        need(list(units) == sorted(units), f"{number}: the frame is not sorted")
        chosen = draw(suite, seed, design, units, {unit: int(b) for unit, b in burden.items()})
        for some, kept in zip(chosen, lines, strict=True):
            kept.extend(",".join(map(str, (number, *row))) for row in some)
        for stratum, _, unit, _ in chosen[0] if design.get("teams") else ():
            start, end = design["window"]
            claims[unit].append((start, number, end, design["teams"], stratum.split("/")[0]))
        hit = {unit for _, _, unit, _ in chosen[0]}
        leaves += [digest(suite, jcs({
            "drawn": unit in hit, "task": number, "unit_id": unit, "stratum": stratum,
            "ticket": h(f"{seed}:{unit}".encode()), "nonce": hmac(suite, salt, f"leaf:{number}:{unit}".encode()).hex(),
        })) for unit, stratum in units.items()]
    for name, kept in zip(("selection.csv", "reserves.csv"), lines, strict=True):
        need(files[name].decode().splitlines() == ["task,stratum,rank,unit_id,ticket", *kept], f"{name} differs")
    if "inspectors.jsonl" in files and "teams.csv" in files:
        people = {who["inspector_id"]: who for who in map(load, files["inspectors.jsonl"].splitlines())}
        rows = [line.split(",") for line in files["teams.csv"].decode().splitlines()[1:]]
        check_teams(rows, visits_of(claims), people)
    pool = files.get("inspectors.jsonl")
    need(statement["inspectors_digest"] == (None if pool is None else h(pool)), "not the inspectors committed to")
    lists = {n: files.get(f"{n}.csv") for n in ("selection", "reserves", "teams")}
    digests = {f"{n}_digest": None if content is None else h(content) for n, content in lists.items()}
    result = {"protocol": "1", "ceremony": ceremony, "seed": seed, "root": tree(suite, leaves).hex(), **digests}
    need((drawn["result_root"], drawn["result_digest"]) == (result["root"], h(jcs(result))), "not the result logged")
    return f"proven; seed {seed}"

def unpacked(content):
    """The files of a bundle, if it is the ZIP that draw.md makes of them, to the last byte."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        small = sum(entry.file_size for entry in archive.infolist()) <= len(content)
        files = {name: archive.read(name) for name in archive.namelist()} if small else {}
    with zipfile.ZipFile(again := io.BytesIO(), "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, files[name])
    need(again.getvalue() == content, "not packed as a bundle is")
    return files

if __name__ == "__main__":
    try:
        with open(sys.argv[1], "rb") as file: held = unpacked(file.read())
    except Exception as error: sys.exit(print(f"unreadable: {error}", file=sys.stderr) or 2)
    try: print(verify(held))
    except Exception as error: sys.exit(print(f"refuted: {type(error).__name__} {error}", file=sys.stderr) or 1)
