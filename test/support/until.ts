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
  readonly #listeners = new Set<(item: T) => void>();
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  /** The callback to hand out. */
  readonly add = (item: T): void => {
    this.items.push(item);
    const ready = this.#waiting.filter(({ count }) => count <= this.items.length);
    this.#waiting = this.#waiting.filter(({ count }) => count > this.items.length);
    for (const { resolve } of ready) resolve();
    for (const listener of this.#listeners) listener(item);
  };

  /** Calls back for each item from now on, until the returned function is called. */
  onItem(listener: (item: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with the first item that matches, among those that are there or will come. */
  async first(matches: (item: T) => boolean, { within = CHILD_TIMEOUT_MS, what }: Bound = {}): Promise<T> {
    const there = this.items.find(matches);
    if (there !== undefined) return there;
    let stop = () => {};
    const found = new Promise<T>((resolve) => {
      stop = this.onItem((item) => {
        if (matches(item)) resolve(item);
      });
    });
    return bounded(found, what ?? `an item with ${matches.toString()}`, within).finally(stop);
  }

  /** Resolves with the items when there are so many. */
  async until(count: number, { within = CHILD_TIMEOUT_MS, what = `${count} items` }: Bound = {}): Promise<T[]> {
    if (this.items.length < count) {
      const reached = new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
      await bounded(reached, what, within);
    }
    return this.items;
  }
}
