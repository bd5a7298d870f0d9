import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from "../lib/bus/bus-driver";
import { withConnection } from "../lib/bus/with-connection";
import { asNodeError, type DBusNodeError } from "../lib/errors";

/** What came of really connecting to a bus. */
export type BusCheck =
  | { readonly state: "connected"; readonly address: string; readonly names: number }
  | { readonly state: "failed"; readonly error: DBusNodeError };

const LIST_NAMES = { destination: BUS_NAME, path: BUS_PATH, interface: BUS_INTERFACE, member: "ListNames" };

/** Connects once, counts the well-known names, and leaves. Never rejects; the connection bounds its own attempt. */
export async function checkBus(address: string): Promise<BusCheck> {
  try {
    return await withConnection(address, async (connection) => {
      const { body } = await connection.call({ ...LIST_NAMES, signature: "", body: [], timeoutMs: 5_000 });
      return { state: "connected", address: connection.connectedAddress ?? address, names: countWellKnown(body[0]) };
    });
  } catch (error) {
    return { state: "failed", error: asNodeError(error) };
  }
}

function countWellKnown(names: unknown): number {
  return Array.isArray(names) ? names.filter((name) => !String(name).startsWith(":")).length : 0;
}
