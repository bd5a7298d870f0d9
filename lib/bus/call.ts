import { DBusNodeError } from "../errors";
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

/** Throws DBusNodeError for an error reply, or one that cannot be read. */
export function readReply(message: IncomingMessage | undefined, request: CallRequest): Reply {
  if (message === undefined) return { body: [], signature: "", sender: undefined };
  const error = replyError(message, request);
  if (error !== undefined) throw error;
  return { body: message.body(request.decode ?? PLAIN), signature: message.signature, sender: message.sender };
}

/** What a promise of a call is settled with. */
export function settleReply(
  outcome: IncomingMessage | DBusNodeError | undefined,
  request: CallRequest,
  resolve: (reply: Reply) => void,
  reject: (error: unknown) => void,
): void {
  if (outcome instanceof DBusNodeError) return reject(outcome);
  try {
    resolve(readReply(outcome, request));
  } catch (error) {
    reject(error);
  }
}
