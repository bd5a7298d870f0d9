import type { NodeMessage } from "node-red";
import { asNodeError, DBusNodeError } from "../../lib/errors";
import type { MethodCall } from "../../lib/export/exported-interface";
import type { FlowReply } from "../../lib/export/flow-reply";
import { ERROR_NAMES } from "../../lib/export/standard-errors";
import type { DBusPublishConfig } from "../../lib/shared/dbus-publish-config";
import { type PropertyDefinition, signatureOfArguments } from "../../lib/shared/interface-definition";
import { checkErrorName } from "../../lib/shared/names";
import { text } from "../../lib/shared/text";
import { argumentsByName, fromArguments } from "../../lib/values/arguments";
import { tagOf } from "../../lib/values/containers";
import type { StoredValue } from "../../lib/wire/stored-value";
import { type BusLink, shownAddress } from "./bus-link";
import { dbusFields } from "./message";

/**
 * Where a message says which call it is the answer to: beside `msg.dbus`, which another D-Bus node on
 * the way replaces.
 */
export const CALL_TOKEN = "_dbusCall";

/** Output 1: a method call. */
export function callMessage(call: MethodCall, link: BusLink): NodeMessage {
  const { method, body, path, interfaceName, sender } = call;
  const names = argumentsByName(
    body,
    method.in.map(({ name }) => name),
  );
  return {
    topic: method.name,
    payload: fromArguments(body),
    [CALL_TOKEN]: call.token,
    dbus: {
      bus: link.target.kind,
      address: shownAddress(link),
      sender,
      path,
      interface: interfaceName,
      member: method.name,
      signature: signatureOfArguments(method.in),
      ...(names === undefined ? {} : { arguments: names }),
    },
  };
}

/** Output 2: a property that a peer has written. */
export function writeMessage(
  { int64, keepTypes, interface: interfaceName }: DBusPublishConfig,
  path: string,
  { name, signature }: PropertyDefinition,
  value: StoredValue,
  sender: string,
  link: BusLink,
): NodeMessage {
  const dbus = { bus: link.target.kind, address: shownAddress(link), sender, path, interface: interfaceName };
  return { topic: name, payload: value.read({ int64, keepTypes }), dbus: { ...dbus, member: name, signature } };
}

/** What a message answers its call with: an error where `msg.dbus.error` says one, else its payload. */
export function replyOf(message: NodeMessage): FlowReply {
  try {
    const { error } = dbusFields(message);
    if (error === undefined || error === null) return { kind: "return", payload: message.payload };
    if (typeof error === "string") return { kind: "error", name: ERROR_NAMES.failed, message: error };
    if (typeof error !== "object") throw badError(typeof error);
    const { name, dbusName, message: said } = error as Readonly<Record<string, unknown>>;
    if (typeof (said ?? "") !== "string") throw badError(`{message: ${typeof said}}`);
    // What a function node has caught has a name of JavaScript's, such as TypeError.
    const isCaught = tagOf(error) === "[object Error]" && checkErrorName(String(name)) !== undefined;
    const given = [isCaught ? undefined : name, dbusName].find(
      (value) => value !== undefined && value !== null && value !== "",
    );
    return { kind: "error", name: String(given ?? ERROR_NAMES.failed), message: String(said ?? "") };
  } catch (problem) {
    return { kind: "unfit", problem: asNodeError(problem) };
  }
}

function badError(got: string): DBusNodeError {
  return new DBusNodeError("DBUS_INVALID_FIELD", text("errors.dbus-error-unfit", { got }));
}
