// Who inspects: the visits that selected units make, and whether the teams are valid and as even as can be.
// Source: spec/teams.md, "Visits", "Seats" and "Checking".
import { same, text, utf8 } from "./bytes.js";
import { code, hasKeys, inOrder, isCount, jcs, readJson } from "./canonical.js";
import { Wrong } from "./said.js";

export const HEADER = "visit_id,seat,inspector_id,kind\n";

const MOST_PLACES = 10 ** 9;
const LISTS = ["qualifications", "regions", "recusals"];

// inspector_id → everything that decides where somebody may go.
export function readInspectors(bytes) {
  const lines = text(bytes).split("\n");
  if (lines.pop() !== "") throw new Wrong("检查人员名单没有按规程书写");
  const people = new Map();
  let last = "";
  lines.forEach((line, place) => {
    const row = readJson(utf8(line));
    if (!hasKeys(row, "inspector_id", "organ", "capacity", "load", ...LISTS) || !isCount(row.capacity) || !isCount(row.load)
      || !LISTS.every((key) => Array.isArray(row[key]))) throw new Wrong("检查人员名单第 %(line)s 行的字段不对", { line: place + 1 });
    if (Math.max(row.capacity, row.load) > MOST_PLACES) throw new Wrong("检查人员 %(inspector)s 的次数过大", { inspector: code(row.inspector_id) });
    code(row.organ);
    const neat = LISTS.every((key) => same(jcs(row[key]), jcs([...new Set(row[key].map(code))].sort())));
    if (!neat || inOrder(last, code(row.inspector_id)) >= 0) throw new Wrong("检查人员名单没有按规程书写");
    last = row.inspector_id;
    people.set(last, row);
  });
  return people;
}

// When each selected unit is checked: all by ticket, cut into equal parts, one a batch; or in the one window.
export function windowsOf(design, selected) {
  const batches = design.batches.length ? design.batches : [design.window];
  const ordered = [...selected].sort((one, other) => inOrder(one.ticket, other.ticket) || inOrder(one.unit, other.unit));
  return new Map(ordered.map(({ unit }, place) => [unit, batches[Math.floor((place * batches.length) / ordered.length)]]));
}

// What the selected units of tasks with teams ask for.
export function claimsOf(tasks, selections) {
  return tasks.flatMap(({ design }, place) => {
    if (design.teams === null) return [];
    const windows = windowsOf(design, selections[place].selected);
    return selections[place].selected.map((row) => (
      { task: design.task, unit: row.unit, region: row.stratum.split("/")[0], window: windows.get(row.unit), teams: design.teams }
    ));
  });
}

// Tasks whose windows share a day come through the door together.
export function visitsOf(claims) {
  const units = new Map();
  for (const claim of claims) units.set(claim.unit, [...(units.get(claim.unit) || []), claim]);
  const visits = new Map();
  for (const wanted of units.values()) {
    wanted.sort((one, other) => inOrder(one.window[0], other.window[0]) || inOrder(one.task, other.task));
    const groups = [];
    for (const claim of wanted) {
      const group = groups[groups.length - 1];
      if (group && group.every((other) => claim.window[0] <= other.window[1])) group.push(claim); else groups.push([claim]);
    }
    for (const group of groups) {
      const first = group.reduce((least, claim) => (inOrder(claim.task, least.task) < 0 ? claim : least));
      visits.set(`${first.unit}#${first.task}`, { unit: first.unit, region: first.region, seats: mergedSeats(group.map((claim) => claim.teams)), reserves: Math.max(...group.map((claim) => claim.teams.reserves)) });
    }
  }
  return visits;
}

// An organ sends as many as its largest task asks, not the sum.
export function mergedSeats(rules) {
  const [most, asked] = [new Map(), new Map()];
  const raise = (into, counts) => counts.forEach((n, kind) => into.set(kind, Math.max(n, into.get(kind) || 0)));
  for (const { seats, rule } of rules) {
    const [totals, special] = [new Map(), new Map()];
    const more = (into, qualification, seat) => {
      const kind = JSON.stringify([seat.organ, qualification, rule]);
      into.set(kind, (into.get(kind) || 0) + seat.count);
    };
    for (const seat of seats) {
      more(totals, "", seat);
      if (seat.qualification) more(special, seat.qualification, seat);
    }
    raise(most, totals);
    raise(asked, special);
  }
  const special = [...asked];
  for (const [kind, n] of most) {
    const [organ, , rule] = JSON.parse(kind);
    const covered = special.filter(([other]) => { const [o, , r] = JSON.parse(other); return o === organ && r === rule; });
    const left = n - covered.reduce((sum, [, m]) => sum + m, 0);
    if (left > 0) asked.set(kind, left);
  }
  const kinds = [...asked].map(([kind, n]) => [JSON.parse(kind), n]);
  kinds.sort(([one], [other]) => one.map((part, at) => inOrder(part, other[at])).find(Boolean) || 0);
  return kinds.flatMap(([[organ, qualification, rule], n]) => Array(n).fill({ organ, qualification, rule }));
}

export function fits(who, seat, visit) {
  if (who.organ !== seat.organ || who.recusals.includes(visit.unit)) return false;
  if (seat.qualification && !who.qualifications.includes(seat.qualification)) return false;
  return seat.rule === "any" || who.regions.includes(visit.region) === (seat.rule === "same");
}

function readSeats(bytes) {
  const whole = text(bytes);
  const rows = whole.split("\n").slice(1, -1).map((line) => line.split(","));
  if (!whole.startsWith(HEADER) || !whole.endsWith("\n") || !rows.every((row) => row.length === 4 && /^[1-9]\d*$/.test(row[1]) && ["drawn", "reserve"].includes(row[3]))) {
    throw new Wrong("检查组文件的形式不对");
  }
  return rows.filter((row) => row[3] === "drawn").map(([visit, seat, who]) => ({ visit, seat: Number(seat), who }));
}

// Every seat is held by somebody eligible, nobody sits twice in a visit or beyond the cap, and no work can be passed
// on to somebody with at least two visits less.
export function checkTeams(bytes, visits, people) {
  const rows = readSeats(bytes);
  const wanted = new Set([...visits].flatMap(([visit, { seats }]) => seats.map((_, place) => `${visit} ${place + 1}`)));
  const [sits, held] = [new Map(), new Map([...people.keys()].map((who) => [who, []]))];
  for (const row of rows) {
    const details = { visit: row.visit, seat: row.seat, inspector: row.who };
    if (!wanted.delete(`${row.visit} ${row.seat}`)) throw new Wrong("席位空缺或多余:%(visit)s 第 %(seat)s 席", details);
    const [visit, who] = [visits.get(row.visit), people.get(row.who)];
    if (!who || !fits(who, visit.seats[row.seat - 1], visit)) throw new Wrong("%(inspector)s 不能担任 %(visit)s 第 %(seat)s 席", details);
    if (sits.has(`${row.visit} ${row.who}`)) throw new Wrong("%(inspector)s 在 %(visit)s 中出现两次", details);
    sits.set(`${row.visit} ${row.who}`, row);
    held.get(row.who).push(row);
  }
  const [open] = wanted;
  if (open !== undefined) throw new Wrong("席位空缺或多余:%(visit)s 第 %(seat)s 席", { visit: open.split(" ")[0], seat: open.split(" ")[1] });
  for (const [who, places] of held) if (places.length > people.get(who).capacity) throw new Wrong("%(inspector)s 超过检查次数上限", { inspector: who });
  checkEven(visits, people, held, sits);
}

function checkEven(visits, people, held, sits) {
  const load = new Map([...people].map(([who, row]) => [who, row.load + held.get(who).length]));
  const organs = new Map();
  for (const who of people.values()) organs.set(who.organ, [...(organs.get(who.organ) || []), who]);
  const [met, seen] = [new Set(), new Set()];
  for (const top of [...people.keys()].sort((one, other) => load.get(other) - load.get(one))) {
    if (met.has(top)) continue;
    met.add(top);
    const queue = [...held.get(top)];
    while (queue.length) {
      const row = queue.pop();
      if (seen.has(row)) continue;
      seen.add(row);
      const visit = visits.get(row.visit);
      const seat = visit.seats[row.seat - 1];
      for (const other of (organs.get(seat.organ) || []).filter((who) => fits(who, seat, visit))) {
        const sitting = sits.get(`${row.visit} ${other.inspector_id}`);
        if (sitting) { queue.push(sitting); continue; }
        if (met.has(other.inspector_id)) continue;
        const lower = load.get(other.inspector_id) <= load.get(top) - 2 && held.get(other.inspector_id).length < other.capacity;
        if (lower) throw new Wrong("负担不均:%(high)s 的检查可转给 %(low)s", { high: top, low: other.inspector_id });
        met.add(other.inspector_id);
        queue.push(...held.get(other.inspector_id));
      }
    }
  }
}
