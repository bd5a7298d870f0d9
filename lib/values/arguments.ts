import { DBusNodeError } from "../errors";
import { keysOfArguments } from "../shared/expected-arguments";
import type { DBusType } from "../shared/signature";
import { type Text, text } from "../shared/text";
import { isPlainObject, setOwn } from "./containers";
import { describeValue, excerpt } from "./describe";

/** The arguments' names, as far as introspection knows them; unnamed ones are undefined or "". */
export type ArgumentNames = readonly (string | undefined)[];

/** "argument 2 (mode)"; `EncodeOptions.place` for arguments whose names are known. */
export function argumentPlace(names: ArgumentNames = []): (index: number) => Text {
  return (index) => {
    const name = names[index];
    const number = index + 1;
    return name ? text("places.named-argument", { number, name }) : text("places.argument", { number });
  };
}

/**
 * The rule for what a flow hands in: no argument: it is ignored; one: the value itself; several: an
 * array in order, or an object keyed by the arguments' names where every one has a name. The values
 * are checked when they are encoded. Throws DBusNodeError (DBUS_INVALID_ARGUMENT).
 */
export function toArguments(
  payload: unknown,
  types: readonly DBusType[],
  names: ArgumentNames = [],
): readonly unknown[] {
  if (types.length === 0) return [];
  if (types.length === 1) return [payload];
  if (Array.isArray(payload)) return checkCount(payload, types);
  const known = names.length === types.length ? keysOfArguments(names) : undefined;
  if (known !== undefined && isPlainObject(payload)) return byName(payload, types, known);
  throw invalid("errors.arguments", {
    expected:
      known === undefined
        ? text("kinds.argument-array", { count: types.length })
        : text("kinds.argument-object", { count: types.length, names: known.join(", ") }),
    signature: signatureOf(types),
    got: describeValue(payload),
  });
}

/** The rule for what a flow gets: nothing: undefined; one argument: the value itself; several: an array. */
export function fromArguments(body: readonly unknown[]): unknown {
  return body.length > 1 ? body : body[0];
}

/** `msg.dbus.arguments`: received arguments by name, as far as they have one; undefined where none has. */
export function argumentsByName(body: readonly unknown[], names: ArgumentNames): Record<string, unknown> | undefined {
  let named: Record<string, unknown> | undefined;
  for (const [index, value] of body.entries()) {
    const name = names[index];
    if (!name) continue;
    named ??= {};
    setOwn(named, name, value);
  }
  return named;
}

function checkCount(payload: readonly unknown[], types: readonly DBusType[]): readonly unknown[] {
  if (payload.length === types.length) return payload;
  throw arityError(types.length, signatureOf(types), payload.length);
}

export function arityError(expected: number, signature: string, got: number): DBusNodeError {
  return invalid("errors.argument-count", { expected, signature, got });
}

function byName(
  payload: Record<string, unknown>,
  types: readonly DBusType[],
  names: readonly string[],
): readonly unknown[] {
  const unknown = Object.keys(payload).find((key) => !names.includes(key));
  if (unknown !== undefined) {
    throw invalid("errors.argument-unknown", { name: excerpt(unknown), names: names.join(", ") });
  }
  return names.map((name, index) => {
    if (Object.hasOwn(payload, name)) return payload[name];
    throw invalid("errors.argument-missing", {
      place: argumentPlace(names)(index),
      signature: types[index]?.signature ?? "",
    });
  });
}

function signatureOf(types: readonly DBusType[]): string {
  return types.map((type) => type.signature).join("");
}

function invalid(key: string, params: Text["params"]): DBusNodeError {
  return new DBusNodeError("DBUS_INVALID_ARGUMENT", text(key, params ?? {}));
}
