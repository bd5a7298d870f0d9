import { blankRowFor, type PlacedRow } from "../../lib/shared/arrange-rows";
import { checkRow } from "../../lib/shared/check-arguments";
import type { ArgumentInputType, ArgumentRow } from "../../lib/shared/dbus-call-config";
import { LOOKED_UP } from "../../lib/shared/fitting-input";
import type { ArgumentDefinition } from "../../lib/shared/interface-definition";
import { jsonTemplate } from "../../lib/shared/json-template";
import { type DBusType, parseSignature } from "../../lib/shared/signature";
import { text } from "../../lib/shared/text";
import { typeInFull, typeWords } from "../../lib/shared/type-words";
import { readVariantRow, VARIANT_TYPES, writeVariantRow } from "../../lib/shared/variant-row";
import { say } from "../say";
import { typedProblem } from "../typed-problem";
import { fromTemplate } from "./template";
import { typedInputTypes } from "./typed-value";

export interface ArgumentInputOptions {
  /** What the row is called: an argument's name, or its number; "" for none. */
  readonly label: string;
  /** A signature of "" is a type that is not known. */
  readonly definition: ArgumentDefinition | undefined;
  /** The row has no place any more: a button removes it. */
  readonly remove?: () => void;
}

/** One argument of a call: its name, its type in words, the typed input that fits, and what is wrong. */
export class ArgumentInput {
  readonly element: JQuery;
  readonly #place: JQuery;
  readonly #variantType: JQuery;
  readonly #problem: JQuery;
  readonly #placed: PlacedRow;
  readonly #options: ArgumentInputOptions;
  readonly #signature: string;
  readonly #label: string;
  /** The row as the typed input shows it: unless it differs from that, nobody has changed it. */
  readonly #shown: ArgumentRow;
  #input: JQuery = $();

  constructor(container: JQuery, placed: PlacedRow, options: ArgumentInputOptions) {
    const { label, definition, remove } = options;
    this.#options = options;
    this.element = fromTemplate("argument-row").appendTo(container);
    this.#placed = placed;
    this.#signature = definition?.signature ?? "";
    this.#place = this.element.find(".dbus-argument-value");
    this.#problem = this.element.find(".dbus-problem");
    this.#variantType = this.element.find(".dbus-variant-type");
    const type = this.#signature === "" ? "" : say(typeInFull(this.#signature));
    this.#label = label === "" || type === "" ? label + type : say(text("types.named", { name: label, type }));
    this.element.attr("aria-label", this.#label);
    this.element
      .find(".dbus-argument-name")
      .text(label)
      .toggle(label !== "");
    this.element
      .find(".dbus-argument-type")
      .text(type)
      .attr("title", this.#signature)
      .toggle(type !== "");
    this.element
      .find(".dbus-argument-remove")
      .on("click", () => remove?.())
      .toggle(remove !== undefined);
    const { signature, row } = this.#isVariant ? readVariantRow(placed.row) : { signature: "", row: placed.row };
    this.#offerVariantTypes(signature);
    this.#build(row);
    this.#shown = this.#row();
  }

  /** Whether it can stay as it is for that: to make a typed input anew takes its time. */
  isFor({ label, definition, remove }: ArgumentInputOptions): boolean {
    const { label: own, definition: shown, remove: removable } = this.#options;
    const same = own === label && (shown?.signature ?? "") === (definition?.signature ?? "");
    return same && (removable === undefined) === (remove === undefined);
  }

  /** As it was given where nobody has changed it, to the letter. */
  placed(): PlacedRow {
    const row = this.#row();
    const changed = row.value !== this.#shown.value || row.type !== this.#shown.type;
    return changed ? { row, madeFor: this.#signature } : this.#placed;
  }

  /** Says what is wrong, in the row; true where something is. */
  check(): boolean {
    const { row } = this.placed();
    const problem = problemOf(row, typeOf(this.#signature));
    this.#problem.text(problem ?? "");
    this.#place.find(".red-ui-typedInput-container").toggleClass("input-error", problem !== undefined);
    this.#place.find(".red-ui-typedInput-input").attr("aria-invalid", String(problem !== undefined));
    this.#variantType.toggle(this.#isVariant && !LOOKED_UP.includes(this.#typedRow().type));
    return problem !== undefined;
  }

  get #isVariant(): boolean {
    return this.#signature === "v";
  }

  /** The type of what is typed: of a variant, the one that was chosen for its value. */
  get #typedSignature(): string {
    return String(this.#variantType.val()) || this.#signature;
  }

  #typedRow(): ArgumentRow {
    return {
      value: this.#input.typedInput("value"),
      type: this.#input.typedInput("type") as ArgumentInputType,
    };
  }

  #row(): ArgumentRow {
    return writeVariantRow({ signature: String(this.#variantType.val()), row: this.#typedRow() });
  }

  #offerVariantTypes(chosen: string): void {
    if (!this.#isVariant) {
      this.#variantType.hide();
      return;
    }
    const types = VARIANT_TYPES.includes(chosen) || chosen === "" ? VARIANT_TYPES : [...VARIANT_TYPES, chosen];
    this.#variantType.append(
      types.map((type) =>
        $("<option>")
          .val(type)
          .text(say(typeWords(type))),
      ),
    );
    this.#variantType.val(chosen).on("change", () => {
      const row = this.#typedRow();
      const good = problemOf(row, typeOf(this.#typedSignature)) === undefined;
      this.#build(good || row.value !== "" ? row : blankRowFor(this.#typedSignature));
    });
  }

  #build(row: ArgumentRow): void {
    const type = typeOf(this.#typedSignature);
    this.#place.empty();
    this.#input = $('<input type="text" class="dbus-fill">').appendTo(this.#place);
    if (type !== undefined && type.kind !== "basic" && type.kind !== "variant") {
      this.#input.attr("placeholder", JSON.stringify(jsonTemplate(type)));
    }
    const isGood = (typed: ArgumentRow) => problemOf(typed, type) === undefined;
    this.#input.typedInput({ default: row.type, types: typedInputTypes(type, row.type, isGood) });
    this.#input.typedInput("width", "100%");
    this.#input.typedInput("type", row.type);
    this.#input.typedInput("value", row.value);
    this.#place.find(".red-ui-typedInput-input").attr("aria-label", this.#label);
  }
}

function typeOf(signature: string): DBusType | undefined {
  const parsed = parseSignature(signature);
  return "types" in parsed ? parsed.types[0] : undefined;
}

function problemOf(row: ArgumentRow, type: DBusType | undefined): string | undefined {
  const problem = checkRow(row, type, { placeholders: "open" });
  return problem === undefined ? typedProblem(row.value, row.type) : say(problem);
}
