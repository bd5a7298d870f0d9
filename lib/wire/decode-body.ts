import { type DBusType, parseSignature } from "../shared/signature";
import { setOwn } from "../values/containers";
import { int64 } from "../values/int64";
import { alignmentOf } from "./alignment";
import type { Decoder } from "./decoder";
import { MAX_ARRAY_BYTES, MAX_DEPTH } from "./limits";
import { fileDescriptors, malformed } from "./malformed";
import { objectPaths, signatures } from "./name-cache";
import type { DecodeOptions } from "./types";

/** Shared by all arrays of no bytes, which a peer can pack into four bytes each. */
const NO_BYTES = Buffer.alloc(0);

/** Reads values straight into the form that a flow gets (see docs/architecture.md). Throws DBusNodeError. */
export class BodyDecoder {
  readonly #in: Decoder;
  readonly #options: DecodeOptions;
  /** The message's buffer is the values' to keep. */
  readonly #owned: boolean;
  /** Not everything is to be read. */
  readonly #partial: boolean;
  /** Elements that may still be read. */
  #left: number;

  constructor(source: Decoder, options: DecodeOptions, owned: boolean) {
    this.#in = source;
    this.#options = options;
    this.#owned = owned;
    this.#partial = options.most !== undefined || options.outline === true;
    this.#left = options.most ?? Number.POSITIVE_INFINITY;
  }

  /** One value for each type; all bytes must be used up. */
  values(types: readonly DBusType[]): unknown[] {
    const values: unknown[] = [];
    for (const type of types) values.push(this.#value(type, 0));
    if (this.#in.position !== this.#in.end) throw malformed("body-length");
    return values;
  }

  /** Reads a variant for nothing but to know where it ends. */
  skipVariant(depth: number): void {
    this.#variant(inner(depth, 1));
  }

  /** @param depth containers around the value */
  #value(type: DBusType, depth: number): unknown {
    switch (type.kind) {
      case "basic":
        return this.#basic(type);
      case "variant":
        return this.#variant(inner(depth, 1));
      case "array":
        return this.#array(type.element, inner(depth, 1));
      case "dict":
        return this.#dict(type, inner(depth, 2));
      case "struct":
        return this.#struct(type.fields, inner(depth, 1));
    }
  }

  #basic(type: DBusType & { readonly kind: "basic" }): unknown {
    switch (type.signature) {
      case "s":
        return this.#in.text();
      case "i":
        return this.#in.int32();
      case "u":
        return this.#in.uint32();
      case "b":
        return this.#in.boolean();
      case "d":
        return this.#in.double();
      case "y":
        return this.#in.byte();
      case "n":
        return this.#in.int16();
      case "q":
        return this.#in.uint16();
      case "x": {
        const [upper, lower] = this.#in.halves();
        return int64(upper, lower >>> 0, this.#options.int64);
      }
      case "t": {
        const [upper, lower] = this.#in.halves();
        return int64(upper >>> 0, lower >>> 0, this.#options.int64);
      }
      case "o":
        return this.#in.name(objectPaths);
      case "g":
        return this.#in.signature(signatures);
      case "h":
        throw fileDescriptors();
    }
  }

  #variant(depth: number): unknown {
    const type = this.#statedType();
    const value = this.#value(type, depth);
    return this.#options.keepTypes ? { signature: type.signature, value } : value;
  }

  /** The one complete type that a variant's signature has to be. */
  #statedType(): DBusType {
    const code = this.#in.oneCharacterSignature();
    const signature = code === 0 ? this.#in.signature(signatures) : String.fromCharCode(code);
    const type = code === 0 ? singleType(signature) : BY_CODE[code];
    if (type === undefined) throw malformed("variant", { signature });
    return type;
  }

  #array(element: DBusType, depth: number): unknown {
    const length = this.#length();
    if (element.signature === "y") return this.#bytes(length);
    this.#in.align(alignmentOf(element));
    const outer = this.#in.narrow(length);
    const values: unknown[] = [];
    while (this.#in.position < this.#in.end) {
      if (this.#partial && this.#passOver()) break;
      values.push(this.#value(element, depth));
    }
    this.#in.widen(outer);
    return values;
  }

  /** Whether enough has been read; the rest of this array is behind then. */
  #passOver(): boolean {
    if (this.#left > 0) {
      this.#left--;
      return false;
    }
    this.#in.skip(this.#in.end - this.#in.position);
    return true;
  }

  /** Copied, because the buffer will be overwritten; not where the bytes are most of a buffer that is ours. */
  #bytes(length: number): Buffer {
    if (length === 0) return NO_BYTES;
    const start = this.#in.skip(length);
    const view = this.#in.bytes.subarray(start, start + length);
    return this.#owned && length * 2 > this.#in.bytes.length ? view : Buffer.from(view);
  }

  #dict(type: DBusType & { readonly kind: "dict" }, depth: number): Record<string, unknown> {
    const length = this.#length();
    this.#in.align(8);
    const outer = this.#in.narrow(length);
    const entries: Record<string, unknown> = {};
    const { key, value } = type;
    if (this.#options.outline === true && value.kind === "variant") this.#in.skip(length);
    while (this.#in.position < this.#in.end) {
      if (this.#partial && this.#passOver()) break;
      this.#in.align(8);
      const name = key.signature === "s" ? this.#in.key() : String(this.#basic(key));
      setOwn(entries, name, this.#value(value, depth));
    }
    this.#in.widen(outer);
    return entries;
  }

  #struct(fields: readonly DBusType[], depth: number): unknown[] {
    this.#in.align(8);
    const values: unknown[] = [];
    for (const field of fields) values.push(this.#value(field, depth));
    return values;
  }

  #length(): number {
    const length = this.#in.uint32();
    if (length > MAX_ARRAY_BYTES) throw malformed("array-length", { length });
    return length;
  }
}

function singleType(signature: string): DBusType | undefined {
  const parsed = parseSignature(signature);
  return "types" in parsed && parsed.types.length === 1 ? parsed.types[0] : undefined;
}

/** Most variants hold a basic type: its letter's code leads to it. */
const BY_CODE = Array.from({ length: 128 }, (_, code) => singleType(String.fromCharCode(code)));

function inner(depth: number, more: number): number {
  if (depth + more > MAX_DEPTH) throw malformed("depth", { most: MAX_DEPTH });
  return depth + more;
}
