import { DBusNodeError } from "../errors";
import { parseSignature } from "../shared/signature";
import { type Text, text } from "../shared/text";
import { fileDescriptorFault } from "../values/fault";
import { BodyDecoder } from "./decode-body";
import { Decoder } from "./decoder";
import { BodyEncoder } from "./encode-body";
import { encoding } from "./shared-encoder";
import type { DecodeOptions } from "./types";

/** Nothing of the value's types is lost: what comes out encodes to the same bytes. */
const EXACT: DecodeOptions = { int64: "bigint", keepTypes: true };

/**
 * GetManagedObjects answers with `a{oa{sa{sv}}}`: a value is to fit there too, or one that is nested as
 * deep as it may be would keep peers from all the others.
 */
const DEPTH_AROUND = 7;

/**
 * A value that is known to fit its type, kept apart from the object that it was made of: a flow may
 * go on to change that.
 */
export class StoredValue {
  readonly signature: string;
  /** To be encoded with the signature, any number of times. */
  readonly exact: unknown;
  readonly #bytes: Buffer;

  constructor(signature: string, bytes: Buffer) {
    this.signature = signature;
    this.#bytes = bytes;
    this.exact = this.read(EXACT);
  }

  /** As a flow gets it. */
  read(options: DecodeOptions): unknown {
    const source = new Decoder(this.#bytes, true, 0, 0, this.#bytes.length);
    return new BodyDecoder(source, options, false).values(typesOf(this.signature))[0];
  }

  /** As text, which any context store keeps as it is: JSON has neither bigint nor bytes nor NaN. */
  get text(): string {
    return this.#bytes.toString("base64");
  }

  equals(other: StoredValue): boolean {
    return this.signature === other.signature && this.#bytes.equals(other.#bytes);
  }
}

/** The value of such a text; undefined where it is of another type, or no such text. */
export function storedFromText(signature: string, source: string): StoredValue | undefined {
  try {
    const value = new StoredValue(signature, Buffer.from(source, "base64"));
    return storeValue(signature, value.exact, text("places.property", { name: "" })).text === source
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** Throws DBusNodeError (DBUS_INVALID_ARGUMENT, DBUS_UNSUPPORTED_TYPE, DBUS_TOO_LARGE) that names the place. */
export function storeValue(signature: string, value: unknown, place: Text): StoredValue {
  const [type] = typesOf(signature);
  if (type === undefined || signature.includes("h")) throw fileDescriptorFault(signature).toNodeError(place);
  const bytes = encoding((out) => {
    new BodyEncoder(out).argument(type, value, () => place, DEPTH_AROUND);
    return Buffer.concat(out.take());
  });
  return new StoredValue(signature, bytes);
}

function typesOf(signature: string) {
  const parsed = parseSignature(signature);
  if ("types" in parsed) return parsed.types;
  const params = { field: text("labels.signature"), problem: parsed.problem };
  throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field", params));
}
