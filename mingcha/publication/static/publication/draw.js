// The draw of one task: frame, sizes in exact arithmetic, selection and reserves. Source: spec/draw.md.
import { digest, hash, text, utf8 } from "./bytes.js";
import { code, inOrder } from "./canonical.js";
import { Ratio } from "./rational.js";
import { Wrong } from "./said.js";

const PAUSE = 5000;
const breathe = () => new Promise((go) => { setTimeout(go); });
const sum = (values) => values.reduce((total, value) => total.plus(value), Ratio.of(0));
const total = (counts) => counts.reduce((all, n) => all + n, 0);

function pairs(bytes) {
  const whole = text(bytes);
  if (/[^\x00-\x7f]/.test(whole)) throw new Wrong("文件含有代码以外的字符");
  if (whole && !whole.endsWith("\n")) throw new Wrong("文件最后一行没有换行");
  const lines = whole.split("\n").slice(0, -1).map((line, place) => {
    const fields = line.split("\t");
    if (fields.length !== 2) throw new Wrong("第 %(line)s 行应有两列", { line: place + 1 });
    return [code(fields[0]), fields[1]];
  });
  lines.forEach(([unit], place) => {
    if (place && lines[place - 1][0] === unit) throw new Wrong("检查对象重复:%(unit)s", { unit });
    if (place && inOrder(lines[place - 1][0], unit) > 0) throw new Wrong("文件没有按代码排序");
  });
  return lines;
}

// unit → stratum, in the order of the file.
export const readFrame = (bytes) => pairs(bytes).map(([unit, stratum]) => [unit, code(stratum)]);

// unit → visits of this year.
export function readBurden(bytes) {
  return new Map(pairs(bytes).map(([unit, visits]) => {
    if (!/^[1-9]\d{0,2}$/.test(visits)) throw new Wrong("检查次数不是整数");
    return [unit, Number(visits)];
  }));
}

export function countsOf(frame) {
  const counts = new Map();
  for (const [, stratum] of frame) counts.set(stratum, (counts.get(stratum) || 0) + 1);
  return new Map([...counts].sort(([one], [other]) => inOrder(one, other)));
}

// U, the random start of systematic rounding.
export function startOf(seed, task, suite) {
  return new Ratio(BigInt(`0x${digest(suite, utf8(`${seed}:round:${task}`))}`), 2n ** 256n);
}

function systematic(cells, u) {
  let before = Ratio.of(0);
  return cells.map(([cell, expected]) => {
    const after = before.plus(expected);
    const size = after.plus(u).floor() - before.plus(u).floor();
    before = after;
    return [cell, size];
  });
}

function rounded(amount, rounding) {
  if (rounding === "up") return amount.ceil();
  return (rounding === "half_up" ? amount.plus(new Ratio(1n, 2n)) : amount).floor();
}

// A number of seats in proportion to count × weight, never more than a stratum has (largest remainders).
function sharedOut(wanted, counts, weights) {
  const sizes = new Map([...counts.keys()].map((stratum) => [stratum, 0]));
  let open = [...counts.keys()].filter((stratum) => counts.get(stratum) && !weights.get(stratum).isZero);
  let seats = Math.min(wanted, total(open.map((stratum) => counts.get(stratum))));
  while (open.length) {
    const mass = sum(open.map((stratum) => weights.get(stratum).times(counts.get(stratum))));
    const shares = open.map((stratum) => [stratum, weights.get(stratum).times(counts.get(stratum)).times(seats).by(mass)]);
    const full = shares.filter(([stratum, share]) => share.atLeast(counts.get(stratum))).map(([stratum]) => stratum);
    if (!full.length) {
      shares.forEach(([stratum, share]) => sizes.set(stratum, share.floor()));
      const rest = seats - total(open.map((stratum) => sizes.get(stratum)));
      const left = ([stratum, share]) => share.minus(sizes.get(stratum));
      const best = [...shares].sort((one, other) => left(other).compare(left(one)) || inOrder(one[0], other[0]));
      best.slice(0, rest).forEach(([stratum]) => sizes.set(stratum, sizes.get(stratum) + 1));
      return sizes;
    }
    for (const stratum of full) { sizes.set(stratum, counts.get(stratum)); seats -= counts.get(stratum); }
    open = open.filter((stratum) => !full.includes(stratum));
  }
  return sizes;
}

// How many are selected of each stratum; without a seed only what does not depend on it.
export function sizesOf(design, counts, seed, suite) {
  const missing = [...counts.keys()].filter((stratum) => !design.strata.has(stratum));
  if (missing.length) throw new Wrong("方案没有规定分层:%(strata)s", { strata: missing.join(", ") });
  const ratio = new Map([...counts.keys()].map((stratum) => [stratum, design.strata.get(stratum).ratio]));
  if (design.rounding === "number") return sharedOut(design.total, counts, ratio);
  if (design.rounding === "systematic") {
    return new Map(systematic([...counts].map(([stratum, n]) => [stratum, ratio.get(stratum).times(n)]), startOf(seed, design.task, suite)));
  }
  return new Map([...counts].map(([stratum, n]) => {
    const least = Math.max(design.strata.get(stratum).minimum, rounded(ratio.get(stratum).times(n), design.rounding));
    return [stratum, Math.min(n, least)];
  }));
}

export function reserveSize(reserves, stratum, count, n) {
  if (reserves.strata) return Math.min(count - n, reserves.strata.get(stratum) || 0);
  return n ? Math.min(count - n, Math.max(reserves.minimum, reserves.ratio.times(n).ceil())) : 0;
}

// The chance of a unit by the visits it already had: p_b = min(1, s δ^b) with Σ N_b p_b = n.
export function burdenShares(visited, n, delta, cap) {
  const shares = new Map([...visited.keys()].map((b) => [b, Ratio.of(0)]));
  const able = new Map([...visited].filter(([b, count]) => count && (cap === null || b < cap)));
  const there = total([...able.values()]);
  if (there < n) throw new Wrong("未达检查次数上限的只有 %(able)s 户,不够抽取 %(n)s 户", { able: there, n });
  let left = Ratio.of(n);
  while (able.size) {
    const s = left.by(sum([...able].map(([b, count]) => delta.power(b).times(count))));
    const certain = [...able.keys()].filter((b) => s.times(delta.power(b)).atLeast(1));
    if (!certain.length) {
      for (const b of able.keys()) shares.set(b, s.times(delta.power(b)));
      return shares;
    }
    for (const b of certain) { shares.set(b, Ratio.of(1)); left = left.minus(able.get(b)); able.delete(b); }
  }
  return shares;
}

async function ranked(frame, seed, suite, progress) {
  const strata = new Map();
  let done = 0;
  for (const [unit, stratum] of frame) {
    if (!strata.has(stratum)) strata.set(stratum, []);
    strata.get(stratum).push({ unit, stratum, ticket: digest(suite, utf8(`${seed}:${unit}`)) });
    if (++done % PAUSE === 0) { progress(done); await breathe(); }
  }
  for (const units of strata.values()) units.sort((a, b) => inOrder(a.ticket, b.ticket) || inOrder(a.unit, b.unit));
  return strata;
}

function byBurden(design, strata, sizes, burden, seed, suite) {
  const { delta, cap, exempt } = design.burden;
  const seen = (stratum, unit) => (exempt.has(stratum) ? 0 : burden.get(unit) || 0);
  const cells = [];
  for (const stratum of sizes.keys()) {
    const visited = new Map();
    for (const { unit } of strata.get(stratum)) visited.set(seen(stratum, unit), (visited.get(seen(stratum, unit)) || 0) + 1);
    const sorted = new Map([...visited].sort(([one], [other]) => one - other));
    const shares = burdenShares(sorted, sizes.get(stratum), delta, cap);
    for (const [b, count] of sorted) cells.push([`${stratum} ${b}`, shares.get(b).times(count)]);
  }
  const left = new Map(systematic(cells, startOf(seed, design.task, suite)));
  return (stratum, units) => {
    const [first, others] = [[], []];
    for (const row of units) {
      const b = seen(stratum, row.unit);
      const cell = `${stratum} ${b}`;
      if (left.get(cell) > 0) { left.set(cell, left.get(cell) - 1); first.push(row); } else if (cap === null || b < cap) others.push(row);
    }
    return [first, others];
  };
}

// Selected and reserves of a task, each with its rank, strata in byte order.
export async function draw({ design, frame, burden, seed, suite, progress = () => {} }) {
  const counts = countsOf(frame);
  const sizes = sizesOf(design, counts, seed, suite);
  const strata = await ranked(frame, seed, suite, progress);
  const smallest = (stratum, units) => [units.slice(0, sizes.get(stratum)), units.slice(sizes.get(stratum))];
  const pick = design.burden ? byBurden(design, strata, sizes, burden, seed, suite) : smallest;
  const [selected, reserves] = [[], []];
  for (const stratum of sizes.keys()) {
    const [first, others] = pick(stratum, strata.get(stratum));
    const size = reserveSize(design.reserves, stratum, counts.get(stratum), sizes.get(stratum));
    [...first, ...others.slice(0, size)].forEach((row, place) => {
      (place < first.length ? selected : reserves).push({ ...row, rank: place + 1 });
    });
  }
  return { task: design.task, selected, reserves, tickets: new Map([...strata.values()].flat().map((row) => [row.unit, row.ticket])) };
}

export const listed = (selections, kind) => "task,stratum,rank,unit_id,ticket\n" + selections.flatMap((selection) => (
  selection[kind].map((row) => `${selection.task},${row.stratum},${row.rank},${row.unit},${row.ticket}\n`)
)).join("");
