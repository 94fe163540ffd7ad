// Ed25519 (RFC 8032) with SHA-512 in whole numbers: old browsers and sites without https have neither.
const sha512 = (() => {
  const MASK = 2n ** 64n - 1n;
  const primes = [];
  for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);
  const root = (value, degree) => { // the whole part of a root, by halving
    let [low, high] = [0n, 1n << 80n];
    while (high - low > 1n) { const middle = (low + high) / 2n; if (middle ** degree <= value) low = middle; else high = middle; }
    return low;
  };
  const START = primes.slice(0, 8).map((p) => root(BigInt(p) << 128n, 2n) & MASK);
  const K = primes.map((p) => root(BigInt(p) << 192n, 3n) & MASK);
  const turn = (x, by) => ((x >> by) | (x << (64n - by))) & MASK;

  return (bytes) => {
    const padded = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setBigUint64(padded.length - 8, BigInt(bytes.length * 8));
    let state = START;
    for (let at = 0; at < padded.length; at += 128) {
      const w = Array.from({ length: 16 }, (_, i) => view.getBigUint64(at + 8 * i));
      for (let i = 16; i < 80; i++) {
        const s0 = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
        const s1 = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
        w.push((w[i - 16] + s0 + w[i - 7] + s1) & MASK);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 80; i++) {
        const t1 = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & g)) + K[i] + w[i];
        const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
        [a, b, c, d, e, f, g, h] = [(t1 + t2) & MASK, a, b, c, (d + t1) & MASK, e, f, g];
      }
      state = [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) & MASK);
    }
    const out = new DataView(new ArrayBuffer(64));
    state.forEach((word, i) => out.setBigUint64(8 * i, word));
    return new Uint8Array(out.buffer);
  };
})();

const isSigned = (() => {
  const P = 2n ** 255n - 19n;
  const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
  const mod = (x) => ((x % P) + P) % P;
  const power = (x, n) => { let y = 1n; for (x = mod(x); n; n >>= 1n, x = (x * x) % P) if (n & 1n) y = (y * x) % P; return y; };
  const D = mod(-121665n * power(121666n, P - 2n));
  const little = (bytes) => bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);

  function point(bytes) {
    const y = little(bytes) % 2n ** 255n;
    const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
    let x = power(square, (P + 3n) / 8n);
    if (mod(x * x - square)) x = mod(x * power(2n, (P - 1n) / 4n));
    need(!mod(x * x - square), "signature");
    return [(x & 1n) === BigInt(bytes[31] >> 7) ? x : mod(-x), y, 1n];
  }

  function plus(a, b) {
    const [x, y, z] = a.map((part, i) => mod(part * b[i]));
    const m = mod((a[0] + a[1]) * (b[0] + b[1]) - x - y);
    const [f, g] = [mod(z * z - D * x * y), mod(z * z + D * x * y)];
    return [mod(z * f * m), mod(z * g * (y + x)), mod(f * g)];
  }

  function times(n, p) {
    let sum = [0n, 1n, 1n];
    for (; n; n >>= 1n, p = plus(p, p)) if (n & 1n) sum = plus(sum, p);
    return sum;
  }

  const BASE = point(unhex("5866666666666666666666666666666666666666666666666666666666666666"));

  /** Whether the mark of 64 bytes is the key's signature of these bytes. */
  return (key, bytes, mark) => {
    if (key.length !== 32 || mark.length !== 64) return false;
    const s = little(mark.subarray(32));
    const k = little(sha512(joined(mark.subarray(0, 32), key, bytes))) % ORDER;
    const [a, b] = [times(s, BASE), plus(point(mark.subarray(0, 32)), times(k, point(key)))];
    return s < ORDER && [0, 1].every((i) => !mod(a[i] * b[2] - b[i] * a[2]));
  };
})();
