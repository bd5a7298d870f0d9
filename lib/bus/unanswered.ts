/**
 * Calls that were sent and that nobody here waits for any more, because they ran out of time or were
 * cancelled. D-Bus can't take a call back: the bus counts it as pending until it is answered, or the
 * service is gone, which the bus answers for it. So each is remembered until then.
 */
export class Unanswered {
  readonly #destinations = new Map<number, string>();
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#destinations.size;
  }

  has(serial: number): boolean {
    return this.#destinations.has(serial);
  }

  countOf(destination: string): number {
    return this.#counts.get(destination) ?? 0;
  }

  add(serial: number, destination: string): void {
    this.#destinations.set(serial, destination);
    this.#counts.set(destination, this.countOf(destination) + 1);
  }

  /** The call is answered after all. Returns its destination; undefined where there was no such call. */
  delete(serial: number): string | undefined {
    const destination = this.#destinations.get(serial);
    if (destination === undefined) return undefined;
    this.#destinations.delete(serial);
    const left = this.countOf(destination) - 1;
    if (left > 0) this.#counts.set(destination, left);
    else this.#counts.delete(destination);
    return destination;
  }

  /** A new connection owes no answers. */
  clear(): void {
    this.#destinations.clear();
    this.#counts.clear();
  }
}
