const FIRST_MS = 500;
const MOST_MS = 30_000;
/** Each wait is spread by a fifth either way, so that many runtimes do not return in step after an outage. */
const JITTER = 0.2;

/** The waits between attempts to reconnect: from half a second to half a minute, doubling. */
export class Backoff {
  readonly #random: () => number;
  #wait = FIRST_MS;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const wait = this.#wait;
    this.#wait = Math.min(wait * 2, MOST_MS);
    return Math.min(MOST_MS, Math.round(wait * (1 - JITTER + 2 * JITTER * this.#random())));
  }

  reset(): void {
    this.#wait = FIRST_MS;
  }
}
