import { errorReply, type Message, methodReturn } from "../bus/transport";
import { DBusNodeError } from "../errors";
import { signatureOfArguments } from "../shared/interface-definition";
import { checkErrorName } from "../shared/names";
import { parseSignature } from "../shared/signature";
import { text } from "../shared/text";
import { toArguments } from "../values/arguments";
import type { PendingReply } from "./pending-replies";

/**
 * What a flow answers a call with: a payload by the rule of `lib/values/arguments`, an error, or something that is
 * neither, which is a wrong answer as one of the wrong type is.
 */
export type FlowReply =
  | { readonly kind: "return"; readonly payload: unknown }
  | { readonly kind: "error"; readonly name: string; readonly message: string }
  | { readonly kind: "unfit"; readonly problem: DBusNodeError };

/** Throws DBusNodeError for an answer that does not fit. */
export function replyMessage(pending: PendingReply, reply: FlowReply): Message {
  if (reply.kind === "unfit") throw reply.problem;
  if (reply.kind === "error") {
    const problem = checkErrorName(reply.name);
    if (problem === undefined) return errorReply(pending, reply.name, reply.message);
    throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field", { field: text("fields.errorName"), problem }));
  }
  const signature = signatureOfArguments(pending.out);
  const parsed = parseSignature(signature);
  const types = "types" in parsed ? parsed.types : [];
  const names = pending.out.map(({ name }) => name);
  return methodReturn(pending, signature, [...toArguments(reply.payload, types, names)]);
}
