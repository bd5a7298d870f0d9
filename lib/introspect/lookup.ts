import { DBusNodeError } from "../errors";
import { type Text, text } from "../shared/text";
import {
  type IntrospectedInterface,
  type IntrospectedMethod,
  type IntrospectedObject,
  type IntrospectedProperty,
  type IntrospectedSignal,
  STANDARD_INTERFACES,
} from "./model";
import { nearNames } from "./near-names";

/** At most so many names are listed in an error. */
const MOST_NAMES = 8;

/** A method or signal, or a property, and the interface that has it. */
export interface Found<Member> {
  readonly interfaceName: string;
  readonly member: Member;
}

/**
 * The one method that is meant. `interfaceName` and `signature` (of the arguments) may be "": not
 * given. Without an interface the one that has the method is taken; the standard interfaces count
 * only where no other has it. Among overloads the signature decides, else the number of arguments where
 * that is known: a blank signature can't say "no arguments".
 *
 * Throws DBusNodeError DBUS_INTERFACE_NOT_FOUND, DBUS_METHOD_NOT_FOUND, DBUS_AMBIGUOUS.
 */
export function findMethod(
  model: IntrospectedObject,
  member: string,
  interfaceName: string,
  signature: string,
  argumentCount?: number,
): Found<IntrospectedMethod> {
  const interfaces = candidates(model, interfaceName);
  const named = interfaces.flatMap((one) =>
    one.methods.filter(({ name }) => name === member).map((method) => ({ interfaceName: one.name, member: method })),
  );
  if (named.length === 0) {
    const names = interfaces.flatMap((one) => one.methods.map(({ name }) => name));
    throw notFound("DBUS_METHOD_NOT_FOUND", "method", member, interfaceName, names);
  }
  const fitting = signature === "" ? named : named.filter((found) => found.member.inSignature === signature);
  if (fitting.length === 0) {
    const signatures = listed(named.map((found) => shownSignature(found.member.inSignature)));
    throw new DBusNodeError(
      "DBUS_METHOD_NOT_FOUND",
      text("errors.method-signature", { member, signature, signatures }),
    );
  }
  const overloads = inOneInterface(fitting, member);
  const counted = overloads.filter((found) => found.member.in.length === argumentCount);
  const only = overloads.length === 1 ? overloads[0] : counted.length === 1 ? counted[0] : undefined;
  if (only !== undefined) return only;
  const signatures = listed(overloads.map((found) => shownSignature(found.member.inSignature)));
  throw new DBusNodeError("DBUS_AMBIGUOUS", text("errors.ambiguous-overload", { member, signatures }));
}

/**
 * The one property that is meant; `interfaceName` as for findMethod. `use` is what will be done with it.
 *
 * Throws DBusNodeError DBUS_INTERFACE_NOT_FOUND, DBUS_PROPERTY_NOT_FOUND, DBUS_AMBIGUOUS and, for
 * `set`, DBUS_PROPERTY_READ_ONLY.
 */
export function findProperty(
  model: IntrospectedObject,
  property: string,
  interfaceName: string,
  use: "get" | "set",
): Found<IntrospectedProperty> {
  const interfaces = candidates(model, interfaceName);
  const named = interfaces.flatMap((one) => {
    const member = one.properties.get(property);
    return member === undefined ? [] : [{ interfaceName: one.name, member }];
  });
  if (named.length === 0) {
    const names = interfaces.flatMap((one) => [...one.properties.keys()]);
    throw notFound("DBUS_PROPERTY_NOT_FOUND", "property", property, interfaceName, names);
  }
  const [found] = inOneInterface(named, property);
  if (use === "set" && found.member.access === "read") {
    const where = { property, interface: found.interfaceName };
    throw new DBusNodeError("DBUS_PROPERTY_READ_ONLY", text("errors.read-only-property", where));
  }
  return found;
}

/**
 * The declaration of a signal that came, for the names of its arguments; undefined where the object
 * declares none such: services do emit signals that they do not declare.
 */
export function findSignal(
  model: IntrospectedObject,
  member: string,
  interfaceName: string,
  signature: string,
): IntrospectedSignal | undefined {
  const signals = model.interfaces.get(interfaceName)?.signals ?? [];
  return signals.find((signal) => signal.name === member && signal.signature === signature);
}

/** The interfaces of which GetAll has something to tell: those with a property that can be read. */
export function interfacesWithProperties(model: IntrospectedObject): string[] {
  return [...model.interfaces.values()]
    .filter(({ properties }) => [...properties.values()].some(({ access }) => access !== "write"))
    .map(({ name }) => name);
}

function candidates(model: IntrospectedObject, interfaceName: string): IntrospectedInterface[] {
  if (interfaceName === "") return [...model.interfaces.values()];
  const one = model.interfaces.get(interfaceName);
  if (one !== undefined) return [one];
  const names = [...model.interfaces.keys()];
  const params = { interface: interfaceName, hint: hint(interfaceName, names) };
  throw new DBusNodeError("DBUS_INTERFACE_NOT_FOUND", text("errors.no-such-interface", params));
}

type AtLeastOne<Member> = readonly [Found<Member>, ...Found<Member>[]];

/** What is left when the standard interfaces stand back; throws where that is still more than one interface's. */
function inOneInterface<Member>(found: readonly Found<Member>[], member: string): AtLeastOne<Member> {
  const own = found.filter(({ interfaceName }) => !STANDARD_INTERFACES.has(interfaceName));
  const [first, ...others] = own.length > 0 ? own : found;
  if (first === undefined) throw new RangeError("no member to choose from");
  if (others.some(({ interfaceName }) => interfaceName !== first.interfaceName)) {
    const interfaces = listed([first, ...others].map(({ interfaceName }) => interfaceName));
    throw new DBusNodeError("DBUS_AMBIGUOUS", text("errors.ambiguous-interface", { member, interfaces }));
  }
  return [first, ...others];
}

function notFound(
  code: "DBUS_METHOD_NOT_FOUND" | "DBUS_PROPERTY_NOT_FOUND",
  kind: "method" | "property",
  member: string,
  interfaceName: string,
  names: readonly string[],
): DBusNodeError {
  const params = { member, hint: hint(member, names) };
  return interfaceName === ""
    ? new DBusNodeError(code, text(`errors.no-${kind}-on-object`, params))
    : new DBusNodeError(code, text(`errors.no-${kind}-on-interface`, { ...params, interface: interfaceName }));
}

/** What may have been meant; else what there is. */
function hint(typed: string, names: readonly string[]): Text {
  const near = nearNames(typed, names);
  if (near.length > 0) return text("errors.did-you-mean", { names: near.join(", ") });
  return names.length > 0 ? text("errors.there-is", { names: listed(names) }) : text("errors.there-is-none");
}

function listed(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const shown = distinct.slice(0, MOST_NAMES).join(", ");
  return distinct.length > MOST_NAMES ? `${shown}, …` : shown;
}

/** The signature of no arguments, where a reader can see it. */
function shownSignature(signature: string): string {
  return signature === "" ? "()" : signature;
}
