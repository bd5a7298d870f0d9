import type { ArgumentDefinition } from "./interface-definition";
import type { ArgumentCondition } from "./match-rule";
import { type Text, text } from "./text";
import { typeInFull } from "./type-words";

type Kind = ArgumentCondition["kind"];

/**
 * How an argument of this type can be compared ("Message Bus: Match Rules"): the bus looks at strings
 * and object paths only, and takes a namespace for the first argument only.
 */
export function conditionKinds(signature: string, index: number): readonly Kind[] {
  if (signature === "o") return ["path"];
  if (signature !== "s") return [];
  return index === 0 ? ["equal", "path", "namespace"] : ["equal", "path"];
}

/** Why a condition can never be met by a signal with these arguments; undefined where it can. */
export function checkConditionFits(
  { index, kind }: ArgumentCondition,
  definitions: readonly ArgumentDefinition[],
): Text | undefined {
  const definition = definitions[index];
  if (definition === undefined) {
    return Number.isInteger(index) ? text("conditions.beyond", { count: definitions.length }) : undefined;
  }
  const kinds = conditionKinds(definition.signature, index);
  const type = typeInFull(definition.signature);
  if (kinds.length === 0) return text("conditions.not-comparable", { type });
  return kinds.includes(kind) ? undefined : text("conditions.other-kind", { type });
}

/** A signal's arguments as they were saved; undefined for none. A flow written by hand may hold anything. */
export function savedArguments(saved: unknown): readonly ArgumentDefinition[] | undefined {
  const isDefinition = (one: unknown) =>
    typeof Object(one).name === "string" && typeof Object(one).signature === "string";
  return Array.isArray(saved) && saved.length > 0 && saved.every(isDefinition) ? saved : undefined;
}
