import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { FlowArguments } from "../../lib/client/operations";
import { DBusNodeError } from "../../lib/errors";
import { takesArguments } from "../../lib/shared/check-call";
import type { ArgumentInputType, ArgumentRow, DBusCallConfig } from "../../lib/shared/dbus-call-config";
import { text } from "../../lib/shared/text";

/**
 * Reads a node's argument fields for one message, at once where nothing has to be evaluated. Rejects with
 * DBusNodeError DBUS_INVALID_ARGUMENT.
 */
export type ReadArguments = (message: NodeMessage) => FlowArguments | Promise<FlowArguments>;

type ReadInput = (message: NodeMessage) => unknown;

const PLAIN_NAME = /^(?!msg$)[A-Za-z_$][\w$]*$/;
const NONE: FlowArguments = { kind: "list", list: [] };

/** What can be prepared is prepared once, at deploy. */
export function argumentInputs(RED: NodeAPI, node: Node, config: DBusCallConfig): ReadArguments {
  if (!takesArguments(config.operation)) return () => NONE;
  const { args, argsType } = config;
  if (argsType === "list") {
    const rows = (args as readonly ArgumentRow[]).map((row) => input(RED, node, row));
    return async (message) => ({ kind: "list", list: await Promise.all(rows.map((read) => read(message))) });
  }
  const read = input(RED, node, { value: String(args), type: argsType });
  return (message) => {
    const payload = read(message);
    return payload instanceof Promise ? payload.then(asPayload) : asPayload(payload);
  };
}

function asPayload(payload: unknown): FlowArguments {
  return { kind: "payload", payload };
}

function input(RED: NodeAPI, node: Node, { value, type }: ArgumentRow): ReadInput {
  if (type === "msg") {
    // An expression is parsed for each message; a name alone needs no parser.
    return PLAIN_NAME.test(value) ? (message) => message[value] : (message) => messageProperty(RED, message, value);
  }
  if (type === "num") return () => exactNumber(value);
  if (type === "jsonata") return jsonata(RED, node, value);
  return (message) => evaluate(RED, node, value, type, message);
}

/** Throws where a part of the way to it is missing, or the expression is not well-formed. */
function messageProperty(RED: NodeAPI, message: NodeMessage, expression: string): unknown {
  try {
    return RED.util.getMessageProperty(message, expression);
  } catch (error) {
    throw unreadable("msg", error);
  }
}

/** A 64-bit number in a field must not lose its last digits. */
function exactNumber(value: string): number | bigint {
  const number = Number(value);
  const digits = /^\+?(-?\d+)$/.exec(value.trim())?.[1];
  return digits !== undefined && !Number.isSafeInteger(number) ? BigInt(digits) : number;
}

function jsonata(RED: NodeAPI, node: Node, value: string): ReadInput {
  let expression: ReturnType<typeof RED.util.prepareJSONataExpression>;
  try {
    expression = RED.util.prepareJSONataExpression(value, node);
  } catch (error) {
    throw unreadable("jsonata", error);
  }
  return (message) =>
    new Promise((resolve, reject) => {
      RED.util.evaluateJSONataExpression(expression, message, (error: unknown, result: unknown) => {
        // JSONata's errors are plain objects.
        if (error) reject(unreadable("jsonata", error));
        else resolve(result);
      });
    });
}

/** Throws synchronously for some types even with a callback (JSON, buffers), and never more than once. */
function evaluate(
  RED: NodeAPI,
  node: Node,
  value: string,
  type: ArgumentInputType,
  message: NodeMessage,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    try {
      RED.util.evaluateNodeProperty(value, type, node, message, (error: unknown, result: unknown) => {
        if (error) reject(unreadable(type, error));
        else resolve(result);
      });
    } catch (error) {
      reject(unreadable(type, error));
    }
  });
}

function unreadable(type: ArgumentInputType, error: unknown): DBusNodeError {
  const { message } = error as { message?: unknown };
  const params = { type, reason: typeof message === "string" ? message : String(error) };
  return new DBusNodeError("DBUS_INVALID_ARGUMENT", text("errors.argument-input", params), { cause: error });
}
