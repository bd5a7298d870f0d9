import { type DBusType, parseSignature } from "../../lib/shared/signature";

/**
 * A second, plain encoder, written from the specification alone, for either byte order. It checks
 * nothing, so that it can also make what no peer should send. Variants are `[signature, value]`,
 * dicts are arrays of `[key, value]`, 64-bit integers bigints.
 */
export class ReferenceEncoder {
  readonly bytes: number[] = [];
  readonly #little: boolean;

  constructor(little: boolean) {
    this.#little = little;
  }

  align(boundary: number, filler = 0): this {
    while (this.bytes.length % boundary !== 0) this.bytes.push(filler);
    return this;
  }

  /** An integer of `size` bytes, on its own boundary. */
  integer(size: number, value: number | bigint): this {
    this.align(size);
    const wide = BigInt.asUintN(size * 8, BigInt(value));
    const bytes = Array.from({ length: size }, (_, index) => Number((wide >> BigInt(index * 8)) & 0xffn));
    this.bytes.push(...(this.#little ? bytes : bytes.reverse()));
    return this;
  }

  double(value: number): this {
    this.align(8);
    const bytes = Buffer.alloc(8);
    if (this.#little) bytes.writeDoubleLE(value);
    else bytes.writeDoubleBE(value);
    this.bytes.push(...bytes);
    return this;
  }

  text(value: string | Buffer): this {
    const bytes = Buffer.from(value as string);
    this.integer(4, bytes.length);
    this.bytes.push(...bytes, 0);
    return this;
  }

  signature(value: string): this {
    this.bytes.push(value.length, ...Buffer.from(value), 0);
    return this;
  }

  values(signature: string, values: readonly unknown[]): this {
    const types = typesOf(signature);
    types.forEach((type, index) => {
      this.value(type, values[index]);
    });
    return this;
  }

  value(type: DBusType, value: unknown): this {
    switch (type.kind) {
      case "basic":
        return this.#basic(type.signature, value);
      case "variant": {
        const [signature, inner] = value as [string, unknown];
        return this.signature(signature).values(signature, [inner]);
      }
      case "struct":
        this.align(8);
        type.fields.forEach((field, index) => {
          this.value(field, (value as unknown[])[index]);
        });
        return this;
      case "array":
        return this.#array(boundaryOf(type.element), value as unknown[], (element) =>
          this.value(type.element, element),
        );
      case "dict":
        return this.#array(8, value as unknown[], (entry) => {
          const [key, inner] = entry as [unknown, unknown];
          this.align(8).value(type.key, key).value(type.value, inner);
        });
    }
  }

  #array(boundary: number, elements: readonly unknown[], write: (element: unknown) => void): this {
    this.integer(4, 0);
    const mark = this.bytes.length - 4;
    this.align(boundary);
    const start = this.bytes.length;
    elements.forEach(write);
    const length = new ReferenceEncoder(this.#little).integer(4, this.bytes.length - start);
    this.bytes.splice(mark, 4, ...length.bytes);
    return this;
  }

  #basic(code: string, value: unknown): this {
    if (code === "s" || code === "o") return this.text(value as string);
    if (code === "g") return this.signature(value as string);
    if (code === "d") return this.double(value as number);
    return this.integer(boundaryOfCode(code), code === "b" ? Number(value) : (value as number));
  }
}

export interface ReferenceFrame {
  readonly little: boolean;
  readonly type?: number;
  readonly serial?: number;
  /** `[code, signature, value]`; without it, what a signal needs. */
  readonly fields?: readonly (readonly [code: number, signature: string, value: unknown])[];
  readonly signature: string;
  /** Values, or the body's bytes as they are. */
  readonly body: readonly unknown[] | Buffer;
}

/** A whole message; what is not said is a signal's, `org.example.Interface.Member` of `/org/example`. */
export function referenceFrame(frame: ReferenceFrame): Buffer {
  const body = Buffer.isBuffer(frame.body)
    ? frame.body
    : Buffer.from(new ReferenceEncoder(frame.little).values(frame.signature, frame.body).bytes);
  const fields = [...(frame.fields ?? SIGNAL_FIELDS)];
  if (frame.signature !== "") fields.push([8, "g", frame.signature]);
  const header = new ReferenceEncoder(frame.little);
  header.bytes.push(frame.little ? 0x6c : 0x42, frame.type ?? 4, 1, 1);
  header.integer(4, body.length).integer(4, frame.serial ?? 1);
  header.value(
    typesOf("a(yv)")[0] as DBusType,
    fields.map(([code, signature, value]) => [code, [signature, value]]),
  );
  return Buffer.concat([Buffer.from(header.align(8).bytes), body]);
}

export const SIGNAL_FIELDS = [
  [1, "o", "/org/example"],
  [2, "s", "org.example.Interface"],
  [3, "s", "Member"],
] as const;

function typesOf(signature: string): readonly DBusType[] {
  const parsed = parseSignature(signature);
  if ("problem" in parsed) throw new Error(`${signature}: ${parsed.problem.key}`);
  return parsed.types;
}

function boundaryOf(type: DBusType): number {
  return type.kind === "struct" ? 8 : type.kind === "variant" ? 1 : boundaryOfCode(type.signature[0] ?? "");
}

/** Also the size of those that have a fixed one. */
function boundaryOfCode(code: string): number {
  if ("yg".includes(code)) return 1;
  if ("nq".includes(code)) return 2;
  return "xtd".includes(code) ? 8 : 4;
}
