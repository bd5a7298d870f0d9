import { isUtf8 } from "node:buffer";
import { malformed } from "./malformed";
import type { NameCache } from "./name-cache";
import { StringCache } from "./string-cache";

/** ASCII strings up to this length are checked by a loop, longer ones by the runtime. */
const SHORT_TEXT = 64;
/** Keys of dicts up to this length are looked up in the cache. */
const SHORT_KEY = 64;

const keys = new StringCache();

/**
 * Reads the primitive values of one message, in either byte order. Every length is checked before it
 * is used; all that "Marshaling" forbids throws DBusNodeError (DBUS_BAD_MESSAGE).
 */
export class Decoder {
  readonly bytes: Buffer;
  readonly #little: boolean;
  /** What alignment is counted from. */
  readonly #base: number;
  #position: number;
  #end: number;

  /**
   * @param base where the message starts, or any place a multiple of 8 bytes after it
   * @param end nothing at or after this place is read
   */
  constructor(bytes: Buffer, little: boolean, base: number, position: number, end: number) {
    this.bytes = bytes;
    this.#little = little;
    this.#base = base;
    this.#position = position;
    this.#end = end;
  }

  get position(): number {
    return this.#position;
  }

  get end(): number {
    return this.#end;
  }

  /** Skips padding, which must be zero. */
  align(boundary: number): void {
    const padding = (this.#base - this.#position) & (boundary - 1);
    if (padding === 0) return;
    const to = this.#position + padding;
    if (to > this.#end) throw malformed("truncated");
    for (let at = this.#position; at < to; at++) if (this.bytes[at] !== 0) throw malformed("padding");
    this.#position = to;
  }

  byte(): number {
    return this.bytes[this.#advance(1)] as number;
  }

  uint16(): number {
    this.align(2);
    const at = this.#advance(2);
    const first = this.bytes[at] as number;
    const second = this.bytes[at + 1] as number;
    return this.#little ? first | (second << 8) : (first << 8) | second;
  }

  int16(): number {
    return (this.uint16() << 16) >> 16;
  }

  int32(): number {
    this.align(4);
    return this.#word(this.#advance(4));
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  boolean(): boolean {
    const value = this.uint32();
    if (value > 1) throw malformed("boolean", { got: value });
    return value === 1;
  }

  double(): number {
    this.align(8);
    const at = this.#advance(8);
    return this.#little ? this.bytes.readDoubleLE(at) : this.bytes.readDoubleBE(at);
  }

  /** Both halves of a 64-bit word, upper first, as 32-bit patterns. */
  halves(): readonly [upper: number, lower: number] {
    this.align(8);
    const at = this.#advance(8);
    const first = this.#word(at);
    const second = this.#word(at + 4);
    return this.#little ? [second, first] : [first, second];
  }

  /** STRING: UTF-8 without NUL, then a NUL. */
  text(): string {
    const length = this.uint32();
    const start = this.#terminated(length);
    return this.#utf8(start, start + length);
  }

  /** STRING that often came before: a dict's key. */
  key(): string {
    const length = this.uint32();
    const start = this.#terminated(length);
    if (length > SHORT_KEY) return this.#utf8(start, start + length);
    const known = keys.find(this.bytes, start, start + length);
    if (known !== undefined) return known;
    const value = this.#utf8(start, start + length);
    // As many characters as bytes: ASCII.
    if (value.length === length) keys.keep(this.bytes, start, start + length, value);
    return value;
  }

  /** A STRING or OBJECT_PATH that has to be a name. */
  name(names: NameCache): string {
    const length = this.uint32();
    const start = this.#terminated(length);
    return names.read(this.bytes, start, start + length);
  }

  /** SIGNATURE: as a name, its length in one byte. */
  signature(names: NameCache): string {
    const length = this.byte();
    const start = this.#terminated(length);
    return names.read(this.bytes, start, start + length);
  }

  /** The code of the one character of the SIGNATURE that follows, which is then behind; 0 where it is of another form. */
  oneCharacterSignature(): number {
    const { bytes } = this;
    const at = this.#position;
    if (at + 3 > this.#end || bytes[at] !== 1 || bytes[at + 2] !== 0) return 0;
    const code = bytes[at + 1] as number;
    this.#position = at + 3;
    return code;
  }

  /** The place of `length` bytes, which are then behind. */
  skip(length: number): number {
    return this.#advance(length);
  }

  /** From here on nothing at or after `end` is read; returns what to go back to. */
  narrow(length: number): number {
    const outer = this.#end;
    if (length > outer - this.#position) throw malformed("array-length", { length });
    this.#end = this.#position + length;
    return outer;
  }

  widen(end: number): void {
    this.#end = end;
  }

  /** The start of `length` bytes and a NUL. */
  #terminated(length: number): number {
    if (length >= this.#end - this.#position) throw malformed("truncated");
    const start = this.#advance(length + 1);
    if (this.bytes[start + length] !== 0) throw malformed("terminator");
    return start;
  }

  #utf8(start: number, end: number): string {
    const { bytes } = this;
    if (end - start <= SHORT_TEXT) {
      let at = start;
      for (; at < end; at++) {
        const byte = bytes[at] as number;
        if (byte === 0) throw malformed("nul");
        if (byte >= 0x80) break;
      }
      if (at === end) return bytes.toString("latin1", start, end);
    }
    // The NUL at the end is there, so the first one found has to be that.
    if (bytes.indexOf(0, start) < end) throw malformed("nul");
    if (!isUtf8(bytes.subarray(start, end))) throw malformed("utf8");
    return bytes.toString("utf8", start, end);
  }

  #word(at: number): number {
    const { bytes } = this;
    const a = bytes[at] as number;
    const b = bytes[at + 1] as number;
    const c = bytes[at + 2] as number;
    const d = bytes[at + 3] as number;
    return this.#little ? a | (b << 8) | (c << 16) | (d << 24) : (a << 24) | (b << 16) | (c << 8) | d;
  }

  #advance(count: number): number {
    const at = this.#position;
    if (count > this.#end - at) throw malformed("truncated");
    this.#position = at + count;
    return at;
  }
}
