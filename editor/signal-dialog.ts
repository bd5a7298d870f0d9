import { type DBusSignalConfig, dbusSignalDefaults } from "../lib/shared/dbus-signal-config";
import { withDefaults } from "../lib/shared/with-defaults";
import type { ConditionList } from "./components/condition-list";
import type { RowList } from "./components/row-list";
import { type FieldChecks, fillMissing, readForm, sharedEditor, showFor } from "./kit";

/** An open edit dialog of a dbus-signal node. Node-RED itself fills in and saves the fields that have an input. */
export class SignalDialog {
  readonly #node: EditorNode & DBusSignalConfig;
  readonly #checks: FieldChecks<DBusSignalConfig>;
  readonly #form = $("#dbus-signal-form");
  readonly #conditions: ConditionList;
  readonly #properties: RowList<string>;
  readonly #try: { close(): void };
  readonly #notes: { show(bus: DBusSignalConfig["bus"]): void };
  readonly #rule: { show(selection: DBusSignalConfig): void };

  constructor(node: EditorNode & DBusSignalConfig, checks: FieldChecks<DBusSignalConfig>) {
    this.#node = node;
    this.#checks = checks;
    const shared = sharedEditor();
    this.#form.find(".dbus-name").each(function () {
      shared.nameField($(this));
    });
    const bus = $("#node-input-bus");
    this.#notes = shared.busNotes(this.#form.find(".dbus-bus-notes"), () => bus.val("system").trigger("change"));
    this.#rule = shared.matchRuleView($("#dbus-signal-rule"));
    fillMissing(dbusSignalDefaults, node);
    const { args, properties } = withDefaults(dbusSignalDefaults, node);
    const update = () => this.#update();
    this.#conditions = shared.conditionList($("#dbus-signal-conditions"), args, update);
    this.#properties = shared.propertyList($("#dbus-signal-properties"), properties, update);
    this.#try = shared.tryListen($("#dbus-signal-try"), this.read);
    this.#form.on("input change", update);
    this.#update();
  }

  /** The form's present values. */
  readonly read = (): DBusSignalConfig => ({
    ...readForm(dbusSignalDefaults, this.#node),
    ...this.readOwn(),
  });

  /** The fields that are no plain inputs. */
  readOwn(): Pick<DBusSignalConfig, "args" | "properties" | "inputs"> {
    return {
      args: this.#conditions.rows(),
      properties: this.#properties.rows(),
      inputs: $("#node-input-dynamic").prop("checked") ? 1 : 0,
    };
  }

  /** The dialog is closed. */
  close(): void {
    this.#try.close();
  }

  #update(): void {
    const config = this.read();
    showFor(this.#form, "data-buses", config.bus);
    showFor(this.#form, "data-listen", config.listen);
    this.#notes.show(config.bus);
    this.#rule.show(config);
    $("#dbus-signal-conditions-problem").text(this.#checks.problem(config, "args") ?? "");
    $("#dbus-signal-properties-problem").text(this.#checks.problem(config, "properties") ?? "");
  }
}
