import { type IncomingMessage, NO_REPLY_EXPECTED } from "../wire/types";
import { errorReply, type Message, methodReturn } from "./transport";

const ERRORS = "org.freedesktop.DBus.Error";
const PEER = "org.freedesktop.DBus.Peer";

/** Serves received method calls; the message's bytes are valid only during the call. */
export type CallServer = (call: IncomingMessage) => Message | undefined;

/**
 * The answer to a method call that somebody makes to our unique name. We export nothing, but a caller
 * must not be left waiting. Peer.Ping is answered on every path ("Standard Interfaces: Peer").
 */
export function answerCall(call: IncomingMessage): Message | undefined {
  if ((call.flags & NO_REPLY_EXPECTED) !== 0) return undefined;
  // A call without an interface is legal ("Header Fields").
  if (call.member === "Ping" && (call.interface ?? PEER) === PEER) return methodReturn(call, "", []);
  if (call.interface === PEER) return errorReply(call, `${ERRORS}.UnknownMethod`, `No such method: ${call.member}`);
  return errorReply(call, `${ERRORS}.UnknownObject`, `No object at ${call.path}`);
}
