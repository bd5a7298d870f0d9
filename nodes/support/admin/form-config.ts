import type { Node, NodeAPI } from "node-red";
import type { BusChoice } from "../../../lib/shared/bus-choice";
import type { FieldProblem } from "../../../lib/shared/field-problem";
import { withDefaults } from "../../../lib/shared/with-defaults";
import type { BusLink } from "../bus-link";
import { configErrors, wrongKinds } from "../config-errors";

/** The link to the bus that a dialog's fields choose, connected, to be released. Rejects as `busOfRequest`. */
export type FindBus = (choice: BusChoice) => Promise<BusLink>;

/** Node-RED takes a field for a variable where it is nothing else. */
const VARIABLE = /^\$\{[^}]+\}$/;

/**
 * The fields of a dialog as a deploy would give them to a node: defaults for what is missing, and
 * environment variables filled in. Throws DBusNodeError for the first that is wrong.
 */
export function formConfig<Config extends object>(
  RED: NodeAPI,
  node: Node | null,
  defaults: Config,
  check: (config: Config) => readonly FieldProblem<string>[],
  form: Partial<Config>,
): Config {
  const filled = Object.entries(form).map(([field, value]) => {
    if (typeof value !== "string" || !VARIABLE.test(value)) return [field, value];
    return [field, RED.util.evaluateNodeProperty(value, "env", node as Node, {})];
  });
  const config = withDefaults(defaults, Object.fromEntries(filled) as Partial<Config>);
  const [wrongKind] = configErrors(wrongKinds(defaults, config));
  if (wrongKind !== undefined) throw wrongKind;
  const [problem] = configErrors(check(config));
  if (problem !== undefined) throw problem;
  return config;
}
