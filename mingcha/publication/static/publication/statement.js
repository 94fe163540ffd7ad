// The statement and what its sources gave, held to their form and rules. Source: spec/draw.md.
import { SUITES, digest, fromHex, joined } from "./bytes.js";
import { code, hasKeys, inOrder, isCount, isObject, number } from "./canonical.js";
import { PUBLIC_KINDS, checkDeclared, isEvidenceOf, momentOf } from "./randomness.js";
import { Wrong } from "./said.js";

const MOST_SOURCES = 99;
const KINDS = ["witness", "beacon", "lottery", "dice", "os"];

export function checkStatement(statement) {
  const fields = ["protocol", "suite", "ceremony", "rehearsal", "release", "frozen_at", "previous", "salt_commitment", "inspectors_digest", "entropy", "tasks"];
  if (!hasKeys(statement, ...fields) || statement.protocol !== "1") throw new Wrong("抽取公告的字段不对");
  if (!SUITES.includes(statement.suite)) throw new Wrong("没有算法套件“%(suite)s”", { suite: statement.suite });
  if (typeof statement.rehearsal !== "boolean" || !["open", "sealed"].includes(statement.release)) {
    throw new Wrong("抽取公告的演练标记或公开方式不对");
  }
  if (number(statement.ceremony).startsWith("R") !== statement.rehearsal) {
    throw new Wrong("演练场次的编号以 R 开头,正式场次不得以 R 开头");
  }
  if (statement.previous !== null) number(statement.previous);
  if (momentOf(statement.frozen_at) === null) {
    throw new Wrong("冻结时间不是 RFC 3339 格式:%(text)s", { text: statement.frozen_at });
  }
  fromHex(statement.salt_commitment, 32);
  if (statement.inspectors_digest !== null) fromHex(statement.inspectors_digest, 32);
  checkSources(statement.entropy, statement.rehearsal);
  statement.entropy.forEach((source, place) => checkDeclared(source, place, statement.frozen_at));
  checkTasks(statement.tasks, statement.release);
}

function checkSources(sources, rehearsal) {
  if (!Array.isArray(sources) || !sources.length) throw new Wrong("没有公告随机来源");
  if (sources.length > MOST_SOURCES) throw new Wrong("随机来源不能超过 %(most)s 个", { most: MOST_SOURCES });
  sources.forEach((source, place) => {
    const fields = ["kind", "by", "organ", "commitment", "details", "instead_of"];
    if (!hasKeys(source, ...fields) || !KINDS.includes(source.kind) || typeof source.by !== "string" || !isObject(source.details)) {
      throw new Wrong("第 %(place)s 个随机来源不对", { place: place + 1 });
    }
    if (source.kind === "witness") {
      fromHex(source.commitment, 32);
      code(source.organ);
    } else if (source.commitment !== null) throw new Wrong("只有见证人需要承诺");
    const before = source.instead_of;
    if (before !== null && !(isCount(before) && before < place)) throw new Wrong("后备来源必须指明在它之前的来源");
    if (before !== null && [source.kind, sources[before].kind].includes("witness")) throw new Wrong("见证人不能有后备,也不能作后备");
  });
  const witnesses = sources.filter((source) => source.kind === "witness");
  const distinct = (values) => new Set(values).size;
  if (distinct(sources.map((source) => JSON.stringify([source.kind, source.by]))) < sources.length
    || distinct(witnesses.map((source) => source.commitment)) < witnesses.length) throw new Wrong("随机来源或承诺重复");
  if (!rehearsal && sources.some((source) => source.kind === "os")) throw new Wrong("操作系统随机数只能用于演练");
  if (witnesses.length && distinct(witnesses.map((source) => source.organ)) < 2) {
    throw new Wrong("见证人至少两名,来自不同单位");
  }
}

function checkTasks(tasks, release) {
  if (!Array.isArray(tasks) || !tasks.length) throw new Wrong("场次没有任务");
  for (const task of tasks) {
    const fields = ["number", "total", "strata", "frame_digest", "design_digest", "burden_digest", "excluded", "added", "removed"];
    if (!hasKeys(task, ...fields)) throw new Wrong("公告中任务的字段不对");
    number(task.number);
    fromHex(task.frame_digest, 32);
    fromHex(task.design_digest, 32);
    if (task.burden_digest !== null) fromHex(task.burden_digest, 32);
    const counted = [task.total, task.added, task.removed].every(isCount) && isObject(task.excluded) && Object.values(task.excluded).every(isCount);
    const strata = release === "sealed" ? task.strata === null : isObject(task.strata) && Object.values(task.strata).every(isCount);
    if (!counted || !strata) throw new Wrong("任务 %(task)s 的数目不对", { task: task.number });
  }
  if (tasks.some((task, place) => place && inOrder(tasks[place - 1].number, task.number) >= 0)) {
    throw new Wrong("任务没有按编号排列,或有重复");
  }
}

// The values of the sources in order, once they are those declared and open their commitments.
export function readEntropy(opened, statement) {
  const fields = ["kind", "by", "commitment", "nonce", "value", "evidence"];
  if (!Array.isArray(opened) || !opened.every((item) => hasKeys(item, ...fields))) throw new Wrong("随机数文件的字段不对");
  const declared = statement.entropy;
  const used = opened.map((item) => {
    const place = declared.findIndex((source) => source.kind === item.kind && source.by === item.by);
    if (place < 0 || declared[place].commitment !== item.commitment) throw new Wrong("随机来源没有事先公告:%(by)s", { by: item.by });
    return place;
  });
  const first = (place) => (declared[place].instead_of === null ? place : first(declared[place].instead_of));
  const sorted = used.every((place, at) => !at || used[at - 1] < place);
  const served = used.map(first);
  const wanted = declared.map((_, place) => place).filter((place) => first(place) === place);
  if (!sorted || new Set(served).size !== served.length || served.length !== wanted.length) throw new Wrong("随机来源缺失、重复或次序不对");
  return opened.map((item, at) => openedValue(item, declared[used[at]], statement.suite));
}

function openedValue(item, source, suite) {
  const value = fromHex(item.value);
  if (!value.length) throw new Wrong("随机来源的值为空:%(by)s", { by: item.by });
  if (item.kind !== "witness") {
    if (item.nonce !== null) throw new Wrong("只有见证人有随机前缀:%(by)s", { by: item.by });
    if (PUBLIC_KINDS.includes(item.kind) && !isEvidenceOf(source, item.evidence, value)) throw new Wrong("随机来源的值与凭据不符:%(by)s", { by: item.by });
    return value;
  }
  if (digest(suite, joined(fromHex(item.nonce, 32), value)) !== item.commitment) {
    throw new Wrong("见证人打开的值与承诺不符:%(by)s", { by: item.by });
  }
  return value;
}
