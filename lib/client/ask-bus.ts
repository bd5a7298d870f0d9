import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from "../bus/bus-driver";
import type { Connection } from "../bus/connection";
import type { CallGroup } from "../bus/pending-calls";
import { DBusNodeError } from "../errors";
import { text } from "../shared/text";

export interface BusQuestion {
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
  /** Of the answer, which has one argument. */
  readonly answer: string;
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly group?: CallGroup;
}

/** Asks the bus itself ("Message Bus Messages"). Rejects with DBusNodeError. */
export async function askBus<Answer>(connection: Connection, question: BusQuestion): Promise<Answer> {
  const { member, signature = "", body = [], answer, timeoutMs, group } = question;
  const reply = await connection.call({
    ...{ destination: BUS_NAME, path: BUS_PATH, interface: BUS_INTERFACE },
    ...{ member, signature, body, timeoutMs },
    ...(group === undefined ? {} : { group }),
  });
  if (reply.signature === answer) return reply.body[0] as Answer;
  const params = { member, expected: answer, got: reply.signature };
  throw new DBusNodeError("DBUS_BAD_MESSAGE", text("errors.bus-answer", params));
}
