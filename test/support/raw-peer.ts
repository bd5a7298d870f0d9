import { DBusNodeError } from "../../lib/errors";
import { encodeMessage } from "../../lib/wire/encode-message";
import { type Link, openLink } from "../../lib/wire/link";
import { ERROR, METHOD_CALL, METHOD_RETURN, type OutgoingMessage, SIGNAL } from "../../lib/wire/types";
import type { HasAddress } from "./busctl";
import { Collector } from "./until";

/** What of a received message outlives its callback. */
export interface PeerMessage {
  readonly type: number;
  readonly serial: number;
  readonly sender: string | undefined;
  readonly path: string | undefined;
  readonly interface: string | undefined;
  readonly member: string | undefined;
  readonly replySerial: number | undefined;
  readonly errorName: string | undefined;
  readonly signature: string;
  readonly body: readonly unknown[];
}

const DRIVER = {
  destination: "org.freedesktop.DBus",
  path: "/org/freedesktop/DBus",
  interface: "org.freedesktop.DBus",
};

/** Answers to RequestName and its flags ("Message Bus Messages"). */
export const REPLACE = { allow: 1, existing: 2 } as const;

/**
 * A peer on the bus that sends exactly what it is told, in that order, right or wrong, without anything
 * of lib/bus.
 */
export class RawPeer {
  readonly messages: Collector<PeerMessage>;
  readonly uniqueName: string;
  readonly #link: Link;
  readonly #end: { readonly hungUp: boolean };
  #serial = 1;

  /** Connects and says Hello. */
  static async join({ address }: HasAddress): Promise<RawPeer> {
    const messages = new Collector<PeerMessage>();
    const end = { hungUp: false };
    const link = await openLink(address, {
      timeoutMs: 5_000,
      onMessage: (message) => {
        const { type, serial, sender, path, member, replySerial, errorName, signature } = message;
        const body = message.body({ int64: "auto", keepTypes: false });
        const common = { type, serial, sender, path, member, replySerial, errorName, signature, body };
        messages.add({ ...common, interface: message.interface });
      },
      onClose: () => {
        end.hungUp = true;
      },
    });
    link.send(encodeMessage({ ...DRIVER, type: METHOD_CALL, flags: 0, member: "Hello", signature: "", body: [] }, 1));
    const answer = await messages.first(({ replySerial }) => replySerial === 1, { what: "the answer to Hello" });
    return new RawPeer(link, messages, end, String(answer.body[0]));
  }

  private constructor(
    link: Link,
    messages: Collector<PeerMessage>,
    end: { readonly hungUp: boolean },
    uniqueName: string,
  ) {
    this.#link = link;
    this.messages = messages;
    this.#end = end;
    this.uniqueName = uniqueName;
  }

  /** The bus has hung up on us. */
  get hungUp(): boolean {
    return this.#end.hungUp;
  }

  /** Sends a message and returns its serial. */
  send(message: Partial<OutgoingMessage> & { readonly type: number }): number {
    const serial = ++this.#serial;
    this.#link.send(encodeMessage({ flags: 0, signature: "", body: [], ...message }, serial));
    return serial;
  }

  /** Sends these bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.#link.send([bytes]);
  }

  emit(
    [path, interfaceName, member]: readonly [path: string, interfaceName: string, member: string],
    signature = "",
    body: readonly unknown[] = [],
    destination?: string,
  ): void {
    this.send({ type: SIGNAL, path, interface: interfaceName, member, signature, body, destination });
  }

  reply(to: PeerMessage, signature = "", body: readonly unknown[] = []): void {
    this.send({ type: METHOD_RETURN, flags: 1, destination: to.sender, replySerial: to.serial, signature, body });
  }

  refuse(to: PeerMessage, errorName: string, message: string): void {
    const common = { flags: 1, destination: to.sender, replySerial: to.serial, signature: "s", body: [message] };
    this.send({ type: ERROR, errorName, ...common });
  }

  /** Answers every method call from now on by what this does. */
  serve(answer: (call: PeerMessage) => void): () => void {
    return this.messages.onItem((message) => {
      if (message.type === METHOD_CALL) answer(message);
    });
  }

  /** Calls a method; rejects with the error's name. */
  async call(call: Partial<OutgoingMessage>): Promise<readonly unknown[]> {
    const serial = this.send({ type: METHOD_CALL, ...call });
    const what = `the answer to ${call.member}`;
    const answer = await this.messages.first(({ replySerial }) => replySerial === serial, { what });
    if (answer.type === ERROR) throw new Error(`${answer.errorName}: ${String(answer.body[0])}`);
    return answer.body;
  }

  /** Calls a method of the bus itself. */
  askBus(member: string, signature = "", body: readonly unknown[] = []): Promise<readonly unknown[]> {
    return this.call({ ...DRIVER, member, signature, body });
  }

  /** Resolves when the name is ours. */
  async own(name: string, flags: number = REPLACE.allow | REPLACE.existing): Promise<void> {
    const [answer] = await this.askBus("RequestName", "su", [name, flags]);
    if (answer !== 1) throw new Error(`RequestName ${name}: ${String(answer)}`);
  }

  /** Takes or gives up a name without waiting for the bus's answer. */
  tellBus(member: "RequestName" | "ReleaseName", name: string): void {
    const body = member === "RequestName" ? [name, REPLACE.allow | REPLACE.existing] : [name];
    this.send({
      ...DRIVER,
      type: METHOD_CALL,
      flags: 1,
      member,
      signature: member === "RequestName" ? "su" : "s",
      body,
    });
  }

  close(): void {
    this.#link.close();
  }
}

/** The match rules that the bus holds for a connection (`org.freedesktop.DBus.Debug.Stats`), each as often as it was added. */
export async function rulesAtBus(observer: RawPeer, uniqueName: string): Promise<string[]> {
  const answer = await observer.call({
    ...DRIVER,
    interface: "org.freedesktop.DBus.Debug.Stats",
    member: "GetAllMatchRules",
  });
  const [all] = answer as [Record<string, string[]>];
  return all[uniqueName] ?? [];
}

/** The error that it fails with. */
export async function failure(promise: Promise<unknown>): Promise<DBusNodeError> {
  const error: unknown = await promise.then(
    () => new Error("expected it to fail"),
    (reason: unknown) => reason,
  );
  if (error instanceof DBusNodeError) return error;
  throw error;
}
