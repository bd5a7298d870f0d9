import { DBusNodeError } from "../errors";
import { type Text, type TextParam, text } from "../shared/text";

/**
 * Bytes from a peer that break the specification.
 * @param problem key below `errors.malformed`
 */
export function malformed(problem: string, params?: Readonly<Record<string, TextParam>>): DBusNodeError {
  return badMessage(text(`errors.malformed.${problem}`, params));
}

export function badMessage(problem: Text): DBusNodeError {
  return new DBusNodeError("DBUS_BAD_MESSAGE", text("errors.bad-message", { problem }));
}

/** A received value of type `h`: the message is well-formed, but cannot be given to a flow. */
export function fileDescriptors(): DBusNodeError {
  return new DBusNodeError("DBUS_UNSUPPORTED_TYPE", text("errors.file-descriptors"));
}
