import type { NodeAPI, NodeMessage } from "node-red";
import { asNodeError, type DBusErrorCode, type DBusNodeError } from "../../lib/errors";
import type { Explanation } from "../../lib/policy/explain";
import { RefusedError } from "./refused-error";
import { translate } from "./texts";

/** What Catch sees as `msg.error`, and the flow also as `msg.dbus.error`. */
export interface FlowError extends Error {
  readonly code: DBusErrorCode;
  readonly cause: FlowErrorCause;
}

export interface FlowErrorCause {
  readonly code: string;
  /** The D-Bus error name, verbatim, where the bus or a service answered with an error. */
  readonly dbusName?: string;
  /** That error's arguments. */
  readonly body?: readonly unknown[];
  /** Who refused, and the file that would change the answer. */
  readonly explanation?: FlowExplanation;
}

export interface FlowExplanation {
  readonly kind: Explanation["kind"];
  /** The missing rule itself. */
  readonly rule?: string;
  readonly file?: string;
  /** What writes the file. */
  readonly command?: string;
  /** The file's text, where no command writes it. */
  readonly content?: string;
}

/**
 * Whatever was thrown, as Node-RED's Catch takes it: it keeps `message`, `code`, `stack` and `cause`
 * only, and the message is for people.
 */
export function flowError(RED: NodeAPI, thrown: unknown): FlowError {
  const error: DBusNodeError = asNodeError(thrown);
  const { code, dbusName, body } = error;
  const cause: FlowErrorCause = {
    code,
    ...(dbusName === undefined ? {} : { dbusName, body: body ?? [] }),
    ...(error instanceof RefusedError ? { explanation: flowExplanation(error.explanation) } : {}),
  };
  const shown = Object.assign(new Error(translate(RED, error.text), { cause }), { code, cause });
  // Where it comes from is of use only for a defect of ours.
  shown.stack = code === "DBUS_INTERNAL" ? (error.stack ?? "") : `${shown.name}: ${shown.message}`;
  return shown;
}

function flowExplanation({ kind, rule, remedy }: Explanation): FlowExplanation {
  const { file, policy, content } = remedy ?? {};
  const known = { rule, file, command: policy?.command, content };
  return { kind, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
}

/** Leaves the error in the message, for flows that go on from a Catch node. */
export function noteError(message: NodeMessage, error: FlowError): void {
  const { dbus } = message;
  const known = typeof dbus === "object" && dbus !== null ? dbus : {};
  message["dbus"] = { ...known, error: { message: error.message, ...error.cause } };
}
