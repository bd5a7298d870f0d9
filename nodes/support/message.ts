import type { NodeMessage } from "node-red";
import { CallFlag } from "../../lib/bus/transport";
import type { OperationRequest, OperationResult } from "../../lib/client/operations";
import { DBusNodeError } from "../../lib/errors";
import type { BusTarget } from "../../lib/shared/bus-choice";
import { checkAddress } from "../../lib/shared/check-bus-choice";
import { takesArguments } from "../../lib/shared/check-call";
import { type DBusCallConfig, DEFAULT_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS } from "../../lib/shared/dbus-call-config";
import { savedNames } from "../../lib/shared/expected-arguments";
import {
  checkBusName,
  checkInterfaceName,
  checkMemberName,
  checkObjectPath,
  checkPropertyName,
} from "../../lib/shared/names";
import { checkSignature, checkSingleType } from "../../lib/shared/signature";
import { type Text, text } from "../../lib/shared/text";
import { isPlainObject } from "../../lib/values/containers";

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: string) => Text | undefined;

/** `msg.dbus`, or nothing. */
export function dbusFields(message: NodeMessage): Fields {
  const { dbus } = message;
  if (dbus === undefined || dbus === null) return {};
  if (isPlainObject(dbus)) return dbus;
  throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.dbus-not-object", { got: typeof dbus }));
}

/** A person waits for a password to be typed: at least so long, unless for ever was asked. */
const INTERACTIVE_SECONDS = 120;

/**
 * What a message asks of a dbus-call node: a field that is filled in wins, a blank one is taken from
 * `msg.dbus`. Throws DBusNodeError DBUS_INVALID_FIELD for one that is missing or not well-formed.
 */
export function operationFields(
  config: DBusCallConfig,
  message: NodeMessage,
): Omit<OperationRequest, "args" | "group"> {
  const fields = dbusFields(message);
  const { operation } = config;
  const required = (name: string, filled: string, check: Check, instead = name) => {
    const value = fieldOf(fields, name, filled, check) || fieldOf(fields, instead, "", check);
    if (value === "") throw missing(name);
    return value;
  };
  const check = operation === "set" ? checkSingleType : checkSignature;
  const checkMember = operation === "call" ? checkMemberName : checkPropertyName;
  // A message that a dbus-signal node sent on has no destination: its sender can be asked.
  const destination = required("destination", config.destination, checkBusName, "sender");
  const path = required("path", config.path, checkObjectPath);
  const interfaceName = fieldOf(fields, "interface", config.interface, checkInterfaceName);
  const isLikely = isOfAnother(config, fields);
  const member = operation === "get-all" ? "" : required("member", config.member, checkMember);
  const signature = takesArguments(operation) ? signatureOf(fields, config.signature, check) : "";
  return {
    operation,
    destination,
    path,
    interface: isLikely ? "" : interfaceName,
    likelyInterface: isLikely ? interfaceName : "",
    member,
    signature,
    argumentNames: savedNames(config, { member, signature }),
    returnedNames: savedNames(config, { member, signature }, "outNames"),
    flags: flagsOf(config),
    timeoutMs: timeoutOf(config, fields),
    decode: { int64: config.int64, keepTypes: config.keepTypes },
  };
}

/** The bus of a node with `bus: "msg"`. */
export function busOfMessage(message: NodeMessage): BusTarget {
  const { bus, address } = dbusFields(message);
  if (bus === "system" || bus === "session") return { kind: bus };
  if (bus !== undefined && bus !== "" && bus !== "address") {
    throw invalid("bus", text("fields.not-a-choice", { value: String(bus), choices: "system, session, address" }));
  }
  if (typeof address !== "string" || address === "") throw missing(bus === "address" ? "address" : "bus");
  const problem = checkAddress(address);
  if (problem !== undefined)
    throw new DBusNodeError("DBUS_INVALID_ADDRESS", text("errors.field", { field: fieldName("address"), problem }));
  return { kind: "address", address };
}

/** The message that a dbus-call node sends on: the incoming one with what was answered. */
export function replyMessage(
  message: NodeMessage,
  { kind, address }: { readonly kind: BusTarget["kind"]; readonly address: string },
  request: Omit<OperationRequest, "args" | "group">,
  result: OperationResult,
): NodeMessage {
  message.payload = result.payload;
  message["dbus"] = {
    bus: kind,
    address,
    destination: request.destination,
    sender: result.sender,
    path: request.path,
    interface: result.interface,
    member: request.member,
    signature: result.signature,
    ...(result.arguments === undefined ? {} : { arguments: result.arguments }),
  };
  return message;
}

/** A text field: the node's, else the message's, else "". */
export function fieldOf(fields: Fields, name: string, filled: string, check: Check): string {
  if (filled !== "") return filled;
  const value = fields[name];
  if (value === undefined || value === null || value === "") return "";
  if (typeof value !== "string") throw invalid(name, text("errors.not-a-text", { got: typeof value }));
  const problem = check(value);
  if (problem !== undefined) throw invalid(name, problem);
  return value;
}

/**
 * Whether a blank interface is taken from what another D-Bus node received. That one had a member of its own, which
 * need not be in the interface of the one that is named here.
 */
function isOfAnother(config: DBusCallConfig, fields: Fields): boolean {
  const named = config.operation === "get-all" || config.member !== "";
  return config.interface === "" && named && fields["sender"] !== undefined;
}

/**
 * What another D-Bus node received is described in `msg.dbus` too, and has a sender: its signature is
 * that of what came, not of what is to be sent.
 */
export function signatureOf(fields: Fields, filled: string, check: Check): string {
  return filled === "" && fields["sender"] !== undefined ? "" : fieldOf(fields, "signature", filled, check);
}

function flagsOf(config: DBusCallConfig): number {
  return (
    // A property that is read is the reply.
    (config.noReply && takesArguments(config.operation) ? CallFlag.noReply : 0) |
    (config.noAutoStart ? CallFlag.noAutoStart : 0) |
    (config.interactiveAuthorization ? CallFlag.interactiveAuthorization : 0)
  );
}

function timeoutOf(config: DBusCallConfig, fields: Fields): number {
  const given = config.timeout === "" ? (fields["timeout"] ?? DEFAULT_TIMEOUT_SECONDS) : config.timeout;
  const isText = typeof given === "string" && given.trim() !== "";
  const seconds = isText || typeof given === "number" ? Number(given) : Number.NaN;
  if (!(seconds >= 0 && seconds <= MAX_TIMEOUT_SECONDS)) {
    throw invalid("timeout", text("fields.timeout", { value: String(given), most: MAX_TIMEOUT_SECONDS }));
  }
  if (seconds === 0) return 0;
  return Math.ceil((config.interactiveAuthorization ? Math.max(seconds, INTERACTIVE_SECONDS) : seconds) * 1000);
}

function fieldName(name: string): Text {
  return text(`labels.${name}`);
}

function invalid(name: string, problem: Text): DBusNodeError {
  return new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field", { field: fieldName(name), problem }));
}

export function missing(name: string): DBusNodeError {
  const params = { field: fieldName(name), property: `msg.dbus.${name}` };
  return new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field-missing", params));
}
