/** Shows what a callback threw, a defect of whoever it belongs to, as a process warning. */
export function showDefect(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

/** Runs somebody's callback: what it throws is shown and goes no further. */
export function guard(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    showDefect(error);
  }
}

/**
 * Listeners of one event. One that throws ends nothing but itself: the others are told.
 */
export class Listeners<Args extends unknown[]> {
  readonly #all = new Set<{ readonly call: (...args: Args) => void }>();

  get size(): number {
    return this.#all.size;
  }

  /** The result takes the listener back. The same function may be added more than once. */
  add(call: (...args: Args) => void): () => void {
    const entry = { call };
    this.#all.add(entry);
    return () => {
      this.#all.delete(entry);
    };
  }

  /** A listener that is taken back while an event is told is not told any more; a new one not yet. */
  emit(...args: Args): void {
    for (const entry of [...this.#all]) {
      if (!this.#all.has(entry)) continue;
      guard(() => entry.call(...args));
    }
  }
}
