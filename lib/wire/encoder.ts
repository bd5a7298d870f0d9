import { LARGE_INTEGERS } from "../shared/integer-range";
import { text } from "../shared/text";
import { checkNul, checkSurrogates } from "../values/basic";
import { tooLarge } from "../values/fault";
import { MAX_MESSAGE_BYTES } from "./limits";

const FIRST_SIZE = 4096;
/** A staging buffer that one large message made larger than this is not kept. */
const MOST_KEPT = 1024 * 1024;
/** Strings up to this length are copied by a loop, which is faster than a call into the runtime. */
const SHORT_TEXT = 40;
/** Bytes of this length and above go out as they are, not copied. */
const GATHER_FROM = 16 * 1024;

/** The caller's own bytes, to be sent after `at` staged bytes. */
interface Splice {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * Writes the primitive values of one message after the other, little-endian, into a buffer that is
 * reused. What it hands out at the end are copies of the exact size, and the caller's own large byte
 * arrays between them.
 */
export class Encoder {
  #bytes = Buffer.allocUnsafe(FIRST_SIZE);
  /** Bytes staged. */
  #length = 0;
  /** Bytes of all splices so far. */
  #gathered = 0;
  #splices: Splice[] = [];
  readonly #scratch = new DataView(new ArrayBuffer(8));

  /** Bytes of the message so far: what alignment and lengths are counted in. */
  get position(): number {
    return this.#length + this.#gathered;
  }

  /** A place in what is staged, to come back to with `patch`. */
  get mark(): number {
    return this.#length;
  }

  reset(): void {
    this.#length = 0;
    this.#gathered = 0;
    if (this.#splices.length > 0) this.#splices = [];
    if (this.#bytes.length > MOST_KEPT) this.#bytes = Buffer.allocUnsafe(FIRST_SIZE);
  }

  /** Zero bytes up to a multiple of `boundary`, a power of two, at most 8. */
  align(boundary: number): void {
    const padding = -this.position & (boundary - 1);
    if (padding === 0) return;
    this.#reserve(8);
    for (let count = 0; count < padding; count++) this.#bytes[this.#length++] = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  uint16(value: number): void {
    this.align(2);
    this.#reserve(2);
    this.#bytes[this.#length++] = value;
    this.#bytes[this.#length++] = value >> 8;
  }

  /** Signed too: the bits are the same. */
  uint32(value: number): void {
    this.align(4);
    this.#reserve(4);
    this.#put32(this.#length, value);
    this.#length += 4;
  }

  int64(value: bigint): void {
    this.#scratch.setBigInt64(0, value > LARGE_INTEGERS.x[1] ? BigInt.asIntN(64, value) : value, true);
    this.#scratched();
  }

  double(value: number): void {
    this.#scratch.setFloat64(0, value, true);
    this.#scratched();
  }

  /** STRING and OBJECT_PATH: length, bytes, NUL. Throws ValueFault where the text cannot be sent. */
  text(value: string): void {
    const { length } = value;
    if (length > SHORT_TEXT) {
      this.#longText(value);
      return;
    }
    this.align(4);
    this.#reserve(length + 5);
    const bytes = this.#bytes;
    const start = this.#length + 4;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code === 0 || code >= 0x80) {
        this.#longText(value);
        return;
      }
      bytes[start + index] = code;
    }
    bytes[start + length] = 0;
    this.#put32(start - 4, length);
    this.#length = start + length + 1;
  }

  /** SIGNATURE: length byte, ASCII, NUL. The caller has checked it. */
  signature(value: string): void {
    const { length } = value;
    this.#reserve(length + 2);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = length;
    for (let index = 0; index < length; index++) bytes[at++] = value.charCodeAt(index);
    bytes[at++] = 0;
    this.#length = at;
  }

  /** The bytes of an `ay`, without its length word. Large ones are not copied: they go out as they are when written. */
  raw(bytes: Buffer): void {
    if (bytes.length >= GATHER_FROM && isFixed(bytes)) {
      this.#splices.push({ at: this.#length, bytes });
      this.#gathered += bytes.length;
      this.#reserve(0);
      return;
    }
    this.copy(bytes);
  }

  /** Bytes that are encoded already, copied whatever their length. */
  copy(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Overwrites four staged bytes, for a length that is known only after what it counts. */
  patch(mark: number, value: number): void {
    this.#put32(mark, value);
  }

  /** The message's chunks in order, which are the caller's to keep. */
  take(): readonly Uint8Array[] {
    const chunks: Uint8Array[] = [];
    let from = 0;
    for (const { at, bytes } of this.#splices) {
      if (at > from) chunks.push(this.#copy(from, at));
      chunks.push(bytes);
      from = at;
    }
    if (this.#length > from) chunks.push(this.#copy(from, this.#length));
    return chunks;
  }

  #copy(from: number, to: number): Buffer {
    const chunk = Buffer.allocUnsafe(to - from);
    this.#bytes.copy(chunk, 0, from, to);
    return chunk;
  }

  #longText(value: string): void {
    checkNul(value);
    const length = Buffer.byteLength(value);
    if (length !== value.length) checkSurrogates(value, "s");
    this.uint32(length);
    this.#reserve(length + 1);
    this.#length += this.#bytes.write(value, this.#length, length);
    this.#bytes[this.#length++] = 0;
  }

  #put32(at: number, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value;
    bytes[at + 1] = value >> 8;
    bytes[at + 2] = value >> 16;
    bytes[at + 3] = value >> 24;
  }

  #scratched(): void {
    this.align(8);
    this.#reserve(8);
    for (let index = 0; index < 8; index++) this.#bytes[this.#length++] = this.#scratch.getUint8(index);
  }

  #reserve(count: number): void {
    const wanted = this.#length + count;
    if (wanted <= this.#bytes.length && this.#gathered === 0) return;
    this.#grow(wanted);
  }

  #grow(wanted: number): void {
    if (wanted + this.#gathered > MAX_MESSAGE_BYTES) {
      throw tooLarge(undefined, text("errors.message-too-large", { most: MAX_MESSAGE_BYTES }));
    }
    if (wanted <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(wanted, Math.min(this.#bytes.length * 2, MAX_MESSAGE_BYTES)));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Whether the bytes keep their length until they are written: a resizable buffer's may shrink. */
function isFixed(bytes: Buffer): boolean {
  return (bytes.buffer as ArrayBufferLike & { readonly resizable?: boolean }).resizable !== true;
}
