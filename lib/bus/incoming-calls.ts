import type { IncomingMessage } from "../wire/types";
import { errorReply, type Message, methodReturn } from "./transport";

const ERRORS = "org.freedesktop.DBus.Error";
const NO_REPLY_EXPECTED = 0x1;

/**
 * The answer to a method call that somebody makes to our unique name. We export nothing, but a caller
 * must not be left waiting. Peer.Ping is answered on every path ("Standard Interfaces: Peer").
 */
export function answerCall(call: IncomingMessage): Message | undefined {
  if ((call.flags & NO_REPLY_EXPECTED) !== 0) return undefined;
  if (call.interface === "org.freedesktop.DBus.Peer" && call.member === "Ping") return methodReturn(call, "", []);
  return errorReply(call, `${ERRORS}.UnknownObject`, `No object at ${call.path}`);
}
