import type { WatchEvent } from "../../lib/client/watch";

interface Window {
  timer: NodeJS.Timeout;
  held: WatchEvent | undefined;
}

/**
 * At most one event per key and interval: the first passes at once, of those that follow within the
 * interval the latest passes at its end.
 */
export class RateLimit {
  readonly #intervalMs: number;
  readonly #pass: (event: WatchEvent) => void;
  readonly #onReplaced: () => void;
  readonly #windows = new Map<string, Window>();

  /** `intervalMs` 0: everything passes at once. `onReplaced` is told of each event that a later one replaces. */
  constructor(intervalMs: number, pass: (event: WatchEvent) => void, onReplaced: () => void) {
    this.#intervalMs = intervalMs;
    this.#pass = pass;
    this.#onReplaced = onReplaced;
  }

  push(event: WatchEvent): void {
    const window = this.#windows.get(event.key);
    if (window !== undefined) {
      window.held = window.held === undefined ? event : this.#replace(window.held, event);
      return;
    }
    if (this.#intervalMs > 0) this.#windows.set(event.key, { timer: this.#startTimer(event.key), held: undefined });
    this.#pass(event);
  }

  close(): void {
    for (const { timer } of this.#windows.values()) clearTimeout(timer);
    this.#windows.clear();
  }

  #startTimer(key: string): NodeJS.Timeout {
    return setTimeout(() => this.#endOf(key), this.#intervalMs);
  }

  #endOf(key: string): void {
    const window = this.#windows.get(key);
    if (window?.held === undefined) {
      this.#windows.delete(key);
      return;
    }
    const { held } = window;
    window.held = undefined;
    window.timer = this.#startTimer(key);
    this.#pass(held);
  }

  /** Of additive events nothing is lost but older values of the same names. */
  #replace(earlier: WatchEvent, later: WatchEvent): WatchEvent {
    this.#onReplaced();
    if (!earlier.additive || !later.additive) return later;
    const payload = { ...(earlier.payload as object), ...(later.payload as object) };
    return { ...later, payload, topic: Object.keys(payload).join(",") };
  }
}
