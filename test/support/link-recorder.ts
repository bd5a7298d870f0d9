import type { DBusNodeError } from "../../lib/errors";
import { type Link, openLink } from "../../lib/wire/link";
import type { IncomingMessage } from "../../lib/wire/types";
import { busCall } from "./hello";
import { Collector } from "./until";

/** What of a message outlives its callback. */
export interface Received {
  readonly serial: number;
  readonly member: string | undefined;
  readonly replySerial: number | undefined;
  readonly body: readonly unknown[];
}

/** A link that writes down all that it tells. */
export class LinkRecorder {
  readonly messages = new Collector<Received>();
  readonly badMessages = new Collector<DBusNodeError>();
  readonly listenerErrors = new Collector<unknown>();
  readonly closed = new Collector<DBusNodeError>();
  /** Called before a message is written down. */
  onMessage: (message: IncomingMessage) => void = () => undefined;

  open(address: string, timeoutMs = 5_000, signal?: AbortSignal): Promise<Link> {
    return openLink(address, {
      timeoutMs,
      signal,
      onMessage: (message) => {
        const { serial, member, replySerial } = message;
        this.messages.add({ serial, member, replySerial, body: message.body({ int64: "auto", keepTypes: false }) });
        this.onMessage(message);
      },
      onBadMessage: this.badMessages.add,
      onListenerError: this.listenerErrors.add,
      onClose: this.closed.add,
    });
  }

  /** Opens and says Hello; resolves with the link and its unique name. */
  async join(address: string): Promise<{ readonly link: Link; readonly name: string }> {
    const link = await this.open(address);
    link.send(busCall("Hello", 1));
    const { body } = await this.messages.first(({ replySerial }) => replySerial === 1, { what: "the answer to Hello" });
    return { link, name: String(body[0]) };
  }
}
