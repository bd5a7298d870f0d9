import type { Connection } from "../bus/connection";
import { CallFlag } from "../bus/transport";
import { asNodeError, type DBusErrorCode } from "../errors";
import type { IntrospectionCache } from "../introspect/browse";
import { findMethod, findProperty, interfacesWithProperties } from "../introspect/lookup";
import type { IntrospectedArgument, IntrospectedObject } from "../introspect/model";
import { standardMethod } from "../introspect/standard-methods";

/** A link to one bus, and what has been learnt of the services on it. */
export interface Service {
  readonly connection: Connection;
  readonly introspection: IntrospectionCache;
}

/** The member that an operation is about; what is "" has to be learnt from the object. */
export interface WantedMember {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  /** With a blank interface: the one that is meant if it has the member; "": none is likelier than others. */
  readonly likelyInterface: string;
  /** The method or property; unused with `get-all`. */
  readonly member: string;
  /** Of a method's arguments, or a property's type. */
  readonly signature: string;
  /** `CallFlag`s. */
  readonly flags: number;
}

export interface ResolvedMember {
  readonly interface: string;
  readonly signature: string;
}

export interface ResolvedMethod extends ResolvedMember {
  /** Where introspection was asked. */
  readonly in?: readonly IntrospectedArgument[];
  readonly out?: readonly IntrospectedArgument[];
}

/** Milliseconds that are left; 0 stays for ever. */
export type Remaining = () => number;

/**
 * Without introspection where interface and signature are given, or it is a method that every object has.
 * `count`: how many arguments there are, as far as that is known. Throws DBusNodeError as `findMethod`.
 */
export function resolveMethod(
  service: Service,
  wanted: WantedMember,
  count: number,
  remaining: Remaining,
): ResolvedMethod | Promise<ResolvedMethod> {
  const { member, signature } = wanted;
  if (wanted.interface !== "" && signature !== "") return { interface: wanted.interface, signature };
  const interfaceName = probable(wanted);
  const standard = standardMethod(interfaceName, member);
  if (standard !== undefined) return { interface: interfaceName, signature: standard };
  return introspectMethod(service, wanted, count, remaining);
}

async function introspectMethod(
  service: Service,
  wanted: WantedMember,
  count: number,
  remaining: Remaining,
): Promise<ResolvedMethod> {
  const { member, signature } = wanted;
  // A blank signature can't say "no arguments" to a service that does not tell what it takes: none given is none meant.
  const isEnough = probable(wanted) !== "" && (signature !== "" || count === 0);
  const model = await introspect(service, wanted, remaining, isEnough);
  if (model === undefined) return { interface: probable(wanted), signature };
  const interfaceName = interfaceIn(model, wanted, (has) => has.methods.some(({ name }) => name === member));
  const found = findMethod(model, member, interfaceName, signature, count);
  const { inSignature, in: takes, out } = found.member;
  return { interface: found.interfaceName, signature: inSignature, in: takes, out };
}

/** The signature is needed for `set` alone. Rejects with DBusNodeError as `findProperty`. */
export async function resolveProperty(
  service: Service,
  wanted: WantedMember,
  use: "get" | "set",
  remaining: Remaining,
): Promise<ResolvedMember> {
  const { member, signature } = wanted;
  const isTyped = use === "get" || signature !== "";
  if (wanted.interface !== "" && isTyped) return { interface: wanted.interface, signature };
  const model = await introspect(service, wanted, remaining, probable(wanted) !== "" && isTyped);
  if (model === undefined) return { interface: probable(wanted), signature };
  const interfaceName = interfaceIn(model, wanted, ({ properties }) => properties.has(member));
  const found = findProperty(model, member, interfaceName, use);
  return { interface: found.interfaceName, signature: signature || found.member.signature };
}

/** The interface of which all properties are to be read, or a list of those that the object has. */
export async function resolveInterfaces(
  service: Service,
  wanted: WantedMember,
  remaining: Remaining,
): Promise<string | readonly string[]> {
  if (wanted.interface !== "") return wanted.interface;
  const { likelyInterface } = wanted;
  const model = await introspect(service, wanted, remaining, likelyInterface !== "");
  const interfaces = model && interfacesWithProperties(model);
  return interfaces === undefined || interfaces.includes(likelyInterface) ? likelyInterface : interfaces;
}

function probable(wanted: WantedMember): string {
  return wanted.interface || wanted.likelyInterface;
}

function interfaceIn(
  model: IntrospectedObject,
  wanted: WantedMember,
  hasMember: (one: NonNullable<ReturnType<IntrospectedObject["interfaces"]["get"]>>) => boolean,
): string {
  if (wanted.interface !== "") return wanted.interface;
  const likely = model.interfaces.get(wanted.likelyInterface);
  return likely !== undefined && hasMember(likely) ? wanted.likelyInterface : "";
}

/** A policy may let pass what is wanted and not the question. */
const UNTOLD: ReadonlySet<DBusErrorCode> = new Set<DBusErrorCode>(["DBUS_INTROSPECTION_FAILED", "DBUS_ACCESS_DENIED"]);

/** Undefined where the object does not say what it has, and it can be done without. */
async function introspect(
  { introspection }: Service,
  { destination, path, flags }: WantedMember,
  remaining: Remaining,
  isDispensable: boolean,
): Promise<IntrospectedObject | undefined> {
  try {
    return await introspection.introspect(destination, path, remaining(), flags & ~CallFlag.noReply);
  } catch (error) {
    if (isDispensable && UNTOLD.has(asNodeError(error).code)) return undefined;
    throw error;
  }
}
