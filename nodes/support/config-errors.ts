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
