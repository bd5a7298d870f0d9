import { checkConditionFits, conditionKinds } from "../../lib/shared/condition-fit";
import type { ArgumentDefinition } from "../../lib/shared/interface-definition";
import { type ArgumentCondition, MAX_ARGUMENT_INDEX } from "../../lib/shared/match-rule";
import { text } from "../../lib/shared/text";
import { typeInFull } from "../../lib/shared/type-words";
import { say } from "../say";
import { RowList } from "./row-list";
import { fromTemplate } from "./template";

/** Conditions on a signal's arguments: which argument, how it is compared, with what. */
export class ConditionList {
  readonly #list: RowList<ArgumentCondition>;
  readonly #rows = new Set<ConditionRow>();
  #definitions: readonly ArgumentDefinition[] | undefined;

  constructor(list: JQuery, rows: readonly ArgumentCondition[], changed: () => void) {
    this.#list = new RowList(list, rows, {
      addButton: text("labels.add-condition"),
      blank: (there) => this.#blank(there),
      build: (container, row) => {
        const condition = new ConditionRow(container, row);
        this.#rows.add(condition);
        condition.show(this.#definitions);
        return () => condition.read();
      },
      changed,
    });
  }

  rows(): readonly ArgumentCondition[] {
    return this.#list.rows();
  }

  /** The arguments of the signal, where they are known: they are chosen by name then, not by number. */
  show(definitions: readonly ArgumentDefinition[] | undefined): void {
    this.#definitions = definitions;
    for (const row of this.#rows) row.show(definitions);
  }

  /** The bus takes one condition for an argument; the first that can have one begins. */
  #blank(rows: readonly ArgumentCondition[]): ArgumentCondition {
    const taken = new Set(rows.map((row) => row.index));
    const kindsAt = (index: number) => {
      const definition = this.#definitions?.[index];
      return definition === undefined ? (["equal"] as const) : conditionKinds(definition.signature, index);
    };
    let index = 0;
    while ((taken.has(index) || kindsAt(index).length === 0) && index < MAX_ARGUMENT_INDEX) index++;
    return { index, kind: kindsAt(index)[0] ?? "equal", value: "" };
  }
}

class ConditionRow {
  readonly #index: JQuery;
  readonly #argument: JQuery;
  readonly #word: JQuery;
  readonly #kind: JQuery;
  readonly #value: JQuery;
  readonly #problem: JQuery;
  #definitions: readonly ArgumentDefinition[] | undefined;

  constructor(container: JQuery, row: ArgumentCondition) {
    const fields = fromTemplate("condition-row").appendTo(container);
    this.#word = fields.find(".dbus-condition-word");
    this.#index = fields.find(".dbus-condition-index").val(row.index);
    this.#argument = fields.find(".dbus-condition-argument");
    this.#kind = fields.find(".dbus-condition-kind").val(row.kind);
    this.#value = fields.find(".dbus-condition-value").val(row.value);
    this.#problem = fields.filter(".dbus-problem");
    this.#argument.on("change", () => this.#choose(Number(this.#argument.val())));
    this.#kind.on("change", () => this.#judge());
  }

  read(): ArgumentCondition {
    return {
      index: readIndex(String(this.#index.val())),
      kind: this.#kind.val() as ArgumentCondition["kind"],
      value: String(this.#value.val()),
    };
  }

  show(definitions: readonly ArgumentDefinition[] | undefined): void {
    this.#definitions = definitions;
    const known = definitions !== undefined;
    this.#index.toggle(!known);
    this.#word.toggle(!known);
    this.#argument.toggle(known);
    if (known) this.#offer(definitions);
    this.#judge();
  }

  #offer(definitions: readonly ArgumentDefinition[]): void {
    const { index } = this.read();
    this.#argument.empty();
    for (const [at, { name, signature }] of definitions.entries()) {
      const label = text("types.named", { name: nameOf(name, at), type: typeInFull(signature) });
      const usable = conditionKinds(signature, at).length > 0 || at === index;
      this.#argument.append($("<option>").val(at).text(say(label)).prop("disabled", !usable));
    }
    // One beyond those that there are stays as it is, and is told.
    if (definitions[index] === undefined) this.#argument.append($("<option>").val(index).text(nameOf("", index)));
    this.#argument.val(String(index));
  }

  /** Another argument: the way of comparing goes with its type. */
  #choose(index: number): void {
    this.#index.val(index);
    const kinds = conditionKinds(this.#definitions?.[index]?.signature ?? "", index);
    const [first] = kinds;
    if (first !== undefined && !kinds.includes(this.read().kind)) this.#kind.val(first);
    this.#judge();
  }

  #judge(): void {
    const condition = this.read();
    const definition = this.#definitions?.[condition.index];
    const kinds = definition && conditionKinds(definition.signature, condition.index);
    this.#kind.find("option").each(function () {
      const kind = $(this).val() as ArgumentCondition["kind"];
      $(this).prop("disabled", kinds !== undefined && kind !== condition.kind && !kinds.includes(kind));
    });
    const problem = this.#definitions && checkConditionFits(condition, this.#definitions);
    this.#problem.text(problem === undefined ? "" : say(problem));
  }
}

/** The number as it is saved: arguments of a match rule are counted from 0. */
function nameOf(name: string, index: number): string {
  return name === "" ? say(text("conditions.numbered", { index })) : name;
}

/** NaN for a blank field, which Number would read as 0. */
function readIndex(value: string): number {
  return value.trim() === "" ? Number.NaN : Number(value);
}
