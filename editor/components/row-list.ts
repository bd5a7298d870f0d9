import type { Text } from "../../lib/shared/text";
import { say } from "../say";

export interface RowListOptions<Row> {
  readonly addButton: Text;
  /** What an added row begins with; `rows` are those that are there. */
  readonly blank: (rows: readonly Row[]) => Row;
  /** Fills a row's container and returns how to read the row. */
  readonly build: (container: JQuery, row: Row) => () => Row;
  /** After a row was added, removed or moved; a change inside a row bubbles as any other does. */
  readonly changed: () => void;
}

/** Rows that a person adds, removes and puts in order: a typed face of Node-RED's editableList. */
export class RowList<Row> {
  readonly #list: JQuery;
  readonly #changed: () => void;
  /** While rows are put in by code, only their whole is a change. */
  #filling = true;
  /** How to read a row, by the object that editableList keeps for it. */
  readonly #readers = new WeakMap<object, () => Row>();
  /** Rows that were added and in which nothing has been done yet. */
  readonly #untouched = new Set<object>();

  constructor(list: JQuery, rows: readonly Row[], { addButton, blank, build, changed }: RowListOptions<Row>) {
    this.#list = list;
    this.#changed = changed;
    const told = () => {
      // A removed row tells when it has faded out; the dialog may be closed by then.
      if (!this.#filling && list[0]?.isConnected) changed();
    };
    list.editableList({
      addButton: say(addButton),
      height: "auto",
      sortable: true,
      removable: true,
      addItem: (container: JQuery, _index: number, item: { row?: Row }) => {
        this.#readers.set(item, build(container, item.row ?? blank(this.rows())));
        if (!this.#filling) this.#watch(container, item);
        told();
      },
      removeItem: told,
      sortItems: () => {
        // Where it stands now is somebody's doing, and rows are told by their number.
        this.#untouched.clear();
        told();
      },
    });
    this.#fill(rows);
  }

  /** Puts these rows in the place of all that are there. */
  replace(rows: readonly Row[]): void {
    this.#fill(rows);
    this.#changed();
  }

  rows(): readonly Row[] {
    return this.#read(() => true);
  }

  /** All but those that were just added: nobody wants to hear what is wrong with a row before it is filled in. */
  touchedRows(): readonly Row[] {
    return this.#read((item) => !this.#untouched.has(item));
  }

  /** Until something is typed or chosen in a row, or the focus leaves it, it counts as just added. */
  #watch(container: JQuery, item: object): void {
    this.#untouched.add(item);
    container.on("input change", () => {
      this.#untouched.delete(item);
    });
    container.on("focusout", ({ relatedTarget }) => {
      const stays = relatedTarget instanceof Node && container[0]?.contains(relatedTarget) === true;
      if (!stays && this.#untouched.delete(item)) this.#changed();
    });
  }

  #read(counts: (item: object) => boolean): readonly Row[] {
    const rows: Row[] = [];
    for (const container of this.#list.editableList("items").toArray()) {
      // A removed row fades out first; it is gone as soon as its button is pressed.
      if ($(container).parent().hasClass("red-ui-editableList-item-deleting")) continue;
      const item: object = $(container).data("data");
      const read = this.#readers.get(item);
      if (read !== undefined && counts(item)) rows.push(read());
    }
    return rows;
  }

  #fill(rows: readonly Row[]): void {
    this.#filling = true;
    this.#untouched.clear();
    this.#list.editableList("empty");
    for (const row of rows) this.#list.editableList("addItem", { row });
    this.#filling = false;
  }
}
