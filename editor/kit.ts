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

/**
 * One node type's checks. They look across fields, and while a node's dialog is open the other
 * fields are those of the form, not yet those of the node.
 */
export class FieldChecks<Config extends object> {
  readonly #check: Check<Config>;
  readonly #defaults: Config;
  readonly #labels: Readonly<Record<string, string>>;
  #open: { readonly id: string; readonly read: () => Config } | undefined;

  /** `labels`: fields that go by another label than their own. */
  constructor(check: Check<Config>, defaults: Config, labels: Readonly<Record<string, string>> = {}) {
    this.#check = check;
    this.#defaults = defaults;
    this.#labels = labels;
  }

  opened(id: string, read: () => Config): void {
    this.#open = { id, read };
  }

  closed(): void {
    this.#open = undefined;
  }

  /** What is wrong with one field, led by its label; undefined where nothing is. */
  problem(config: Config, field: string & keyof Config): string | undefined {
    const found = this.#check(config, { placeholders: "open" }).find((problem) => problem.field === field);
    return found && `${say(text(`labels.${this.#labels[field] ?? field}`))}: ${say(found.problem)}`;
  }

  /** For `validate` in a node's defaults. */
  of(field: string & keyof Config) {
    const checks = this;
    return function (this: EditorNode & Config, value: unknown, _options: unknown): true | string {
      const config =
        checks.#open?.id === this.id
          ? checks.#open.read()
          : withDefaults(checks.#defaults, { ...this, [field]: value });
      return checks.problem(config, field) ?? true;
    };
  }
}

/** Node-RED fills in what the node has; an input of a field that it lacks gets the default. */
export function fillMissing<Config extends object>(defaults: Config, node: Config): void {
  for (const [field, value] of Object.entries(defaults)) {
    if (node[field as keyof Config] !== undefined) continue;
    const input = $(`#node-input-${field}`);
    if (input.is("[type=checkbox]")) input.prop("checked", value);
    else input.val(value);
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
