import { DBusNodeError } from "../errors";
import { text } from "../shared/text";
import type { Endpoint } from "./address";
import type { ByteStream } from "./byte-stream";
import { FrameReader } from "./frame-reader";
import { FrameWriter } from "./frame-writer";
import { decodeMessage } from "./incoming-message";
import { lostError, notAdmittedError, type StreamEnd } from "./link-error";
import type { Link, LinkOptions } from "./link-types";
import type { StreamOwner } from "./open-stream";
import { type IncomingMessage, SIGNAL } from "./types";

/** What `close()` gives the bus to take what was sent before. */
const CLOSE_WITHIN_MS = 1_000;

/** The link over a stream that has been authenticated. */
export class OpenLink implements Link, StreamOwner {
  readonly address: string;
  readonly serverGuid: string;
  readonly #endpoint: Endpoint;
  readonly #stream: ByteStream;
  readonly #options: LinkOptions;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  /** `held`: what comes is kept until whoever opened the link has it in hand. */
  #state: "held" | "open" | "ended" = "held";
  #heldBytes: Buffer[] = [];
  #heldEnd: StreamEnd | undefined;
  #hasReceived = false;

  constructor(endpoint: Endpoint, stream: ByteStream, serverGuid: string, options: LinkOptions) {
    this.address = endpoint.source;
    this.serverGuid = serverGuid;
    this.#endpoint = endpoint;
    this.#stream = stream;
    this.#options = options;
    this.#writer = new FrameWriter(stream.writable);
    this.#reader = new FrameReader((frame, start, end, owned) => this.#frame(frame, start, end, owned));
  }

  get bufferedBytes(): number {
    return this.#state === "ended" ? 0 : this.#writer.bufferedBytes;
  }

  send(chunks: readonly Uint8Array[]): void {
    this.#writer.send(chunks);
  }

  whenDrained(): Promise<boolean> {
    return this.#writer.whenDrained();
  }

  close(): void {
    if (this.#state === "ended") return;
    this.#end();
    this.#writer.finish();
    const { writable } = this.#stream;
    const destroy = (): void => {
      clearTimeout(timer);
      this.#stream.destroy();
    };
    const timer = setTimeout(destroy, CLOSE_WITHIN_MS);
    writable.end(destroy);
  }

  begin(): void {
    if (this.#state !== "held") return;
    this.#state = "open";
    const held = this.#heldBytes;
    this.#heldBytes = [];
    for (const bytes of held) this.received(bytes);
    if (this.#heldEnd !== undefined) this.ended(this.#heldEnd);
  }

  received(bytes: Buffer): void {
    if (this.#state === "ended") return;
    this.#hasReceived = true;
    this.#writer.received();
    if (this.#state === "held") {
      this.#heldBytes.push(Buffer.from(bytes));
      return;
    }
    try {
      this.#reader.push(bytes);
    } catch (error) {
      this.#stream.destroy();
      this.#lose(asDBusError(error));
    }
  }

  ended(end: StreamEnd): void {
    if (this.#state === "held") this.#heldEnd = end;
    else this.#lose((this.#hasReceived ? lostError : notAdmittedError)(this.#endpoint, end));
  }

  #frame(frame: Buffer, start: number, end: number, owned: boolean): void {
    let message: IncomingMessage;
    try {
      message = decodeMessage(frame, start, end, owned);
    } catch (error) {
      const { onBadMessage } = this.#options;
      if (onBadMessage !== undefined) this.#tell(onBadMessage, asDBusError(error));
      return;
    }
    // "Message Format": a type that is not known is to be ignored.
    if (message.type <= SIGNAL) this.#tell(this.#options.onMessage, message);
  }

  #lose(error: DBusNodeError): void {
    if (this.#state === "ended") return;
    this.#end();
    this.#writer.close();
    this.#tell(this.#options.onClose, error);
  }

  #end(): void {
    this.#state = "ended";
    this.#heldBytes = [];
    this.#reader.stop();
  }

  /** A callback that throws ends nothing but itself. */
  #tell<T>(callback: (argument: T) => void, argument: T): void {
    try {
      callback(argument);
    } catch (error) {
      try {
        this.#options.onListenerError?.(error);
      } catch {
        // Whoever reports errors cannot report its own.
      }
    }
  }
}

function asDBusError(error: unknown): DBusNodeError {
  if (error instanceof DBusNodeError) return error;
  return new DBusNodeError("DBUS_INTERNAL", text("errors.internal", { detail: String(error) }), { cause: error });
}
