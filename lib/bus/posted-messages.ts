import type { AskedCall, DBusNodeError } from "../errors";
import { ERROR, type IncomingMessage } from "../wire/types";
import { BUS_NAME } from "./bus-driver";
import { guard } from "./listeners";
import { replyError } from "./reply-errors";

/** Who wants to know that the bus has refused what was posted. */
export interface PostWatch {
  /** What was posted, and to whom, as far as the error tells it. */
  readonly asked: AskedCall;
  /** Told at most once, and never where all went well: nobody says that a signal or a reply has arrived. */
  readonly refused: (error: DBusNodeError) => void;
}

interface Posted {
  readonly watch: PostWatch;
  readonly bytes: number;
  readonly until: number;
}

/** A bus that works answers a refused message as soon as it comes to it. */
const KEEP_MS = 30_000;
export const MOST_POSTED = 256;
/** A watch may hold on to what was sent. A single message may go beyond it. */
export const MOST_POSTED_BYTES = 4 * 1024 * 1024;

/**
 * What was sent to one receiver a moment ago and is answered only if the bus refuses it. dbus-daemon does
 * so although such messages expect no reply; dbus-broker drops them in silence. Of a flood the latest are
 * kept.
 */
export class PostedMessages {
  readonly #keepMs: number;
  /** By serial, the oldest first. Serials do not come around as long as one is kept. */
  readonly #posted = new Map<number, Posted>();
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(keepMs = KEEP_MS) {
    this.#keepMs = keepMs;
  }

  get size(): number {
    return this.#posted.size;
  }

  add(serial: number, chunks: readonly Uint8Array[], watch: PostWatch): void {
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
    this.#posted.set(serial, { watch, bytes, until: performance.now() + this.#keepMs });
    this.#bytes += bytes;
    for (const oldest of this.#posted.keys()) {
      if (this.#posted.size <= MOST_POSTED && (this.#bytes <= MOST_POSTED_BYTES || this.#posted.size === 1)) break;
      this.#take(oldest);
    }
    this.#timer ??= setTimeout(() => this.#expire(), this.#keepMs).unref();
  }

  /** Whether this is the bus's answer to one of them. A receiver has no say in it. */
  reply(message: IncomingMessage): boolean {
    if (message.type !== ERROR || message.sender !== BUS_NAME) return false;
    const posted = this.#take(message.replySerial ?? 0);
    if (posted === undefined) return false;
    const { asked, refused } = posted.watch;
    const error = replyError(message, asked);
    if (error !== undefined) guard(() => refused(error));
    return true;
  }

  /** The link is gone: nothing is answered any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#posted.clear();
    this.#bytes = 0;
  }

  #take(serial: number): Posted | undefined {
    const posted = this.#posted.get(serial);
    if (posted === undefined) return undefined;
    this.#posted.delete(serial);
    this.#bytes -= posted.bytes;
    return posted;
  }

  #expire(): void {
    const now = performance.now();
    this.#timer = undefined;
    for (const [serial, { until }] of this.#posted) {
      if (until > now) {
        this.#timer = setTimeout(() => this.#expire(), Math.ceil(until - now)).unref();
        return;
      }
      this.#take(serial);
    }
  }
}
