// Verifying a bundle: the same checks under the same titles as the command line, in the reader's own browser.
import { digest, fromHex, hash, hex, hmac, joined, len8, same, utf8 } from "./bytes.js";
import { hasKeys, isObject, isText, jcs, readJson } from "./canonical.js";
import { drawTeams } from "./assignment.js";
import { readDesign } from "./design.js";
import { countsOf, draw, listed, readBurden, readFrame, sizesOf } from "./draw.js";
import { isIncluded, leafHash, rootOf } from "./merkle.js";
import { readKey, signedCheckpoint } from "./note.js";
import { Wrong } from "./said.js";
import { checkStatement, readEntropy } from "./statement.js";
import { checkTeams, claimsOf, readInspectors, visitsOf } from "./teams.js";
import { unzipped } from "./zip.js";

const PUBLIC = ["statement.json", "entropy.json", "ledger-proof.json", "certificate.pdf"];
const LARGE = 5000;
const breathe = () => new Promise((go) => { setTimeout(go); });
const sorted = (names) => [...names].sort().join(", ");

class Case {
  constructor(files, trusted, progress) {
    Object.assign(this, { files, trusted, progress, statement: {}, entries: [], tasks: [], people: null, notes: [], restsOn: [], unproven: [] });
  }

  get suite() { return this.statement.suite; }
  // Only the public's part of a sealed ceremony may come without its salt.
  get whole() { return this.files.has("salt") || this.statement.release !== "sealed"; }
  digest(bytes) { return digest(this.suite, bytes); }

  file(name) {
    if (!this.files.has(name)) throw new Wrong("缺少文件 %(name)s", { name });
    return this.files.get(name);
  }

  facts(act) {
    const found = this.entries.filter((entry) => entry.body.act === act);
    if (found.length !== 1) throw new Wrong("存证中应有一条 %(act)s,实有 %(count)s 条", { act, count: found.length });
    return found[0].body.facts;
  }
}

function statement(box) {
  const read = readJson(box.file("statement.json"));
  checkStatement(read);
  box.statement = read;
  if (read.rehearsal) box.notes.push(["这是演练,不是正式抽取"]);
}

function ledger(box) {
  const proof = readJson(box.file("ledger-proof.json"));
  const formed = hasKeys(proof, "vkey", "checkpoint", "entries") && typeof proof.vkey === "string" && typeof proof.checkpoint === "string";
  if (!formed || !Array.isArray(proof.entries)) throw new Wrong("存证文件的字段不对");
  const key = readKey(proof.vkey);
  const checkpoint = signedCheckpoint(proof.checkpoint, key);
  if (checkpoint.origin !== key.name) throw new Wrong("检查点不属于日志 %(name)s", { name: key.name });
  checkKey(box, proof.vkey);
  for (const signer of checkpoint.signatures) {
    if (signer.name !== key.name || signer.id !== key.id) box.restsOn.push(["没有核对 %(name)s 的签名:不知其公钥或算法", { name: signer.name }]);
  }
  let last = -1;
  for (const entry of proof.entries) { checkEntry(entry, checkpoint, last, box.statement.ceremony); last = entry.index; }
  box.entries = proof.entries;
  const order = box.entries.map((entry) => entry.body.act).filter((act) => ["ceremony.commit", "ceremony.draw"].includes(act));
  if (order.join() !== "ceremony.commit,ceremony.draw") throw new Wrong("存证次序不对:应先公告,后抽取");
  box.restsOn.push(["同一任务有无其他场次,以完整日志为准"]);
}

function checkKey(box, vkey) {
  if (box.trusted.given && box.trusted.given !== vkey) throw new Wrong("检查点没有 %(name)s 的有效签名", { name: box.trusted.given });
  if (box.trusted.given) return;
  if (vkey === box.trusted.ofSite) box.restsOn.push(["日志公钥与本站公布的相同;请再与另处公布的公钥核对:%(vkey)s", { vkey }]);
  else box.restsOn.push(["日志公钥取自本文件;请与另处公布的公钥核对:%(vkey)s", { vkey }]);
}

function checkEntry(entry, checkpoint, last, ceremony) {
  if (!hasKeys(entry, "index", "body", "proof")) throw new Wrong("存证条目的字段不对");
  const { index, body, proof } = entry;
  if (!Number.isSafeInteger(index) || index <= last || !Array.isArray(proof)) throw new Wrong("存证条目没有按次序排列");
  if (!isObject(body) || !isObject(body.facts) || typeof body.act !== "string") throw new Wrong("存证条目 %(index)s 的内容不对", { index });
  if (body.subject !== ceremony) throw new Wrong("存证条目 %(index)s 不属于本场次", { index });
  const leaf = leafHash("SHA-256", hash("SHA-256", jcs(body)));
  const place = { index, size: checkpoint.size, proof: proof.map((step) => fromHex(step, 32)), root: checkpoint.root };
  if (!isIncluded("SHA-256", leaf, place)) throw new Wrong("存证条目 %(index)s 不在日志中", { index });
}

function commitment(box) {
  if (box.facts("ceremony.commit").statement_digest !== box.digest(box.file("statement.json"))) throw new Wrong("抽取公告与日志中的摘要不符");
}

function release(box) {
  const given = box.facts("ceremony.release").members;
  const listedThen = isObject(given) ? given : {};
  const found = {};
  for (const [name, content] of box.files) if (name !== "ledger-proof.json") found[name] = box.digest(content);
  const names = new Set([...Object.keys(found), ...Object.keys(listedThen)].filter((name) => found[name] !== listedThen[name]));
  if (names.size) throw new Wrong("文件与发布时登记的摘要不符:%(names)s", { names: sorted(names) });
}

function entropy(box) {
  const content = box.file("entropy.json");
  const opened = readJson(content);
  box.entropies = readEntropy(opened, box.statement);
  if (box.facts("ceremony.draw").entropy_digest !== box.digest(content)) throw new Wrong("随机数文件与日志中的摘要不符");
  for (const { kind, by, evidence } of opened) if (kind !== "witness") tellSource(box, kind, by, evidence);
}

// What a value rests on that nobody committed to. The signatures of beacons (BLS, RSA) are left to the other verifiers:
// the page says so wherever it says "proven".
function tellSource(box, kind, by, evidence) {
  const declared = box.statement.entropy;
  const { instead_of: before } = declared.find((source) => source.kind === kind && source.by === by);
  box.restsOn.push(["%(kind)s 来源 %(by)s 的值以所附凭据为准,须在公告之后、见证人打开之前产生", { kind, by }]);
  if (kind === "beacon") box.unproven.push(by);
  if (kind === "dice") box.restsOn.push(["骰子 %(by)s 的点数以 %(names)s 在场所见为据", { by, names: evidence.seen_by.join("、") }]);
  if (kind === "lottery") {
    const numbers = evidence.numbers.map((drawn) => drawn.join(" ")).join(" + ");
    const told = { by, numbers, names: evidence.entered_by.join("、"), source: evidence.source };
    box.restsOn.push(["彩票 %(by)s 的号码 %(numbers)s 由 %(names)s 各自录入,请与公布的核对:%(source)s", told]);
  }
  if (before !== null) box.restsOn.push(["后备来源 %(by)s 代替了 %(first)s:原来源为何不能用,以登记为准", { by, first: declared[before].by }]);
}

// The public's part of a sealed ceremony rests on at least two auditors of different organs.
function auditors(box) {
  const surplus = [...box.files.keys()].filter((name) => !PUBLIC.includes(name));
  if (surplus.length) throw new Wrong("文件不完整:有 %(names)s 而无盐值", { names: sorted(surplus) });
  const drawn = box.facts("ceremony.draw");
  fromHex(drawn.result_root, 32);
  fromHex(drawn.result_digest, 32);
  const signed = box.entries.filter((entry) => entry.body.act === "ceremony.countersign").map((entry) => entry.body.facts);
  const right = signed.filter((facts) => facts.result_digest === drawn.result_digest && isText(facts.organ) && isText(facts.auditor));
  if (new Set(right.map((facts) => facts.organ)).size < 2 || right.length < signed.length) {
    throw new Wrong("至少要有两个单位的审计人员对同一结果会签");
  }
  const names = new Set(right.map((facts) => `${facts.organ} ${facts.auditor}`));
  box.restsOn.push(["抽样框、种子、抽取结果和检查组由审计方核验并会签:%(auditors)s", { auditors: sorted(names) }]);
  box.found = { root: drawn.result_root };
}

function salt(box) {
  const content = box.file("salt");
  if (content.length !== 32) throw new Wrong("盐值必须是 32 字节");
  if (box.digest(content) !== box.statement.salt_commitment) throw new Wrong("盐值与公告的承诺不符");
}

async function frames(box) {
  const numbers = box.statement.tasks.map((task) => task.number);
  const wanted = new Set(numbers.flatMap((n) => [`designs/${n}.json`, `frames/${n}.tsv.gz`]));
  const allowed = new Set([...wanted, ...numbers.map((n) => `burdens/${n}.tsv.gz`)]);
  const held = [...box.files.keys()].filter((name) => name.includes("/"));
  const odd = [...held.filter((name) => !allowed.has(name)), ...[...wanted].filter((name) => !box.files.has(name))];
  if (odd.length) throw new Wrong("文件与任务不对应:%(names)s", { names: sorted(odd) });
  box.tasks = [];
  for (const entry of box.statement.tasks) box.tasks.push(await frozen(box, entry));
  const withTeams = box.tasks.some((task) => task.design.teams);
  if (withTeams && box.statement.inspectors_digest === null) throw new Wrong("任务要求派出检查组,但没有冻结检查人员名单");
  for (const { design, entry } of box.tasks) {
    for (const reason of design.reasons) box.notes.push(["任务 %(task)s 有例外,理由:%(reason)s", { task: design.task, reason }]);
    const changed = Object.keys(entry.excluded).length || entry.added || entry.removed;
    if (changed) box.restsOn.push(["任务 %(task)s 的排除与增减以登记为准", { task: design.task }]);
  }
}

// A task as it was frozen, held to its part of the statement.
async function frozen(box, entry) {
  const task = entry.number;
  const content = { design: box.file(`designs/${task}.json`), frame: await unzipped(box.file(`frames/${task}.tsv.gz`)), burden: null };
  if (box.files.has(`burdens/${task}.tsv.gz`)) content.burden = await unzipped(box.files.get(`burdens/${task}.tsv.gz`));
  const design = readDesign(readJson(content.design));
  const frame = readFrame(content.frame);
  const burden = content.burden && readBurden(content.burden);
  const { strata: rule, release: open } = { strata: countsOf(frame), release: box.statement.release === "open" };
  if (design.release !== box.statement.release) throw new Wrong("任务 %(task)s 的公开方式与场次不同", { task });
  if (!design.burden !== !burden) throw new Wrong("任务 %(task)s 的减少干扰规则与检查次数不配套", { task });
  if (design.rounding !== "systematic") sizesOf(design, rule, "", box.suite);
  const again = { number: design.task, total: frame.length, strata: open ? Object.fromEntries(rule) : null };
  for (const [key, bytes] of Object.entries(content)) again[`${key}_digest`] = bytes && shownDigest(box, bytes);
  const wrong = Object.keys(again).filter((key) => !same(jcs(again[key]), jcs(entry[key])));
  if (wrong.length) throw new Wrong("任务 %(task)s 与公告不符:%(keys)s", { task, keys: sorted(wrong) });
  return { design, frame, burden, entry };
}

// A digest as the statement shows it; that of a sealed ceremony is blinded by the salt.
function shownDigest(box, bytes) {
  const plain = hash(box.suite, bytes);
  if (box.statement.release === "open") return hex(plain);
  return hex(hmac(box.suite, box.file("salt"), joined(utf8("sealed:"), plain)));
}

function inspectors(box) {
  const committed = box.statement.inspectors_digest;
  if ((committed === null) === box.files.has("inspectors.jsonl")) throw new Wrong("检查人员名单缺失或多余");
  if (committed === null) return;
  if (box.digest(box.file("inspectors.jsonl")) !== committed) throw new Wrong("检查人员名单与公告不符");
  box.people = readInspectors(box.file("inspectors.jsonl"));
}

export function seedOf({ suite, salt: secret, statementDigest, entropies }) {
  const message = joined(statementDigest, ...entropies.flatMap((value) => [len8(value.length), value]));
  return hex(hmac(suite, secret, message)).slice(0, 32);
}

async function drawAgain(box) {
  if (box.selections) return;
  const { suite, entropies } = box;
  const statementDigest = hash(suite, box.file("statement.json"));
  box.seed = seedOf({ suite, salt: box.file("salt"), statementDigest, entropies });
  const selections = [];
  for (const task of box.tasks) selections.push(await draw({ ...task, seed: box.seed, suite, progress: box.progress }));
  box.selections = selections;
}

// The first line in which a file is not what the draw gives.
function compare(box, member, expected) {
  const found = new TextDecoder().decode(box.file(member));
  if (same(box.file(member), utf8(expected))) return;
  const [right, other] = [expected.split("\n"), found.split("\n")];
  let line = 0;
  while (line < Math.max(right.length, other.length) - 1 && right[line] === other[line]) line += 1;
  throw new Wrong("%(member)s 第 %(line)s 行不符:应为“%(expected)s”,实为“%(found)s”", { member, line: line + 1, expected: right[line] || "", found: other[line] || "" });
}

async function selection(box) {
  await drawAgain(box);
  compare(box, "selection.csv", listed(box.selections, "selected"));
}

async function reserves(box) {
  await drawAgain(box);
  compare(box, "reserves.csv", listed(box.selections, "reserves"));
}

async function teams(box) {
  await drawAgain(box);
  box.visits = visitsOf(claimsOf(box.tasks, box.selections));
  box.teams = box.people && await drawTeams({ suite: box.suite, seed: box.seed, visits: box.visits, people: box.people });
  if (box.teams) return compare(box, "teams.csv", box.teams);
  if (box.files.has("teams.csv")) throw new Wrong("不应有检查组文件");
  if (box.people) box.notes.push(["检查人员不够,没有能排出的检查组;本页重新选派,结果相同"]);
}

// Validity and evenness by their definition, not by running the rule again.
function even(box) {
  if (box.teams) checkTeams(box.file("teams.csv"), box.visits, box.people);
}

export function leafOf(suite, leaf) { return leafHash(suite, hash(suite, jcs(leaf))); }

async function leaves(box) {
  const [found, secret] = [[], box.file("salt")];
  for (const [place, { design: { task }, frame }] of box.tasks.entries()) {
    const { selected, tickets } = box.selections[place];
    const drawn = new Set(selected.map((row) => row.unit));
    for (const [unit, stratum] of frame) {
      const nonce = hex(hmac(box.suite, secret, utf8(`leaf:${task}:${unit}`)));
      found.push(leafOf(box.suite, { drawn: drawn.has(unit), nonce, stratum, task, ticket: tickets.get(unit), unit_id: unit }));
      if (found.length % LARGE === 0) { box.progress(found.length); await breathe(); }
    }
  }
  return found;
}

async function result(box) {
  await drawAgain(box);
  const logged = box.facts("ceremony.draw");
  const root = hex(rootOf(box.suite, await leaves(box)));
  if (logged.result_root !== root) throw new Wrong("全部对象的抽签树根与日志不符");
  const whole = {
    protocol: "1", ceremony: box.statement.ceremony, seed: box.seed, root,
    selection_digest: box.digest(utf8(listed(box.selections, "selected"))),
    reserves_digest: box.digest(utf8(listed(box.selections, "reserves"))),
    teams_digest: box.teams ? box.digest(utf8(box.teams)) : null,
  };
  const resultDigest = box.digest(jcs(whole));
  if (logged.result_digest !== resultDigest) throw new Wrong("抽取结果与日志中的摘要不符");
  const units = box.tasks.reduce((sum, task) => sum + task.frame.length, 0);
  const drawn = box.selections.reduce((sum, each) => sum + each.selected.length, 0);
  box.found = { seed: box.seed, units, drawn, result_digest: resultDigest, root };
}

// [name, title, needs, look, for whom]
const CHECKS = [
  ["statement", "抽取公告合乎规程", [], statement],
  ["ledger", "存证条目在签名的日志中,次序正确", ["statement"], ledger],
  ["commitment", "公告在抽取之前已存证", ["ledger"], commitment],
  ["release", "每个文件都是发布时登记的文件", ["ledger"], release],
  ["entropy", "随机来源与公告一致,承诺已兑现", ["ledger"], entropy],
  ["auditors", "审计方已会签", ["ledger"], auditors, "public"],
  ["salt", "盐值与承诺一致", ["statement"], salt, "whole"],
  ["frames", "抽样框和方案与公告一致", ["salt"], frames, "whole"],
  ["inspectors", "检查人员名单与公告一致", ["statement"], inspectors, "whole"],
  ["selection", "重新抽取得到同一名单", ["frames", "inspectors", "entropy"], selection, "whole"],
  ["reserves", "重新抽取得到同一候补名单", ["frames", "inspectors", "entropy"], reserves, "whole"],
  ["teams", "重新选派得到同一检查组", ["frames", "inspectors", "entropy"], teams, "whole"],
  ["even", "检查组合规,负担最均", ["teams"], even, "whole"],
  ["result", "结果与抽取时存证的摘要一致", ["frames", "inspectors", "entropy"], result, "whole"],
];

// Checks that rest on one that failed are left out, as on the command line.
export async function verify(files, { trusted = { given: "", ofSite: "" }, progress = () => {} } = {}) {
  const box = new Case(files, trusted, progress);
  const [checks, made] = [[], new Set()];
  for (const [name, title, needs, look, whom] of CHECKS) {
    const meant = whom === undefined || box.whole === (whom === "whole");
    if (!meant || !needs.every((need) => made.has(need))) continue;
    progress(title);
    await breathe();
    try {
      await look(box);
      checks.push({ name, title });
      made.add(name);
    } catch (error) {  // whatever the checks do not expect is not as the protocol writes it
      const refusal = error instanceof Wrong ? error : new Wrong("内容不是规程规定的形式:%(error)s", { error: String(error) });
      checks.push({ name, title, refusal });
    }
  }
  const { ceremony = "", rehearsal = false, suite = "" } = box.statement;
  const ok = checks.every((check) => !check.refusal);
  return { ceremony, rehearsal, suite, whole: box.whole, ok, checks, notes: box.notes, restsOn: box.restsOn, unproven: box.unproven, facts: ok ? box.found || {} : {} };
}

// Whether a leaf that a firm was shown belongs to the result with this root.
export function isOwnLeaf(shown, root, suite) {
  if (!hasKeys(shown, "leaf", "index", "size", "proof") || !Array.isArray(shown.proof)) return false;
  if (!hasKeys(shown.leaf, "drawn", "nonce", "stratum", "task", "ticket", "unit_id")) return false;
  const place = { index: shown.index, size: shown.size, proof: shown.proof.map((step) => fromHex(step, 32)), root: fromHex(root, 32) };
  return isIncluded(suite, leafOf(suite, shown.leaf), place);
}
