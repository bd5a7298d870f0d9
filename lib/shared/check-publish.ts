import { INT64_FORMS } from "./bus-choice";
import { checkBusChoice } from "./check-bus-choice";
import { checkMethods, checkProperties, checkSignals } from "./check-definition";
import { completeRows } from "./complete-rows";
import type { DBusPublishConfig, PublishAction } from "./dbus-publish-config";
import { checkChoice, checkFilled, type FieldCheckOptions, type FieldProblem, FieldProblems } from "./field-problem";
import { checkBusName, checkInterfaceName, checkMemberName, checkObjectPath, checkWellKnownName } from "./names";
import { checkSignature } from "./signature";
import { text } from "./text";

const BUSES = ["system", "session", "address"] as const;
const ACTIONS: readonly PublishAction[] = ["export", "signal", "reply"];

/** The bus's own, and what every object has already: nobody else may export them. */
const RESERVED = /^org\.freedesktop\.DBus(\.|$)/;

/**
 * What is wrong with a saved dbus-publish node, all fields at once; empty when it is good. The dialog
 * and the runtime judge by this same function.
 */
export function checkPublishConfig(
  config: DBusPublishConfig,
  options: FieldCheckOptions = {},
): readonly FieldProblem<keyof DBusPublishConfig>[] {
  const problems = new FieldProblems<keyof DBusPublishConfig>();
  const { action } = config;
  problems.add("action", checkChoice(action, ACTIONS));
  if (action === "reply") return problems.found;
  problems.found.push(...checkBusChoice(config, BUSES, options));
  problems.add("busName", checkFilled(config.busName, checkWellKnownName, options));
  if (RESERVED.test(config.busName)) problems.add("busName", text("fields.reserved", { name: config.busName }));
  problems.add("path", checkFilled(config.path, checkObjectPath, options));
  problems.add("interface", checkFilled(config.interface, checkInterfaceName, options));
  if (action === "signal") {
    problems.add("member", checkFilled(config.member, checkMemberName, options));
    problems.add("signature", checkFilled(config.signature, checkSignature, options));
    problems.add("destination", checkFilled(config.destination, checkBusName, options));
    return problems.found;
  }
  if (config.interface === "") problems.add("interface", text("fields.interface-missing"));
  if (RESERVED.test(config.interface)) problems.add("interface", text("fields.reserved", { name: config.interface }));
  const { properties, methods, signals } = completeRows(config);
  problems.add("properties", checkProperties(properties));
  problems.add("methods", checkMethods(methods));
  problems.add("signals", checkSignals(signals));
  problems.add("int64", checkChoice(config.int64, INT64_FORMS));
  return problems.found;
}
