/** Random data that is the same in every run, for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  /** A flow value, of which a few cannot be sent, nested at most `depth` deep. */
  value(depth: number): unknown {
    const kind = this.below(depth > 0 ? 12 : 9);
    if (kind >= 10) return this.#list(() => this.value(depth - 1));
    if (kind === 9) {
      return Object.fromEntries(this.#list(() => [this.#text(), this.value(depth - 1)]));
    }
    switch (kind) {
      case 0:
        return this.below(2) === 0;
      case 1:
        return this.below(1000) - 500;
      case 2:
        return this.below(2 ** 32) * this.below(2 ** 20);
      case 3:
        return this.below(1_000_000) / 1024 + 1 / 2048;
      case 4:
        return this.bytes(1 + this.below(20));
      case 5:
        return this.below(20) === 0 ? this.pick([null, undefined, Symbol("x"), "\ud800", "a\0b"]) : this.#text();
      default:
        return this.#text();
    }
  }

  #text(): string {
    return Array.from({ length: this.below(60) }, () => this.pick(["a", "b", "é", "😀", " ", "_", "7"])).join("");
  }

  #list<T>(make: () => T): T[] {
    return Array.from({ length: this.below(6) }, make);
  }
}
