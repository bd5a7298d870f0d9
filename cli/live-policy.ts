import { askBus } from "../lib/bus/ask-bus";
import { askToCall, ownerUid, type PolicyAnswer } from "../lib/bus/ask-policy";
import type { Connection } from "../lib/bus/connection";
import { NameRequestFlag, RequestNameReply } from "../lib/bus/transport";
import { withConnection } from "../lib/bus/with-connection";
import { findUser, type UserAccount } from "../lib/environment/accounts";
import { asNodeError, type DBusNodeError } from "../lib/errors";
import { resolveAddress } from "../lib/shared/bus-address";
import type { PolicyOptions } from "../lib/shared/policy-options";
import { groupsOf } from "./accounts";

/** What the running system bus says to a policy. */
export type LiveState =
  | { readonly state: "no-bus"; readonly error: DBusNodeError }
  /** Somebody owns the name already: they were let. */
  | { readonly state: "owned"; readonly uid: number | undefined; readonly isUser: boolean }
  | PolicyAnswer
  | { readonly state: "untried" | "not-this-user" | "no-such-user" };

type Attempt = (connection: Connection, subject: string) => Promise<LiveState>;

/** Answers to asking for a name that a policy lets through: had, had before, or somebody else has it. */
const LET_THROUGH = [RequestNameReply.PRIMARY_OWNER, RequestNameReply.ALREADY_OWNER, RequestNameReply.EXISTS];

/**
 * Asks the system bus whether these options are in force. Without `ask` it only looks who owns the
 * name. With it, where nobody does, it requests the name as the user and gives it back at once; a
 * running owner is never disturbed. For a client it pings the destination, if that runs.
 */
export async function livePolicy(options: PolicyOptions, ask: boolean): Promise<LiveState> {
  const address = systemBus();
  const user = findUser(options.user);
  try {
    if (options.preset !== "client") {
      const owner = await withConnection(address, (connection) => ownerUid(connection, options.name));
      if (owner !== undefined) return { state: "owned", uid: owner, isUser: owner === user?.uid };
    }
    if (!ask) return { state: "untried" };
    if (options.preset === "permissive") return await withConnection(address, (bus) => tryName(bus, options.name));
    if (user === undefined) return { state: "no-such-user" };
    const attempt: Attempt = options.preset === "client" ? askToCall : tryName;
    const subject = options.preset === "client" ? options.destination : options.name;
    const result = await asUser(user, () => withConnection(address, (connection) => attempt(connection, subject)));
    return result ?? { state: "not-this-user" };
  } catch (error) {
    return { state: "no-bus", error: asNodeError(error) };
  }
}

/** Makes the bus read its files, which it does by itself where it can watch them. */
export async function reloadBus(): Promise<void> {
  await withConnection(systemBus(), (connection) => askBus(connection, { member: "ReloadConfig", answer: "" }));
}

function systemBus(): string {
  return resolveAddress({ kind: "system" }, { env: process.env, uid: undefined, autolaunchAddress: undefined });
}

async function tryName(connection: Connection, name: string): Promise<LiveState> {
  try {
    const body = [name, NameRequestFlag.doNotQueue];
    const answer = await askBus<number>(connection, { member: "RequestName", signature: "su", body, answer: "u" });
    if (answer === RequestNameReply.PRIMARY_OWNER) {
      await askBus(connection, { member: "ReleaseName", signature: "s", body: [name], answer: "u" });
    }
    // "Exists": its owner came between our two questions; the policy was asked before that.
    return LET_THROUGH.includes(answer) ? { state: "allowed" } : { state: "untried" };
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): LiveState {
  const reason = asNodeError(error);
  if (reason.code !== "DBUS_ACCESS_DENIED") throw reason;
  return { state: "refused", error: reason };
}

/**
 * Runs `action` with the effective ids of that user, which is who the bus takes us for; only root may
 * become another. Undefined where that cannot be.
 */
async function asUser<T>(user: UserAccount, action: () => Promise<T>): Promise<T | undefined> {
  const { geteuid, getegid, getgroups, seteuid, setegid, setgroups } = process;
  if (geteuid === undefined || getegid === undefined) return undefined;
  const uid = geteuid();
  if (uid === user.uid) return action();
  if (uid !== 0 || !seteuid || !setegid || !getgroups || !setgroups) return undefined;
  const [gid, groups] = [getegid(), getgroups()];
  try {
    setgroups([...groupsOf(user)]);
  } catch {
    // A root without that capability, as containers have.
    return undefined;
  }
  try {
    setegid(user.gid);
    seteuid(user.uid);
    return await action();
  } finally {
    seteuid(uid);
    setegid(gid);
    setgroups(groups);
  }
}
