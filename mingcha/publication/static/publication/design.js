// The design of a task: read, and every rule of the freeze that needs a written reason. Source: spec/draw.md.
import { code, inOrder, isCount, isObject, isText, number } from "./canonical.js";
import { Ratio } from "./rational.js";
import { Wrong } from "./said.js";

const ROUNDINGS = ["up", "half_up", "down", "systematic"];
const TEAM = 99;
const BATCHES = 99;

function keys(part, required, optional = []) {
  const held = isObject(part) ? Object.keys(part) : [];
  if (!isObject(part) || !required.every((key) => held.includes(key)) || !held.every((key) => [...required, ...optional].includes(key))) {
    throw new Wrong("方案的字段不对,应有:%(keys)s", { keys: [...required].sort().join(", ") });
  }
}

function count(value, least = 0, most = 10 ** 9) {
  if (!isCount(value) || value < least || value > most) throw new Wrong("不是有效的数目:%(value)s", { value });
  return value;
}

const optional = (value, most = 10 ** 9) => (value === undefined ? 0 : count(value, 0, most));

function share(text) {
  const ratio = Ratio.decimal(text);
  if (ratio.compare(1) > 0) throw new Wrong("比例不能大于 1:%(ratio)s", { ratio: text });
  return ratio;
}

function list(value) {
  if (!Array.isArray(value)) throw new Wrong("方案中应为列表:%(value)s", { value });
  return value;
}

function strataOf(part, read) {
  if (!isObject(part)) throw new Wrong("方案的分层不对");
  return new Map(Object.keys(part).sort().map((stratum) => [code(stratum), read(part[stratum])]));
}

function ratioCell(cell) {
  keys(cell, ["ratio"], ["minimum"]);
  return { ratio: share(cell.ratio), minimum: optional(cell.minimum) };
}

function rangeCell(cell) {
  keys(cell, ["from", "to"], ["minimum"]);
  if (share(cell.from).compare(share(cell.to)) > 0) throw new Wrong("比例区间的下限大于上限");
  return { ratio: share(cell.from), minimum: optional(cell.minimum) };
}

function readRule(rule) {
  if (rule?.kind === "number") {
    keys(rule, ["kind", "total", "weights"]);
    return { rounding: "number", strata: strataOf(rule.weights, (weight) => ({ ratio: Ratio.decimal(weight), minimum: 0 })), total: count(rule.total, 1) };
  }
  if (rule?.kind === "range") {
    keys(rule, ["kind", "strata"]);
    return { rounding: "up", strata: strataOf(rule.strata, rangeCell) };
  }
  if (rule?.kind !== "ratio") throw new Wrong("没有抽取规则“%(kind)s”", { kind: rule?.kind });
  keys(rule, ["kind", "rounding", "strata"]);
  if (!ROUNDINGS.includes(rule.rounding)) throw new Wrong("没有舍入方式“%(rounding)s”", { rounding: rule.rounding });
  const strata = strataOf(rule.strata, ratioCell);
  if (rule.rounding === "systematic" && [...strata.values()].some((cell) => cell.minimum)) throw new Wrong("系统舍入不能再设最低户数");
  return { rounding: rule.rounding, strata };
}

function readReserves(part) {
  if (part == null) return { ratio: Ratio.of(0), minimum: 0 };
  if (isObject(part) && "strata" in part) {
    keys(part, ["strata"]);
    return { strata: strataOf(part.strata, (value) => count(value)) };
  }
  keys(part, ["ratio"], ["minimum"]);
  return { ratio: Ratio.decimal(part.ratio), minimum: optional(part.minimum) };
}

function readBurden(part) {
  if (part == null) return null;
  keys(part, ["delta"], ["cap", "exempt"]);
  const delta = share(part.delta);
  if (delta.isZero) throw new Wrong("减少干扰的系数必须大于 0");
  return { delta, cap: part.cap == null ? null : count(part.cap, 1), exempt: new Set(list(part.exempt ?? []).map(code)) };
}

function readTeams(part) {
  if (part == null) return null;
  keys(part, ["seats", "region_rule"], ["reserves"]);
  if (!["same", "other", "any"].includes(part.region_rule) || !list(part.seats).length) throw new Wrong("检查组的席位或区域规则不对");
  const seats = part.seats.map((seat) => {
    keys(seat, ["organ", "count"], ["qualification"]);
    return { organ: code(seat.organ), count: count(seat.count, 1, TEAM), qualification: seat.qualification == null ? "" : code(seat.qualification) };
  });
  if (seats.reduce((sum, seat) => sum + seat.count, 0) > TEAM) throw new Wrong("检查组的席位不能超过 %(most)s 个", { most: TEAM });
  return { seats, rule: part.region_rule, reserves: optional(part.reserves, TEAM) };
}

function isDay(text) {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !text.startsWith("0000") && !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(text);
}

function readWindow(value) {
  const window = Array.isArray(value) ? value : [];
  if (window.length !== 2 || !window.every(isDay) || window[0] > window[1]) throw new Wrong("检查时段不对:%(window)s", { window });
  return window;
}

// Windows within the task's, one after the other.
function readBatches(part, [first, last]) {
  if (part == null) return [];
  const batches = list(part).map(readWindow);
  const inTurn = batches.every((batch, at) => at === 0 || batches[at - 1][1] < batch[0]);
  if (batches.length < 2 || batches.length > BATCHES || !inTurn) throw new Wrong("分批时段应为 2 至 99 个,依次排列、互不重叠");
  if (batches[0][0] < first || batches[batches.length - 1][1] > last) throw new Wrong("分批时段应在检查时段之内");
  return batches;
}

// Strata whose ratio is lower than that of one of lower risk whose code is otherwise equal.
function falling(risk, strata) {
  if (risk == null) return "";
  keys(risk, ["order", "part"]);
  const [order, place, groups] = [list(risk.order).map(code), count(risk.part), new Map()];
  for (const stratum of strata.keys()) {
    const parts = stratum.split("/");
    const [risky] = parts.splice(place, 1);
    if (risky === undefined || !order.includes(risky)) throw new Wrong("分层代码没有风险等级:%(stratum)s", { stratum });
    const others = JSON.stringify(parts);
    groups.set(others, [...(groups.get(others) || []), { level: order.indexOf(risky), stratum }]);
  }
  const falls = [];
  for (const members of groups.values()) {
    members.sort((one, other) => one.level - other.level || inOrder(one.stratum, other.stratum));
    members.forEach(({ stratum }, at) => {
      if (at && strata.get(stratum).ratio.compare(strata.get(members[at - 1].stratum).ratio) < 0) falls.push(stratum);
    });
  }
  return falls.sort().join(", ");
}

// Rules broken for a written reason; one broken without is refused.
function departures(design, strata) {
  const reasons = design.reasons ?? {};
  keys(reasons, [], ["zero_ratio", "falling_ratio", "open_risk"]);
  const zero = [...strata].filter(([, cell]) => cell.ratio.isZero).map(([stratum]) => stratum).join(", ");
  const open = design.risk != null && design.release === "open" ? design.task : "";
  const found = [
    ["zero_ratio", "比例为 0(免抽)必须写明理由:%(where)s", zero],
    ["falling_ratio", "风险高而比例低必须写明理由:%(where)s", falling(design.risk, strata)],
    ["open_risk", "公开含风险等级的分层必须写明理由:%(where)s", open],
  ].filter(([, , where]) => where);
  for (const [which, sentence, where] of found) {
    if (!isText(reasons[which])) throw new Wrong(sentence, { where });
  }
  return found.map(([which]) => reasons[which]);
}

export function readDesign(design) {
  keys(design, ["protocol", "task", "release", "window", "rule"], ["reserves", "risk", "burden", "teams", "reasons", "batches"]);
  if (design.protocol !== "1" || !["open", "sealed"].includes(design.release)) throw new Wrong("方案的规程版本或公开方式不对");
  const { rounding, strata, total } = readRule(design.rule);
  const burden = readBurden(design.burden);
  if (burden && rounding === "systematic") throw new Wrong("系统舍入不能与减少干扰规则同用");
  const window = readWindow(design.window);
  return {
    task: number(design.task), release: design.release, window, rounding, strata, total, burden,
    reserves: readReserves(design.reserves), teams: readTeams(design.teams), batches: readBatches(design.batches, window), reasons: departures(design, strata),
  };
}
