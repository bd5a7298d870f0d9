import { Connection } from "./connection";

/** A share in a connection; the last one released closes it. */
export interface Lease {
  readonly connection: Connection;
  release(): void;
}

/** One connection per address, however many want it, as core's TCP nodes share their sockets. */
export class Pool {
  readonly #shared = new Map<string, { readonly connection: Connection; count: number }>();

  get size(): number {
    return this.#shared.size;
  }

  /** Gives the connection to this address, opening it for the first who asks. */
  acquire(address: string): Lease {
    let shared = this.#shared.get(address);
    if (shared === undefined) {
      shared = { connection: new Connection(address), count: 0 };
      this.#shared.set(address, shared);
      shared.connection.open();
    }
    shared.count++;
    return this.#lease(address, shared);
  }

  /** The connections there are, by address. */
  get connections(): ReadonlyMap<string, Connection> {
    return new Map(Array.from(this.#shared, ([address, { connection }]) => [address, connection]));
  }

  #lease(address: string, shared: { readonly connection: Connection; count: number }): Lease {
    let held = true;
    return {
      connection: shared.connection,
      release: () => {
        if (!held) return;
        held = false;
        if (--shared.count > 0) return;
        this.#shared.delete(address);
        shared.connection.close();
      },
    };
  }
}

/** The runtime's pool: Node-RED runs all nodes in one process. */
export const pool = new Pool();
