// Exact rational numbers: no share of a draw is ever rounded by a machine's fractions.
class Exact {
  constructor(above, below = 1n) {
    let [a, b] = [above < 0n ? -above : above, below];
    while (b) [a, b] = [b, a % b];
    this.above = above / (a || 1n);
    this.below = below / (a || 1n);
  }

  /** A decimal as designs write it: "0.03". */
  static read(text) {
    if (!/^(0|[1-9]\d*)(\.\d+)?$/.test(text)) throw new Wrong("design", { name: text });
    const [whole, part = ""] = text.split(".");
    return new Exact(BigInt(whole + part), 10n ** BigInt(part.length));
  }

  static of(count) { return new Exact(BigInt(count)); }

  plus(other) { return new Exact(this.above * other.below + other.above * this.below, this.below * other.below); }
  minus(other) { return new Exact(this.above * other.below - other.above * this.below, this.below * other.below); }
  times(other) { return new Exact(this.above * other.above, this.below * other.below); }
  over(other) { return new Exact(this.above * other.below, this.below * other.above); }
  power(n) { return new Exact(this.above ** BigInt(n), this.below ** BigInt(n)); }

  /** Less than nothing, nothing, or more than nothing, when the other is taken away. */
  against(other) {
    const [one, two] = [this.above * other.below, other.above * this.below];
    return one < two ? -1 : one > two ? 1 : 0;
  }

  floor() { return Number(this.above / this.below); } // only numbers from 0 on occur
  ceil() { return Number((this.above + this.below - 1n) / this.below); }
}
