import type { Int64Form } from "../shared/bus-choice";
import type { Text } from "../shared/text";

/** "Message Protocol: Header Fields", the types and flags of a message. */
export const METHOD_CALL = 1;
export const METHOD_RETURN = 2;
export const ERROR = 3;
export const SIGNAL = 4;

export const NO_REPLY_EXPECTED = 0x1;
export const NO_AUTO_START = 0x2;
export const ALLOW_INTERACTIVE_AUTHORIZATION = 0x4;

/** A message to be sent. The body holds flow values (see docs/architecture.md), one per complete type of the signature. */
export interface OutgoingMessage {
  readonly type: number;
  readonly flags: number;
  readonly path?: string | undefined;
  readonly interface?: string | undefined;
  readonly member?: string | undefined;
  readonly errorName?: string | undefined;
  readonly replySerial?: number | undefined;
  readonly destination?: string | undefined;
  readonly signature: string;
  readonly body: readonly unknown[];
}

export interface EncodeOptions {
  /** Names the argument at fault in an error, which adds the type; without it, `places.argument` with its number. */
  readonly place?: ((index: number, signature: string) => Text) | undefined;
}

export interface DecodeOptions {
  readonly int64: Int64Form;
  /** Variants come out as `{signature, value}`. */
  readonly keepTypes: boolean;
  /**
   * At most so many elements of arrays and dicts in all, what is beyond is passed over: for answers that a
   * person looks at, whoever sends them. Without it there is no bound but the message's.
   */
  readonly most?: number;
  /** Dicts of variants come out empty: of objects, their interfaces without the properties. */
  readonly outline?: boolean;
}

/**
 * A received message. Its bytes belong to the connection's read buffer and are valid only until the
 * listener that received it returns: call `body()` within it.
 */
export interface IncomingMessage {
  readonly type: number;
  readonly flags: number;
  readonly serial: number;
  readonly path: string | undefined;
  readonly interface: string | undefined;
  readonly member: string | undefined;
  readonly errorName: string | undefined;
  readonly replySerial: number | undefined;
  readonly destination: string | undefined;
  readonly sender: string | undefined;
  readonly signature: string;
  /** How many file descriptors came with it; they are not supported. */
  readonly unixFds: number;
  /** Decodes the arguments. Throws DBusNodeError (DBUS_BAD_MESSAGE, DBUS_UNSUPPORTED_TYPE). */
  body(options: DecodeOptions): unknown[];
}
