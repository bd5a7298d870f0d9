import type { ArgumentInputType, ArgumentRow } from "../../lib/shared/dbus-call-config";
import { text } from "../../lib/shared/text";
import { RowList } from "./row-list";
import { fromTemplate } from "./template";

/** Where an argument's value may come from, as Node-RED's typed input names it; text first in a row. */
const ROW_TYPES: readonly ArgumentInputType[] = [
  "str",
  "num",
  "bool",
  "json",
  "bin",
  "msg",
  "flow",
  "global",
  "env",
  "jsonata",
];

/** One typed input for each argument of a call, in order. */
export function argumentList(list: JQuery, rows: readonly ArgumentRow[], changed: () => void): RowList<ArgumentRow> {
  return new RowList(list, rows, {
    addButton: text("labels.add-argument"),
    blank: () => ({ value: "", type: "str" }),
    build: (container, row) => {
      const input = fromTemplate("argument-row").appendTo(container).find("input");
      input.typedInput({ default: row.type, types: ROW_TYPES });
      input.typedInput("width", "100%");
      input.typedInput("type", row.type);
      input.typedInput("value", row.value);
      return () => ({
        value: input.typedInput("value"),
        type: input.typedInput("type") as ArgumentInputType,
      });
    },
    changed,
  });
}
