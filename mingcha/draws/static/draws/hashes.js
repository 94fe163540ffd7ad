// SHA-256 and SM3 (GB/T 32905) in plain script: a witness's page must also work where the browser's own hashes are
// locked away (sites without https). Give bytes, get lowercase hex.
globalThis.mingchaHashes = (() => {
  const turn = (word, by) => (word << by) | (word >>> (32 - by));
  const words = (count, make) => Uint32Array.from({ length: count }, (_, place) => make(place));

  function padded(bytes) {
    const blocks = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
    blocks.set(bytes);
    blocks[bytes.length] = 0x80;
    new DataView(blocks.buffer).setUint32(blocks.length - 4, bytes.length * 8);
    return new DataView(blocks.buffer);
  }

  function hashed(bytes, start, compress) {
    const view = padded(bytes);
    let state = Uint32Array.from(start);
    for (let at = 0; at < view.byteLength; at += 64) state = compress(state, (place) => view.getUint32(at + 4 * place));
    return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32);
  const K = words(64, (i) => fraction(Math.cbrt(primes[i])));
  const SHA_START = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));

  function shaCompress(state, word) {
    const w = new Uint32Array(64);
    for (let i = 0; i < 16; i++) w[i] = word(i);
    for (let i = 16; i < 64; i++) {
      const s0 = turn(w[i - 15], 25) ^ turn(w[i - 15], 14) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 15) ^ turn(w[i - 2], 13) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const t1 = (h + (turn(e, 26) ^ turn(e, 21) ^ turn(e, 7)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const t2 = ((turn(a, 30) ^ turn(a, 19) ^ turn(a, 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
    }
    const next = [a, b, c, d, e, f, g, h];
    return state.map((old, i) => old + next[i]);
  }

  const SM3_START = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

  function sm3Compress(state, word) {
    const w = new Uint32Array(68);
    for (let j = 0; j < 16; j++) w[j] = word(j);
    for (let j = 16; j < 68; j++) {
      const x = w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15);
      w[j] = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w[j - 13], 7) ^ w[j - 6];
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let j = 0; j < 64; j++) {
      const early = j < 16;
      const ss1 = turn((turn(a, 12) + e + turn(early ? 0x79cc4519 : 0x7a879d8a, j % 32)) | 0, 7);
      const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + (ss1 ^ turn(a, 12)) + (w[j] ^ w[j + 4])) | 0;
      const tt2 = (gg + h + ss1 + w[j]) | 0;
      [a, b, c, d, e, f, g, h] = [tt1, a, turn(b, 9), c, tt2 ^ turn(tt2, 9) ^ turn(tt2, 17), e, turn(f, 19), g];
    }
    const next = [a, b, c, d, e, f, g, h];
    return state.map((old, i) => old ^ next[i]);
  }

  return {
    "SHA-256": (bytes) => hashed(bytes, SHA_START, shaCompress),
    SM3: (bytes) => hashed(bytes, SM3_START, sm3Compress),
  };
})();
if (typeof module !== "undefined") module.exports = mingchaHashes;
