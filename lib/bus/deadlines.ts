/** The longest time that Node.js can wait. */
const LONGEST_MS = 0x7fff_ffff;

/**
 * The time limits of many items on one timer: making and clearing one for each call costs more than the
 * rest of its bookkeeping.
 */
export class Deadlines<Item> {
  readonly #onExpired: (item: Item) => void;
  readonly #due = new Map<Item, number>();
  #timer: NodeJS.Timeout | undefined;
  #wakesAt = Number.POSITIVE_INFINITY;

  /** `onExpired` is told of each item whose time is over, which is then no longer among them. */
  constructor(onExpired: (item: Item) => void) {
    this.#onExpired = onExpired;
  }

  add(item: Item, timeoutMs: number): void {
    const due = performance.now() + timeoutMs;
    this.#due.set(item, due);
    if (due < this.#wakesAt) this.#wakeAt(due);
  }

  /** The timer stays as it is; when it wakes it looks for what is due then. */
  delete(item: Item): void {
    this.#due.delete(item);
  }

  #wakeAt(due: number): void {
    clearTimeout(this.#timer);
    this.#wakesAt = due;
    const wait = Math.min(Math.ceil(due - performance.now()), LONGEST_MS);
    // A call that waits has a connection, whose socket or timer keeps the process alive.
    this.#timer = setTimeout(() => this.#wake(), wait).unref();
  }

  #wake(): void {
    const now = performance.now();
    const expired: Item[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const [item, due] of this.#due) {
      if (due <= now) expired.push(item);
      else if (due < next) next = due;
    }
    this.#wakesAt = Number.POSITIVE_INFINITY;
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next);
    for (const item of expired) if (this.#due.delete(item)) this.#onExpired(item);
  }
}
