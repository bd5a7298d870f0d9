import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from "../../lib/bus/bus-driver";
import type { Connection } from "../../lib/bus/connection";
import { pool } from "../../lib/bus/pool";
import type { BusLink } from "./bus-link";
import { addressOf } from "./machine";

/** Nobody waits long for a hint. */
const TIMEOUT_MS = 1_000;

/**
 * Which other bus of this machine has a name, owned or to be started. Only one that another node is
 * connected to is asked: nothing is connected or started for it.
 */
export async function otherBusWith(name: string, link: BusLink): Promise<"system" | "session" | undefined> {
  // A unique name means somebody else on each bus.
  if (name === "" || name.startsWith(":")) return undefined;
  for (const kind of ["system", "session"] as const) {
    const connection = pool.connections.get(addressOf({ kind }));
    if (connection === undefined || connection === link.connection) continue;
    if (connection.status.state === "connected" && (await knows(connection, name))) return kind;
  }
  return undefined;
}

async function knows(connection: Connection, name: string): Promise<boolean> {
  try {
    if ((await ask(connection, "NameHasOwner", "s", [name])) === true) return true;
    const startable = await ask(connection, "ListActivatableNames", "", []);
    return Array.isArray(startable) && startable.includes(name);
  } catch {
    // The error that is told is the call's own.
    return false;
  }
}

async function ask(connection: Connection, member: string, signature: string, body: readonly unknown[]) {
  const bus = { destination: BUS_NAME, path: BUS_PATH, interface: BUS_INTERFACE };
  return (await connection.call({ ...bus, member, signature, body, timeoutMs: TIMEOUT_MS })).body[0];
}
