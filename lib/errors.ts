import { renderText, type Text, text } from "./shared/text";

/**
 * What went wrong, stable and documented: flows branch on it. The catalogue has a text for each
 * cause; several causes may share one code.
 */
export type DBusErrorCode =
  /** A value that does not fit its D-Bus type; nothing was written to the bus. */
  | "DBUS_INVALID_ARGUMENT"
  /** A field of the node or of `msg.dbus` that is missing or not well-formed. */
  | "DBUS_INVALID_FIELD"
  /** An address that is not well-formed, or of a transport this package does not speak. */
  | "DBUS_INVALID_ADDRESS"
  /** File descriptors (type `h`), either way. */
  | "DBUS_UNSUPPORTED_TYPE"
  /** Larger or deeper than the specification allows. */
  | "DBUS_TOO_LARGE"
  /** Bytes from a peer that are not a valid D-Bus message. */
  | "DBUS_BAD_MESSAGE"
  /** There is no bus at any of the addresses tried. */
  | "DBUS_NO_BUS"
  /** The bus was found, but a connection could not be made. */
  | "DBUS_CONNECT_FAILED"
  | "DBUS_AUTH_REFUSED"
  /** The bus answered Hello with an error, or not at all. */
  | "DBUS_HELLO_REFUSED"
  /** The connection was lost while a call was pending, or is closed. */
  | "DBUS_DISCONNECTED"
  | "DBUS_TIMEOUT"
  | "DBUS_CANCELLED"
  /** Nobody owns the bus name, and it cannot be started. */
  | "DBUS_NAME_NOT_FOUND"
  /** The service went away, or dropped the call, without an answer. */
  | "DBUS_NO_REPLY"
  | "DBUS_OBJECT_NOT_FOUND"
  | "DBUS_INTERFACE_NOT_FOUND"
  | "DBUS_METHOD_NOT_FOUND"
  | "DBUS_PROPERTY_NOT_FOUND"
  | "DBUS_PROPERTY_READ_ONLY"
  /** Several interfaces have the member, or the signature cannot be learnt. */
  | "DBUS_AMBIGUOUS"
  | "DBUS_INTROSPECTION_FAILED"
  /** The service found fault with the arguments. */
  | "DBUS_INVALID_ARGS"
  | "DBUS_ACCESS_DENIED"
  | "DBUS_LIMITS_EXCEEDED"
  /** Any other error that the service answered with. */
  | "DBUS_ERROR_REPLY"
  /** A reply to a call that is over: answered, out of time, or lost with its bus. */
  | "DBUS_CALL_OVER"
  /** A defect of this package; please report it. */
  | "DBUS_INTERNAL";

/** A call, as far as an error's text and explanation need it. */
export interface AskedCall {
  readonly destination: string;
  readonly path?: string | undefined;
  readonly interface?: string | undefined;
  readonly member: string;
  readonly body?: readonly unknown[] | undefined;
}

export interface DBusErrorOptions {
  /** The D-Bus error name, verbatim, where a peer answered with an error. */
  readonly dbusName?: string | undefined;
  /** The error's body, where a peer answered with an error. */
  readonly body?: readonly unknown[] | undefined;
  /** The call that was answered with the error, and whether by the bus itself. */
  readonly asked?: AskedCall | undefined;
  readonly byBus?: boolean | undefined;
  readonly cause?: unknown;
}

/** The one error of this package. `message` is for developers; people get `text`, rendered. */
export class DBusNodeError extends Error {
  override readonly name = "DBusNodeError";
  readonly code: DBusErrorCode;
  readonly text: Text;
  readonly dbusName: string | undefined;
  readonly body: readonly unknown[] | undefined;
  readonly asked: AskedCall | undefined;
  readonly byBus: boolean | undefined;

  constructor(code: DBusErrorCode, message: Text, options: DBusErrorOptions = {}) {
    super(`${code}: ${describe(message)}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.text = message;
    this.dbusName = options.dbusName;
    this.body = options.body;
    this.asked = options.asked;
    this.byBus = options.byBus;
  }
}

/** Whatever was thrown, as an error of ours; what is not one already is a defect of this package. */
export function asNodeError(thrown: unknown): DBusNodeError {
  if (thrown instanceof DBusNodeError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new DBusNodeError("DBUS_INTERNAL", text("errors.internal", { detail }), { cause: thrown });
}

function describe(source: Text): string {
  return renderText(source, (key, params) => {
    const list = Object.entries(params).map(([name, value]) => `${name}=${value}`);
    return list.length === 0 ? key : `${key}(${list.join(", ")})`;
  });
}
