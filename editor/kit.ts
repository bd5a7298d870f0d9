import type { FieldCheckOptions, FieldProblem } from "../lib/shared/field-problem";
import { text } from "../lib/shared/text";
import { withDefaults } from "../lib/shared/with-defaults";
import type { DBusEditor } from "./plugin";
import { say } from "./say";

/** The shared components. Only inside a dialog: a palette install may load the plugin after the nodes. */
export function sharedEditor(): DBusEditor {
  const plugin = RED.plugins.getPlugin("dbus-editor");
  if (plugin === undefined) throw new Error("the editor plugin dbus-editor is not loaded");
  return plugin as DBusEditor;
}

type Check<Config> = (config: Config, options: FieldCheckOptions) => readonly FieldProblem<string & keyof Config>[];

/** An open edit dialog of a node. Node-RED itself fills in and saves the fields that have an input. */
export interface NodeDialog<Config> {
  readonly form: JQuery;
  /** The form's present values. */
  readonly read: () => Config;
  /** Of them those that are no plain inputs. */
  readOwn(): Partial<Config>;
  /** Nobody waits any more for what is under way. */
  close(): void;
}

/**
 * One node type's checks. They look across fields, and while a node's dialog is open the other
 * fields are those of the form, not yet those of the node.
 */
export class FieldChecks<Config extends object> {
  readonly #check: Check<Config>;
  readonly #defaults: Config;
  readonly #labels: Readonly<Record<string, string>>;
  #open: { readonly id: string; readonly dialog: NodeDialog<Config> } | undefined;

  /** `labels`: fields that go by another label than their own. */
  constructor(check: Check<Config>, defaults: Config, labels: Readonly<Record<string, string>> = {}) {
    this.#check = check;
    this.#defaults = defaults;
    this.#labels = labels;
  }

  /** A dialog is there, until it is saved, cancelled, or gone for another reason: that its node was deleted. */
  opened(id: string, dialog: NodeDialog<Config>): void {
    this.#open = { id, dialog };
    // Of jQuery UI: told as the element is taken from the page.
    dialog.form.on("remove", () => {
      if (this.#open?.dialog === dialog) this.closed();
    });
  }

  /** The fields that Node-RED does not save itself. */
  readOwn(): Partial<Config> {
    return this.#open?.dialog.readOwn() ?? {};
  }

  closed(): void {
    this.#open?.dialog.close();
    this.#open = undefined;
  }

  /** What is wrong with one field, led by its label; undefined where nothing is. */
  problem(config: Config, field: string & keyof Config): string | undefined {
    const found = this.#check(config, { placeholders: "open" }).find((problem) => problem.field === field);
    const label = text(`labels.${this.#labels[field] ?? field}`);
    return found && say(text("errors.field", { field: label, problem: found.problem }));
  }

  /** For `validate` in a node's defaults. */
  of(field: string & keyof Config) {
    const checks = this;
    return function (this: EditorNode & Config, value: unknown, _options: unknown): true | string {
      const config =
        checks.#open?.id === this.id
          ? checks.#open.dialog.read()
          : withDefaults(checks.#defaults, { ...this, [field]: value });
      return checks.problem(config, field) ?? true;
    };
  }
}

/**
 * Node-RED fills in what the node has; an input of a field that it lacks gets the default. A choice that is none of
 * those on the list, such as a variable, is put on it: what is shown is what will be saved.
 */
export function fillIn<Config extends object>(defaults: Config, node: Config): void {
  for (const [field, value] of Object.entries(defaults)) {
    const input = $(`#node-input-${field}`);
    const saved = node[field as keyof Config] ?? undefined;
    if (saved === undefined) {
      if (input.is("[type=checkbox]")) input.prop("checked", value);
      else input.val(value);
    } else if (input.is("select") && input.val() === null) {
      const given = String(saved);
      input.append($("<option>").val(given).text(given)).val(given);
    }
  }
}

/** The values of a node's open dialog; a field that has no input of its own is as the node has it. */
export function readForm<Config extends object>(defaults: Config, node: Config): Config {
  const values = withDefaults(defaults, node);
  for (const field of Object.keys(defaults) as (string & keyof Config)[]) {
    const input = $(`#node-input-${field}`);
    if (input.length === 0) continue;
    values[field] = input.is("[type=checkbox]") ? input.prop("checked") : input.val();
  }
  return values;
}

/** Shows what goes with a choice: elements name their choices, as in `data-operations="call set"`. */
export function showFor(form: JQuery, attribute: string, choice: string): void {
  form.find(`[${attribute}]`).each(function () {
    const choices = $(this).attr(attribute)?.split(" ") ?? [];
    $(this).toggle(choices.includes(choice));
  });
}
