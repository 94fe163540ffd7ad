// Bytes, hex and hashes. The hashes are plain script (draws/hashes.js): they also work on sites without https, and SM3
// is in no browser.
import "../draws/hashes.js";
import { Wrong } from "./said.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
export const SUITES = ["SHA-256", "SM3"];

export const utf8 = (text) => encoder.encode(text);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
export const same = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);

export function text(bytes) {
  try { return decoder.decode(bytes); } catch { throw new Wrong("文本不能写成 UTF-8"); }
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

export const len8 = (length) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length));
  return bytes;
};

export const digest = (suite, bytes) => globalThis.mingchaHashes[suite](bytes);
export const hash = (suite, bytes) => unhex(digest(suite, bytes));

export function hmac(suite, key, message) {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? hash(suite, key) : key);
  const inner = hash(suite, joined(block.map((byte) => byte ^ 0x36), message));
  return hash(suite, joined(block.map((byte) => byte ^ 0x5c), inner));
}

// Strict base64: only what would be written back the same.
export function unbase64(encoded) {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    if (btoa(String.fromCharCode(...bytes)) === encoded) return bytes;
  } catch { /* said below */ }
  throw new Wrong("不是有效的 base64:%(text)s", { text: encoded });
}

// The bytes of lowercase hex, of a certain length.
export function fromHex(value, length = null) {
  if (typeof value !== "string" || !/^([0-9a-f]{2})*$/.test(value) || (length !== null && value.length !== 2 * length)) {
    throw new Wrong("不是小写十六进制:%(text)s", { text: String(value) });
  }
  return unhex(value);
}
