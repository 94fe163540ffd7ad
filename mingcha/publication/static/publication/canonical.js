// Canonical JSON (RFC 8785) without fractions, and the protocol's codes and numbers. Source: spec/draw.md.
import { same, text, utf8 } from "./bytes.js";
import { Wrong } from "./said.js";

function quoted(value) {
  if (value !== value.normalize("NFC")) throw new Wrong("文本不是 NFC 形式:%(text)s", { text: value });
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)) throw new Wrong("文本不能写成 UTF-8");
  return JSON.stringify(value);
}

const DEEPEST = 99;

function written(value, depth = 0) {
  if (depth > DEEPEST) throw new Wrong("JSON 的层次超过 %(most)s 层", { most: DEEPEST });
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Wrong("整数过大:%(number)s", { number: value });
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => written(item, depth + 1)).join(",")}]`;
  return `{${Object.keys(value).sort().map((key) => `${quoted(key)}:${written(value[key], depth + 1)}`).join(",")}}`;
}

export const jcs = (value) => utf8(written(value));

// Reads canonical JSON; whatever would not be written back byte for byte is refused.
export function readJson(bytes) {
  let [value, again] = [];
  try {
    value = JSON.parse(text(bytes));
    again = jcs(value);
  } catch (error) {
    if (error instanceof Wrong) throw error;
    throw new Wrong("不是有效的 JSON:%(error)s", { error: String(error.message || error) });
  }
  if (!same(again, bytes)) throw new Wrong("JSON 不是规范形式(RFC 8785)");
  return value;
}

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
export const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
export const hasKeys = (value, ...keys) => isObject(value) && Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));
// White space is what Python takes for it.
const SPACES = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
export const stripped = (value) => value.replace(new RegExp(`^${SPACES}|${SPACES}$`, "g"), "");
export const holdsSpace = (value) => new RegExp(SPACES).test(value);
export const isText = (value) => typeof value === "string" && stripped(value) !== "";

export function code(value) {
  if (typeof value === "string" && /^[0-9A-Za-z._/-]{1,64}$/.test(value)) return value;
  throw new Wrong("不是有效的代码:%(text)s", { text: String(value) });
}

export function number(value) {
  if (typeof value === "string" && /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/.test(value)) return value;
  throw new Wrong("不是有效的编号:%(text)s", { text: String(value) });
}

// By bytes, which for codes is by characters.
export const inOrder = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
