import { arrangeRows, type PlacedRow } from "../../lib/shared/arrange-rows";
import type { ArgumentRow } from "../../lib/shared/dbus-call-config";
import type { ArgumentDefinition } from "../../lib/shared/interface-definition";
import { text } from "../../lib/shared/text";
import { say } from "../say";
import { ArgumentInput, type ArgumentInputOptions } from "./argument-input";
import { RowList } from "./row-list";
import { fromTemplate } from "./template";

/**
 * The arguments of a call: a row for each where they are known, and as many rows as a person likes
 * where they are not. What was typed stays when the arguments change.
 */
export class ArgumentForm {
  readonly #rows: JQuery;
  readonly #extra: JQuery;
  readonly #extraNote: JQuery;
  readonly #changed: () => void;
  readonly #list: RowList<PlacedRow>;
  readonly #listFrame: JQuery;
  readonly #free = new Set<ArgumentInput>();
  #inputs: readonly ArgumentInput[] = [];
  /** Which input a row was read from. */
  readonly #inputOf = new Map<PlacedRow, ArgumentInput>();
  #definitions: readonly ArgumentDefinition[] | undefined;

  /** `definitions`: those that the rows were saved with. */
  constructor(
    container: JQuery,
    rows: readonly ArgumentRow[],
    definitions: readonly ArgumentDefinition[] | undefined,
    changed: () => void,
  ) {
    const parts = fromTemplate("argument-form").appendTo(container);
    this.#rows = parts.filter(".dbus-arguments").first();
    this.#extra = parts.filter(".dbus-arguments").last();
    this.#extraNote = parts.filter(".dbus-arguments-extra");
    this.#changed = changed;
    const placed = rows.map((row, at) => ({ row, madeFor: definitions?.[at]?.signature ?? "" }));
    this.#list = this.#freeList(parts.filter("ol"), placed);
    this.#listFrame = parts.filter("ol").closest(".red-ui-editableList");
    this.#extraNote.hide();
    this.show(definitions);
  }

  /** Which arguments there are; undefined where nobody knows. */
  show(definitions: readonly ArgumentDefinition[] | undefined): void {
    if (JSON.stringify(definitions) === JSON.stringify(this.#definitions)) return;
    const old = this.#placed();
    this.#definitions = definitions;
    this.#listFrame.toggle(definitions === undefined);
    this.#free.clear();
    if (definitions === undefined) {
      this.#fill([], []);
      this.#list.replace(old);
      return;
    }
    this.#list.replace([]);
    const { rows, extra } = arrangeRows(old, definitions);
    this.#fill(rows, extra);
  }

  rows(): readonly ArgumentRow[] {
    return this.#placed().map(({ row }) => row);
  }

  /** Says in each row what is wrong with it; true where anything is. */
  check(): boolean {
    const inputs = this.#definitions === undefined ? [...this.#free] : this.#inputs;
    const there = inputs.filter(({ element }) => element[0]?.isConnected);
    return there.map((input) => input.check()).includes(true);
  }

  #placed(): readonly PlacedRow[] {
    if (this.#definitions === undefined) return this.#list.rows();
    this.#inputOf.clear();
    return this.#inputs.map((input) => {
      const placed = input.placed();
      this.#inputOf.set(placed, input);
      return placed;
    });
  }

  #fill(rows: readonly PlacedRow[], extra: readonly PlacedRow[]): void {
    const before = this.#inputs;
    const definitions = this.#definitions ?? [];
    const placed = rows.map((row, at) => {
      const definition = definitions[at];
      const label = definition?.name || (definition?.signature === "" ? "" : number(at));
      return this.#inputFor(this.#rows, row, { label, definition });
    });
    this.#inputs = [...placed, ...extra.map((row) => this.#extraInput(row))];
    for (const input of before) if (!this.#inputs.includes(input)) input.element.remove();
    this.#inputOf.clear();
    this.#extraNote.toggle(extra.length > 0);
  }

  /** The one that the row has, moved to its place, or a new one. */
  #inputFor(container: JQuery, row: PlacedRow, options: ArgumentInputOptions): ArgumentInput {
    const there = this.#inputOf.get(row);
    if (!there?.isFor(options)) return new ArgumentInput(container, row, options);
    container.append(there.element);
    return there;
  }

  #extraInput(row: PlacedRow): ArgumentInput {
    const definition = row.madeFor === "" ? undefined : { name: "", signature: row.madeFor };
    const input: ArgumentInput = this.#inputFor(this.#extra, row, {
      label: "",
      definition,
      remove: () => {
        input.element.remove();
        this.#inputs = this.#inputs.filter((other) => other !== input);
        this.#extraNote.toggle(this.#extra.children().length > 0);
        this.#changed();
      },
    });
    return input;
  }

  #freeList(list: JQuery, rows: readonly PlacedRow[]): RowList<PlacedRow> {
    return new RowList<PlacedRow>(list, rows, {
      addButton: text("labels.add-argument"),
      blank: () => ({ row: { value: "", type: "str" }, madeFor: "" }),
      build: (container, row) => {
        const input = new ArgumentInput(container, row, { label: "", definition: undefined });
        this.#free.add(input);
        return () => input.placed();
      },
      changed: this.#changed,
    });
  }
}

function number(at: number): string {
  return say(text("arguments.number", { number: at + 1 }));
}
