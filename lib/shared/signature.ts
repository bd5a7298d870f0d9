import { type Text, text } from "./text";

/** "Type System": a signature is at most 255 bytes. */
export const MAX_SIGNATURE_LENGTH = 255;
/** "Type System: Valid Signatures": at most 32 nested arrays, and 32 nested structs, each counted by itself. */
export const MAX_CONTAINER_DEPTH = 32;

/** The basic types that a value can have here; `h` (file descriptor) parses but is refused by the codec. */
const BASIC_TYPES = "ybnqiuxtdsogh";
export type BasicType = "y" | "b" | "n" | "q" | "i" | "u" | "x" | "t" | "d" | "s" | "o" | "g" | "h";

/** One single complete type, parsed. `signature` is its own text, so an error can name it. */
export type DBusType =
  | { readonly kind: "basic"; readonly signature: BasicType }
  | { readonly kind: "variant"; readonly signature: "v" }
  | { readonly kind: "array"; readonly signature: string; readonly element: DBusType }
  | {
      readonly kind: "dict";
      readonly signature: string;
      readonly key: DBusType & { readonly kind: "basic" };
      readonly value: DBusType;
    }
  | { readonly kind: "struct"; readonly signature: string; readonly fields: readonly DBusType[] };

/** A parsed signature, or why it is not valid. */
export type ParsedSignature = { readonly types: readonly DBusType[] } | { readonly problem: Text };

const cache = new Map<string, ParsedSignature>();
/** Enough for every signature of a large installation; a peer that makes new ones up cannot fill memory. */
const CACHE_LIMIT = 1024;

/**
 * Parses a signature of any number of complete types (D-Bus specification, "Type System"). Never
 * throws; the result is cached and shared, so it must not be changed.
 */
export function parseSignature(signature: string): ParsedSignature {
  const known = cache.get(signature);
  if (known !== undefined) return known;
  const parsed = new Parser(signature).parse();
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(signature, parsed);
  return parsed;
}

/** Why a signature is not valid; undefined when it is. The empty signature (no arguments) is valid. */
export function checkSignature(signature: string): Text | undefined {
  const parsed = parseSignature(signature);
  return "problem" in parsed ? parsed.problem : undefined;
}

/** The same for a signature that has to be one single complete type, as a property's or a variant's. */
export function checkSingleType(signature: string): Text | undefined {
  const parsed = parseSignature(signature);
  if ("problem" in parsed) return parsed.problem;
  return parsed.types.length === 1
    ? undefined
    : text("signature.not-single", { signature, found: parsed.types.length });
}

class Parser {
  readonly #source: string;
  #position = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): ParsedSignature {
    if (this.#source.length > MAX_SIGNATURE_LENGTH) {
      return { problem: text("signature.too-long", { length: this.#source.length, most: MAX_SIGNATURE_LENGTH }) };
    }
    const types: DBusType[] = [];
    while (this.#position < this.#source.length) {
      const type = this.#type(0, 0);
      if (isProblem(type)) return { problem: type };
      types.push(type);
    }
    return { types };
  }

  #type(arrays: number, structs: number): DBusType | Text {
    const code = this.#source[this.#position];
    if (code === undefined) return this.#problem("signature.incomplete");
    if (code === "v") {
      this.#position++;
      return VARIANT;
    }
    const basic = BASICS.get(code);
    if (basic !== undefined) {
      this.#position++;
      return basic;
    }
    if (code === "a") return this.#array(arrays, structs);
    if (code === "(") return this.#struct(arrays, structs);
    if (code === "{") return this.#problem("signature.dict-outside-array");
    return this.#problem("signature.unknown-type", { code });
  }

  #array(arrays: number, structs: number): DBusType | Text {
    if (arrays >= MAX_CONTAINER_DEPTH) return this.#problem("signature.too-deep", { most: MAX_CONTAINER_DEPTH });
    const start = this.#position++;
    if (this.#source[this.#position] === "{") return this.#dict(start, arrays + 1, structs);
    const element = this.#type(arrays + 1, structs);
    if (isProblem(element)) return element;
    return { kind: "array", signature: this.#since(start), element };
  }

  #dict(start: number, arrays: number, structs: number): DBusType | Text {
    if (structs >= MAX_CONTAINER_DEPTH) return this.#problem("signature.too-deep", { most: MAX_CONTAINER_DEPTH });
    this.#position++;
    const key = this.#type(arrays, structs + 1);
    if (isProblem(key)) return key;
    if (key.kind !== "basic") return this.#problem("signature.dict-key", { found: key.signature });
    const value = this.#type(arrays, structs + 1);
    if (isProblem(value)) return value;
    if (this.#source[this.#position] !== "}") return this.#problem("signature.dict-end");
    this.#position++;
    return { kind: "dict", signature: this.#since(start), key, value };
  }

  #struct(arrays: number, structs: number): DBusType | Text {
    if (structs >= MAX_CONTAINER_DEPTH) return this.#problem("signature.too-deep", { most: MAX_CONTAINER_DEPTH });
    const start = this.#position++;
    const fields: DBusType[] = [];
    while (this.#source[this.#position] !== ")") {
      const field = this.#type(arrays, structs + 1);
      if (isProblem(field)) return field;
      fields.push(field);
    }
    if (fields.length === 0) return this.#problem("signature.empty-struct");
    this.#position++;
    return { kind: "struct", signature: this.#since(start), fields };
  }

  #since(start: number): string {
    return this.#source.slice(start, this.#position);
  }

  #problem(key: string, params: Record<string, string | number> = {}): Text {
    return text(key, { signature: this.#source, position: this.#position + 1, ...params });
  }
}

function isProblem(result: DBusType | Text): result is Text {
  return !("kind" in result);
}

const VARIANT: DBusType = { kind: "variant", signature: "v" };
const BASICS: ReadonlyMap<string, DBusType> = new Map(
  Array.from(BASIC_TYPES, (code) => [code, { kind: "basic", signature: code as BasicType }]),
);
