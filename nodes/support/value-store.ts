import type { Node } from "node-red";

/** Property values by object path, over a deploy and, with a persistent context store, over a restart. */
export interface ValueStore {
  kept(path: string): Readonly<Record<string, unknown>>;
  keep(path: string, values: Readonly<Record<string, unknown>>): void;
  forget(path: string): void;
}

const KEY = "properties";

/** A store that keeps nothing. */
export const noStore: ValueStore = { kept: () => ({}), keep: () => {}, forget: () => {} };

/** The node's own context, in the default store. */
export function contextStore(node: Node): ValueStore {
  const context = node.context();
  const all = (): Record<string, Record<string, unknown>> => {
    const stored: unknown = context.get(KEY);
    return typeof stored === "object" && stored !== null
      ? { ...(stored as Record<string, Record<string, unknown>>) }
      : {};
  };
  return {
    kept: (path) => all()[path] ?? {},
    keep: (path, values) => {
      const objects = all();
      context.set(KEY, { ...objects, [path]: { ...objects[path], ...values } });
    },
    forget: (path) => {
      const { [path]: _gone, ...others } = all();
      context.set(KEY, others);
    },
  };
}
