import { DBusNodeError } from "../errors";
import { type MethodDefinition, signatureOfArguments } from "../shared/interface-definition";
import type { DecodeOptions, IncomingMessage } from "../wire/types";
import type { ExportedInterface } from "./exported-interface";
import type { ObjectTree } from "./object-tree";
import { type Answer, STANDARD_METHODS } from "./standard-calls";
import { ERROR_NAMES, PeerError } from "./standard-errors";
import { OBJECT_MANAGER, STANDARD_DEFINITIONS } from "./standard-interfaces";

/** What is to be done about a received call: answered at once, or handed to whoever exported the method. */
export type Dispatched =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "call"; readonly exported: ExportedInterface; readonly method: MethodDefinition };

/** Nothing of the types is lost, which a written property needs. */
const TYPED: DecodeOptions = { int64: "bigint", keepTypes: true };

/** Finds what a call is for. Throws PeerError, with the specification's error names, where it is for nothing. */
export function dispatch(tree: ObjectTree, call: IncomingMessage): Dispatched {
  const path = call.path ?? "/";
  const interfaces = tree.interfacesAt(path);
  const onTheWay = interfaces === undefined && (path === "/" || tree.childrenOf(path).length > 0);
  // "Peer": an answer from any path, whether there is an object or not.
  const known = interfaces !== undefined || onTheWay || call.interface === "org.freedesktop.DBus.Peer";
  if (!known) throw new PeerError(ERROR_NAMES.unknownObject, `No object at ${path}`);
  const own = ownMethod([...(interfaces?.values() ?? [])], call);
  if (own !== undefined) return { kind: "call", ...own };
  return { kind: "answer", answer: standardAnswer(tree, path, call) };
}

/** A call without an interface is legal: the first interface with such a method has it. */
function ownMethod(interfaces: readonly ExportedInterface[], call: IncomingMessage) {
  const meant = interfaces.filter(
    ({ definition }) => call.interface === undefined || call.interface === definition.name,
  );
  for (const exported of meant) {
    const method = exported.method(call.member ?? "");
    if (method === undefined) continue;
    checkSignature(call, signatureOfArguments(method.in));
    return { exported, method };
  }
  if (call.interface !== undefined && meant.length > 0) throw unknownMethod(call);
  return undefined;
}

function standardAnswer(tree: ObjectTree, path: string, call: IncomingMessage): Answer {
  const names = call.interface === undefined ? STANDARD_DEFINITIONS.map(({ name }) => name) : [call.interface];
  for (const name of names) {
    const method = STANDARD_METHODS.get(`${name}.${call.member}`);
    if (method === undefined || (name === OBJECT_MANAGER && path !== "/")) continue;
    checkSignature(call, method.signature);
    return method.run(tree, path, call.body(TYPED));
  }
  if (call.interface === undefined || STANDARD_DEFINITIONS.some(({ name }) => name === call.interface)) {
    throw unknownMethod(call);
  }
  throw new PeerError(ERROR_NAMES.unknownInterface, `No interface ${call.interface} at ${path}`);
}

function checkSignature({ member, signature }: IncomingMessage, expected: string): void {
  if (signature === expected) return;
  throw new PeerError(ERROR_NAMES.invalidArgs, `${member} takes arguments of type "${expected}", got "${signature}"`);
}

function unknownMethod({ member, interface: interfaceName, path }: IncomingMessage): PeerError {
  const where = interfaceName === undefined ? `at ${path}` : `on interface ${interfaceName} at ${path}`;
  return new PeerError(ERROR_NAMES.unknownMethod, `No method ${member} ${where}`);
}

/** Whatever was thrown, as a peer may see it: never a stack trace, nor anything of this machine. */
export function asPeerError(thrown: unknown): PeerError {
  if (thrown instanceof PeerError) return thrown;
  if (thrown instanceof DBusNodeError && thrown.code === "DBUS_TOO_LARGE") {
    return new PeerError(ERROR_NAMES.limitsExceeded, "It is larger, or nested deeper, than a D-Bus message may be");
  }
  const bad = thrown instanceof DBusNodeError && thrown.code !== "DBUS_INTERNAL";
  return bad
    ? new PeerError(ERROR_NAMES.invalidArgs, "The arguments cannot be read")
    : new PeerError(ERROR_NAMES.failed, "The call failed");
}
