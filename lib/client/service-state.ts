import { askBus } from "../bus/ask-bus";
import { BUS_NAME } from "../bus/bus-driver";
import type { Connection } from "../bus/connection";
import { asNodeError } from "../errors";

/** `not-running`: nobody has the name, and the bus can start its service. */
export type ServiceState = "running" | "not-running";

/** Starts nothing. Rejects with DBusNodeError; DBUS_NAME_NOT_FOUND where nobody has the name and nobody can. */
export async function serviceState(connection: Connection, name: string, timeoutMs: number): Promise<ServiceState> {
  if (name === BUS_NAME) return "running";
  try {
    await askBus<string>(connection, { member: "GetNameOwner", signature: "s", body: [name], answer: "s", timeoutMs });
    return "running";
  } catch (thrown) {
    const error = asNodeError(thrown);
    if (error.code !== "DBUS_NAME_NOT_FOUND" || name.startsWith(":")) throw error;
    const names = await askBus<string[]>(connection, { member: "ListActivatableNames", answer: "as", timeoutMs });
    if (names.includes(name)) return "not-running";
    throw error;
  }
}

/** "org.freedesktop.DBus.StartServiceByName"; it is no error where it runs already. Rejects with DBusNodeError. */
export async function startService(connection: Connection, name: string, timeoutMs: number): Promise<void> {
  const question = { member: "StartServiceByName", signature: "su", body: [name, 0], answer: "u", timeoutMs };
  await askBus<number>(connection, question);
}
