import { frameLength } from "./frame";
import { FIXED_HEADER_BYTES } from "./limits";

/**
 * Takes one whole message, from `start` to `end`. Its bytes are valid only until the call returns,
 * unless the frame is `owned`: then nothing writes to them again.
 */
export type FrameListener = (frame: Buffer, start: number, end: number, owned: boolean) => void;

/** Frames up to this size that arrive in pieces share one buffer. */
const SCRATCH_BYTES = 65_536;
/** A larger frame's buffer begins with at most this, and doubles as bytes really arrive. */
const FIRST_ALLOCATION_BYTES = 1_048_576;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts a stream into messages. A message that lies whole in a chunk is handed over where it is; one
 * that arrives in pieces is put together in a buffer that grows with what has arrived, so that a
 * length that is only claimed costs nothing.
 */
export class FrameReader {
  readonly #onFrame: FrameListener;
  #stopped = false;
  /** The beginning of a message: `#have` bytes of `#pending`; `#need` is its whole length, once known. */
  #pending: Buffer = NOTHING;
  #scratch: Buffer | undefined;
  #have = 0;
  #need: number | undefined;

  constructor(onFrame: FrameListener) {
    this.#onFrame = onFrame;
  }

  /**
   * Takes the next bytes of the stream; calls the listener for each message that is complete with
   * them. Throws DBusNodeError (DBUS_BAD_MESSAGE) where the stream cannot be cut any further.
   */
  push(bytes: Buffer): void {
    let offset = this.#have > 0 ? this.#resume(bytes) : 0;
    while (offset < bytes.length && !this.#stopped) {
      const available = bytes.length - offset;
      const length = frameLength(bytes, offset, available);
      if (length === undefined || length > available) {
        this.#need = length;
        this.#append(bytes, offset, bytes.length);
        return;
      }
      const end = offset + length;
      this.#onFrame(bytes, offset, end, false);
      offset = end;
    }
  }

  /** No more calls of the listener, also not for messages of the present chunk. */
  stop(): void {
    this.#stopped = true;
    this.#pending = NOTHING;
    this.#scratch = undefined;
    this.#have = 0;
  }

  /** Completes the message in pieces, and says how many bytes that took. */
  #resume(bytes: Buffer): number {
    let offset = 0;
    if (this.#need === undefined) {
      offset = Math.min(FIXED_HEADER_BYTES - this.#have, bytes.length);
      this.#append(bytes, 0, offset);
      this.#need = frameLength(this.#pending, 0, this.#have);
      if (this.#need === undefined) return offset;
    }
    const end = offset + Math.min(this.#need - this.#have, bytes.length - offset);
    this.#append(bytes, offset, end);
    if (this.#have < this.#need) return end;
    const frame = this.#pending;
    const length = this.#need;
    this.#have = 0;
    this.#need = undefined;
    // A large message must not be kept alive until the next one.
    this.#pending = NOTHING;
    this.#onFrame(frame, 0, length, frame !== this.#scratch);
    return end;
  }

  #append(bytes: Buffer, start: number, end: number): void {
    const have = this.#have + (end - start);
    if (this.#have === 0) this.#pending = this.#roomFor(have);
    else if (have > this.#pending.length) {
      const next = this.#roomFor(have);
      this.#pending.copy(next, 0, 0, this.#have);
      this.#pending = next;
    }
    bytes.copy(this.#pending, this.#have, start, end);
    this.#have = have;
  }

  /** A buffer for the beginning of a message of which so many bytes have arrived. */
  #roomFor(have: number): Buffer {
    const need = this.#need ?? FIXED_HEADER_BYTES;
    if (need <= SCRATCH_BYTES) {
      this.#scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
      return this.#scratch;
    }
    // Exactly the message's size where it is of no concern; else never more than twice what is there.
    return Buffer.allocUnsafeSlow(Math.min(need, Math.max(FIRST_ALLOCATION_BYTES, 2 * have)));
  }
}
