import { encodeMessage } from "../../lib/wire/encode-message";
import { SIGNAL } from "../../lib/wire/types";

/** The bytes of the signal `b.c.D` from the object `/a`, as they are sent: a large part is a chunk of its own. */
export function signalFrame(serial: number, signature = "", body: readonly unknown[] = [], destination?: string) {
  const message = { type: SIGNAL, flags: 0, path: "/a", interface: "b.c", member: "D", destination, signature, body };
  return encodeMessage(message, serial);
}
