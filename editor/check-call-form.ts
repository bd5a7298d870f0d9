import { checkCallConfig, takesArguments } from "../lib/shared/check-call";
import type { DBusCallConfig } from "../lib/shared/dbus-call-config";
import type { FieldCheckOptions, FieldProblem } from "../lib/shared/field-problem";
import { type Text, text } from "../lib/shared/text";
import { typedProblem } from "./typed-problem";

/** The shared checks, and of typed inputs what the editor alone can judge (JSONata, property names). */
export function checkCallForm(
  config: DBusCallConfig,
  options: FieldCheckOptions,
): readonly FieldProblem<keyof DBusCallConfig>[] {
  const problems = checkCallConfig(config, options);
  if (!takesArguments(config.operation) || problems.some(({ field }) => field === "args")) return problems;
  const problem = checkTypedInputs(config);
  return problem === undefined ? problems : [...problems, { field: "args", problem }];
}

function checkTypedInputs({ args, argsType }: DBusCallConfig): Text | undefined {
  if (typeof args === "string") {
    const problem = argsType === "list" ? undefined : typedProblem(args, argsType);
    return problem === undefined ? undefined : text("fields.args-input", { problem });
  }
  for (const [at, { value, type }] of args.entries()) {
    const problem = typedProblem(value, type);
    if (problem !== undefined) return text("fields.args-row", { number: at + 1, problem });
  }
  return undefined;
}
