import type { Node } from "node-red";
import type { PropertyDefinition } from "../../lib/shared/interface-definition";
import { setOwn } from "../../lib/values/containers";
import { type StoredValue, storedFromText } from "../../lib/wire/stored-value";

/** Property values by object path, over a deploy and, with a persistent context store, over a restart. */
export interface ValueStore {
  /** The values that were kept for these properties, and still are of their types. */
  kept(path: string, properties: readonly PropertyDefinition[]): Readonly<Record<string, unknown>>;
  keep(path: string, values: Iterable<readonly [name: string, value: StoredValue]>): void;
  forget(path: string): void;
}

const KEY = "properties";

/** A store that keeps nothing. */
export const noStore: ValueStore = { kept: () => ({}), keep: () => {}, forget: () => {} };

/** A value as the context has it. */
interface Kept {
  readonly signature: string;
  readonly data: string;
}

/** Without a configured context store, Node-RED empties a node's context at each deploy. */
const overDeploy = new Map<string, unknown>();

/** The node's own context, in the default store. */
export function contextStore(node: Node): ValueStore {
  const context = node.context();
  const all = (): Readonly<Record<string, Readonly<Record<string, unknown>>>> => {
    const stored: unknown = context.get(KEY) ?? overDeploy.get(node.id);
    return typeof stored === "object" && stored !== null ? Object(stored) : {};
  };
  const save = (objects: object) => {
    context.set(KEY, objects);
    overDeploy.set(node.id, objects);
  };
  node.on("close", (removed: boolean, done: () => void) => {
    if (removed) overDeploy.delete(node.id);
    done();
  });
  return {
    kept: (path, properties) => {
      const object = all()[path] ?? {};
      const values: Record<string, unknown> = {};
      for (const { name, signature } of properties) {
        const kept = Object.hasOwn(object, name) ? object[name] : undefined;
        const value = isKept(kept) && kept.signature === signature ? storedFromText(signature, kept.data) : undefined;
        if (value !== undefined) setOwn(values, name, value.exact);
      }
      return values;
    },
    keep: (path, values) => {
      const objects = all();
      const object: Record<string, unknown> = { ...objects[path] };
      for (const [name, { signature, text }] of values) setOwn(object, name, { signature, data: text } satisfies Kept);
      save({ ...objects, [path]: object });
    },
    forget: (path) => {
      const { [path]: _gone, ...others } = all();
      save(others);
    },
  };
}

function isKept(value: unknown): value is Kept {
  const { signature, data } = Object(value);
  return typeof signature === "string" && typeof data === "string";
}
