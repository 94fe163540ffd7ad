// Exact fractions of whole numbers, the denominator positive.
import { Wrong } from "./said.js";

const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a < 0n ? -a : a; };

export class Ratio {
  constructor(over, under = 1n) {
    const divisor = gcd(over, under) || 1n;
    this.over = over / divisor;
    this.under = under / divisor;
  }

  static of(value) { return value instanceof Ratio ? value : new Ratio(BigInt(value)); }

  // From a decimal string such as "0.03".
  static decimal(text) {
    const parts = typeof text === "string" && /^(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text);
    if (!parts) throw new Wrong("不是十进制小数:%(text)s", { text: String(text) });
    const fraction = parts[2] || "";
    return new Ratio(BigInt(parts[1] + fraction), 10n ** BigInt(fraction.length));
  }

  plus(other) { const o = Ratio.of(other); return new Ratio(this.over * o.under + o.over * this.under, this.under * o.under); }
  minus(other) { const o = Ratio.of(other); return new Ratio(this.over * o.under - o.over * this.under, this.under * o.under); }
  times(other) { const o = Ratio.of(other); return new Ratio(this.over * o.over, this.under * o.under); }
  by(other) { const o = Ratio.of(other); return new Ratio(this.over * o.under, this.under * o.over); }
  power(exponent) { return new Ratio(this.over ** BigInt(exponent), this.under ** BigInt(exponent)); }
  compare(other) { const o = Ratio.of(other); const d = this.over * o.under - o.over * this.under; return d < 0n ? -1 : d > 0n ? 1 : 0; }
  atLeast(other) { return this.compare(other) >= 0; }
  get isZero() { return this.over === 0n; }
  floor() { const q = this.over / this.under; return Number(this.over < 0n && q * this.under !== this.over ? q - 1n : q); }
  ceil() { return -new Ratio(-this.over, this.under).floor(); }
  toString() { return this.under === 1n ? String(this.over) : `${this.over}/${this.under}`; }
}
