// Checking Ed25519 signatures (RFC 8032) in whole numbers: many browsers lack it, and none has it without https.
import { joined } from "./bytes.js";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (a, m = P) => ((a % m) + m) % m;

function power(base, exponent) {
  let [result, square] = [1n, mod(base)];
  for (let left = exponent; left; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const inverse = (a) => power(a, P - 2n);
const D = mod(-121665n * inverse(121666n));
const little = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

function point(bytes) {
  const y = little(bytes) & (2n ** 255n - 1n);
  const sign = BigInt(bytes[31] >> 7);
  if (y >= P) return null;
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * power(2n, (P - 1n) / 4n));
  if (mod(x * x - square) || (x === 0n && sign)) return null;
  return { x: (x & 1n) === sign ? x : P - x, y, z: 1n };
}

function add(a, b) {
  const [x, y, z] = [a.x * b.x, a.y * b.y, a.z * b.z];
  const m = (a.x + a.y) * (b.x + b.y) - x - y;
  const [f, g] = [z * z - D * x * y, z * z + D * x * y];
  return { x: mod(z * f * m), y: mod(z * g * (y + x)), z: mod(f * g) };
}

function times(n, p) {
  let sum = { x: 0n, y: 1n, z: 1n };
  for (let left = n; left; left >>= 1n, p = add(p, p)) if (left & 1n) sum = add(sum, p);
  return sum;
}

const BASE = point(Uint8Array.from({ length: 32 }, (_, place) => (place ? 0x66 : 0x58)));

// SHA-512 (FIPS 180-4); its constants are the first 64 bits of roots of primes.
const MASK = 2n ** 64n - 1n;
const primes = [];
for (let n = 2n; primes.length < 80; n++) if (primes.every((prime) => n % prime)) primes.push(n);

function rootBits(prime, degree) {
  const value = prime << (64n * degree);
  let [low, high] = [0n, 1n << 70n];
  while (low + 1n < high) { const middle = (low + high) >> 1n; if (middle ** degree <= value) low = middle; else high = middle; }
  return low & MASK;
}

const K = primes.map((prime) => rootBits(prime, 3n));
const START = primes.slice(0, 8).map((prime) => rootBits(prime, 2n));
const turn = (word, by) => ((word >> by) | (word << (64n - by))) & MASK;

export function sha512(bytes) {
  const blocks = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setBigUint64(blocks.length - 8, BigInt(bytes.length) * 8n);
  let state = START;
  for (let at = 0; at < blocks.length; at += 128) {
    const w = Array.from({ length: 16 }, (_, i) => view.getBigUint64(at + 8 * i));
    for (let i = 16; i < 80; i++) {
      const s0 = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
      const s1 = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
      w.push((w[i - 16] + s0 + w[i - 7] + s1) & MASK);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i++) {
      const t1 = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & MASK & g)) + K[i] + w[i];
      const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [(t1 + t2) & MASK, a, b, c, (d + t1) & MASK, e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) & MASK);
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => out.setBigUint64(8 * i, word));
  return new Uint8Array(out.buffer);
}

const isNeutral = (p) => mod(p.x) === 0n && mod(p.y - p.z) === 0n;

// Keys of small order are refused: with them one signature fits many messages.
export function isSigned(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [a, r, s] = [point(key), point(signature.subarray(0, 32)), little(signature.subarray(32))];
  if (!a || !r || s >= ORDER || isNeutral(times(8n, a))) return false;
  const k = little(sha512(joined(signature.subarray(0, 32), key, message))) % ORDER;
  const [left, right] = [times(s, BASE), add(r, times(k, a))];
  return mod(left.x * right.z - right.x * left.z) === 0n && mod(left.y * right.z - right.y * left.z) === 0n;
}
