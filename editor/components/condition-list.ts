import { type ArgumentCondition, MAX_ARGUMENT_INDEX } from "../../lib/shared/match-rule";
import { text } from "../../lib/shared/text";
import { RowList } from "./row-list";
import { fromTemplate } from "./template";

/** Conditions on a signal's arguments: which argument, how it is compared, with what. */
export function conditionList(
  list: JQuery,
  rows: readonly ArgumentCondition[],
  changed: () => void,
): RowList<ArgumentCondition> {
  return new RowList(list, rows, {
    addButton: text("labels.add-condition"),
    blank: (there) => ({ index: firstFree(there), kind: "equal", value: "" }),
    build: (container, row) => {
      const fields = fromTemplate("condition-row").appendTo(container);
      const index = fields.find(".dbus-condition-index").val(row.index);
      const kind = fields.find(".dbus-condition-kind").val(row.kind);
      const value = fields.find(".dbus-condition-value").val(row.value);
      return () => ({
        index: readIndex(String(index.val())),
        kind: kind.val() as ArgumentCondition["kind"],
        value: String(value.val()),
      });
    },
    changed,
  });
}

/** The bus takes one condition for an argument. */
function firstFree(rows: readonly ArgumentCondition[]): number {
  const taken = new Set(rows.map((row) => row.index));
  let index = 0;
  while (taken.has(index) && index < MAX_ARGUMENT_INDEX) index++;
  return index;
}

/** NaN for a blank field, which Number would read as 0. */
function readIndex(value: string): number {
  return value.trim() === "" ? Number.NaN : Number(value);
}
