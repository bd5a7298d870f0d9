import type { DBusCallConfig } from "./dbus-call-config";
import { isPlaceholder } from "./field-problem";
import { type ArgumentDefinition, signatureOfArguments } from "./interface-definition";
import { parseSignature } from "./signature";

/** What is known of a call's arguments besides the signature in its field. */
export interface KnownArguments {
  /** From introspection. */
  readonly live?: readonly ArgumentDefinition[] | undefined;
  /** The names that were saved with a signature. */
  readonly saved: Pick<DBusCallConfig, "signature" | "argNames">;
}

/**
 * The arguments that a call's form asks for; undefined where nothing says which they are, `half-typed`
 * while the signature is not valid. A value that is written has a row of its own in any case, with the
 * signature "" where its type is not known.
 */
export function expectedArguments(
  { operation, signature }: Pick<DBusCallConfig, "operation" | "signature">,
  { live, saved }: KnownArguments,
): readonly ArgumentDefinition[] | undefined | "half-typed" {
  if (signature === "" || isPlaceholder(signature)) {
    return live ?? (operation === "set" ? [{ name: "", signature: "" }] : undefined);
  }
  const parsed = parseSignature(signature);
  if ("problem" in parsed || (operation === "set" && parsed.types.length !== 1)) return "half-typed";
  if (live !== undefined && signatureOfArguments(live) === signature) return live;
  const names = saved.signature === signature ? namesOf(saved.argNames) : [];
  return parsed.types.map((type, at) => ({ name: names[at] ?? "", signature: type.signature }));
}

/** The names to save; none where no argument has one. */
export function argumentNames(definitions: readonly ArgumentDefinition[] | undefined): readonly string[] {
  const names = (definitions ?? []).map(({ name }) => name);
  return names.some((name) => name !== "") ? names : [];
}

/** A flow written by hand may hold anything. */
function namesOf(saved: unknown): readonly string[] {
  return Array.isArray(saved) ? saved.map((name) => (typeof name === "string" ? name : "")) : [];
}
