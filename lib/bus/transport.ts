import { Message, MessageFlag, MessageType, NameFlag, RequestNameReply } from "dbus-next";
import { DBusNodeError } from "../errors";
import { checkBusName, checkInterfaceName, checkMemberName, checkObjectPath, type NameProblem } from "../shared/names";
import { text } from "../shared/text";
import { encodeMessage, encodePrepared, type PreparedMessage, prepareMessage } from "../wire/encode-message";
import { type Link, type LinkOptions, openLink } from "../wire/link";
import { ALLOW_INTERACTIVE_AUTHORIZATION, type EncodeOptions } from "../wire/types";

/**
 * The only file that knows the D-Bus library. Its message model is what goes out; the bytes, and
 * everything that comes in, are `lib/wire`'s (docs/architecture.md says why).
 */
export { type Message, MessageType, RequestNameReply };

/** Flags of a method call ("Message Protocol: Header"); the library lacks the third. */
export const CallFlag = {
  noReply: MessageFlag.NO_REPLY_EXPECTED,
  noAutoStart: MessageFlag.NO_AUTO_START,
  interactiveAuthorization: ALLOW_INTERACTIVE_AUTHORIZATION,
} as const;

/** Flags of RequestName. */
export const NameRequestFlag = {
  allowReplacement: NameFlag.ALLOW_REPLACEMENT,
  replaceExisting: NameFlag.REPLACE_EXISTING,
  doNotQueue: NameFlag.DO_NOT_QUEUE,
} as const;

export interface MethodCallFields {
  readonly destination: string;
  readonly path: string;
  /** Undefined or "": sent without, which is legal, though many services refuse it. */
  readonly interface?: string | undefined;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
  readonly flags?: number | undefined;
}

/** Throws DBusNodeError DBUS_INVALID_FIELD that names the field at fault. */
export function methodCall(fields: MethodCallFields): Message {
  return model({
    type: MessageType.METHOD_CALL,
    destination: fields.destination,
    path: fields.path,
    member: fields.member,
    signature: fields.signature,
    body: fields.body as unknown[],
    flags: fields.flags ?? 0,
    ...(fields.interface ? { interface: fields.interface } : {}),
  });
}

export interface SignalFields {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
  /** Undefined or "": to all who listen. */
  readonly destination?: string | undefined;
}

/** Throws DBusNodeError DBUS_INVALID_FIELD that names the field at fault. */
export function signal({ destination, body, ...fields }: SignalFields): Message {
  return model({
    type: MessageType.SIGNAL,
    ...fields,
    body: body as unknown[],
    ...(destination ? { destination } : {}),
    flags: MessageFlag.NO_REPLY_EXPECTED,
  });
}

/** Method calls as far as they are the same each time; a node makes the same call again and again. */
const prepared = new Map<string, PreparedMessage>();
const MOST_PREPARED = 256;
/** A path may be of any length; long ones are not worth the memory. */
const LONGEST_KEY = 1024;

/** The bytes of a method call. Throws DBusNodeError before anything is written. */
export function encodeCall(
  fields: MethodCallFields,
  serial: number,
  place?: EncodeOptions["place"],
): readonly Uint8Array[] {
  return encodePrepared(prepareCall(fields, place), serial, fields.body, { place });
}

function prepareCall(fields: MethodCallFields, place: EncodeOptions["place"]): PreparedMessage {
  const { destination, path, interface: interfaceName = "", member, signature, flags = 0 } = fields;
  // What is prepared holds no space of its own, so that keys cannot be mistaken for each other.
  const key = `${flags} ${destination} ${path} ${interfaceName} ${member} ${signature}`;
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const message = prepareMessage(methodCall(fields), { place });
  if (key.length > LONGEST_KEY) return message;
  if (prepared.size >= MOST_PREPARED) prepared.clear();
  prepared.set(key, message);
  return message;
}

/** The answer to a received method call that could not be served. */
export function errorReply(
  call: { serial: number; sender: string | undefined },
  name: string,
  message: string,
): Message {
  return new Message({
    type: MessageType.ERROR,
    ...(call.sender === undefined ? {} : { destination: call.sender }),
    replySerial: call.serial,
    errorName: name,
    signature: "s",
    body: [message],
    flags: MessageFlag.NO_REPLY_EXPECTED,
  });
}

export function methodReturn(
  call: { serial: number; sender: string | undefined },
  signature: string,
  body: unknown[],
): Message {
  return new Message({
    type: MessageType.METHOD_RETURN,
    ...(call.sender === undefined ? {} : { destination: call.sender }),
    replySerial: call.serial,
    signature,
    body,
    flags: MessageFlag.NO_REPLY_EXPECTED,
  });
}

/** The library's checks say that something is wrong, ours which field and why: ours run only when its do not pass. */
function model(fields: ConstructorParameters<typeof Message>[0]): Message {
  try {
    return new Message(fields);
  } catch (cause) {
    const check = (field: string, value: string | undefined, problem: (value: string) => NameProblem) => {
      const found = problem(value ?? "");
      if (found !== undefined)
        throw new DBusNodeError(
          "DBUS_INVALID_FIELD",
          text("errors.field", { field: text(`labels.${field}`), problem: found }),
        );
    };
    check("destination", fields.destination, checkBusName);
    check("path", fields.path, checkObjectPath);
    if (fields.interface !== undefined) check("interface", fields.interface, checkInterfaceName);
    check("member", fields.member, checkMemberName);
    throw new DBusNodeError("DBUS_INTERNAL", text("errors.internal", { detail: String(cause) }), { cause });
  }
}

/** A link that takes the library's messages. */
export class Transport {
  readonly #link: Link;

  private constructor(link: Link) {
    this.#link = link;
  }

  static async open(address: string, options: LinkOptions): Promise<Transport> {
    return new Transport(await openLink(address, options));
  }

  /** The alternative of the address that answered. */
  get address(): string {
    return this.#link.address;
  }

  get bufferedBytes(): number {
    return this.#link.bufferedBytes;
  }

  /** Encodes without sending, so that what is wrong is known before anything is written. */
  static encode(message: Message, serial: number, options?: EncodeOptions): readonly Uint8Array[] {
    return encodeMessage(message, serial, options);
  }

  whenDrained(): Promise<boolean> {
    return this.#link.whenDrained();
  }

  write(chunks: readonly Uint8Array[]): void {
    this.#link.send(chunks);
  }

  close(): void {
    this.#link.close();
  }
}
