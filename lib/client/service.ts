import type { Connection } from "../bus/connection";
import { pool } from "../bus/pool";
import { type IntrospectionCache, introspectionOf } from "../introspect/browse";

/** A share in the link to one bus, with what has been learnt of the services on it. */
export interface BusLease {
  readonly connection: Connection;
  readonly introspection: IntrospectionCache;
  release(): void;
}

/** Gives the link to a bus; it connects when the first asks and is closed when the last releases it. */
export function acquireBus(address: string): BusLease {
  const { connection, release } = pool.acquire(address);
  return { connection, introspection: introspectionOf(connection), release };
}
