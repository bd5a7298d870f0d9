import type { Node } from "node-red";
import type { PropertyDefinition } from "../../lib/shared/interface-definition";
import { type Text, text } from "../../lib/shared/text";
import { setOwn } from "../../lib/values/containers";
import { type StoredValue, storedFromText } from "../../lib/wire/stored-value";

/** Property values by object path, over a deploy and, with a persistent context store, over a restart. */
export interface ValueStore {
  /** Reads what was kept; before that nothing is. Never rejects: what cannot be read is warned of. */
  load(): Promise<void>;
  /** The values that were kept for these properties. What does not fit any more is left out, with a warning. */
  kept(path: string, properties: readonly PropertyDefinition[]): Readonly<Record<string, unknown>>;
  keep(path: string, values: Iterable<readonly [name: string, value: StoredValue]>): void;
  forget(path: string): void;
}

const KEY = "properties";

/** A store that keeps nothing. */
export const noStore: ValueStore = { load: async () => {}, kept: () => ({}), keep: () => {}, forget: () => {} };

/** A value as the context has it. */
interface Kept {
  readonly signature: string;
  readonly data: string;
}

type Objects = Record<string, Record<string, unknown>>;

/** Without a configured context store, Node-RED empties a node's context at each deploy. */
const overDeploy = new Map<string, Objects>();

/**
 * The node's own context, in the default store. That may answer later only, as Node-RED's file store does
 * without its cache, so all goes by callback: one writing at a time, and the last state is written.
 */
export class ContextStore implements ValueStore {
  readonly #node: Node;
  readonly #warn: (problem: Text) => void;
  #objects: Objects = {};
  #writing = false;
  /** Changed since the writing that is under way began. */
  #changed = false;
  /** The last writing failed, which is told once. */
  #failed = false;
  /** Told when nothing is left to write. */
  #whenWritten: (() => void) | undefined;

  constructor(node: Node, warn: (problem: Text) => void) {
    this.#node = node;
    this.#warn = warn;
    node.on("close", (removed: boolean, done: () => void) => {
      if (removed) overDeploy.delete(node.id);
      if (this.#writing) this.#whenWritten = done;
      else done();
    });
  }

  async load(): Promise<void> {
    try {
      const stored = await new Promise<unknown>((resolve, reject) => {
        this.#node.context().get(KEY, (error: unknown, value: unknown) => (error ? reject(error) : resolve(value)));
      });
      this.#objects = objectsOf(stored ?? overDeploy.get(this.#node.id));
    } catch (error) {
      this.#warn(text("log.values-not-read", { reason: reasonOf(error) }));
      this.#objects = objectsOf(overDeploy.get(this.#node.id));
    }
  }

  kept(path: string, properties: readonly PropertyDefinition[]): Readonly<Record<string, unknown>> {
    const object = this.#objects[path] ?? {};
    const values: Record<string, unknown> = {};
    const unfit: string[] = [];
    for (const { name, signature } of properties) {
      if (!Object.hasOwn(object, name)) continue;
      const value = storedValue(object[name], signature);
      if (value !== undefined) setOwn(values, name, value.exact);
      else {
        delete object[name];
        unfit.push(name);
      }
    }
    if (unfit.length > 0) {
      this.#warn(text("log.values-left-out", { path, names: unfit.join(", ") }));
      this.#save();
    }
    return values;
  }

  keep(path: string, values: Iterable<readonly [name: string, value: StoredValue]>): void {
    const object = this.#objects[path] ?? {};
    for (const [name, { signature, text }] of values) setOwn(object, name, { signature, data: text } satisfies Kept);
    this.#objects[path] = object;
    this.#save();
  }

  forget(path: string): void {
    delete this.#objects[path];
    this.#save();
  }

  #save(): void {
    overDeploy.set(this.#node.id, this.#objects);
    this.#changed = true;
    if (!this.#writing) this.#write();
  }

  #write(): void {
    this.#changed = false;
    this.#writing = true;
    const written = (error?: unknown) => {
      this.#writing = false;
      if (error && !this.#failed) this.#warn(text("log.values-not-kept", { reason: reasonOf(error) }));
      this.#failed = Boolean(error);
      if (!this.#failed && this.#changed) return this.#write();
      this.#whenWritten?.();
    };
    try {
      this.#node.context().set(KEY, this.#objects, written);
    } catch (error) {
      written(error);
    }
  }
}

/** A copy of what the context has, as far as it is of our making. */
function objectsOf(stored: unknown): Objects {
  const objects: Objects = {};
  for (const [path, object] of Object.entries(Object(stored))) {
    if (typeof object === "object" && object !== null) setOwn(objects, path, { ...object });
  }
  return objects;
}

function storedValue(kept: unknown, signature: string): StoredValue | undefined {
  const found: Readonly<Record<string, unknown>> = Object(kept);
  if (found["signature"] !== signature || typeof found["data"] !== "string") return undefined;
  return storedFromText(signature, found["data"]);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
