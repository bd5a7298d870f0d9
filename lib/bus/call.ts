import { asNodeError, DBusNodeError } from "../errors";
import { text } from "../shared/text";
import type { DecodeOptions, EncodeOptions, IncomingMessage } from "../wire/types";
import type { CallGroup } from "./pending-calls";
import { replyError } from "./reply-errors";

/** A method call, in the specification's terms. */
export interface CallRequest {
  readonly destination: string;
  readonly path: string;
  /** Undefined or "": sent without. */
  readonly interface?: string | undefined;
  readonly member: string;
  readonly signature: string;
  /** Flow values, one per complete type of the signature. */
  readonly body: readonly unknown[];
  /** `CallFlag`s. With `noReply` the call is over when it is handed to the bus. */
  readonly flags?: number;
  /** Milliseconds; 0 waits for ever. */
  readonly timeoutMs: number;
  readonly decode?: DecodeOptions;
  readonly place?: EncodeOptions["place"];
  /** Calls that can be cancelled together. */
  readonly group?: CallGroup;
}

export interface Reply {
  /** Flow values; empty for a call that expects no reply. */
  readonly body: readonly unknown[];
  readonly signature: string;
  /** The unique name that answered. */
  readonly sender: string | undefined;
}

const PLAIN: DecodeOptions = { int64: "auto", keepTypes: false };

/** What a call came to. */
export type Outcome = Reply | DBusNodeError;

/** What an answer means; undefined is that of a call that expects none. */
export function readOutcome(answer: IncomingMessage | DBusNodeError | undefined, request: CallRequest): Outcome {
  if (answer === undefined) return { body: [], signature: "", sender: undefined };
  if (answer instanceof DBusNodeError) return answer;
  const error = replyError(answer, request);
  if (error !== undefined) return error;
  try {
    return { body: answer.body(request.decode ?? PLAIN), signature: answer.signature, sender: answer.sender };
  } catch (cause) {
    return asNodeError(cause);
  }
}

/** Nobody has answered in time. While there is no bus, `connectionError` is the reason to tell, not the time it took. */
export function timeoutError(
  { destination, member, timeoutMs }: CallRequest,
  connectionError: DBusNodeError | undefined,
): DBusNodeError {
  // What was left of a longer time that other calls took a part of.
  const seconds = timeoutMs < 1_000 ? timeoutMs / 1_000 : Math.round(timeoutMs / 100) / 10;
  const params = { destination, member, seconds };
  if (connectionError === undefined) return new DBusNodeError("DBUS_TIMEOUT", text("errors.timeout", params));
  const reason = connectionError.text;
  return new DBusNodeError("DBUS_TIMEOUT", text("errors.timeout-no-bus", { ...params, reason }), {
    cause: connectionError,
  });
}
