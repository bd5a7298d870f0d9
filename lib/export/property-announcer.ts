import type { Connection } from "../bus/connection";
import { guard } from "../bus/listeners";
import { signal } from "../bus/transport";
import { setOwn } from "../values/containers";
import type { ExportedInterface } from "./exported-interface";
import { asVariant, type Variant } from "./property-calls";
import { PROPERTIES } from "./standard-interfaces";

/** Tells changes of property values by PropertiesChanged, as each property's `emitsChanged` says. */
export class PropertyAnnouncer {
  readonly #connection: Connection;
  /** What has changed while there was no bus, or the bus took no more: by object and interface, the properties' names. */
  readonly #untold = new Map<
    string,
    { readonly path: string; readonly exported: ExportedInterface; names: ReadonlySet<string> }
  >();

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.onStatus(({ state }) => {
      if (state === "connected") this.#tellUntold();
    });
    connection.backlog.onChange((full) => {
      if (!full) this.#tellUntold();
    });
  }

  /** One signal for all of them, and those that wait; where it cannot go out it waits, and tells the values of then. */
  announce(path: string, exported: ExportedInterface, names: readonly string[]): void {
    const key = keyOf(path, exported);
    const untold = this.#untold.get(key);
    const all = untold === undefined ? names : new Set([...untold.names, ...names]);
    if (!this.#connection.backlog.isFull() && this.#tell(path, exported, all)) this.#untold.delete(key);
    else this.#untold.set(key, { path, exported, names: new Set(all) });
  }

  forget(path: string, exported: ExportedInterface): void {
    this.#untold.delete(keyOf(path, exported));
  }

  #tellUntold(): void {
    const untold = [...this.#untold.values()];
    this.#untold.clear();
    for (const { path, exported, names } of untold) guard(() => this.announce(path, exported, [...names]));
  }

  /** Whether it is told, or there is nothing to tell. */
  #tell(path: string, exported: ExportedInterface, names: Iterable<string>): boolean {
    const changed: Record<string, Variant> = {};
    const invalidated: string[] = [];
    for (const name of names) {
      const property = exported.property(name);
      if (property?.emitsChanged === "invalidates") invalidated.push(name);
      // What a peer may not read is not told either.
      else if (property?.emitsChanged === "true" && property.access !== "write") {
        setOwn(changed, name, asVariant(exported.value(property)));
      }
    }
    if (Object.keys(changed).length === 0 && invalidated.length === 0) return true;
    const body = [exported.definition.name, changed, invalidated];
    return this.#connection.post(
      signal({ path, interface: PROPERTIES, member: "PropertiesChanged", signature: "sa{sv}as", body }),
    );
  }
}

function keyOf(path: string, exported: ExportedInterface): string {
  return `${path} ${exported.definition.name}`;
}
