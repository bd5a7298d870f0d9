import { encodeMessage } from "../../../lib/wire/encode-message";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import { ERROR, type IncomingMessage, METHOD_RETURN, type OutgoingMessage, SIGNAL } from "../../../lib/wire/types";

/** A string that is received as bytes which are no UTF-8: a body that holds it cannot be read. */
export const UNREADABLE = "unreadable";

/** A message as it would come from the bus: encoded and decoded. */
function received(message: OutgoingMessage): IncomingMessage {
  const bytes = Buffer.concat(encodeMessage(message, 1));
  const at = bytes.indexOf(UNREADABLE);
  if (at >= 0) bytes[at] = 0xff;
  return decodeMessage(bytes);
}

export function signal(
  fields: { path?: string; interface?: string; member?: string },
  signature = "",
  body: readonly unknown[] = [],
): IncomingMessage {
  return received({ type: SIGNAL, flags: 0, path: "/a", interface: "b.c", member: "D", ...fields, signature, body });
}

export function methodReturn(replySerial: number): IncomingMessage {
  return received({ type: METHOD_RETURN, flags: 0, replySerial, signature: "", body: [] });
}

export function errorReply(errorName: string, signature = "", body: readonly unknown[] = []): IncomingMessage {
  return received({ type: ERROR, flags: 0, replySerial: 1, errorName, signature, body });
}
