// The files of a bundle: a ZIP whose members are stored as they are, JSON in canonical form, text in UTF-8.
const LARGEST = 2 ** 30;
const MEMBER = new RegExp(
  "^(statement\\.json|entropy\\.json|ledger-proof\\.json|certificate\\.pdf|salt|inspectors\\.jsonl" +
  "|(selection|reserves|teams)\\.csv|designs/[0-9A-Za-z._-]+\\.json|(frames|burdens)/[0-9A-Za-z._-]+\\.tsv\\.gz)$");

/** A check that failed: which sentence tells it (see the page's list), with its details. */
class Wrong extends Error {
  constructor(sentence, details = {}) { super(`${sentence} ${JSON.stringify(details)}`); Object.assign(this, { sentence, details }); }
}
/** The file is no bundle at all. */
class Unreadable extends Wrong {}

function need(condition, sentence, details) { if (!condition) throw new Wrong(sentence, details); }

const utf8 = (text) => new TextEncoder().encode(text);
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);

function unhex(text, length) {
  need(typeof text === "string" && /^([0-9a-f]{2})*$/.test(text), "hex");
  need(length === undefined || text.length === 2 * length, "hex");
  return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
}

function unbase64(text) {
  try { return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)); } catch { throw new Wrong("note"); }
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

function textOf(bytes, name) {
  try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { throw new Wrong("text", { name }); }
}

/** Canonical JSON (RFC 8785) of what a bundle may hold: text, whole numbers, true, false, null, lists, objects. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (Number.isSafeInteger(value)) return String(value);
  need(typeof value === "object", "canonical", { name: String(value) });
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** Read JSON that must be in canonical form: then no key can stand twice and no two readers can differ. */
function readJson(bytes, name) {
  const text = textOf(bytes, name);
  let value;
  try { value = JSON.parse(text); } catch { throw new Wrong("canonical", { name }); }
  need(canonical(value) === text, "canonical", { name });
  return value;
}

/** The members of a ZIP, by name. Bundles are stored uncompressed; anything else is refused. */
function readZip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unreadable = (why, name = "") => { throw new Unreadable(why, { name }); };
  if (bytes.length > LARGEST) unreadable("large");
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 22 - 65536 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) unreadable("not_zip");
  const files = new Map();
  try {
    let at = view.getUint32(end + 16, true);
    for (let count = view.getUint16(end + 10, true); count > 0; count--) {
      if (view.getUint32(at, true) !== 0x02014b50) unreadable("not_zip");
      const [method, size, length] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint16(at + 28, true)];
      const name = textOf(bytes.subarray(at + 46, at + 46 + length), "ZIP");
      if (!MEMBER.test(name)) unreadable("member", name);
      if (files.has(name)) unreadable("twice", name);
      if (method !== 0 || size !== view.getUint32(at + 24, true)) unreadable("compressed", name);
      const start = view.getUint32(at + 42, true);
      if (view.getUint32(start, true) !== 0x04034b50) unreadable("not_zip");
      const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
      if (from + size > bytes.length) unreadable("not_zip");
      files.set(name, bytes.slice(from, from + size));
      at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    unreadable("not_zip");
  }
  return files;
}

async function unzipped(bytes, name) {
  if (typeof DecompressionStream === "undefined") throw new Unreadable("old_browser", { name });
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch { throw new Wrong("gzip", { name }); }
}
