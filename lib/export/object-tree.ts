import { DBusNodeError } from "../errors";
import { text } from "../shared/text";
import type { ExportedInterface } from "./exported-interface";

/** Told when an object's interface comes or goes, for InterfacesAdded and InterfacesRemoved. */
export interface TreeListener {
  added(path: string, exported: ExportedInterface): void;
  removed(path: string, exported: ExportedInterface): void;
}

/** The objects that are exported over one connection. */
export class ObjectTree {
  readonly #listener: TreeListener;
  readonly #objects = new Map<string, Map<string, ExportedInterface>>();

  constructor(listener: TreeListener) {
    this.#listener = listener;
  }

  /** How many objects there are. */
  get size(): number {
    return this.#objects.size;
  }

  /** By path. */
  get objects(): ReadonlyMap<string, ReadonlyMap<string, ExportedInterface>> {
    return this.#objects;
  }

  /** The interfaces of the object at a path, by name; undefined where there is none. */
  interfacesAt(path: string): ReadonlyMap<string, ExportedInterface> | undefined {
    return this.#objects.get(path);
  }

  /**
   * Throws DBusNodeError DBUS_INVALID_FIELD where the object has that interface already, and what the
   * listener throws; nothing is added then. The result takes it back.
   */
  add(path: string, exported: ExportedInterface): () => void {
    const { name } = exported.definition;
    const interfaces = this.#objects.get(path) ?? new Map<string, ExportedInterface>();
    if (interfaces.has(name)) {
      throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.exported-twice", { path, interface: name }));
    }
    interfaces.set(name, exported);
    this.#objects.set(path, interfaces);
    try {
      this.#listener.added(path, exported);
    } catch (error) {
      this.#delete(path, interfaces, name);
      throw error;
    }
    return () => this.#remove(path, exported);
  }

  /** The next path element of each object below; empty where there is none. */
  childrenOf(path: string): readonly string[] {
    const prefix = path === "/" ? "/" : `${path}/`;
    const names = new Set<string>();
    for (const other of this.#objects.keys()) {
      if (other.startsWith(prefix) && other !== path) names.add(other.slice(prefix.length).split("/", 1)[0] ?? "");
    }
    return [...names];
  }

  #remove(path: string, exported: ExportedInterface): void {
    const interfaces = this.#objects.get(path);
    const { name } = exported.definition;
    if (interfaces?.get(name) !== exported) return;
    this.#delete(path, interfaces, name);
    this.#listener.removed(path, exported);
  }

  #delete(path: string, interfaces: Map<string, ExportedInterface>, name: string): void {
    interfaces.delete(name);
    if (interfaces.size === 0) this.#objects.delete(path);
  }
}
