import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from "../lib/bus/bus-driver";
import { Connection, type ConnectionStatus } from "../lib/bus/connection";
import { asNodeError, type DBusNodeError } from "../lib/errors";

/** What came of really connecting to a bus. */
export type BusCheck =
  | { readonly state: "connected"; readonly address: string; readonly names: number }
  | { readonly state: "failed"; readonly error: DBusNodeError };

const LIST_NAMES = { destination: BUS_NAME, path: BUS_PATH, interface: BUS_INTERFACE, member: "ListNames" };

/** Connects once, counts the well-known names, and leaves. Never rejects; the connection bounds its own attempt. */
export async function checkBus(address: string): Promise<BusCheck> {
  const connection = new Connection(address);
  try {
    const settled = new Promise<ConnectionStatus>((resolve) => {
      connection.onStatus((status) => {
        if (status.state === "connected" || status.error !== undefined) resolve(status);
      });
    });
    connection.open();
    const { error } = await settled;
    if (error !== undefined) return { state: "failed", error };
    const { body } = await connection.call({ ...LIST_NAMES, signature: "", body: [], timeoutMs: 5_000 });
    return { state: "connected", address: connection.connectedAddress ?? address, names: countWellKnown(body[0]) };
  } catch (error) {
    return { state: "failed", error: asNodeError(error) };
  } finally {
    connection.close();
  }
}

function countWellKnown(names: unknown): number {
  return Array.isArray(names) ? names.filter((name) => !String(name).startsWith(":")).length : 0;
}
