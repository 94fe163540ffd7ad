// Public sources of randomness: what is declared of them, and the value that their evidence gives.
// Signatures of beacons (BLS, RSA) are left to the command line. Source: spec/randomness.md.
import { digest, fromHex, hex, joined, len8, same, unhex, utf8 } from "./bytes.js";
import { hasKeys, isCount, isObject, isText, stripped } from "./canonical.js";
import { sha512 } from "./ed25519.js";
import { Wrong } from "./said.js";

export const PUBLIC_KINDS = ["beacon", "lottery", "dice"];
const LEAD = 10 * 60 * 1000;
const END_OF_TIME = 253402300800000; // the year 10000
const within = (least, most) => (value) => isCount(value) && value >= least && value <= most;
const whole = within(0, Number.MAX_SAFE_INTEGER);
const isHex = (...lengths) => (value) => typeof value === "string" && /^([0-9a-f]{2})*$/.test(value) && lengths.includes(value.length / 2);
const listOf = (fits, least, most) => (value) => Array.isArray(value) && value.length >= least && value.length <= most && value.every(fits);
const names = (least, most) => (value) => listOf(isText, least, most)(value) && new Set(value.map((name) => stripped(name))).size === value.length;
const u32 = (number) => len8(number).subarray(4);

const LOTTERY = {
  game: isText, issue: isText, drawn_at: (value) => momentOf(value) !== null,
  groups: listOf((group) => hasKeys(group, "count", "highest") && within(1, 99)(group.count) && within(1, Number.MAX_SAFE_INTEGER)(group.highest), 1, 99),
};
const DICE = { count: within(1, 999), faces: within(2, 100) };
const NIST = { network: (value) => value === "nist", chain: within(1, Number.MAX_SAFE_INTEGER), pulse: within(1, Number.MAX_SAFE_INTEGER), at: (value) => momentOf(value) !== null, certificate_id: isHex(64) };
const SCHEMES = { "pedersen-bls-chained": 48, "pedersen-bls-unchained": 48, "bls-unchained-g1-rfc9380": 96 };
const DRAND = {
  network: (value) => value === "drand", scheme: (value) => Object.hasOwn(SCHEMES, value), chain_hash: isHex(32), public_key: isHex(48, 96), genesis: whole,
  genesis_seed: isHex(32), beacon_id: isText, period: within(1, 2 ** 32 - 1), round: within(1, Number.MAX_SAFE_INTEGER),
};

// Milliseconds of a moment in the one form that is allowed, or null.
export function momentOf(text) {
  const parts = typeof text === "string" && /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)([+-])(\d\d):(\d\d)$/.exec(text);
  if (!parts) return null;
  const [year, month, day, hour, minute, second, , hours, minutes] = parts.slice(1).map(Number);
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  const exists = year > 0 && local.getUTCMonth() === month - 1 && local.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists || hours > 23 || minutes > 59 || (parts[7] === "-" && !hours && !minutes)) return null;
  const offset = (parts[7] === "-" ? -1 : 1) * (hours * 60 + minutes);
  return local.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000;
}

const holds = (part, form, optional = {}) => {
  const all = { ...optional, ...form };
  return isObject(part) && Object.keys(form).every((key) => Object.hasOwn(part, key))
    && Object.entries(part).every(([key, value]) => Object.hasOwn(all, key) && all[key](value));
};

const formOf = ({ kind, details }) => ({ lottery: LOTTERY, dice: DICE })[kind] || (details.network === "nist" ? NIST : DRAND);

// Milliseconds at which a declared value arises, or null for dice.
function dueAt({ kind, details }) {
  if (kind === "dice") return null;
  if (kind === "lottery") return momentOf(details.drawn_at);
  return details.network === "nist" ? momentOf(details.at) : (details.genesis + (details.round - 1) * details.period) * 1000;
}

function isChain({ scheme, public_key: key, genesis_seed: seed, beacon_id: id, period, genesis, chain_hash: chain }) {
  const parts = [u32(period), len8(genesis), unhex(key), unhex(seed), utf8(id === "default" ? "" : id)];
  return key.length === 2 * SCHEMES[scheme] && digest("SHA-256", joined(...parts)) === chain;
}

// Holds a declared source to its form and to its time.
export function checkDeclared(source, place, frozenAt) {
  if (!PUBLIC_KINDS.includes(source.kind)) return;
  const form = formOf(source);
  const formed = holds(source.details, form, { wait: within(1, 99999) }) && (form !== DRAND || (isChain(source.details) && dueAt(source) < END_OF_TIME));
  if (!formed) throw new Wrong("第 %(place)s 个随机来源不对", { place: place + 1 });
  const due = dueAt(source);
  if (due !== null && due < momentOf(frozenAt) + LEAD) {
    throw new Wrong("随机来源须在冻结至少十分钟之后产生:%(by)s,%(at)s", { by: source.by, at: due });
  }
}

function lottery({ groups }, evidence) {
  const form = { numbers: listOf(listOf(whole, 1, 99), groups.length, groups.length), entered_by: names(2, 2), source: isText };
  const right = holds(evidence, form)
    && groups.every(({ count, highest }, at) => evidence.numbers[at].length === count && Math.max(...evidence.numbers[at]) <= highest);
  return right && utf8(evidence.numbers.map((drawn) => `${[...drawn].sort((a, b) => a - b).map((n) => `${n}.`).join("")}/`).join(""));
}

function dice({ count, faces }, evidence) {
  const right = holds(evidence, { throws: listOf(within(1, faces), count, count), seen_by: names(2, 99) });
  return right && utf8(evidence.throws.join(" "));
}

function drand({ scheme, round }, evidence) {
  const signature = isHex(144 - SCHEMES[scheme]);
  const form = { round: (value) => value === round, randomness: isHex(32), signature };
  if (scheme === "pedersen-bls-chained") form.previous_signature = signature;
  const right = isObject(evidence) && Object.entries(form).every(([key, fits]) => fits(evidence[key]));
  return right && digest("SHA-256", unhex(evidence.signature)) === evidence.randomness && unhex(evidence.randomness);
}

function nist({ chain, pulse: index, at, certificate_id: certificate }, evidence) {
  const pulse = isObject(evidence) && isObject(evidence.pulse) ? evidence.pulse : {};
  const stamped = typeof pulse.timeStamp === "string" && pulse.timeStamp.endsWith(".000Z") ? momentOf(`${pulse.timeStamp.slice(0, -5)}+00:00`) : null;
  if (pulse.chainIndex !== chain || pulse.pulseIndex !== index || stamped !== momentOf(at) || String(pulse.certificateId).toLowerCase() !== certificate) return false;
  const word = (value) => { if (!within(0, 2 ** 32 - 1)(value)) throw new Wrong("随机来源的值与凭据不符:%(by)s", { by: "NIST" }); return u32(value); };
  const long = (bytes) => joined(u32(bytes.length), bytes);
  const number = (value) => long(fromHex(String(value).toLowerCase()));
  const { external = {}, listValues = [] } = pulse;
  const message = joined(
    long(utf8(pulse.uri)), long(utf8(pulse.version)), word(pulse.cipherSuite), word(pulse.period), number(pulse.certificateId),
    len8(chain), len8(index), long(utf8(pulse.timeStamp)), number(pulse.localRandomValue),
    number(external.sourceId), word(external.statusCode), number(external.value), ...listValues.map(({ value }) => number(value)),
    number(pulse.precommitmentValue), word(pulse.statusCode), fromHex(String(pulse.signatureValue).toLowerCase()),
  );
  const value = sha512(message);
  return hex(value) === String(pulse.outputValue).toLowerCase() && value;
}

// Whether the value is the one that the evidence gives.
export function isEvidenceOf({ kind, details }, evidence, value) {
  const read = { lottery, dice, beacon: details.network === "nist" ? nist : drand }[kind];
  const found = read(details, evidence);
  return found !== false && same(found, value);
}
