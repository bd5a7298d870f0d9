import { asNodeError, type DBusNodeError } from "../errors";
import { askBus } from "./ask-bus";
import type { Connection } from "./connection";
import { CallFlag } from "./transport";

/** What a running bus says to a call, or to asking for a name. */
export type PolicyAnswer =
  | { readonly state: "allowed" }
  | { readonly state: "refused"; readonly error: DBusNodeError }
  | { readonly state: "nobody-to-call" };

const TIMEOUT_MS = 5_000;

/** The uid of the name's owner, as the bus sees it; undefined where nobody owns it. Asks nothing of the owner. */
export async function ownerUid(connection: Connection, name: string): Promise<number | undefined> {
  try {
    return await askBus<number>(connection, {
      member: "GetConnectionUnixUser",
      signature: "s",
      body: [name],
      answer: "u",
    });
  } catch (error) {
    if (asNodeError(error).code === "DBUS_NAME_NOT_FOUND") return undefined;
    throw error;
  }
}

/**
 * Whether the policy lets this connection's user call a destination, by a ping ("org.freedesktop.DBus.Peer"),
 * on which a service does nothing but answer; none is started for it. A policy may have a rule of its own
 * for another interface.
 */
export async function askToCall(connection: Connection, destination: string): Promise<PolicyAnswer> {
  try {
    await connection.call({
      destination,
      path: "/",
      interface: "org.freedesktop.DBus.Peer",
      member: "Ping",
      signature: "",
      body: [],
      flags: CallFlag.noAutoStart,
      timeoutMs: TIMEOUT_MS,
    });
    return { state: "allowed" };
  } catch (error) {
    const reason = asNodeError(error);
    if (reason.code === "DBUS_NAME_NOT_FOUND") return { state: "nobody-to-call" };
    if (reason.code === "DBUS_ACCESS_DENIED") return { state: "refused", error: reason };
    // Whatever else the service makes of a ping, it was let through to it.
    if (reason.dbusName !== undefined) return { state: "allowed" };
    throw reason;
  }
}
