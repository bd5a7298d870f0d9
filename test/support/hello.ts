import { encodeMessage } from "../../lib/wire/encode-message";
import { openLink } from "../../lib/wire/link";
import { METHOD_CALL } from "../../lib/wire/types";

/** The bytes of a call to the bus itself. */
export function busCall(member: string, serial: number, signature = "", body: readonly unknown[] = []) {
  const name = "org.freedesktop.DBus";
  const path = "/org/freedesktop/DBus";
  const call = { type: METHOD_CALL, flags: 0, path, interface: name, member, destination: name, signature, body };
  return encodeMessage(call, serial);
}

/** Connects, says Hello and resolves with the unique name; rejects with what went wrong. */
export function hello(address: string, timeoutMs = 5_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const opened = openLink(address, {
      timeoutMs,
      onMessage: (message) => {
        if (message.replySerial !== 1) return;
        const [name] = message.body({ int64: "auto", keepTypes: false });
        void opened.then((link) => link.close());
        resolve(String(name));
      },
      onClose: reject,
    });
    opened.then((link) => link.send(busCall("Hello", 1)), reject);
  });
}
