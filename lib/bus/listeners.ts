/**
 * Listeners of one event. One that throws ends nothing but itself: the others are told, and the
 * defect is shown as a process warning.
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
      try {
        entry.call(...args);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}
