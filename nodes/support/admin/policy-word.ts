import { askToCall, ownerUid } from "../../../lib/bus/ask-policy";
import type { Connection } from "../../../lib/bus/connection";
import type { BusLease } from "../../../lib/client/service";
import { findUserSoon } from "../../../lib/environment/accounts";
import type { BusWord } from "../../../lib/policy/effect";
import type { PolicyOptions } from "../../../lib/shared/policy-options";
import type { PolicyMachine } from "../machine";
import { saidIn } from "../refused-error";
import { failureAnswer } from "./failure";

/**
 * What the system bus is known to say to these options: who owns the name, what has come of this
 * runtime's own request for it, and for a client whether a ping passes. Changes nothing. Never rejects.
 */
export async function busWord(
  options: PolicyOptions,
  machine: PolicyMachine,
  bus: () => Promise<BusLease>,
): Promise<BusWord> {
  try {
    const [{ connection }, uid] = await Promise.all([bus(), uidOf(options.user, machine)]);
    const isRuntime = uid !== undefined && uid === machine.uid;
    return await (options.preset === "client"
      ? wordToClient(connection, options.destination, isRuntime)
      : wordToOwner(connection, options.name, uid, isRuntime));
  } catch (error) {
    return { kind: "no-bus", reason: failureAnswer(error).answer.problem };
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
    return {
      kind: "owned",
      uid: owner,
      isUser: uid === undefined ? undefined : owner === uid,
      here: wanted?.state === "owned",
    };
  }
  if (!isRuntime || wanted?.error === undefined) return { kind: "nobody" };
  return { kind: "own-refused", reason: saidIn(wanted.error) };
}

async function wordToClient(connection: Connection, destination: string, isRuntime: boolean): Promise<BusWord> {
  if (!isRuntime) return { kind: "other-user" };
  const answer = await askToCall(connection, destination);
  if (answer.state === "refused") return { kind: "call-refused", reason: saidIn(answer.error) };
  return { kind: answer.state === "allowed" ? "may-ping" : "nobody-to-call" };
}

/** Undefined where it is not known: the names of accounts are those of the bus's machine. */
async function uidOf(user: string, machine: PolicyMachine): Promise<number | undefined> {
  if (/^\d+$/.test(user)) return Number(user);
  if (user === machine.user) return machine.uid;
  return machine.bus === "here" ? (await findUserSoon(user))?.uid : undefined;
}
