import assert from "node:assert/strict";
import { type Circumstances, type Explanation, explain } from "../../lib/policy/explain";
import type { ErrorReply } from "../../lib/policy/refusal";
import { english } from "./english";

export const DENIED = "org.freedesktop.DBus.Error.AccessDenied";
export const ME: Circumstances = { user: "nodered", uid: 998 };

/** As dbus-daemon 1.14 writes it; `comm` is whatever the peers' programs call themselves. */
export function rejected(
  {
    interface: interfaceName = "com.example.I",
    destination = "com.example.A",
    type = "method_call",
    ours = "node",
  } = {},
  verdict = "Rejected send message, 2 matched rules",
): ErrorReply {
  const message =
    `${verdict}; type="${type}", sender=":1.5" (uid=998 pid=41 comm="${ours}") interface="${interfaceName}" ` +
    `member="Switch" error name="(unset)" requested_reply="0" destination="${destination}" (uid=0 pid=7 comm="x")`;
  return { dbusName: DENIED, message };
}

/** The explanation that there must be, with no parameter of its texts left open. */
export function explained(reply: ErrorReply, circumstances: Circumstances = ME): Explanation {
  const explanation = explain(reply, circumstances);
  assert.ok(explanation, reply.message);
  for (const text of [explanation.meaning, explanation.advice]) assert.doesNotMatch(english(text), /__/);
  return explanation;
}
