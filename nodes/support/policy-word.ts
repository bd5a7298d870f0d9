import { askToCall, ownerUid } from "../../lib/bus/ask-policy";
import type { Connection } from "../../lib/bus/connection";
import { pool } from "../../lib/bus/pool";
import { withConnection } from "../../lib/bus/with-connection";
import { findUserSoon } from "../../lib/environment/accounts";
import { asNodeError, DBusNodeError } from "../../lib/errors";
import type { BusWord } from "../../lib/policy/effect";
import type { PolicyOptions } from "../../lib/shared/policy-options";
import { text } from "../../lib/shared/text";
import { addressOf, type PolicyMachine } from "./machine";

/**
 * What the system bus is known to say to these options: who owns the name, what has come of this
 * runtime's own request for it, and for a client whether a ping passes. Changes nothing. Never rejects.
 */
export async function busWord(options: PolicyOptions, machine: PolicyMachine): Promise<BusWord> {
  try {
    const uid = await uidOf(options.user, machine);
    const isRuntime = uid !== undefined && uid === machine.uid;
    return await withSystemBus((connection) =>
      options.preset === "client"
        ? wordToClient(connection, options.destination, isRuntime)
        : wordToOwner(connection, options.name, uid, isRuntime),
    );
  } catch (error) {
    return { kind: "no-bus", reason: asNodeError(error).text };
  }
}

async function wordToOwner(
  connection: Connection,
  name: string,
  uid: number | undefined,
  isRuntime: boolean,
): Promise<BusWord> {
  const owner = await ownerUid(connection, name);
  const wanted = connection.names.of(name);
  if (owner !== undefined) {
    return { kind: "owned", uid: owner, isUser: owner === uid, here: wanted?.state === "owned" };
  }
  if (!isRuntime || wanted?.error === undefined) return { kind: "nobody" };
  return { kind: "own-refused", reason: wanted.error.text };
}

async function wordToClient(connection: Connection, destination: string, isRuntime: boolean): Promise<BusWord> {
  if (!isRuntime) return { kind: "other-user" };
  const answer = await askToCall(connection, destination);
  if (answer.state === "refused") return { kind: "call-refused", reason: answer.error.text };
  return { kind: answer.state === "allowed" ? "may-ping" : "nobody-to-call" };
}

/** Uses the connection of the nodes where there is one, since it knows what they have asked for. */
async function withSystemBus<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
  const address = addressOf({ kind: "system" });
  if (address === "") throw new DBusNodeError("DBUS_NO_BUS", text("errors.no-address"));
  const shared = pool.connections.get(address);
  return shared?.status.state === "connected" ? use(shared) : withConnection(address, use);
}

/** As the bus sees it: in a container the names of accounts are others. */
async function uidOf(user: string, { bus }: PolicyMachine): Promise<number | undefined> {
  if (/^\d+$/.test(user)) return Number(user);
  return bus === "here" ? (await findUserSoon(user))?.uid : undefined;
}
