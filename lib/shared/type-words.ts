import { LARGE_INTEGERS, SMALL_INTEGERS } from "./integer-range";
import type { ArgumentDefinition } from "./interface-definition";
import { type DBusType, parseSignature } from "./signature";
import { type Text, text } from "./text";

/** Common containers that have words of their own. */
const KNOWN = new Map([
  ["as", "list"],
  ["ay", "bytes"],
  ["a{sv}", "dict"],
  ["a{ss}", "texts"],
]);

/** Deeper than this, the signature says more. */
const DEEPEST_WORDS = 3;

/** One complete type in words: `s` is "text", `a(so)` "array of (text, object path)". What is no type stays as it is. */
export function typeWords(signature: string): Text {
  const parsed = parseSignature(signature);
  const type = "types" in parsed && parsed.types.length === 1 ? parsed.types[0] : undefined;
  return type === undefined ? text("kinds.literal", { value: signature }) : wordsOf(type, 0);
}

const RANGES = new Map<string, readonly [number | bigint, number | bigint]>([
  ...Object.entries(SMALL_INTEGERS),
  ...Object.entries(LARGE_INTEGERS),
]);

/** The same, and of a whole number what it may be: `y` is "whole number, 0 to 255". */
export function typeInFull(signature: string): Text {
  const range = RANGES.get(signature);
  if (range === undefined) return typeWords(signature);
  return text("types.range", { least: String(range[0]), most: String(range[1]) });
}

/** Arguments in words: "name: text, count: integer from 0"; undefined where there are none. */
export function argumentWords(args: readonly ArgumentDefinition[]): Text | undefined {
  return joined(
    args.map(({ name, signature }) => {
      const type = typeWords(signature);
      return name === "" ? type : text("types.named", { name, type });
    }),
  );
}

function wordsOf(type: DBusType, depth: number): Text {
  const known = KNOWN.get(type.signature);
  if (known !== undefined) return text(`types.${known}`);
  if (depth > DEEPEST_WORDS) return text("kinds.literal", { value: type.signature });
  switch (type.kind) {
    case "basic":
    case "variant":
      return text(`types.${type.signature}`);
    case "array":
      return text("types.array-of", { element: wordsOf(type.element, depth + 1) });
    case "dict":
      return text("types.dict-of", { key: wordsOf(type.key, depth + 1), value: wordsOf(type.value, depth + 1) });
    case "struct":
      return text("types.struct-of", { fields: joined(type.fields.map((field) => wordsOf(field, depth + 1))) ?? "" });
  }
}

function joined(words: readonly Text[]): Text | undefined {
  return words.length === 0 ? undefined : words.reduce((list, next) => text("types.joined", { list, next }));
}
