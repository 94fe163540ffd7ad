"""The draw of one task (draw.md): sizes in exact fractions, tickets, the selected and the reserves.

Letters as on the page: h a stratum, N its units, n those selected, b visits this year, p the chance, u the start.
"""

from collections import Counter, defaultdict
from fractions import Fraction
from math import ceil, floor, inf

from canonical import digest, need


def draw(suite, seed, design, units, burden):
    """Rows (stratum, rank, unit, ticket) of the selected, and of the reserves; `units` is unit → stratum."""
    task, rule = design["task"], design.get("burden") or {"delta": "1"}
    u = Fraction(int.from_bytes(digest(suite, f"{seed}:round:{task}".encode()), "big"), 2**256)
    cap, exempt = rule.get("cap") or inf, rule.get("exempt") or []
    strata, seen = defaultdict(list), {}
    for unit, h in units.items():
        strata[h].append((digest(suite, f"{seed}:{unit}".encode()).hex(), unit))
        seen[unit] = 0 if h in exempt else burden.get(unit, 0)
    n = sizes(design["rule"], {h: len(strata[h]) for h in sorted(strata)}, u)
    cells = []
    for h in n:
        visited = Counter(seen[unit] for _, unit in strata[h])
        p = chances(visited, n[h], Fraction(rule["delta"]), cap)
        cells += [((h, b), visited[b] * p[b]) for b in sorted(visited)]
    left, selected, reserves = systematic(cells, u), [], []
    for h in n:
        first, rest = [], []
        for ticket, unit in sorted(strata[h]):
            b = seen[unit]
            left[h, b] -= 1
            if left[h, b] >= 0:
                first.append((unit, ticket))
            elif b < cap:
                rest.append((unit, ticket))
        rest = rest[: reserve_size(design.get("reserves"), h, n[h])]
        selected += [(h, rank, *row) for rank, row in enumerate(first, 1)]
        reserves += [(h, rank, *row) for rank, row in enumerate(rest, len(first) + 1)]
    return selected, reserves


def windows_of(design, selected):
    """When each selected unit is checked: all by ticket, cut into equal parts, one a batch; or in the one window."""
    batches = design.get("batches") or [design["window"]]
    units = [unit for _, unit in sorted((ticket, unit) for _, _, unit, ticket in selected)]
    return {unit: batches[place * len(batches) // len(units)] for place, unit in enumerate(units)}


def sizes(rule, counts, u):
    """n of each stratum."""
    if rule["kind"] == "number":
        return shared_out(rule["total"], counts, {h: N * Fraction(rule["weights"][h]) for h, N in counts.items()})
    cells = {h: rule["strata"][h] for h in counts}
    wanted = {h: Fraction(cells[h]["ratio" if rule["kind"] == "ratio" else "from"]) * N for h, N in counts.items()}
    if rule.get("rounding") == "systematic":
        return systematic(wanted.items(), u)
    return {h: min(N, max(cells[h].get("minimum", 0), rounded(wanted[h], rule))) for h, N in counts.items()}


def rounded(amount, rule):
    if rule.get("rounding", "up") == "up":
        return ceil(amount)
    return floor(amount + Fraction(1, 2)) if rule["rounding"] == "half_up" else floor(amount)


def systematic(cells, u):
    """Whole sizes for cells in order, each sum of them within one of what is expected."""
    found, before = {}, u
    for cell, expected in cells:
        found[cell] = floor(before + expected) - floor(before)
        before += expected
    return found


def shared_out(total, counts, mass):
    """Seats in proportion to mass, nowhere more than there are units; largest remainders, ties by code."""
    n, mass = dict.fromkeys(counts, 0), {h: m for h, m in mass.items() if m}
    seats = min(total, sum(counts[h] for h in mass))
    while full := [h for h, m in mass.items() if seats * m >= counts[h] * sum(mass.values())]:
        n.update({h: counts[h] for h in full})
        seats -= sum(counts[h] for h in full)
        mass = {h: m for h, m in mass.items() if h not in full}
    share = {h: seats * m / sum(mass.values()) for h, m in mass.items()}
    n.update({h: floor(s) for h, s in share.items()})
    for h in sorted(share, key=lambda h: (n[h] - share[h], h))[: seats - sum(n[h] for h in share)]:
        n[h] += 1
    return n


def chances(visited, n, delta, cap):
    """p of a unit by its visits b: min(1, s δ^b), 0 from the cap on, so that n are expected in all."""
    p, able = dict.fromkeys(visited, Fraction(0)), {b: N for b, N in visited.items() if b < cap}
    need(sum(able.values()) >= n, "too few units are below the cap of visits")
    while able:
        s = Fraction(n) / sum(N * delta**b for b, N in able.items())
        sure = [b for b in able if s * delta**b >= 1]
        if not sure:
            return p | {b: s * delta**b for b in able}
        p.update(dict.fromkeys(sure, Fraction(1)))
        n -= sum(able.pop(b) for b in sure)
    return p


def reserve_size(rule, h, n):
    if not rule:
        return 0
    if "strata" in rule:
        return rule["strata"].get(h, 0)
    return max(rule.get("minimum", 0), ceil(Fraction(rule["ratio"]) * n)) if n else 0
