// Who goes: the inspectors drawn for the seats of all visits. Source: spec/teams.md.
import { hash, hex, joined, utf8 } from "./bytes.js";
import { inOrder } from "./canonical.js";
import { HEADER, fits } from "./teams.js";

const PAUSE = 500;
const breathe = () => new Promise((go) => { setTimeout(go); });

// Seats and inspectors are numbers here: seat s is the node s, inspector i is the node ~i (negative).
class Board {
  constructor({ suite, seed, visits, people }) {
    const key = (kind, name) => hash(suite, utf8(`${seed}:${kind}:${name}`));
    const keyed = (items) => items.map((item) => ({ ...item, rank: hex(item.key) })).sort((a, b) => inOrder(a.rank, b.rank));
    this.suite = suite;
    this.people = keyed([...people.values()].map((who) => ({ who, key: key("inspector", who.inspector_id) }))).map(({ who }) => who);
    this.ids = this.people.map((who) => utf8(who.inspector_id));
    this.load = this.people.map((who) => who.load);
    this.held = this.people.map(() => new Set());
    this.frozen = new Set();
    this.seats = [];
    for (const { name, visit, key: own } of keyed([...visits].map(([name, visit]) => ({ name, visit, key: key("object", name) })))) {
      this.seat(name, visit, own);
    }
    this.holder = this.seats.map(() => null);
  }

  // The seats of a visit in the order in which they are filled; those of one kind share who may take them.
  seat(name, visit, key) {
    const [kinds, beside, ranks] = [new Map(), [], new Map()];
    const rows = visit.seats.map((seat, place) => {
      const kind = JSON.stringify([seat.organ, seat.qualification, seat.rule]);
      if (!kinds.has(kind)) {
        kinds.set(kind, { first: place + 1, able: [...this.people.keys()].filter((i) => fits(this.people[i], seat, visit)), order: null });
      }
      return { name, visit, key, number: place + 1, kind: kinds.get(kind), beside, ranks };
    });
    rows.sort((a, b) => a.kind.able.length - b.kind.able.length || a.number - b.number);
    for (const row of rows) { beside.push(this.seats.length); this.seats.push(row); }
  }

  rank({ ranks, key }, i) {
    if (!ranks.has(i)) ranks.set(i, hex(hash(this.suite, joined(key, this.ids[i]))));
    return ranks.get(i);
  }

  // Who may take the seat, in the visit's order.
  order(row) {
    row.kind.order ??= [...row.kind.able].sort((i, j) => inOrder(this.rank(row, i), this.rank(row, j)));
    return row.kind.order;
  }

  hasRoom(i) { return this.held[i].size < this.people[i].capacity; }
  sits({ beside }) { return new Map(beside.map((seat) => [this.holder[seat], seat])); }

  idle(row, among) {
    const sitting = this.sits(row);
    return among.filter((i) => !sitting.has(i) && this.hasRoom(i));
  }

  neighbours(node) {
    if (node < 0) return [...this.held[~node]].sort((a, b) => a - b);
    const row = this.seats[node];
    const sitting = this.sits(row);
    return this.order(row).filter((i) => !this.frozen.has(i)).map((i) => (sitting.has(i) ? sitting.get(i) : ~i));
  }

  // Breadth first to those with room and at most this load; a tree stops at its first end.
  search(roots, most) {
    const [came, tree, ends, queue] = [new Map(roots.map((root) => [root, null])), new Map(roots.map((root) => [root, root])), new Map(), [...roots]];
    for (const node of queue) {
      const root = tree.get(node);
      if (ends.has(root)) continue;
      for (const other of this.neighbours(node)) {
        if (came.has(other)) continue;
        came.set(other, node);
        tree.set(other, root);
        if (other < 0 && this.load[~other] <= most && this.hasRoom(~other)) { ends.set(root, other); break; }
        queue.push(other);
      }
    }
    return { came, ends: [...ends.values()] };
  }

  // Along each path, every seat goes to the one it was left through, or for whose seat it was left.
  move({ came, ends }) {
    const changes = new Map();
    for (let node of ends) {
      for (let before = came.get(node); before !== null; node = before, before = came.get(node)) {
        if (before >= 0) changes.set(before, node < 0 ? ~node : this.holder[node]);
      }
    }
    for (const seat of changes.keys()) {
      const former = this.holder[seat];
      if (former !== null) { this.held[former].delete(seat); this.load[former] -= 1; }
    }
    for (const [seat, i] of changes) { this.holder[seat] = i; this.held[i].add(seat); this.load[i] += 1; }
  }

  // Gives the seat to the least loaded, else makes room; false if there is no way.
  fill(seat) {
    const row = this.seats[seat];
    const free = this.idle(row, row.kind.able);
    if (!free.length) {
      const found = this.search([seat], Infinity);
      this.move(found);
      return found.ends.length > 0;
    }
    const least = free.reduce((low, i) => Math.min(low, this.load[i]), Infinity);
    const best = free.filter((i) => this.load[i] === least).reduce((one, i) => (this.rank(row, i) < this.rank(row, one) ? i : one));
    this.move({ came: new Map([[~best, seat], [seat, null]]), ends: [~best] });
    return true;
  }

  // Lowers the highest loads; false when there is nothing more to lower.
  balance() {
    const open = [...this.people.keys()].filter((i) => !this.frozen.has(i));
    const top = open.reduce((high, i) => Math.max(high, this.load[i]), 0);
    if (top <= 1) return false;
    const found = this.search(open.filter((i) => this.load[i] === top).map((i) => ~i), top - 2);
    this.move(found);
    if (!found.ends.length) for (const node of found.came.keys()) if (node < 0) this.frozen.add(~node);
    return true;
  }

  csv() {
    const rows = this.seats.map(({ name, number }, seat) => [name, number, 0, this.holder[seat], "drawn"]);
    for (const row of this.seats.filter(({ kind, number }) => kind.first === number)) {
      const idle = row.visit.reserves ? this.idle(row, this.order(row)).slice(0, row.visit.reserves) : [];
      idle.forEach((i, place) => rows.push([row.name, row.number, place + 1, i, "reserve"]));
    }
    rows.sort((a, b) => inOrder(a[0], b[0]) || a[1] - b[1] || a[2] - b[2]);
    return HEADER + rows.map(([name, number, , i, kind]) => `${name},${number},${this.people[i].inspector_id},${kind}\n`).join("");
  }
}

// The file teams.csv, or null if there are too few inspectors.
export async function drawTeams(given) {
  const board = new Board(given);
  for (let seat = 0; seat < board.seats.length; seat++) {
    if (!board.fill(seat)) return null;
    if (seat % PAUSE === PAUSE - 1) await breathe();
  }
  while (board.balance()) await (board.seats.length > PAUSE ? breathe() : null);
  return board.csv();
}
