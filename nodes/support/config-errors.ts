import { DBusNodeError } from "../../lib/errors";
import type { FieldProblem } from "../../lib/shared/field-problem";
import { text } from "../../lib/shared/text";

/** What is wrong with a saved node, an error for each field. */
export function configErrors(problems: readonly FieldProblem<string>[]): readonly DBusNodeError[] {
  return problems.map(({ field, problem }) => {
    const code = field === "address" ? "DBUS_INVALID_ADDRESS" : "DBUS_INVALID_FIELD";
    return new DBusNodeError(code, text("errors.field", { field: text(`labels.${field}`), problem }));
  });
}

/**
 * Fields that hold something of another kind than their default: the editor cannot save such, a flow
 * made by hand can. What is in a field can be checked only where its kind is right.
 */
export function wrongKinds<Config extends object>(defaults: Config, config: Config): readonly FieldProblem<string>[] {
  const problems: FieldProblem<string>[] = [];
  for (const [field, fallback] of Object.entries(defaults)) {
    const value: unknown = config[field as keyof Config];
    // Numbers may be texts, and dbus-call's arguments a list: their own checks look at the kind too.
    if (typeof fallback === "number" || (field === "args" && typeof fallback === "string")) continue;
    const got = kindOf(value);
    const key = EXPECTED[kindOf(fallback)];
    if (got !== kindOf(fallback) && key !== undefined) problems.push({ field, problem: text(key, { got }) });
  }
  return problems;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: "errors.not-a-text",
  boolean: "errors.not-a-switch",
  array: "errors.not-a-list",
};

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}
