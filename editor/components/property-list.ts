import { text } from "../../lib/shared/text";
import { nameField } from "./name-field";
import { RowList } from "./row-list";
import { fromTemplate } from "./template";

/** Names of properties, one in each row; `complete` lets a row's field offer what there is. */
export function propertyList(
  list: JQuery,
  rows: readonly string[],
  changed: () => void,
  complete: (input: JQuery) => void,
): RowList<string> {
  return new RowList(list, rows, {
    addButton: text("labels.add-property"),
    blank: () => "",
    build: (container, row) => {
      const input = fromTemplate("property-row").appendTo(container).find("input");
      nameField(input.val(row));
      complete(input);
      return () => String(input.val());
    },
    changed,
  });
}
