import { asNodeError, DBusNodeError } from "../errors";
import { text } from "../shared/text";
import type { DecodeOptions, IncomingMessage } from "../wire/types";
import { guard } from "./listeners";
import type { Settle } from "./pending-calls";
import { replyError } from "./reply-errors";
import { CallFlag, type Message, methodCall } from "./transport";

/** The bus itself as a peer ("Message Bus: Message Bus Messages"). */
export const BUS_NAME = "org.freedesktop.DBus";
export const BUS_PATH = "/org/freedesktop/DBus";
export const BUS_INTERFACE = "org.freedesktop.DBus";

const PLAIN: DecodeOptions = { int64: "auto", keepTypes: false };

/**
 * What a connection asks the bus itself. Unlike other calls these go out while the connection is still
 * being set up, and they do not count against the bus's limit on pending replies.
 */
export class BusDriver {
  /** Hello is answered, and what is asked now will be remembered by the bus. */
  reachable = false;
  readonly #send: (message: Message) => number;
  readonly #asked = new Map<number, Settle>();

  /** `send` writes the message and returns its serial. */
  constructor(send: (message: Message) => number) {
    this.#send = send;
  }

  /** The answers come in the order of the questions, before any later message. */
  ask(member: string, signature: string, body: readonly unknown[], settle: Settle): void {
    this.#asked.set(this.#send(driverCall(member, signature, body, 0)), settle);
  }

  /** The same without an answer. */
  tell(member: string, signature: string, body: readonly unknown[]): void {
    this.#send(driverCall(member, signature, body, CallFlag.noReply));
  }

  /** The same as a promise of the answer's body; rejects with DBusNodeError. */
  query(member: string, timeoutMs: number): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new DBusNodeError("DBUS_TIMEOUT", text("errors.bus-silent", { member, seconds: timeoutMs / 1000 })));
      }, timeoutMs);
      this.ask(member, "", [], (outcome) => {
        clearTimeout(timer);
        if (outcome === undefined || outcome instanceof DBusNodeError) return reject(outcome);
        const error = replyError(outcome, { destination: BUS_NAME, member });
        if (error !== undefined) return reject(error);
        try {
          resolve(outcome.body(PLAIN));
        } catch (cause) {
          reject(cause);
        }
      });
    });
  }

  /** "Message Bus Messages: org.freedesktop.DBus.Hello". Resolves with our unique name. */
  async hello(timeoutMs: number): Promise<string> {
    try {
      const [uniqueName] = await this.query("Hello", timeoutMs);
      return String(uniqueName);
    } catch (cause) {
      const error = asNodeError(cause);
      if (error.code === "DBUS_AUTH_REFUSED" || error.code === "DBUS_BAD_MESSAGE") throw error;
      throw new DBusNodeError("DBUS_HELLO_REFUSED", text("errors.hello-refused", { reason: error.text }), {
        cause: error,
        dbusName: error.dbusName,
        body: error.body,
      });
    }
  }

  /** Whether the message answers a question of ours; if so it is dealt with. */
  reply(message: IncomingMessage): boolean {
    const serial = message.replySerial ?? 0;
    const settle = this.#asked.get(serial);
    if (settle === undefined || message.sender !== BUS_NAME) return false;
    this.#asked.delete(serial);
    guard(() => settle(message));
    return true;
  }

  lose(error: DBusNodeError): void {
    this.reachable = false;
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    for (const settle of asked) guard(() => settle(error));
  }
}

function driverCall(member: string, signature: string, body: readonly unknown[], flags: number): Message {
  return methodCall({
    destination: BUS_NAME,
    path: BUS_PATH,
    interface: BUS_INTERFACE,
    member,
    signature,
    body,
    flags,
  });
}
