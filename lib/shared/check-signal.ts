import { INT64_FORMS } from "./bus-choice";
import { checkBusChoice } from "./check-bus-choice";
import type { DBusSignalConfig, ListenKind, SignalSelection } from "./dbus-signal-config";
import {
  checkChoice,
  checkFilled,
  checkNumber,
  type FieldCheckOptions,
  type FieldProblem,
  FieldProblems,
} from "./field-problem";
import { type ArgumentCondition, formatMatchRule, MAX_ARGUMENT_INDEX, MAX_MATCH_RULE_BYTES } from "./match-rule";
import {
  checkBusName,
  checkInterfaceName,
  checkMemberName,
  checkNamespace,
  checkObjectPath,
  checkPropertyName,
} from "./names";
import { matchRuleOf } from "./selection-rule";
import { type Text, text } from "./text";

const BUSES = ["system", "session", "address"] as const;
const LISTEN_KINDS: readonly ListenKind[] = ["signal", "properties", "objects", "names"];
const CONDITION_KINDS: readonly ArgumentCondition["kind"][] = ["equal", "path", "namespace"];
/** The longest interval that a timer can hold, in milliseconds. */
const MAX_RATE_LIMIT = 2_147_483_647;

/**
 * What is wrong with a saved dbus-signal node, all fields at once; empty when it is good. The dialog
 * and the runtime judge by this same function.
 */
export function checkSignalConfig(
  config: DBusSignalConfig,
  options: FieldCheckOptions = {},
): readonly FieldProblem<keyof DBusSignalConfig>[] {
  const problems = new FieldProblems<keyof DBusSignalConfig>();
  problems.found.push(...checkBusChoice(config, BUSES, options));
  // With an input the fields may still come, in msg.dbus.
  problems.found.push(...checkSelection(config, { ...options, complete: !config.dynamic }));
  problems.add("rateLimit", checkNumber(config.rateLimit, MAX_RATE_LIMIT, "fields.rate-limit", options));
  problems.add("int64", checkChoice(config.int64, INT64_FORMS));
  return problems.found;
}

export interface SelectionCheckOptions extends FieldCheckOptions {
  /** Fields that this way of listening cannot do without have to be there. */
  readonly complete: boolean;
}

/** The same for what is listened to: a node's own fields, or those of a dynamic subscription (`complete`). */
export function checkSelection(
  selection: SignalSelection,
  options: SelectionCheckOptions,
): readonly FieldProblem<keyof SignalSelection>[] {
  const problems = new FieldProblems<keyof SignalSelection>();
  const { listen } = selection;
  problems.add("listen", checkChoice(listen, LISTEN_KINDS));
  const namespace = listen === "names" && selection.nameNamespace;
  problems.add("sender", checkFilled(selection.sender, namespace ? checkNamespace : checkBusName, options));
  if (listen !== "names") problems.add("path", checkFilled(selection.path, checkObjectPath, options));
  if (options.complete && (listen === "properties" || listen === "objects")) {
    if (selection.sender === "") problems.add("sender", text("fields.service-missing"));
  }
  if (options.complete && listen === "objects" && selection.path === "") {
    problems.add("path", text("fields.manager-path-missing"));
  }
  if (listen === "signal" || listen === "properties") {
    problems.add("interface", checkFilled(selection.interface, checkInterfaceName, options));
  }
  if (listen === "signal") {
    problems.add("member", checkFilled(selection.member, checkMemberName, options));
    problems.add("args", checkConditions(selection.args, options));
  }
  if (listen === "properties") {
    problems.add("properties", checkProperties(selection.properties, options));
    problems.add("invalidated", checkChoice(selection.invalidated, ["fetch", "report"]));
  }
  if (problems.found.length === 0) problems.add("args", checkRuleLength(selection));
  return problems.found;
}

/** Conditions on arguments: each index once, whichever kind (the bus refuses the rule otherwise). */
function checkConditions(conditions: readonly ArgumentCondition[], options: FieldCheckOptions = {}): Text | undefined {
  const seen = new Set<number>();
  for (const condition of conditions) {
    const { index } = condition;
    if (!Number.isInteger(index) || index < 0 || index > MAX_ARGUMENT_INDEX) {
      return text("fields.condition-index", { index: String(index), most: MAX_ARGUMENT_INDEX });
    }
    if (seen.has(index)) return text("fields.condition-twice", { index });
    seen.add(index);
    const problem = checkCondition(condition, options);
    if (problem !== undefined) return text("fields.condition", { index, problem });
  }
  return undefined;
}

function checkCondition({ index, kind, value }: ArgumentCondition, options: FieldCheckOptions): Text | undefined {
  const known = checkChoice(kind, CONDITION_KINDS);
  if (known !== undefined) return known;
  if (typeof value !== "string") return text("fields.condition-value");
  if (kind === "equal") return checkFilled(value, checkText, options);
  if (value === "") return text("fields.condition-blank");
  if (kind === "path") return checkFilled(value, checkText, options);
  // "Message Bus: Match Rules" knows arg0namespace only.
  return index === 0 ? checkFilled(value, checkNamespace, options) : text("fields.condition-namespace");
}

/** Any text can be compared with, as long as it can be sent: no NUL, no half of a surrogate pair. */
function checkText(value: string): Text | undefined {
  return /[\0\p{Surrogate}]/u.test(value) ? text("fields.condition-value") : undefined;
}

function checkProperties(properties: readonly string[], options: FieldCheckOptions): Text | undefined {
  const seen = new Set<string>();
  for (const property of properties) {
    if (seen.has(property)) return text("fields.property-twice", { name: property });
    seen.add(property);
    const problem = property === "" ? text("fields.property-blank") : checkFilled(property, checkPropertyName, options);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkRuleLength(selection: SignalSelection): Text | undefined {
  const length = new TextEncoder().encode(formatMatchRule(matchRuleOf(selection))).length;
  return length > MAX_MATCH_RULE_BYTES
    ? text("fields.rule-too-long", { length, most: MAX_MATCH_RULE_BYTES })
    : undefined;
}
