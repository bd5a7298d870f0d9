import { text } from "../../lib/shared/text";
import { nameField } from "./name-field";
import { RowList } from "./row-list";
import { fromTemplate } from "./template";

/** Names of properties, one in each row. */
export function propertyList(list: JQuery, rows: readonly string[], changed: () => void): RowList<string> {
  return new RowList(list, rows, {
    addButton: text("labels.add-property"),
    blank: () => "",
    build: (container, row) => {
      const input = fromTemplate("property-row").appendTo(container).find("input");
      nameField(input.val(row));
      return () => String(input.val());
    },
    changed,
  });
}
