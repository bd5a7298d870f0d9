import type { WatchEvent } from "../../lib/client/watch";

interface Window {
  timer: NodeJS.Timeout;
  held: WatchEvent | undefined;
}

const MOST_KEYS = 10_000;

/**
 * At most one event per key and interval: the first passes at once, of those that follow within the
 * interval the latest passes at its end.
 */
export class RateLimit {
  readonly #intervalMs: number;
  readonly #pass: (event: WatchEvent) => void;
  readonly #onReplaced: () => void;
  readonly #most: number;
  readonly #windows = new Map<string, Window>();

  /**
   * `intervalMs` 0: everything passes at once. `onReplaced` is told of each event that a later one
   * replaces. `most`: so many keys are told apart at one time.
   */
  constructor(intervalMs: number, pass: (event: WatchEvent) => void, onReplaced: () => void, most = MOST_KEYS) {
    this.#intervalMs = intervalMs;
    this.#pass = pass;
    this.#onReplaced = onReplaced;
    this.#most = most;
  }

  push(event: WatchEvent): void {
    const window = this.#windows.get(event.key);
    if (window !== undefined) {
      window.held = window.held === undefined ? event : this.#replace(window.held, event);
      return;
    }
    if (this.#intervalMs > 0) this.#open(event.key);
    this.#pass(event);
  }

  close(): void {
    for (const { timer } of this.#windows.values()) clearTimeout(timer);
    this.#windows.clear();
  }

  /** Whoever sends by ever new paths must not fill the memory: the oldest window ends early then. */
  #open(key: string): void {
    const [oldest] = this.#windows.size >= this.#most ? this.#windows : [];
    if (oldest !== undefined) {
      const [oldKey, { timer, held }] = oldest;
      clearTimeout(timer);
      this.#windows.delete(oldKey);
      if (held !== undefined) this.#pass(held);
    }
    this.#windows.set(key, { timer: this.#startTimer(key), held: undefined });
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

  #replace(earlier: WatchEvent, later: WatchEvent): WatchEvent {
    this.#onReplaced();
    return earlier.additive && later.additive ? added(earlier, later) : later;
  }
}

/** Nothing is lost but older values of the same names; a name is either known or invalidated, as was told last. */
function added(earlier: WatchEvent, later: WatchEvent): WatchEvent {
  const payload = { ...(earlier.payload as object), ...(later.payload as object) } as Record<string, unknown>;
  const gone = invalidatedBy(later);
  for (const name of gone) delete payload[name];
  const invalidated = [...invalidatedBy(earlier).filter((name) => !Object.hasOwn(payload, name)), ...gone];
  const names = [...new Set(invalidated)];
  return {
    ...later,
    payload,
    topic: [...Object.keys(payload), ...names].join(","),
    ...(names.length > 0 ? { details: { ...later.details, invalidated: names } } : {}),
  };
}

function invalidatedBy({ details }: WatchEvent): readonly string[] {
  return (details?.["invalidated"] as readonly string[] | undefined) ?? [];
}
