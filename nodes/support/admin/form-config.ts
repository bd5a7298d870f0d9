import type { Node, NodeAPI } from "node-red";
import { DBusNodeError } from "../../../lib/errors";
import type { BusChoice } from "../../../lib/shared/bus-choice";
import { type FieldProblem, isPlaceholder } from "../../../lib/shared/field-problem";
import { text } from "../../../lib/shared/text";
import { withDefaults } from "../../../lib/shared/with-defaults";
import type { BusLink } from "../bus-link";
import { configErrors, wrongKinds } from "../config-errors";

/** The link to the bus that a dialog's fields choose, connected, to be released. Rejects as `busOfRequest`. */
export type FindBus = (choice: BusChoice) => Promise<BusLink>;

/**
 * The fields of a dialog as a deploy would give them to a node: defaults for what is missing, and
 * environment variables filled in. `node`: the deployed one, null where there is none. Throws DBusNodeError for
 * the first that is wrong.
 */
export function formConfig<Config extends object>(
  RED: NodeAPI,
  node: Node | null,
  defaults: Config,
  check: (config: Config) => readonly FieldProblem<string>[],
  form: Partial<Config>,
): Config {
  const config = withDefaults(defaults, withVariables(RED, node, form) as Partial<Config>);
  const [wrongKind] = configErrors(wrongKinds(defaults, config));
  if (wrongKind !== undefined) throw wrongKind;
  const [problem] = configErrors(check(config));
  if (problem !== undefined) throw problem;
  return config;
}

/** In rows of a list too, as Node-RED does it. What names no variable that is set stays, and is told by the checks. */
function withVariables(RED: NodeAPI, node: Node | null, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withVariables(RED, node, item));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withVariables(RED, node, item)]));
  }
  if (typeof value !== "string" || !isPlaceholder(value)) return value;
  const name = value.slice(2, -1);
  const found: unknown = RED.util.getSetting(node as Node, name);
  // Only a node that runs knows the variables of its flow, group or subflow.
  if (found === undefined && node === null) {
    throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.try-variable", { name }));
  }
  return found ?? value;
}
