import { DBusNodeError } from "../errors";
import { text } from "../shared/text";
import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from "./bus-driver";
import type { Connection } from "./connection";
import type { CallGroup } from "./pending-calls";

const TIMEOUT_MS = 5_000;

export interface BusQuestion {
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
  /** Of the answer, which has one argument, or none. */
  readonly answer: string;
  /** Milliseconds. */
  readonly timeoutMs?: number;
  readonly group?: CallGroup;
}

/** Asks the bus itself ("Message Bus Messages"): the argument of its answer. Rejects with DBusNodeError. */
export async function askBus<Answer>(connection: Connection, question: BusQuestion): Promise<Answer> {
  const { member, signature = "", body = [], answer, timeoutMs = TIMEOUT_MS, group } = question;
  const reply = await connection.call({
    ...{ destination: BUS_NAME, path: BUS_PATH, interface: BUS_INTERFACE },
    ...{ member, signature, body, timeoutMs },
    ...(group === undefined ? {} : { group }),
  });
  if (reply.signature === answer) return reply.body[0] as Answer;
  const params = { member, expected: answer, got: reply.signature };
  throw new DBusNodeError("DBUS_BAD_MESSAGE", text("errors.bus-answer", params));
}
