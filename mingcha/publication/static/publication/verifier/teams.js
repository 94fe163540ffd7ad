// Teams (spec/teams.md), checked by what they must be: everyone may sit where they sit, and no load could be evened out.
const sameDay = (one, others) => others.every((other) => one.window[0] <= other.window[1]);

/** Visits from what each unit was selected for: visit → {unit, region, seats: [{organ, qualification, way}]}. */
function visitsOf(claims) {
  const visits = new Map();
  for (const [unit, wants] of claims) {
    const groups = [];
    const ordered = [...wants].sort((a, b) => {
      const [x, y] = [[a.window[0], a.task], [b.window[0], b.task]];
      return x[0] < y[0] || (x[0] === y[0] && x[1] < y[1]) ? -1 : 1;
    });
    for (const claim of ordered) {
      if (groups.length && sameDay(claim, groups.at(-1))) groups.at(-1).push(claim);
      else groups.push([claim]);
    }
    for (const group of groups) {
      const first = group.reduce((a, b) => (a.task < b.task ? a : b));
      visits.set(`${unit}#${first.task}`, { unit, region: first.region, seats: seatsFor(group) });
    }
  }
  return visits;
}

/** The seats of a visit: per kind the most that any one of its tasks asks for; an organ does not come twice. */
function seatsFor(group) {
  const [total, special] = [new Map(), new Map()];
  const raise = (most, key, count) => most.set(key, Math.max(most.get(key) ?? 0, count));
  for (const { teams } of group) {
    const [all, asked] = [new Map(), new Map()];
    for (const seat of teams.seats) {
      need(countOf(seat.count) < 100, "design", { name: "teams" });
      const key = JSON.stringify([seat.organ, "", teams.region_rule]);
      all.set(key, (all.get(key) ?? 0) + seat.count);
      const kind = JSON.stringify([seat.organ, seat.qualification ?? "", teams.region_rule]);
      if (seat.qualification) asked.set(kind, (asked.get(kind) ?? 0) + seat.count);
    }
    for (const [key, count] of all) raise(total, key, count);
    for (const [key, count] of asked) raise(special, key, count);
  }
  const kinds = [...special];
  for (const [key, count] of total) {
    const [organ, , way] = JSON.parse(key);
    const covered = [...special].filter(([k]) => { const [o, , w] = JSON.parse(k); return o === organ && w === way; });
    kinds.push([key, Math.max(0, count - covered.reduce((n, [, c]) => n + c, 0))]);
  }
  const seats = kinds.flatMap(([key, count]) => Array(count).fill(JSON.parse(key)));
  const text = (seat) => seat.join("\0");
  return seats.sort((a, b) => (text(a) < text(b) ? -1 : 1)).map(([organ, qualification, way]) => ({ organ, qualification, way }));
}

/** Hold `teams.csv` (lines of fields) to the visits and the inspectors' frame. */
function checkTeams(lines, visits, people) {
  const fits = (person, visit, seat) =>
    person.organ === seat.organ && (!seat.qualification || person.qualifications.includes(seat.qualification)) &&
    !person.recusals.includes(visit.unit) &&
    (seat.way === "any" || (seat.way === "same") === person.regions.includes(visit.region));
  const [held, sits] = [new Map([...people.keys()].map((id) => [id, []])), new Map()];
  for (const [visitId, number, id, kind] of lines) {
    if (kind !== "drawn") continue;
    const visit = visits.get(visitId);
    const seat = visit?.seats[Number(number) - 1];
    need(seat && people.has(id) && fits(people.get(id), visit, seat), "seat", { visit: visitId, seat: number });
    need(!sits.has(`${visitId} ${id}`) && !sits.has(`${visitId} ${number} #`), "seat", { visit: visitId, seat: number });
    sits.set(`${visitId} ${id}`, Number(number)).set(`${visitId} ${number} #`, id);
    held.get(id).push([visitId, Number(number)]);
  }
  const wanted = [...visits.values()].reduce((n, visit) => n + visit.seats.length, 0);
  need([...held.values()].reduce((n, seats) => n + seats.length, 0) === wanted, "seats_missing");
  const load = new Map([...people].map(([id, person]) => [id, person.load + held.get(id).length]));
  const room = new Map([...people].map(([id, person]) => [id, person.capacity - held.get(id).length]));
  need([...room.values()].every((places) => places >= 0), "capacity");
  checkEven({ visits, people, fits, held, sits, load, room });
}

/** From nobody may a path of exchanges lead to somebody with less work by two or more and with room for it. */
function checkEven({ visits, people, fits, held, sits, load, room }) {
  const seen = new Set();
  for (const top of [...people.keys()].sort((a, b) => load.get(b) - load.get(a))) {
    const ahead = [top];
    while (ahead.length) {
      const node = ahead.pop();
      const key = Array.isArray(node) ? node.join(" ") : node;
      if (seen.has(key)) continue;
      seen.add(key);
      if (!Array.isArray(node)) {
        need(node === top || load.get(node) > load.get(top) - 2 || !room.get(node), "uneven", { one: top, other: node });
        ahead.push(...held.get(node));
        continue;
      }
      const [visitId, number] = node;
      const visit = visits.get(visitId);
      for (const [id, person] of people) {
        if (!fits(person, visit, visit.seats[number - 1])) continue;
        ahead.push(sits.has(`${visitId} ${id}`) ? [visitId, sits.get(`${visitId} ${id}`)] : id);
      }
    }
  }
}
