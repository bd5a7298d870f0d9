import type { CallRequest, Reply } from "../bus/call";
import type { CallGroup } from "../bus/pending-calls";
import { CallFlag } from "../bus/transport";
import { DBusNodeError } from "../errors";
import type { CallOperation } from "../shared/dbus-call-config";
import { parseSignature } from "../shared/signature";
import { type Text, text } from "../shared/text";
import { isTypedVariant } from "../shared/typed-variant";
import { type ArgumentNames, argumentPlace, argumentsByName, fromArguments, toArguments } from "../values/arguments";
import { setOwn } from "../values/containers";
import type { DecodeOptions } from "../wire/types";
import { PROPERTIES } from "./properties";
import {
  type Remaining,
  resolveInterfaces,
  resolveMethod,
  resolveProperty,
  type Service,
  type WantedMember,
} from "./resolve-member";

/** Arguments as a flow gives them: one payload by the rule of `lib/values/arguments`, or each by itself. */
export type FlowArguments =
  | { readonly kind: "payload"; readonly payload: unknown }
  | { readonly kind: "list"; readonly list: readonly unknown[] };

/** What a dbus-call node is asked to do, all fields settled. */
export interface OperationRequest extends WantedMember {
  readonly operation: CallOperation;
  /** The arguments; with `set` one, the property's value. */
  readonly args: FlowArguments;
  /** How a method's arguments are called, where introspection need not be asked for anything else. */
  readonly argumentNames: ArgumentNames;
  /** Likewise what it returns. */
  readonly returnedNames: ArgumentNames;
  /** Milliseconds for everything that the operation takes; 0 waits for ever. */
  readonly timeoutMs: number;
  readonly decode: DecodeOptions;
  readonly group: CallGroup;
}

export interface OperationResult {
  readonly payload: unknown;
  /** As the message went out: with what introspection found. */
  readonly interface: string;
  readonly signature: string;
  readonly sender: string | undefined;
  /** Received arguments by name, where names are known. */
  readonly arguments: Record<string, unknown> | undefined;
}

/**
 * Does one of dbus-call's four operations. Resolves to undefined for a call that expects no reply, once
 * it is handed to the bus. Rejects with DBusNodeError.
 */
export function perform(service: Service, request: OperationRequest): Promise<OperationResult | undefined> {
  switch (request.operation) {
    case "call":
      return callMethod(service, request);
    case "get":
      return getProperty(service, request);
    case "set":
      return setProperty(service, request);
    case "get-all":
      return getAllProperties(service, request);
  }
}

async function callMethod(service: Service, request: OperationRequest): Promise<OperationResult | undefined> {
  const remaining = deadline(request.timeoutMs);
  const method = await resolveMethod(service, request, argumentCount(request.args), remaining);
  const names = method.in?.map(({ name }) => name) ?? request.argumentNames;
  const body = bodyOf(request.args, method.signature, names);
  const { interface: interfaceName, signature } = method;
  const call = { interface: interfaceName, member: request.member, signature, body, place: argumentPlace(names) };
  const reply = await service.connection.call(callRequest(request, remaining(), call));
  if ((request.flags & CallFlag.noReply) !== 0) return handOver(service, request);
  return {
    payload: fromArguments(reply.body),
    interface: method.interface,
    signature: reply.signature,
    sender: reply.sender,
    arguments: argumentsByName(reply.body, method.out?.map(({ name }) => name) ?? request.returnedNames),
  };
}

/** How many arguments a payload is taken for where overloads leave it open. */
function argumentCount(args: FlowArguments): number {
  if (args.kind === "list") return args.list.length;
  const { payload } = args;
  if (Array.isArray(payload)) return payload.length;
  return payload === undefined || payload === "" ? 0 : 1;
}

async function getProperty(service: Service, request: OperationRequest): Promise<OperationResult> {
  const remaining = deadline(request.timeoutMs);
  const { interface: interfaceName } = await resolveProperty(service, request, "get", remaining);
  const call = propertyCall("Get", "ss", [interfaceName, request.member]);
  const reply = await service.connection.call(callRequest(request, remaining(), call));
  return result(reply, interfaceName, reply.body[0]);
}

async function setProperty(service: Service, request: OperationRequest): Promise<OperationResult | undefined> {
  const remaining = deadline(request.timeoutMs);
  const value = onlyValue(request.args);
  const { interface: interfaceName, signature } = await resolveProperty(service, request, "set", remaining);
  const place = (index: number): Text =>
    index === 2 ? text("places.property", { name: request.member }) : argumentPlace(["interface", "property"])(index);
  const body = [interfaceName, request.member, { signature, value: bare(value, signature) }];
  const call = propertyCall("Set", "ssv", body, place);
  const reply = await service.connection.call(callRequest(request, remaining(), call));
  if ((request.flags & CallFlag.noReply) !== 0) return handOver(service, request);
  return result(reply, interfaceName, undefined, signature);
}

/** A call without a reply is over when the bus has taken it, so that a flow that waits for that keeps its pace. */
async function handOver({ connection }: Service, { destination, member }: OperationRequest): Promise<undefined> {
  if (await connection.backlog.whenDrained()) return undefined;
  throw new DBusNodeError("DBUS_DISCONNECTED", text("errors.not-called", { destination, member }), {
    cause: connection.status.error,
  });
}

/** What `get` with `keepTypes` gave goes back in unchanged, also where the type is itself `v`. */
function bare(payload: unknown, signature: string): unknown {
  return isTypedVariant(payload) && payload.signature === signature ? payload.value : payload;
}

/** Those of one interface; where none is named, those of each, by interface. */
async function getAllProperties(service: Service, request: OperationRequest): Promise<OperationResult> {
  const remaining = deadline(request.timeoutMs);
  const interfaces = await resolveInterfaces(service, request, remaining);
  const read = (name: string) =>
    service.connection.call(callRequest(request, remaining(), propertyCall("GetAll", "s", [name])));
  if (typeof interfaces === "string") {
    const reply = await read(interfaces);
    return result(reply, interfaces, reply.body[0]);
  }
  const replies = await Promise.all(interfaces.map(read));
  const payload: Record<string, unknown> = {};
  for (const [index, name] of interfaces.entries()) setOwn(payload, name, replies[index]?.body[0]);
  return { payload, interface: "", signature: "a{sv}", sender: replies[0]?.sender, arguments: undefined };
}

type OneCall = Pick<CallRequest, "interface" | "member" | "signature" | "body" | "place">;

function propertyCall(
  member: string,
  signature: string,
  body: readonly unknown[],
  place?: CallRequest["place"],
): OneCall {
  return { interface: PROPERTIES, member, signature, body, place };
}

function result(reply: Reply, interfaceName: string, payload: unknown, signature = reply.signature): OperationResult {
  return { payload, interface: interfaceName, signature, sender: reply.sender, arguments: undefined };
}

/** Field by field: Node.js 20 takes 4 µs for an object literal that goes on after a spread. */
function callRequest(
  { destination, path, flags, decode, group }: OperationRequest,
  timeoutMs: number,
  { interface: interfaceName, member, signature, body, place }: OneCall,
): CallRequest {
  return {
    destination,
    path,
    interface: interfaceName,
    member,
    signature,
    body,
    flags,
    timeoutMs,
    decode,
    place,
    group,
  };
}

function bodyOf(args: FlowArguments, signature: string, names: ArgumentNames): readonly unknown[] {
  // The encoder counts them, and names the one that is missing or too many.
  if (args.kind === "list") return args.list;
  const parsed = parseSignature(signature);
  if ("problem" in parsed) {
    const params = { field: text("labels.signature"), problem: parsed.problem };
    throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field", params));
  }
  return toArguments(args.payload, parsed.types, names);
}

function onlyValue(args: FlowArguments): unknown {
  return args.kind === "list" ? args.list[0] : args.payload;
}

function deadline(timeoutMs: number): Remaining {
  if (timeoutMs === 0) return () => 0;
  const end = performance.now() + timeoutMs;
  return () => Math.max(1, Math.ceil(end - performance.now()));
}
