import type { ArgumentRow, DBusCallConfig } from "../lib/shared/dbus-call-config";
import { dbusCallDefaults } from "../lib/shared/dbus-call-config";
import { withDefaults } from "../lib/shared/with-defaults";
import { CallPolicy } from "./call-policy";
import type { RowList } from "./components/row-list";
import { type FieldChecks, fillMissing, readForm, sharedEditor, showFor } from "./kit";

const LIST = "list";
const INPUT_TYPES = ["msg", "flow", "global", "env", "str", "num", "bool", "json", "jsonata", "bin"];

/** An open edit dialog of a dbus-call node. Node-RED itself fills in and saves the fields that have an input. */
export class CallDialog {
  readonly #node: EditorNode & DBusCallConfig;
  readonly #checks: FieldChecks<DBusCallConfig>;
  readonly #form = $("#dbus-call-form");
  readonly #args = $("#dbus-call-args");
  readonly #rows: RowList<ArgumentRow>;
  readonly #notes: { show(bus: DBusCallConfig["bus"]): void };
  readonly #policy: CallPolicy;

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
    const { args, argsType } = withDefaults(dbusCallDefaults, node);
    const list = { value: LIST, label: node._("dbus-call.argument-list"), icon: "fa fa-list-ol", hasValue: false };
    this.#args.typedInput({ default: dbusCallDefaults.argsType, types: [...INPUT_TYPES, list] });
    this.#args.typedInput("width", "100%");
    this.#args.typedInput("type", argsType);
    this.#args.typedInput("value", typeof args === "string" ? args : "");
    const rows = typeof args === "string" ? [] : args;
    this.#rows = shared.argumentList($("#dbus-call-rows"), rows, () => this.#update());
    this.#form.on("input change", () => this.#update());
    this.#update();
  }

  /** The form's present values. */
  readonly read = (): DBusCallConfig => ({
    ...readForm(dbusCallDefaults, this.#node),
    ...this.readArguments(),
  });

  /** `args` and `argsType`, which are no plain inputs. */
  readArguments(): Pick<DBusCallConfig, "args" | "argsType"> {
    const argsType = this.#args.typedInput("type") as DBusCallConfig["argsType"];
    return { args: argsType === LIST ? this.#rows.rows() : this.#args.typedInput("value"), argsType };
  }

  #update(): void {
    const config = this.read();
    showFor(this.#form, "data-buses", config.bus);
    showFor(this.#form, "data-operations", config.operation);
    this.#notes.show(config.bus);
    this.#policy.show(config);
    $("#dbus-call-list").toggle(
      config.argsType === LIST && (config.operation === "call" || config.operation === "set"),
    );
    $("#dbus-call-args-problem").text(this.#checks.problem(config, "args") ?? "");
  }
}
