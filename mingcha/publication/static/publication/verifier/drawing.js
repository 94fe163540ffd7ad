// Sizes and selection (spec/draw.md), computed again from frame, design and seed.
const least = (a, b) => (a.against(b) < 0 ? a : b);
const sum = (shares) => shares.reduce((total, share) => total.plus(share), Exact.of(0));
const inOrder = (keys) => [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const WAYS = { up: (x) => x.ceil(), down: (x) => x.floor(), half_up: (x) => x.plus(new Exact(1n, 2n)).floor() };

/** A whole number of a design, from 0 on. */
function countOf(value) {
  need(Number.isSafeInteger(value) && value >= 0, "design", { name: String(value) });
  return value;
}

/** Whole numbers whose running sums keep as close to the running sums of the shares as can be. */
function systematic(shares, u) {
  let [before, whole] = [Exact.of(0), 0];
  return shares.map((share) => {
    before = before.plus(share);
    const former = whole;
    whole = before.plus(u).floor();
    return whole - former;
  });
}

/** How many of each stratum: `counts` and the answer go by stratum. */
function sizesOf(rule, counts, u) {
  if (rule.kind === "number") return seatsOf(rule, counts);
  const strata = inOrder(counts.keys());
  const cell = (h) => own(rule.strata, h) ?? need(false, "design", { name: h });
  const ratio = (h) => Exact.read(rule.kind === "range" ? cell(h).from : cell(h).ratio);
  if (rule.rounding === "systematic") {
    const sizes = systematic(strata.map((h) => ratio(h).times(Exact.of(counts.get(h)))), u);
    return new Map(strata.map((h, i) => [h, sizes[i]]));
  }
  const way = WAYS[rule.rounding ?? "up"] ?? need(false, "design", { name: rule.rounding });
  return new Map(strata.map((h) => {
    const [all, minimum] = [counts.get(h), countOf(cell(h).minimum ?? 0)];
    return [h, Math.min(all, Math.max(minimum, way(ratio(h).times(Exact.of(all)))))];
  }));
}

/** Seats in proportion to N·w: strata that come out full are taken whole and leave; then largest remainders. */
function seatsOf(rule, counts) {
  const sizes = new Map([...counts.keys()].map((h) => [h, 0]));
  const weight = (h) => Exact.read(own(rule.weights, h) ?? need(false, "design", { name: h })).times(Exact.of(counts.get(h)));
  let left = new Map(inOrder(counts.keys()).map((h) => [h, weight(h)]).filter(([, w]) => w.above > 0n));
  let seats = Math.min(countOf(rule.total), [...left.keys()].reduce((total, h) => total + counts.get(h), 0));
  for (;;) {
    const all = sum([...left.values()]);
    const full = [...left].filter(([h, w]) => Exact.of(seats).times(w).against(Exact.of(counts.get(h)).times(all)) >= 0);
    if (!full.length) break;
    for (const [h] of full) { sizes.set(h, counts.get(h)); seats -= counts.get(h); left.delete(h); }
  }
  const all = sum([...left.values()]);
  const rests = [...left].map(([h, w]) => {
    const share = Exact.of(seats).times(w).over(all);
    sizes.set(h, share.floor());
    return [h, share.minus(Exact.of(share.floor()))];
  });
  const open = seats - rests.reduce((total, [h]) => total + sizes.get(h), 0);
  rests.sort(([h, a], [k, b]) => b.against(a) || (h < k ? -1 : 1));
  for (const [h] of rests.slice(0, open)) sizes.set(h, sizes.get(h) + 1);
  return sizes;
}

/** The chance of a unit by its visits this year: `visited` counts units by visits, all in one stratum. */
function chances(visited, size, delta, cap) {
  const chance = new Map([...visited.keys()].map((b) => [b, Exact.of(0)]));
  let able = new Map([...visited].filter(([b]) => cap === null || b < cap));
  let left = Exact.of(size);
  while (able.size) {
    const s = left.over(sum([...able].map(([b, n]) => Exact.of(n).times(delta.power(b)))));
    let sure = [...able.keys()].filter((b) => s.times(delta.power(b)).against(Exact.of(1)) >= 0);
    if (!sure.length) sure = [...able.keys()];
    for (const b of sure) {
      chance.set(b, least(Exact.of(1), s.times(delta.power(b))));
      left = left.minus(Exact.of(able.get(b)));
      able.delete(b);
    }
  }
  return chance;
}

/** Rows [stratum, rank, unit, ticket] of the selected and of the reserves. */
function drawTask({ hash, seed, design, units, burden }) {
  const u = new Exact(BigInt(`0x${hash(utf8(`${seed}:round:${design.task}`))}`), 2n ** 256n);
  const rule = design.burden ?? { delta: "1", cap: null };
  const [cap, delta, exempt] = [rule.cap ?? null, Exact.read(rule.delta), new Set(rule.exempt ?? [])];
  need(delta.above > 0n && delta.against(Exact.of(1)) <= 0, "design", { name: "burden" });
  const strata = new Map();
  for (const [unit, h] of units) {
    if (!strata.has(h)) strata.set(h, []);
    strata.get(h).push([hash(utf8(`${seed}:${unit}`)), unit]);
  }
  const sizes = sizesOf(design.rule, new Map([...strata].map(([h, rows]) => [h, rows.length])), u);
  const seen = (unit, h) => (exempt.has(h) ? 0 : burden.get(unit) ?? 0);
  const cells = inOrder(strata.keys()).flatMap((h) => {
    const visited = new Map();
    for (const [, unit] of strata.get(h)) visited.set(seen(unit, h), (visited.get(seen(unit, h)) ?? 0) + 1);
    const chance = chances(visited, sizes.get(h), delta, cap);
    return [...visited.keys()].sort((a, b) => a - b).map((b) => [`${h} ${b}`, Exact.of(visited.get(b)).times(chance.get(b))]);
  });
  const taken = systematic(cells.map(([, share]) => share), u);
  const quota = new Map(cells.map(([key], i) => [key, taken[i]]));
  const [selected, reserves] = [[], []];
  for (const h of inOrder(strata.keys())) {
    const [first, rest] = [[], []];
    for (const [ticket, unit] of strata.get(h).sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))) {
      const [b, key] = [seen(unit, h), `${h} ${seen(unit, h)}`];
      quota.set(key, quota.get(key) - 1);
      if (quota.get(key) >= 0) first.push([unit, ticket]);
      else if (cap === null || b < cap) rest.push([unit, ticket]);
    }
    const more = reservesOf(design.reserves, h, sizes.get(h));
    [...first, ...rest.slice(0, more)].forEach((row, i) => (i < first.length ? selected : reserves).push([h, i + 1, ...row]));
  }
  return { selected, reserves };
}

function reservesOf(rule, h, size) {
  if (!rule) return 0;
  if (rule.strata) return countOf(own(rule.strata, h) ?? 0);
  return size ? Math.max(countOf(rule.minimum ?? 0), Exact.read(rule.ratio).times(Exact.of(size)).ceil()) : 0;
}
