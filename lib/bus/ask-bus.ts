import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from "./bus-driver";
import type { Connection } from "./connection";

const TIMEOUT_MS = 5_000;

/** Asks the bus itself ("Message Bus Messages"): the first argument of its answer. Rejects with DBusNodeError. */
export async function askBus(
  connection: Connection,
  member: string,
  signature = "",
  body: readonly unknown[] = [],
): Promise<unknown> {
  const bus = { destination: BUS_NAME, path: BUS_PATH, interface: BUS_INTERFACE };
  const { body: answer } = await connection.call({ ...bus, member, signature, body, timeoutMs: TIMEOUT_MS });
  return answer[0];
}
