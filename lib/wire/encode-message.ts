import { DBusNodeError } from "../errors";
import {
  checkBusName,
  checkErrorName,
  checkInterfaceName,
  checkMemberName,
  checkObjectPath,
  MAX_NAME_LENGTH,
  type NameProblem,
} from "../shared/names";
import { type DBusType, parseSignature } from "../shared/signature";
import { type Text, text } from "../shared/text";
import { argumentPlace, arityError } from "../values/arguments";
import { describeValue } from "../values/describe";
import { fileDescriptorFault } from "../values/fault";
import { BodyEncoder } from "./encode-body";
import type { Encoder } from "./encoder";
import { type HeaderField, missingField, reservedField } from "./header-rules";
import { FIELD, LITTLE_ENDIAN_MARK, MAX_ARRAY_BYTES, MAX_MESSAGE_BYTES, PROTOCOL_VERSION } from "./limits";
import { encoding } from "./shared-encoder";
import type { EncodeOptions, OutgoingMessage } from "./types";

/** A message without serial and arguments, checked and encoded once for many of its kind. */
export interface PreparedMessage {
  /** All that comes before the arguments, with serial and body length still 0. */
  readonly header: Uint8Array;
  readonly signature: string;
  readonly types: readonly DBusType[];
}

/**
 * The bytes of a message, in order: a large `ay` is the caller's own bytes, which must stay as they
 * are until they are written, everything else is new. Checks all that a bus or a peer would refuse,
 * and throws DBusNodeError (DBUS_INVALID_FIELD, DBUS_INVALID_ARGUMENT, DBUS_UNSUPPORTED_TYPE,
 * DBUS_TOO_LARGE) before anything is handed out.
 */
export function encodeMessage(
  message: OutgoingMessage,
  serial: number,
  options: EncodeOptions = {},
): readonly Uint8Array[] {
  return encoding((out) => {
    const types = checkMessage(message, options);
    writeHeader(out, message);
    return finish(out, { signature: message.signature, types }, serial, message.body, options);
  });
}

/** The part of `encodeMessage` that messages of one kind have in common. */
export function prepareMessage(message: Omit<OutgoingMessage, "body">, options: EncodeOptions = {}): PreparedMessage {
  return encoding((out) => {
    const types = checkMessage(message, options);
    writeHeader(out, message);
    return { header: Buffer.concat(out.take()), signature: message.signature, types };
  });
}

/** The rest of it, for one of them. */
export function encodePrepared(
  prepared: PreparedMessage,
  serial: number,
  body: readonly unknown[],
  options: EncodeOptions = {},
): readonly Uint8Array[] {
  return encoding((out) => {
    out.copy(prepared.header);
    return finish(out, prepared, serial, body, options);
  });
}

/** Serial and arguments, behind the header. */
function finish(
  out: Encoder,
  { signature, types }: Pick<PreparedMessage, "signature" | "types">,
  serial: number,
  body: readonly unknown[],
  options: EncodeOptions,
): readonly Uint8Array[] {
  if (!isUint32(serial) || serial === 0) throw defect("serial", serial);
  if (body.length !== types.length) throw arityError(types.length, signature, body.length);
  out.patch(SERIAL_AT, serial);
  const start = out.position;
  const encoder = new BodyEncoder(out);
  const place = options.place ?? argumentPlace();
  for (const [index, type] of types.entries()) {
    encoder.argument(type, body[index], () => place(index, type.signature));
  }
  out.patch(BODY_LENGTH_AT, out.position - start);
  if (out.position > MAX_MESSAGE_BYTES) throw messageTooLarge();
  return out.take();
}

const BODY_LENGTH_AT = 4;
const SERIAL_AT = 8;
const FIELDS_LENGTH_AT = 12;

/** Fixed part, then an array of structs `(yv)`, padded to 8 ("Message Protocol: Message Format"). */
function writeHeader(out: Encoder, message: Omit<OutgoingMessage, "body">): void {
  out.byte(LITTLE_ENDIAN_MARK);
  out.byte(message.type);
  out.byte(message.flags);
  out.byte(PROTOCOL_VERSION);
  out.uint32(0);
  out.uint32(0);
  out.uint32(0);
  const start = out.position;
  writeText(out, FIELD.path, "o", message.path);
  writeText(out, FIELD.interface, "s", message.interface);
  writeText(out, FIELD.member, "s", message.member);
  writeText(out, FIELD.errorName, "s", message.errorName);
  if (message.replySerial !== undefined) {
    startField(out, FIELD.replySerial, "u");
    out.uint32(message.replySerial);
  }
  writeText(out, FIELD.destination, "s", message.destination);
  if (message.signature !== "") {
    startField(out, FIELD.signature, "g");
    out.signature(message.signature);
  }
  const length = out.position - start;
  if (length > MAX_ARRAY_BYTES) throw messageTooLarge();
  out.patch(FIELDS_LENGTH_AT, length);
  out.align(8);
}

function writeText(out: Encoder, code: number, signature: "s" | "o", value: string | undefined): void {
  if (value === undefined) return;
  startField(out, code, signature);
  out.text(value);
}

function startField(out: Encoder, code: number, signature: string): void {
  out.align(8);
  out.byte(code);
  out.signature(signature);
}

/** All but the values, which are checked as they are written. */
function checkMessage(message: Omit<OutgoingMessage, "body">, options: EncodeOptions): readonly DBusType[] {
  if (!isByte(message.type) || message.type === 0) throw defect("type", message.type);
  if (!isByte(message.flags)) throw defect("flags", message.flags);
  checkField("path", message.path, checkObjectPath);
  checkField("interface", message.interface, checkInterfaceName);
  checkField("member", message.member, checkMemberName);
  checkField("errorName", message.errorName, checkErrorName);
  checkField("destination", message.destination, checkBusName);
  const { replySerial } = message;
  if (replySerial !== undefined && (!isUint32(replySerial) || replySerial === 0)) {
    throw defect("replySerial", replySerial);
  }
  const missing = missingField(message);
  if (missing !== undefined) throw fieldError(missing, text("errors.missing"));
  const reserved = reservedField(message);
  if (reserved !== undefined) throw fieldError(reserved.field, reserved.problem);
  return checkSignature(message.signature, options);
}

function checkSignature(signature: string, options: EncodeOptions): readonly DBusType[] {
  const parsed = parseSignature(signature);
  if ("problem" in parsed) throw fieldError("signature", parsed.problem);
  const { types } = parsed;
  // The letter stands for nothing else in a signature.
  if (signature.includes("h")) {
    const index = types.findIndex((type) => type.signature.includes("h"));
    const { signature: found } = types[index] ?? { signature: "h" };
    throw fileDescriptorFault(found).toNodeError((options.place ?? argumentPlace())(index, found));
  }
  return types;
}

/** Names that passed, so that the same call's need not be looked at again; bounded. */
const passed = new Map<HeaderField, Set<string>>();
const MOST_PASSED = 1024;

function checkField(field: HeaderField, value: string | undefined, check: (value: string) => NameProblem): void {
  if (value === undefined) return;
  let known = passed.get(field);
  if (known?.has(value)) return;
  const problem =
    typeof value === "string"
      ? check(value)
      : text("errors.expected", { expected: text("kinds.string"), got: describeValue(value) });
  if (problem !== undefined) throw fieldError(field, problem);
  // A path may be of any length; long ones are not worth the memory.
  if (value.length > MAX_NAME_LENGTH) return;
  if (known === undefined || known.size >= MOST_PASSED) {
    known = new Set();
    passed.set(field, known);
  }
  known.add(value);
}

function fieldError(field: HeaderField, problem: Text): DBusNodeError {
  return new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field", { field: text(`fields.${field}`), problem }));
}

function messageTooLarge(): DBusNodeError {
  return new DBusNodeError("DBUS_TOO_LARGE", text("errors.message-too-large", { most: MAX_MESSAGE_BYTES }));
}

/** What callers inside this package hand in, never a person. */
function defect(field: string, value: unknown): DBusNodeError {
  return new DBusNodeError("DBUS_INTERNAL", text("errors.internal", { detail: `${field} ${String(value)}` }));
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xff;
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}
