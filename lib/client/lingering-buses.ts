import { acquireBus, type BusLease } from "./service";

export interface LingeringLimits {
  /** Milliseconds after the last use. */
  readonly idleMs: number;
  readonly buses: number;
}

export const LINGERING_LIMITS: LingeringLimits = { idleMs: 45_000, buses: 8 };

interface Lingering {
  readonly lease: BusLease;
  timer: NodeJS.Timeout;
}

/**
 * Shares in the links to buses that nobody holds by name: each lasts until some time after its last use, so
 * that somebody who looks around finds it connected and leaves nothing behind. It keeps no process alive.
 */
export class LingeringBuses {
  readonly #limits: LingeringLimits;
  /** The one used longest ago first. */
  readonly #buses = new Map<string, Lingering>();

  constructor(limits: LingeringLimits = LINGERING_LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#buses.size;
  }

  /** Good for what is asked of it now: do not keep it. */
  use(address: string): BusLease {
    const known = this.#buses.get(address);
    clearTimeout(known?.timer);
    this.#buses.delete(address);
    const lease = known?.lease ?? acquireBus(address);
    const timer = setTimeout(() => this.#end(address), this.#limits.idleMs).unref();
    this.#buses.set(address, { lease, timer });
    for (const oldest of this.#buses.keys()) {
      if (this.#buses.size <= this.#limits.buses) break;
      this.#end(oldest);
    }
    return lease;
  }

  close(): void {
    for (const address of [...this.#buses.keys()]) this.#end(address);
  }

  #end(address: string): void {
    const lingering = this.#buses.get(address);
    this.#buses.delete(address);
    clearTimeout(lingering?.timer);
    lingering?.lease.release();
  }
}
