import type { DBusCallConfig } from "../lib/shared/dbus-call-config";
import { dbusCallDefaults } from "../lib/shared/dbus-call-config";
import { withDefaults } from "../lib/shared/with-defaults";
import { CallPolicy } from "./call-policy";
import type { CallArguments } from "./components/call-arguments";
import { type FieldChecks, fillMissing, readForm, sharedEditor, showFor } from "./kit";

/** An open edit dialog of a dbus-call node. Node-RED itself fills in and saves the fields that have an input. */
export class CallDialog {
  readonly #node: EditorNode & DBusCallConfig;
  readonly #checks: FieldChecks<DBusCallConfig>;
  readonly #form = $("#dbus-call-form");
  readonly #arguments: CallArguments;
  readonly #notes: { show(bus: DBusCallConfig["bus"]): void };
  readonly #policy: CallPolicy;
  readonly #try: { show(config: DBusCallConfig): void; close(): void };
  /** Inputs that are made anew tell of a change while they are. */
  #updating = true;

  constructor(node: EditorNode & DBusCallConfig, checks: FieldChecks<DBusCallConfig>) {
    this.#node = node;
    this.#checks = checks;
    const shared = sharedEditor();
    this.#form.find(".dbus-name").each(function () {
      shared.nameField($(this));
    });
    const bus = $("#node-input-bus");
    this.#notes = shared.busNotes(this.#form.find(".dbus-bus-notes"), () => bus.val("system").trigger("change"));
    this.#policy = new CallPolicy(node.id);
    fillMissing(dbusCallDefaults, node);
    const update = () => this.#update();
    this.#arguments = shared.callArguments(withDefaults(dbusCallDefaults, node), update);
    this.#try = shared.tryCall($("#dbus-call-try"), node.id, this.read);
    this.#updating = false;
    this.#form.on("input change", update);
    this.#update();
  }

  /** The form's present values. */
  readonly read = (): DBusCallConfig => ({
    ...readForm(dbusCallDefaults, this.#node),
    ...this.readArguments(),
  });

  /** The fields of the arguments, which are no plain inputs. */
  readArguments(): Pick<DBusCallConfig, "args" | "argsType" | "argNames"> {
    return this.#arguments.read();
  }

  /** The dialog is closed. */
  close(): void {
    this.#try.close();
  }

  #update(): void {
    if (this.#updating) return;
    this.#updating = true;
    this.#arguments.follow(readForm(dbusCallDefaults, this.#node));
    const config = this.read();
    showFor(this.#form, "data-buses", config.bus);
    showFor(this.#form, "data-operations", config.operation);
    this.#notes.show(config.bus);
    this.#policy.show(config);
    this.#try.show(config);
    this.#arguments.update(config, this.#checks.problem(config, "args"));
    this.#updating = false;
  }
}
