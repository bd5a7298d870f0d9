import { type Text, text } from "./text";

/**
 * The names of the D-Bus specification ("Valid Names", "Valid Object Paths"). Each check returns why
 * a name is not valid, or undefined. One function per kind of name; no kind is an alias of another,
 * because the rules differ in small ways that matter.
 */

/** "Message Protocol: Valid Names": the maximum length of every name, in characters (all are ASCII). */
export const MAX_NAME_LENGTH = 255;

/** Why a name is not valid, for a person; undefined when it is. */
export type NameProblem = Text | undefined;

const ELEMENT = /^[A-Za-z_][A-Za-z0-9_]*$/;
const BUS_ELEMENT = /^[A-Za-z_-][A-Za-z0-9_-]*$/;
const UNIQUE_ELEMENT = /^[A-Za-z0-9_-]+$/;

/** `org.freedesktop.UPower`: two elements or more; letters, digits, `_` and `-`; no leading digit. */
export function checkWellKnownName(name: string): NameProblem {
  if (name.startsWith(":")) return text("names.not-well-known", { name });
  return checkDotted(name, BUS_ELEMENT, 2, "bus-name");
}

/** `:1.42`: a colon, then two elements or more, which may begin with a digit. */
export function checkUniqueName(name: string): NameProblem {
  if (!name.startsWith(":")) return text("names.not-unique", { name });
  if (name.length > MAX_NAME_LENGTH) return tooLong(name);
  return checkElements(name, name.slice(1), UNIQUE_ELEMENT, 2, "unique-name");
}

/** A destination or sender: a unique or a well-known name. */
export function checkBusName(name: string): NameProblem {
  return name.startsWith(":") ? checkUniqueName(name) : checkWellKnownName(name);
}

/** `org.freedesktop.DBus.Properties`: two elements or more; letters, digits and `_`. */
export function checkInterfaceName(name: string): NameProblem {
  return checkDotted(name, ELEMENT, 2, "interface-name");
}

/** Error names have the form of interface names. */
export function checkErrorName(name: string): NameProblem {
  return checkDotted(name, ELEMENT, 2, "error-name");
}

/** `NameOwnerChanged`: one element, no dot. */
export function checkMemberName(name: string): NameProblem {
  if (name === "") return text("names.empty");
  if (name.length > MAX_NAME_LENGTH) return tooLong(name);
  return ELEMENT.test(name) ? undefined : text("names.member", { name });
}

/**
 * A property's name. The specification sets no rule; bindings use the member rule, so what differs
 * is accepted as long as it can be sent at all.
 */
export function checkPropertyName(name: string): NameProblem {
  if (name === "") return text("names.empty");
  return /^[^\0\s]+$/.test(name) ? undefined : text("names.property", { name });
}

/**
 * An argument's name. The specification sets no rule, and services have such as `platform-data`: whatever can
 * stand in introspection, and in a line with others, as `name: type, name: type`.
 */
export function checkArgumentName(name: string): NameProblem {
  if (name.length > MAX_NAME_LENGTH) return tooLong(name);
  return /^[^\s,:\p{Cc}\p{Surrogate}]+$/u.test(name) ? undefined : text("names.argument", { name });
}

/** `arg0namespace` and `nameNamespace`: a bus name that may also be a single element, such as `com`. */
export function checkNamespace(name: string): NameProblem {
  return checkDotted(name, BUS_ELEMENT, 1, "namespace");
}

/** `/org/bluez/hci0`: elements of letters, digits and `_`, no trailing slash; `/` is the root. */
export function checkObjectPath(path: string): NameProblem {
  if (path === "") return text("names.path-empty");
  if (!path.startsWith("/")) return text("names.path-start", { path });
  if (path === "/") return undefined;
  if (path.endsWith("/")) return text("names.path-end", { path });
  if (path.includes("//")) return text("names.path-double", { path });
  const bad = /[^A-Za-z0-9_/]/.exec(path);
  return bad === null ? undefined : text("names.path-character", { path, character: shown(bad[0]) });
}

function checkDotted(name: string, element: RegExp, least: number, kind: string): NameProblem {
  if (name === "") return text("names.empty");
  if (name.length > MAX_NAME_LENGTH) return tooLong(name);
  return checkElements(name, name, element, least, kind);
}

function checkElements(name: string, dotted: string, element: RegExp, least: number, kind: string): NameProblem {
  const elements = dotted.split(".");
  if (elements.length < least) return text("names.no-dot", { name, example: text(`names.${kind}-example`) });
  for (const part of elements) {
    if (part === "") return text("names.element-empty", { name });
    if (!element.test(part)) return text(`names.${kind}`, { name, element: part });
  }
  return undefined;
}

function tooLong(name: string): Text {
  return text("names.too-long", { length: name.length, most: MAX_NAME_LENGTH });
}

/** A character as a person can read it, also where it has no glyph. */
function shown(character: string): string {
  return /[\x21-\x7e]/.test(character)
    ? character
    : `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
