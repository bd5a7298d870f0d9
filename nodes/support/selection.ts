import type { NodeMessage } from "node-red";
import { DBusNodeError } from "../../lib/errors";
import { checkSelection } from "../../lib/shared/check-signal";
import type { SignalSelection } from "../../lib/shared/dbus-signal-config";
import { text } from "../../lib/shared/text";
import { describeValue } from "../../lib/values/describe";
import { configErrors } from "./config-errors";
import { dbusFields } from "./message";

const TEXTS = ["sender", "path", "interface", "member"] as const;
const SWITCHES = ["pathNamespace", "nameNamespace", "initial", "vanished"] as const;
const LISTS = ["args", "properties"] as const;
const WORDS = ["listen", "invalidated"] as const;

/** The fields of a selection alone, in a fixed order, so that two can be compared by their JSON. */
export function selectionOf(config: SignalSelection): SignalSelection {
  const {
    listen,
    sender,
    path,
    pathNamespace,
    nameNamespace,
    member,
    args,
    properties,
    initial,
    invalidated,
    vanished,
  } = config;
  const { interface: interfaceName } = config;
  const names = { sender, path, pathNamespace, nameNamespace, interface: interfaceName, member };
  return { listen, ...names, args, properties, initial, invalidated, vanished };
}

/** Whether a message names anything of a selection. */
export function namesSelection(message: NodeMessage): boolean {
  const fields = dbusFields(message);
  return [...TEXTS, ...SWITCHES, ...LISTS, ...WORDS].some((name) => fields[name] !== undefined);
}

/**
 * What a message to a dynamic node selects: the node's own text fields and lists where they are filled
 * in, else those of `msg.dbus`; switches and words of the message, else the node's. Throws DBusNodeError
 * DBUS_INVALID_FIELD.
 */
export function messageSelection(config: SignalSelection, message: NodeMessage): SignalSelection {
  const fields = dbusFields(message);
  const selection: Record<string, unknown> = { ...selectionOf(config) };
  for (const name of TEXTS) {
    if (config[name] === "" && fields[name] !== undefined) selection[name] = typed(name, fields[name], "string");
  }
  for (const name of LISTS) {
    if (config[name].length === 0 && fields[name] !== undefined) selection[name] = list(name, fields[name]);
  }
  for (const name of SWITCHES) if (fields[name] !== undefined) selection[name] = typed(name, fields[name], "boolean");
  for (const name of WORDS) if (fields[name] !== undefined) selection[name] = typed(name, fields[name], "string");
  const result = selection as unknown as SignalSelection;
  const [problem] = configErrors(checkSelection(result, { complete: true }));
  if (problem !== undefined) throw problem;
  return result;
}

function typed(name: string, value: unknown, type: "string" | "boolean"): unknown {
  if (typeof value === type) return value;
  throw wrong(name, text(type === "string" ? "errors.not-a-text" : "errors.not-a-switch", { got: typeof value }));
}

/** Each property a text, each condition an object: what is in them `checkSelection` judges. */
function list(name: (typeof LISTS)[number], value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(name, text("errors.not-a-list", { got: typeof value }));
  const type = name === "args" ? "object" : "string";
  for (const item of value) {
    if (typeof item === type && item !== null) continue;
    const expected = text(type === "object" ? "kinds.object" : "kinds.string");
    throw wrong(name, text("errors.expected", { expected, got: describeValue(item) }));
  }
  return value;
}

function wrong(name: string, problem: ReturnType<typeof text>): DBusNodeError {
  return new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field", { field: text(`labels.${name}`), problem }));
}
