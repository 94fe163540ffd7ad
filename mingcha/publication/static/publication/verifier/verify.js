// Verifying a bundle (spec/draw.md, spec/ledger.md): everything is computed again from the file alone; nothing is asked
// of the server. What a file cannot prove is said each time. Shares no code with the program that made the bundle.
const CODE = /^[0-9A-Za-z._/-]{1,64}$/;
const NUMBER = /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/;

class Case {
  constructor(files) { Object.assign(this, { files, notes: [], facts: {}, tasks: [] }); }

  file(name) { return this.files.get(name) ?? need(false, "missing", { name }); }
  hash(bytes) { return mingchaHashes[this.statement.suite](bytes); }
  get sealed() { return this.statement.release === "sealed"; }
  get whole() { return this.files.has("salt") || this.statement?.release !== "sealed"; }
  note(sentence, details = {}) { this.notes.push({ sentence, details }); }

  hmac(key, message) {
    const pad = (mask) => { const block = new Uint8Array(64).fill(mask); key.forEach((byte, i) => { block[i] ^= byte; }); return block; };
    return this.hash(joined(pad(0x5c), unhex(this.hash(joined(pad(0x36), message)))));
  }

  logged(act) {
    const found = this.entries.filter((body) => body.act === act);
    need(found.length === 1, "one_entry", { name: act });
    return found[0].facts;
  }
}

function checkStatement(it) {
  const statement = it.statement = readJson(it.file("statement.json"), "statement.json");
  need(statement.protocol === "1" && Object.hasOwn(mingchaHashes, statement.suite), "protocol");
  need(["open", "sealed"].includes(statement.release) && NUMBER.test(statement.ceremony), "statement");
  need(statement.ceremony.startsWith("R") === statement.rehearsal, "statement");
  const numbers = statement.tasks.map((task) => task.number);
  need(numbers.length && numbers.every((number, i) => NUMBER.test(number) && (i === 0 || numbers[i - 1] < number)), "statement");
  const witnesses = statement.entropy.filter((source) => source.kind === "witness");
  need(!witnesses.length || new Set(witnesses.map((source) => source.organ)).size > 1, "witnesses");
  need(statement.rehearsal || statement.entropy.some((source) => source.kind !== "os"), "witnesses");
  if (statement.rehearsal) it.note("rehearsal");
}

// The ledger

const treeHash = (...parts) => unhex(mingchaHashes["SHA-256"](joined(...parts)));

/** The root that an inclusion proof leads to, from leaf `index` of `size` (RFC 9162). */
function rootFrom(leaf, index, size, proof) {
  if (size === 1) { need(!proof.length, "proof", { index }); return leaf; }
  need(proof.length, "proof", { index });
  let k = 1;
  while (k * 2 < size) k *= 2;
  const [rest, sibling] = [proof.slice(0, -1), unhex(proof.at(-1), 32)];
  return index < k
    ? treeHash([1], rootFrom(leaf, index, k, rest), sibling)
    : treeHash([1], sibling, rootFrom(leaf, index - k, size - k, rest));
}

function readCheckpoint(vkey, note) {
  const key = vkey.match(/^([^+]+)\+([0-9a-f]{8})\+(.+)$/);
  const at = note.lastIndexOf("\n\n");
  need(key && at > 0, "note");
  const [text, raw] = [note.slice(0, at + 1), unbase64(key[3])];
  const [origin, size, root] = text.split("\n");
  need(origin === key[1] && raw.length === 33 && raw[0] === 1 && /^[1-9]\d{0,14}$/.test(size), "note");
  const marks = note.slice(at + 2).split("\n").map((line) => line.split(" ")).filter(([, name]) => name === origin);
  const signed = marks.map(([, , mark]) => unbase64(mark)).some((mark) => isSigned(raw.slice(1), utf8(text), mark.slice(4)));
  need(signed, "signature");
  return { size: Number(size), root: hexOf(unbase64(root)) };
}

function checkLedger(it) {
  const proof = readJson(it.file("ledger-proof.json"), "ledger-proof.json");
  const { size, root } = readCheckpoint(proof.vkey, proof.checkpoint);
  let last = -1;
  for (const { index, body, proof: path } of proof.entries) {
    need(Number.isSafeInteger(index) && index > last && index < size, "order");
    need(body.subject === it.statement.ceremony, "other_ceremony", { index });
    const leaf = treeHash([0], unhex(mingchaHashes["SHA-256"](utf8(canonical(body)))));
    need(hexOf(rootFrom(leaf, index, size, path)) === root, "proof", { index });
    last = index;
  }
  it.entries = proof.entries.map((entry) => entry.body);
  const acts = it.entries.map((body) => body.act).filter((act) => ["ceremony.commit", "ceremony.draw"].includes(act));
  need(acts.join() === "ceremony.commit,ceremony.draw", "order");
  it.note("key", { key: proof.vkey });
  it.note("other_draws");
}

function checkCommitment(it) {
  need(it.logged("ceremony.commit").statement_digest === it.hash(it.file("statement.json")), "not_committed");
}

function checkRelease(it) {
  const listed = it.logged("ceremony.release").members;
  const names = inOrder(it.files.keys()).filter((name) => name !== "ledger-proof.json");
  const wrong = names.filter((name) => own(listed, name) !== it.hash(it.file(name)));
  const missing = Object.keys(listed).filter((name) => !it.files.has(name));
  need(!wrong.length && !missing.length, "changed", { name: [...wrong, ...missing].join(", ") });
}

// Randomness

function checkEntropy(it) {
  const [opened, declared] = [readJson(it.file("entropy.json"), "entropy.json"), it.statement.entropy];
  const first = (place) => (declared[place].instead_of === null ? place : first(declared[place].instead_of));
  need(declared.every((source, place) => source.instead_of === null || source.instead_of < place), "statement");
  const places = opened.map((item) => declared.findIndex((source) =>
    source.kind === item.kind && source.by === item.by && source.commitment === item.commitment));
  need(places.every((place, i) => place >= 0 && (i === 0 || places[i - 1] < place)), "sources");
  const served = places.map(first).sort((a, b) => a - b);
  const asked = declared.map((source, place) => place).filter((place) => declared[place].instead_of === null);
  need(served.join() === asked.join(), "sources");
  for (const item of opened) {
    need(item.value !== "", "opening", { name: item.by });
    if (item.kind !== "witness") { it.note("outside", { name: item.by }); continue; }
    need(it.hash(joined(unhex(item.nonce, 32), unhex(item.value))) === item.commitment, "opening", { name: item.by });
  }
  need(it.logged("ceremony.draw").entropy_digest === it.hash(it.file("entropy.json")), "not_logged", { name: "entropy.json" });
  it.entropies = opened.map((item) => unhex(item.value));
}

function checkAuditors(it) {
  const surplus = [...it.files.keys()].filter((name) =>
    !["statement.json", "entropy.json", "ledger-proof.json", "certificate.pdf"].includes(name));
  need(!surplus.length, "missing", { name: "salt" });
  const drawn = it.logged("ceremony.draw");
  const signed = it.entries.filter((body) => body.act === "ceremony.countersign").map((body) => body.facts);
  need(signed.every((facts) => facts.result_digest === drawn.result_digest), "auditors");
  need(new Set(signed.map((facts) => facts.organ)).size > 1, "auditors");
  it.note("sealed", { name: signed.map((facts) => facts.organ).join(", ") });
}

function checkSalt(it) {
  const salt = it.file("salt");
  need(salt.length === 32 && it.hash(salt) === it.statement.salt_commitment, "salt");
}

// Frames, designs, inspectors

/** Lines `unit TAB text`, sorted, none twice. */
function readLines(bytes, name, second) {
  const lines = textOf(bytes, name).split("\n");
  need(lines.pop() === "", "lines", { name });
  const rows = lines.map((line) => line.split("\t"));
  const right = rows.every(([unit, value, more], i) =>
    CODE.test(unit) && second.test(value) && more === undefined && (i === 0 || rows[i - 1][0] < unit));
  need(right, "lines", { name });
  return rows;
}

async function readTask(it, task) {
  const number = task.number;
  const raw = { design: it.file(`designs/${number}.json`) };
  raw.frame = await unzipped(it.file(`frames/${number}.tsv.gz`), `frames/${number}.tsv.gz`);
  if (it.files.has(`burdens/${number}.tsv.gz`)) raw.burden = await unzipped(it.file(`burdens/${number}.tsv.gz`), "burdens");
  const blinded = (digest) => (it.sealed ? it.hmac(it.file("salt"), joined(utf8("sealed:"), unhex(digest))) : digest);
  for (const kind of ["design", "frame", "burden"]) {
    const found = raw[kind] ? blinded(it.hash(raw[kind])) : null;
    need(task[`${kind}_digest`] === found, "not_stated", { name: `${number} ${kind}` });
  }
  const design = readJson(raw.design, `designs/${number}.json`);
  const units = readLines(raw.frame, `frames/${number}.tsv.gz`, CODE);
  const burden = raw.burden ? readLines(raw.burden, `burdens/${number}.tsv.gz`, /^[1-9]\d{0,2}$/) : [];
  const counts = {};
  for (const [, stratum] of units) counts[`=${stratum}`] = (counts[`=${stratum}`] ?? 0) + 1;
  const stated = task.strata && Object.fromEntries(Object.entries(task.strata).map(([stratum, n]) => [`=${stratum}`, n]));
  const right = it.sealed ? stated === null : stated !== null && canonical(stated) === canonical(counts);
  need(right && task.total === units.length && design.task === number && design.release === it.statement.release,
    "not_stated", { name: number });
  if (design.reasons) it.note("reasons", { name: number, text: Object.values(design.reasons).join("; ") });
  if (Object.keys(task.excluded).length || task.added || task.removed) it.note("excluded", { name: number });
  return { number, design, units, burden: new Map(burden.map(([unit, visits]) => [unit, Number(visits)])) };
}

async function checkFrames(it) {
  const held = [...it.files.keys()].filter((name) => name.includes("/"))
    .map((name) => name.split("/")[1].replace(/(\.json|\.tsv\.gz)$/, ""));
  need(held.every((number) => it.statement.tasks.some((task) => task.number === number)), "surplus");
  it.tasks = [];
  for (const task of it.statement.tasks) it.tasks.push(await readTask(it, task));
}

function checkInspectors(it) {
  const content = it.files.get("inspectors.jsonl");
  need(it.statement.inspectors_digest === (content ? it.hash(content) : null), "not_stated", { name: "inspectors.jsonl" });
  const lines = content && content.length ? textOf(content, "inspectors.jsonl").split("\n") : [""];
  need(lines.pop() === "", "lines", { name: "inspectors.jsonl" });
  const people = lines.map((line) => readJson(utf8(line), "inspectors.jsonl"));
  need(people.every((one, i) => CODE.test(one.inspector_id) && (i === 0 || people[i - 1].inspector_id < one.inspector_id)),
    "lines", { name: "inspectors.jsonl" });
  it.people = new Map(people.map((one) => [one.inspector_id, one]));
}

// The draw itself

function checkSeed(it) {
  const length = (bytes) => { const out = new Uint8Array(8); new DataView(out.buffer).setBigUint64(0, BigInt(bytes.length)); return out; };
  const mixed = it.entropies.flatMap((value) => [length(value), value]);
  const message = joined(unhex(it.hash(it.file("statement.json"))), ...mixed);
  it.facts.seed = it.seed = it.hmac(it.file("salt"), message).slice(0, 32);
  for (const task of it.tasks) Object.assign(task, drawTask({ hash: (bytes) => it.hash(bytes), seed: it.seed, ...task }));
  it.facts.units = it.tasks.reduce((n, task) => n + task.units.length, 0);
  it.facts.selected = it.tasks.reduce((n, task) => n + task.selected.length, 0);
}

function checkList(it, name, part) {
  const rows = it.tasks.flatMap((task) => task[part].map((row) => [task.number, ...row].join(",")));
  const expected = ["task,stratum,rank,unit_id,ticket", ...rows, ""];
  const found = textOf(it.file(name), name).split("\n");
  const line = expected.findIndex((row, i) => row !== found[i]);
  const at = line < 0 && found.length > expected.length ? expected.length : line;
  need(at < 0, "differs", { name, line: at + 1, expected: expected[at] ?? "", found: found[at] ?? "" });
}

function checkSeats(it) {
  const wanted = it.tasks.some((task) => task.design.teams && task.selected.length);
  if (!it.files.has("teams.csv")) { if (wanted) it.note("no_teams"); return; }
  const claims = new Map();
  for (const { number, design, selected } of it.tasks.filter((task) => task.design.teams)) {
    for (const [stratum, , unit] of selected) {
      if (!claims.has(unit)) claims.set(unit, []);
      claims.get(unit).push({ task: number, window: design.window, teams: design.teams, region: stratum.split("/")[0] });
    }
  }
  const [header, ...lines] = textOf(it.file("teams.csv"), "teams.csv").split("\n");
  need(header === "visit_id,seat,inspector_id,kind" && lines.pop() === "", "lines", { name: "teams.csv" });
  const visits = visitsOf(claims);
  checkTeams(lines.map((line) => line.split(",")), visits, it.people);
  it.facts.visits = visits.size;
  it.note("teams_rule");
}

function leafOf(it, task, hit, unit, stratum) {
  const nonce = it.hmac(it.file("salt"), utf8(`leaf:${task.number}:${unit}`));
  const leaf = { drawn: hit.has(unit), nonce, stratum, task: task.number, ticket: it.hash(utf8(`${it.seed}:${unit}`)), unit_id: unit };
  return it.hash(joined([0], unhex(it.hash(utf8(canonical(leaf))))));
}

/** The root over leaf hashes (RFC 6962), level by level: an odd one at the end goes up as it is. */
function rootOver(leaves, hash) {
  if (!leaves.length) return hash(new Uint8Array());
  let level = leaves;
  while (level.length > 1) {
    const next = [];
    for (let i = 0; i < level.length; i += 2) {
      next.push(i + 1 < level.length ? hash(joined([1], unhex(level[i]), unhex(level[i + 1]))) : level[i]);
    }
    level = next;
  }
  return level[0];
}

function checkResult(it) {
  const drawn = it.logged("ceremony.draw");
  const leaves = it.tasks.flatMap((task) => {
    const hit = new Set(task.selected.map(([, , unit]) => unit));
    return task.units.map(([unit, stratum]) => leafOf(it, task, hit, unit, stratum));
  });
  const digest = (name) => (it.files.has(name) ? it.hash(it.file(name)) : null);
  const result = {
    protocol: "1", ceremony: it.statement.ceremony, seed: it.seed, root: rootOver(leaves, (bytes) => it.hash(bytes)),
    selection_digest: digest("selection.csv"), reserves_digest: digest("reserves.csv"), teams_digest: digest("teams.csv"),
  };
  need(drawn.result_root === result.root, "not_logged", { name: "root" });
  need(drawn.result_digest === it.hash(utf8(canonical(result))), "not_logged", { name: "result" });
  it.facts.root = result.root;
}

// [name, what must have been proven before, the check]; the page has a title for each name.
const GROUND = ["frames", "inspectors", "entropy"];
const CHECKS = [
  ["statement", [], checkStatement],
  ["ledger", ["statement"], checkLedger],
  ["commitment", ["ledger"], checkCommitment],
  ["release", ["ledger"], checkRelease],
  ["entropy", ["ledger"], checkEntropy],
  ["auditors", ["ledger"], checkAuditors],
  ["salt", ["statement"], checkSalt],
  ["frames", ["salt"], checkFrames],
  ["inspectors", ["statement"], checkInspectors],
  ["seed", GROUND, checkSeed],
  ["selection", ["seed"], (it) => checkList(it, "selection.csv", "selected")],
  ["reserves", ["seed"], (it) => checkList(it, "reserves.csv", "reserves")],
  ["teams", ["seed"], checkSeats],
  ["result", ["seed"], checkResult],
];
const OF_THE_WHOLE = ["salt", "frames", "inspectors", "seed", "selection", "reserves", "teams", "result"];

/**
 * Verify a bundle. `tell` hears of each check as it ends. Gives
 * {proven, whole, ceremony, facts, checks: [{name, ok, sentence, details}], notes: [{sentence, details}]}.
 */
async function verifyBundle(bytes, tell = () => {}) {
  const it = new Case(readZip(bytes));
  const [checks, made] = [[], new Set()];
  for (const [name, ground, check] of CHECKS) {
    const wanted = !it.statement || (it.whole ? name !== "auditors" : !OF_THE_WHOLE.includes(name));
    if (!wanted || !ground.every((other) => made.has(other))) continue;
    const done = { name, ok: true };
    try {
      await check(it);
      made.add(name);
    } catch (error) {
      if (error instanceof Unreadable) throw error;
      const told = error instanceof Wrong ? error : new Wrong("form", { name: String(error.message) });
      Object.assign(done, { ok: false, sentence: told.sentence, details: told.details });
    }
    checks.push(done);
    tell(done);
  }
  const asked = CHECKS.map(([name]) => name).filter((name) => (it.whole ? name !== "auditors" : !OF_THE_WHOLE.includes(name)));
  const proven = asked.every((name) => made.has(name));
  return { proven, whole: it.whole, ceremony: it.statement?.ceremony ?? "", facts: it.facts, checks, notes: it.notes };
}
