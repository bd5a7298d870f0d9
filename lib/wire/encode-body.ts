import { checkSingleType, type DBusType, parseSignature } from "../shared/signature";
import { type Text, text } from "../shared/text";
import { isTypedVariant } from "../shared/typed-variant";
import {
  checkSurrogates,
  toBoolean,
  toDouble,
  toLargeInteger,
  toObjectPath,
  toSignature,
  toSmallInteger,
  toText,
} from "../values/basic";
import { asBytes, isList, isMap, isPlainObject } from "../values/containers";
import { describeValue, excerpt } from "../values/describe";
import { asFault, fileDescriptorFault, mismatch, tooLarge, ValueFault } from "../values/fault";
import { Inference } from "../values/infer";
import { alignmentOf } from "./alignment";
import type { Encoder } from "./encoder";
import { MAX_ARRAY_BYTES, MAX_DEPTH } from "./limits";

/**
 * Writes one message's arguments straight from flow values, in one pass. Every length is taken from
 * what was written, never from what a value says about itself: getters and proxies may change their
 * mind in between.
 */
export class BodyEncoder {
  readonly #out: Encoder;
  readonly #inference = new Inference();

  constructor(out: Encoder) {
    this.#out = out;
  }

  /** `depth` is how many containers it will be in. Throws DBusNodeError that names the argument. */
  argument(type: DBusType, value: unknown, place: () => Text, depth = 0): void {
    try {
      this.#value(type, value, depth);
    } catch (thrown) {
      throw asFault(thrown, type.signature).toNodeError(place());
    }
  }

  #value(type: DBusType, value: unknown, depth: number): void {
    switch (type.kind) {
      case "basic":
        this.#basic(type, value);
        break;
      case "variant":
        this.#variant(value, depth + 1);
        break;
      case "array":
        this.#array(type, value, depth + 1);
        break;
      case "dict":
        this.#dict(type, value, depth + 2);
        break;
      case "struct":
        this.#struct(type, value, depth + 1);
        break;
    }
  }

  #basic(type: DBusType & { readonly kind: "basic" }, value: unknown): void {
    const code = type.signature;
    switch (code) {
      case "s":
        this.#out.text(toText(value));
        break;
      case "y":
        this.#out.byte(toSmallInteger(code, value));
        break;
      case "n":
      case "q":
        this.#out.uint16(toSmallInteger(code, value));
        break;
      case "i":
      case "u":
        this.#out.uint32(toSmallInteger(code, value));
        break;
      case "b":
        this.#out.uint32(toBoolean(value) ? 1 : 0);
        break;
      case "d":
        this.#out.double(toDouble(value));
        break;
      case "x":
      case "t":
        this.#out.int64(toLargeInteger(code, value));
        break;
      case "o":
        this.#out.text(toObjectPath(value));
        break;
      case "g":
        this.#out.signature(toSignature(value));
        break;
      case "h":
        throw fileDescriptorFault(code);
    }
  }

  #variant(value: unknown, depth: number): void {
    checkDepth(depth, "v");
    if (isTypedVariant(value)) {
      const { signature } = value;
      const type = statedType(signature);
      this.#out.signature(type.signature);
      this.#value(type, value.value, depth);
      return;
    }
    const type = singleType(this.#inference.signatureOf(value));
    this.#out.signature(type.signature);
    this.#value(type, value, depth);
  }

  #array(type: DBusType & { readonly kind: "array" }, value: unknown, depth: number): void {
    checkDepth(depth, type.signature);
    const { element } = type;
    if (element.signature === "y") {
      const bytes = bytesOf(value);
      if (bytes !== undefined) {
        this.#bytes(bytes);
        return;
      }
    }
    if (!isList(value)) {
      throw mismatch(
        type.signature,
        text(element.signature === "y" ? "kinds.bytes" : "kinds.array"),
        describeValue(value),
      );
    }
    const mark = this.#startArray(alignmentOf(element));
    const start = this.#out.position;
    const { length } = value;
    let index = 0;
    try {
      for (; index < length; index++) this.#value(element, value[index], depth);
    } catch (thrown) {
      const number = index + 1;
      throw asFault(thrown, element.signature).within((outer) => text("places.element", { outer, number }));
    }
    this.#endArray(mark, start, type);
  }

  #bytes(bytes: Buffer): void {
    if (bytes.length > MAX_ARRAY_BYTES) throw arrayTooLarge("ay");
    this.#out.uint32(bytes.length);
    this.#out.raw(bytes);
  }

  #dict(type: DBusType & { readonly kind: "dict" }, value: unknown, depth: number): void {
    checkDepth(depth, type.signature);
    const map = isMap(value);
    if (!map && !isPlainObject(value)) throw mismatch(type.signature, text("kinds.dict"), describeValue(value));
    const mark = this.#startArray(8);
    const start = this.#out.position;
    const keys = map ? Map.prototype.keys.call(value) : Object.keys(value);
    let key: unknown;
    try {
      for (key of keys) {
        this.#out.align(8);
        this.#basic(type.key, key);
        this.#value(type.value, map ? Map.prototype.get.call(value, key) : value[key as string], depth);
      }
    } catch (thrown) {
      const at = key;
      throw asFault(thrown, type.value.signature).within((outer) =>
        text("places.key", { outer, key: typeof at === "string" ? excerpt(at) : describeValue(at) }),
      );
    }
    this.#endArray(mark, start, type);
  }

  #struct(type: DBusType & { readonly kind: "struct" }, value: unknown, depth: number): void {
    checkDepth(depth, type.signature);
    const { fields } = type;
    if (!isList(value) || value.length !== fields.length) {
      const got = isList(value) ? text("kinds.array-of", { count: Number(value.length) }) : describeValue(value);
      throw mismatch(type.signature, text("kinds.struct", { count: fields.length }), got);
    }
    this.#out.align(8);
    let number = 0;
    let signature = "";
    try {
      for (const field of fields) {
        signature = field.signature;
        this.#value(field, value[number++], depth);
      }
    } catch (thrown) {
      throw asFault(thrown, signature).within((outer) => text("places.field", { outer, number }));
    }
  }

  /** The length word, still unknown, and the padding before the first element, which it does not count. */
  #startArray(boundary: number): number {
    this.#out.uint32(0);
    const mark = this.#out.mark - 4;
    this.#out.align(boundary);
    return mark;
  }

  #endArray(mark: number, start: number, type: DBusType): void {
    const length = this.#out.position - start;
    if (length > MAX_ARRAY_BYTES) throw arrayTooLarge(type.signature);
    this.#out.patch(mark, length);
  }
}

/** What an `ay` takes besides an array of bytes: a Buffer, a Uint8Array, or text as UTF-8. */
function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value !== "string") return asBytes(value);
  checkSurrogates(value, "ay");
  return Buffer.from(value);
}

/** The type that a `{signature, value}` states. Throws ValueFault. */
function statedType(signature: string): DBusType {
  const problem = checkSingleType(signature);
  if (problem !== undefined) throw new ValueFault("DBUS_INVALID_ARGUMENT", problem, "v");
  if (signature.includes("h")) throw fileDescriptorFault(signature);
  return singleType(signature);
}

function singleType(signature: string): DBusType {
  const parsed = parseSignature(signature);
  const type = "types" in parsed ? parsed.types[0] : undefined;
  // Inference keeps to the depth that a signature may have, so this is for the compiler.
  if (type === undefined) throw tooDeep("v");
  return type;
}

function checkDepth(depth: number, signature: string): void {
  if (depth > MAX_DEPTH) throw tooDeep(signature);
}

function tooDeep(signature: string): ValueFault {
  return tooLarge(signature, text("errors.too-deep", { most: MAX_DEPTH }));
}

function arrayTooLarge(signature: string): ValueFault {
  return tooLarge(signature, text("errors.array-too-large", { most: MAX_ARRAY_BYTES }));
}
