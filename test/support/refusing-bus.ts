import { FrameReader } from "../../lib/wire/frame-reader";
import { decodeMessage } from "../../lib/wire/incoming-message";
import { ERROR, type IncomingMessage, METHOD_CALL, METHOD_RETURN } from "../../lib/wire/types";
import { authenticates, type FakeBus, startFakeBus } from "./fake-bus";
import { referenceFrame } from "./reference-encoder";

const BUS = "org.freedesktop.DBus";
const PLAIN = { int64: "auto", keepTypes: false } as const;

/**
 * A fake bus that answers these members with AccessDenied and the text, which is that of a bus
 * that tests cannot run: one with AppArmor or SELinux, or dbus-broker. All else that it is asked itself it grants.
 */
export function startRefusingBus(texts: Readonly<Record<string, string>>): Promise<FakeBus> {
  return startFakeBus(
    authenticates((socket) => {
      let serial = 0;
      const answer = (call: IncomingMessage, text: string | undefined, signature: string, value: unknown): void => {
        const fields = [
          [5, "u", call.serial],
          [6, "s", ":1.1"],
          [7, "s", BUS],
        ] as const;
        const error = [...fields, [4, "s", `${BUS}.Error.AccessDenied`]] as const;
        const frame = { little: true, serial: ++serial };
        const refused = { ...frame, type: ERROR, fields: error, signature: "s", body: [text] };
        const granted = {
          ...{ ...frame, type: METHOD_RETURN, fields, signature },
          body: signature === "" ? [] : [value],
        };
        socket.write(referenceFrame(text === undefined ? granted : refused));
      };
      const reader = new FrameReader((bytes, start, end) => {
        const call = decodeMessage(bytes, start, end);
        if (call.type !== METHOD_CALL) return;
        const member = call.member ?? "";
        const first = call.body(PLAIN)[0];
        if (member === "RequestName") answer(call, texts[member], "u", 1);
        else if (member === "Hello") answer(call, undefined, "s", ":1.1");
        else if (member === "GetId") answer(call, undefined, "s", "0".repeat(32));
        else if (member === "GetNameOwner") answer(call, texts[member], "s", String(first));
        else answer(call, texts[member], "", undefined);
      });
      socket.on("data", (chunk: Buffer) => reader.push(chunk));
    }),
  );
}

const PEERS = 'sender=":1.5" (uid=998 pid=41 comm="node" label="snap.node-red.node-red (enforce)")';
const CALL =
  `type="method_call", ${PEERS} interface="com.example.I" member="Do" error name="(unset)" requested_reply="0" ` +
  'destination="com.example.A" (uid=0 pid=7 comm="a" label="unconfined")';

/** Captured from reports of users, and from the sources: dbus-daemon 1.14 with AppArmor and SELinux, and dbus-broker. */
export const CAPTURED = {
  apparmorSend: `An AppArmor policy prevents this sender from sending this message to this recipient; ${CALL}`,
  apparmorOwn: 'Connection ":1.5" is not allowed to own the service "com.example.A" due to AppArmor policy',
  selinuxSend: `An SELinux policy prevents this sender from sending this message to this recipient, 0 matched rules; ${CALL}`,
  selinuxOwn: 'Connection ":1.5" is not allowed to own the service "com.example.A" due to SELinux policy',
  brokerSend: "Sender is not authorized to send message",
  brokerOwn: "Request to own name refused by policy",
} as const;
