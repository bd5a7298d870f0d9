import { setImmediate as turn } from "node:timers/promises";
import { bounded, CHILD_TIMEOUT_MS } from "./child";

export interface Bound {
  /** Milliseconds until the wait fails. */
  readonly within?: number;
  /** What is waited for, in the failure's text. */
  readonly what?: string;
}

/**
 * Resolves as soon as the condition holds, looking once in each turn of the event loop: for states
 * that change by events of this process. Wait on an event where there is one.
 */
export async function eventually(condition: () => boolean, { within = CHILD_TIMEOUT_MS, what }: Bound = {}) {
  const end = performance.now() + within;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${within} ms in vain for ${what ?? condition.toString()}`);
    await turn();
  }
}

/** The same for a condition that asks another process, such as what `busctl` prints. */
export async function eventuallyAsync(
  condition: () => Promise<boolean>,
  { within = CHILD_TIMEOUT_MS, what }: Bound = {},
) {
  const end = performance.now() + within;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${within} ms in vain for ${what ?? condition.toString()}`);
    await turn();
  }
}

/** Collects what a callback receives, and lets a test wait for it. */
export class Collector<T> {
  readonly items: T[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  /** The callback to hand out. */
  readonly add = (item: T): void => {
    this.items.push(item);
    const ready = this.#waiting.filter(({ count }) => count <= this.items.length);
    this.#waiting = this.#waiting.filter(({ count }) => count > this.items.length);
    for (const { resolve } of ready) resolve();
  };

  /** Resolves with the items when there are so many. */
  async until(count: number, { within = CHILD_TIMEOUT_MS, what = `${count} items` }: Bound = {}): Promise<T[]> {
    if (this.items.length < count) {
      const reached = new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
      await bounded(reached, what, within);
    }
    return this.items;
  }
}
