import { INT64_FORMS } from "./bus-choice";
import { checkArguments } from "./check-arguments";
import { checkBusChoice } from "./check-bus-choice";
import { type CallOperation, type DBusCallConfig, MAX_TIMEOUT_SECONDS } from "./dbus-call-config";
import {
  checkChoice,
  checkFilled,
  checkNumber,
  type FieldCheckOptions,
  type FieldProblem,
  FieldProblems,
} from "./field-problem";
import { checkBusName, checkInterfaceName, checkMemberName, checkObjectPath, checkPropertyName } from "./names";
import { checkSignature, checkSingleType } from "./signature";
import { type Text, text } from "./text";

const BUSES = ["system", "session", "address", "msg"] as const;
const OPERATIONS: readonly CallOperation[] = ["call", "get", "set", "get-all"];

/** Whether the operation sends arguments, and so has the fields `signature` and `args`. */
export function takesArguments(operation: CallOperation): boolean {
  return operation === "call" || operation === "set";
}

/**
 * What is wrong with a saved dbus-call node, all fields at once; empty when it is good. The dialog
 * and the runtime judge by this same function. A blank text field is good: it comes from the message.
 */
export function checkCallConfig(
  config: DBusCallConfig,
  options: FieldCheckOptions = {},
): readonly FieldProblem<keyof DBusCallConfig>[] {
  const problems = new FieldProblems<keyof DBusCallConfig>();
  const { operation } = config;
  problems.found.push(...checkBusChoice(config, BUSES, options));
  problems.add("operation", checkChoice(operation, OPERATIONS));
  problems.add("destination", checkFilled(config.destination, checkBusName, options));
  problems.add("path", checkFilled(config.path, checkObjectPath, options));
  problems.add("interface", checkFilled(config.interface, checkInterfaceName, options));
  if (operation !== "get-all") {
    const check = operation === "call" ? checkMemberName : checkPropertyName;
    problems.add("member", checkFilled(config.member, check, options));
  }
  if (takesArguments(operation)) {
    const check = operation === "set" ? checkSingleType : checkSignature;
    problems.add(
      "signature",
      checkFilled(config.signature, (signature) => check(signature) ?? checkSendable(signature), options),
    );
    problems.add("args", checkArguments(config, options));
  }
  problems.add("timeout", checkNumber(config.timeout, MAX_TIMEOUT_SECONDS, "fields.timeout", options));
  problems.add("int64", checkChoice(config.int64, INT64_FORMS));
  return problems.found;
}

/** In a valid signature an `h` can only be the type of that code. */
function checkSendable(signature: string): Text | undefined {
  return signature.includes("h") ? text("fields.file-descriptor", { signature }) : undefined;
}
