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

/** One complete type in words: `s` is "text", `a(so)` "array of (text, object path)". What is no type stays as it is. */
export function typeWords(signature: string): Text {
  const parsed = parseSignature(signature);
  const type = "types" in parsed && parsed.types.length === 1 ? parsed.types[0] : undefined;
  return type === undefined ? text("kinds.literal", { value: signature }) : wordsOf(type);
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

function wordsOf(type: DBusType): Text {
  const known = KNOWN.get(type.signature);
  if (known !== undefined) return text(`types.${known}`);
  switch (type.kind) {
    case "basic":
    case "variant":
      return text(`types.${type.signature}`);
    case "array":
      return text("types.array-of", { element: wordsOf(type.element) });
    case "dict":
      return text("types.dict-of", { key: wordsOf(type.key), value: wordsOf(type.value) });
    case "struct":
      return text("types.struct-of", { fields: joined(type.fields.map(wordsOf)) ?? "" });
  }
}

function joined(words: readonly Text[]): Text | undefined {
  return words.length === 0 ? undefined : words.reduce((list, next) => text("types.joined", { list, next }));
}
