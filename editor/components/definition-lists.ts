import { formatArguments, parseArguments } from "../../lib/shared/argument-text";
import { checkFirstValue, checkType } from "../../lib/shared/check-definition";
import type {
  EmitsChanged,
  MethodDefinition,
  PropertyAccess,
  PropertyDefinition,
  SignalDefinition,
} from "../../lib/shared/interface-definition";
import { DEFAULT_METHOD_TIMEOUT } from "../../lib/shared/interface-definition";
import { jsonTemplate } from "../../lib/shared/json-template";
import { parseSignature } from "../../lib/shared/signature";
import { text } from "../../lib/shared/text";
import { typeInFull } from "../../lib/shared/type-words";
import { say } from "../say";
import { nameField } from "./name-field";
import { RowList } from "./row-list";
import { fromTemplate } from "./template";

/** The properties of an exported object: name, type, access, first value, how a change is announced. */
export function propertyDefinitions(
  list: JQuery,
  rows: readonly PropertyDefinition[],
  changed: () => void,
): RowList<PropertyDefinition> {
  return new RowList(list, rows, {
    addButton: text("labels.add-property"),
    blank: () => ({ name: "", signature: "", access: "read", value: "", emitsChanged: "true" }),
    build: (container, row) => {
      const fields = fromTemplate("property-definition").appendTo(container);
      const name = filled(fields, "name", row.name);
      const signature = filled(fields, "type", row.signature);
      const access = filled(fields, "access", row.access);
      const value = filled(fields, "value", valueText(row.value));
      const emitsChanged = filled(fields, "emits", row.emitsChanged);
      nameField(name);
      nameField(signature);
      const words = fields.filter(".dbus-part-words");
      const tell = () => tellType(String(signature.val()), value, words);
      signature.add(value).on("input change", tell);
      tell();
      return () => ({
        name: String(name.val()),
        signature: String(signature.val()),
        access: access.val() as PropertyAccess,
        value: String(value.val()),
        emitsChanged: emitsChanged.val() as EmitsChanged,
      });
    },
    changed,
  });
}

/** The methods: name, arguments in and out, the time in which the flow has to answer. */
export function methodDefinitions(
  list: JQuery,
  rows: readonly MethodDefinition[],
  changed: () => void,
): RowList<MethodDefinition> {
  return new RowList(list, rows, {
    addButton: text("labels.add-method"),
    blank: () => ({ name: "", in: [], out: [], timeout: DEFAULT_METHOD_TIMEOUT }),
    build: (container, row) => {
      const fields = fromTemplate("method-definition").appendTo(container);
      const name = filled(fields, "name", row.name);
      const timeout = filled(fields, "timeout", String(row.timeout ?? ""));
      const input = filled(fields, "in", formatArguments(row.in));
      const output = filled(fields, "out", formatArguments(row.out));
      nameField(name);
      return () => ({
        name: String(name.val()),
        in: parseArguments(String(input.val())),
        out: parseArguments(String(output.val())),
        timeout: seconds(String(timeout.val())),
      });
    },
    changed,
  });
}

/** The signals: name and arguments. */
export function signalDefinitions(
  list: JQuery,
  rows: readonly SignalDefinition[],
  changed: () => void,
): RowList<SignalDefinition> {
  return new RowList(list, rows, {
    addButton: text("labels.add-signal"),
    blank: () => ({ name: "", args: [] }),
    build: (container, row) => {
      const fields = fromTemplate("signal-definition").appendTo(container);
      const name = filled(fields, "name", row.name);
      const args = filled(fields, "args", formatArguments(row.args));
      nameField(name);
      return () => ({ name: String(name.val()), args: parseArguments(String(args.val())) });
    },
    changed,
  });
}

/** The type in words, an example of its shape, and whether the first value goes with it. */
function tellType(signature: string, value: JQuery, words: JQuery): void {
  const known = checkType(signature) === undefined;
  words.text(known ? say(typeInFull(signature)) : "");
  const wrong = known && checkFirstValue(signature, String(value.val())) !== undefined;
  value.toggleClass("input-error", wrong).attr("aria-invalid", String(wrong));
  const parsed = parseSignature(signature);
  const type = "types" in parsed ? parsed.types[0] : undefined;
  const label = say(text("labels.first-value"));
  const example = known && type !== undefined ? JSON.stringify(jsonTemplate(type)) : "";
  const shown = /^[abv({]/.test(signature) && example !== "";
  value.attr("placeholder", shown ? say(text("labels.first-value-example", { label, example })) : label);
}

function filled(fields: JQuery, part: string, value: string): JQuery {
  return fields.find(`.dbus-part-${part}`).val(value);
}

/** A flow written by hand may have a value that is no text; as JSON it means the same. */
function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** NaN for a blank field, which Number would read as 0. */
function seconds(value: string): number {
  return value.trim() === "" ? Number.NaN : Number(value);
}
