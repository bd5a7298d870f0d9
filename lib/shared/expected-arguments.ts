import type { DBusCallConfig } from "./dbus-call-config";
import { isPlaceholder } from "./field-problem";
import { type ArgumentDefinition, signatureOfArguments } from "./interface-definition";
import { parseSignature } from "./signature";

/** The arguments' names as they were saved, those of what is returned, and what they were saved for. */
export type SavedNames = Pick<DBusCallConfig, "member" | "signature" | "argNames" | "outNames">;

/** What introspection says of a method. */
export interface LiveMethod {
  readonly in: readonly ArgumentDefinition[];
  readonly out: readonly ArgumentDefinition[];
}

/** What is known of a call's arguments besides the signature in its field. */
export interface KnownArguments {
  /** From introspection. */
  readonly live?: readonly ArgumentDefinition[] | undefined;
  readonly saved: SavedNames;
}

/**
 * The arguments that a call's form asks for; undefined where nothing says which they are, `half-typed`
 * while the signature is not valid. A value that is written has a row of its own in any case, with the
 * signature "" where its type is not known.
 */
export function expectedArguments(
  { operation, member, signature }: Pick<DBusCallConfig, "operation" | "member" | "signature">,
  { live, saved }: KnownArguments,
): readonly ArgumentDefinition[] | undefined | "half-typed" {
  if (signature === "" || isPlaceholder(signature)) {
    return live ?? (operation === "set" ? [{ name: "", signature: "" }] : undefined);
  }
  const parsed = parseSignature(signature);
  if ("problem" in parsed || (operation === "set" && parsed.types.length !== 1)) return "half-typed";
  if (live !== undefined && signatureOfArguments(live) === signature) return live;
  const names = savedNames(saved, { member, signature });
  return parsed.types.map((type, at) => ({ name: names[at] ?? "", signature: type.signature }));
}

/** The names to save; none where no argument has one. */
export function argumentNames(definitions: readonly ArgumentDefinition[] | undefined): readonly string[] {
  const names = (definitions ?? []).map(({ name }) => name);
  return names.some((name) => name !== "") ? names : [];
}

/** What an object that stands for all arguments has for keys; undefined where one has no name, or two have the same. */
export function keysOfArguments(names: readonly (string | undefined)[]): readonly string[] | undefined {
  const known = names.filter((name): name is string => Boolean(name));
  return known.length === names.length && new Set(known).size === known.length ? known : undefined;
}

/** The names to save of what a method returns. */
export function returnedNames(
  { member, signature }: Pick<DBusCallConfig, "member" | "signature">,
  { live, saved }: { readonly live?: LiveMethod | undefined; readonly saved: SavedNames },
): readonly string[] {
  const isOpen = signature === "" || isPlaceholder(signature);
  if (live !== undefined && (isOpen || signatureOfArguments(live.in) === signature)) return argumentNames(live.out);
  return savedNames(saved, { member, signature }, "outNames");
}

/** Of a call with another method or signature, nobody has said how its arguments are called. */
export function savedNames(
  saved: SavedNames,
  { member, signature }: Pick<DBusCallConfig, "member" | "signature">,
  which: "argNames" | "outNames" = "argNames",
): readonly string[] {
  // A flow written by hand may hold anything.
  const names: unknown = saved[which];
  if (saved.member !== member || saved.signature !== signature || !Array.isArray(names)) return [];
  return names.map((name) => (typeof name === "string" ? name : ""));
}
