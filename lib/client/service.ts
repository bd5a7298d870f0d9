import type { Connection } from "../bus/connection";
import { type Lease, pool } from "../bus/pool";
import { IntrospectionCache } from "../introspect/browse";

/** A share in the link to one bus, with what has been learnt of the services on it. */
export interface BusLease {
  readonly connection: Connection;
  readonly introspection: IntrospectionCache;
  release(): void;
}

/** What is learnt over a connection is shared like the connection, and goes with it. */
const learnt = new WeakMap<Connection, IntrospectionCache>();

/** Gives the link to a bus; it connects when the first asks and is closed when the last releases it. */
export function acquireBus(address: string): BusLease {
  const lease: Lease = pool.acquire(address);
  const { connection } = lease;
  let introspection = learnt.get(connection);
  if (introspection === undefined) {
    introspection = new IntrospectionCache(connection);
    learnt.set(connection, introspection);
  }
  return { connection, introspection, release: () => lease.release() };
}
