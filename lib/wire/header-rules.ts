import { type Text, text } from "../shared/text";
import { ERROR, METHOD_CALL, METHOD_RETURN, SIGNAL } from "./types";

/** What both directions check of a message's header. */
interface HeaderFields {
  readonly type: number;
  readonly path?: string | undefined;
  readonly interface?: string | undefined;
  readonly member?: string | undefined;
  readonly errorName?: string | undefined;
  readonly replySerial?: number | undefined;
}

/** Names of header fields, as in the catalogue's `fields`. */
export type HeaderField =
  | "path"
  | "interface"
  | "member"
  | "errorName"
  | "replySerial"
  | "destination"
  | "sender"
  | "signature";

type RequiredField = Exclude<keyof HeaderFields, "type">;

const REQUIRED: ReadonlyMap<number, readonly RequiredField[]> = new Map([
  [METHOD_CALL, ["path", "member"]],
  [METHOD_RETURN, ["replySerial"]],
  [ERROR, ["errorName", "replySerial"]],
  [SIGNAL, ["path", "interface", "member"]],
]);

/** "Message Protocol: Header Fields": the field that a message of this type must have and has not. */
export function missingField(message: HeaderFields): RequiredField | undefined {
  const required = REQUIRED.get(message.type);
  if (required === undefined) return undefined;
  for (const field of required) if (message[field] === undefined) return field;
  return undefined;
}

/**
 * The path and interface with which libraries announce a lost connection to themselves. On the wire
 * they are not valid: a bus disconnects who sends them.
 */
export function reservedField(
  message: HeaderFields,
): { readonly field: HeaderField; readonly problem: Text } | undefined {
  if (message.path === "/org/freedesktop/DBus/Local") {
    return { field: "path", problem: text("errors.reserved", { value: message.path }) };
  }
  if (message.interface === "org.freedesktop.DBus.Local") {
    return { field: "interface", problem: text("errors.reserved", { value: message.interface }) };
  }
  return undefined;
}
