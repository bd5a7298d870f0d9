import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from "../lib/bus/bus-driver";
import type { Connection } from "../lib/bus/connection";
import { CallFlag } from "../lib/bus/transport";
import { asNodeError, type DBusNodeError } from "../lib/errors";
import { resolveAddress } from "../lib/shared/bus-address";
import type { PolicyOptions } from "../lib/shared/policy-options";
import { findUser, groupsOf, type UserAccount } from "./accounts";
import { withConnection } from "./with-connection";

/** What the running system bus says to a policy. */
export type LiveState =
  | { readonly state: "no-bus"; readonly error: DBusNodeError }
  /** Somebody owns the name already: they were let. */
  | { readonly state: "owned"; readonly uid: number | undefined; readonly isUser: boolean }
  | { readonly state: "allowed" }
  | { readonly state: "refused"; readonly error: DBusNodeError }
  /** Not tried, or there was nobody to call. */
  | { readonly state: "untried" | "not-this-user" | "nobody-to-call" };

const TIMEOUT_MS = 5_000;
/** "RequestName": not queued, and taking it from nobody. */
const DO_NOT_QUEUE = 4;
const [PRIMARY_OWNER, ALREADY_OWNER, EXISTS] = [1, 4, 3];

/**
 * Asks the system bus whether these options are in force. Without `ask` it only looks who owns the
 * name. With it, where nobody does, it requests the name as the user and gives it back at once; a
 * running owner is never disturbed. For a client it pings the destination, if that runs.
 */
export async function livePolicy(options: PolicyOptions, ask: boolean): Promise<LiveState> {
  const address = resolveAddress(
    { kind: "system" },
    { env: process.env, uid: undefined, autolaunchAddress: undefined },
  );
  const user = findUser(options.user);
  try {
    if (options.preset !== "client") {
      const owner = await withConnection(address, (connection) => ownerUid(connection, options.name));
      if (owner !== undefined) return { state: "owned", uid: owner, isUser: owner === user?.uid };
    }
    if (!ask) return { state: "untried" };
    if (options.preset === "permissive") return await withConnection(address, (bus) => tryName(bus, options.name));
    const attempt = options.preset === "client" ? tryCall : tryName;
    const subject = options.preset === "client" ? options.destination : options.name;
    const result = await asUser(user, () => withConnection(address, (connection) => attempt(connection, subject)));
    return result ?? { state: "not-this-user" };
  } catch (error) {
    return { state: "no-bus", error: asNodeError(error) };
  }
}

/** Makes the bus read its files, which it does by itself where it can watch them. */
export async function reloadBus(): Promise<void> {
  const address = resolveAddress(
    { kind: "system" },
    { env: process.env, uid: undefined, autolaunchAddress: undefined },
  );
  await withConnection(address, (connection) => askBus(connection, "ReloadConfig"));
}

/** The uid of the name's owner; undefined where nobody owns it. */
async function ownerUid(connection: Connection, name: string): Promise<number | undefined> {
  try {
    return Number(await askBus(connection, "GetConnectionUnixUser", "s", [name]));
  } catch (error) {
    if (asNodeError(error).code === "DBUS_NAME_NOT_FOUND") return undefined;
    throw error;
  }
}

async function tryName(connection: Connection, name: string): Promise<LiveState> {
  try {
    const answer = await askBus(connection, "RequestName", "su", [name, DO_NOT_QUEUE]);
    if (answer === PRIMARY_OWNER) await askBus(connection, "ReleaseName", "s", [name]);
    // "Exists": its owner came between our two questions; the policy was asked before that.
    return [PRIMARY_OWNER, ALREADY_OWNER, EXISTS].includes(Number(answer))
      ? { state: "allowed" }
      : { state: "untried" };
  } catch (error) {
    return refused(error);
  }
}

async function tryCall(connection: Connection, destination: string): Promise<LiveState> {
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
    const { code } = asNodeError(error);
    if (code === "DBUS_NAME_NOT_FOUND") return { state: "nobody-to-call" };
    if (code === "DBUS_ACCESS_DENIED") return refused(error);
    // Whatever else the service makes of a ping, it was let through to it.
    if (asNodeError(error).dbusName !== undefined) return { state: "allowed" };
    throw error;
  }
}

function refused(error: unknown): LiveState {
  const reason = asNodeError(error);
  if (reason.code !== "DBUS_ACCESS_DENIED") throw reason;
  return { state: "refused", error: reason };
}

async function askBus(connection: Connection, member: string, signature = "", body: readonly unknown[] = []) {
  const bus = { destination: BUS_NAME, path: BUS_PATH, interface: BUS_INTERFACE };
  const { body: answer } = await connection.call({ ...bus, member, signature, body, timeoutMs: TIMEOUT_MS });
  return answer[0];
}

/**
 * Runs `action` with the effective ids of that user, which is who the bus takes us for; only root may
 * become another. Undefined where that cannot be.
 */
async function asUser<T>(user: UserAccount | undefined, action: () => Promise<T>): Promise<T | undefined> {
  const { geteuid, getegid, getgroups, seteuid, setegid, setgroups } = process;
  if (user === undefined || geteuid === undefined || getegid === undefined) return undefined;
  const uid = geteuid();
  if (uid === user.uid) return action();
  if (uid !== 0 || !seteuid || !setegid || !getgroups || !setgroups) return undefined;
  const [gid, groups] = [getegid(), getgroups()];
  try {
    setgroups([...groupsOf(user)]);
    setegid(user.gid);
    seteuid(user.uid);
    return await action();
  } finally {
    seteuid(uid);
    setegid(gid);
    setgroups(groups);
  }
}
