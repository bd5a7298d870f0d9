import { savedArguments } from "../lib/shared/condition-fit";
import { type DBusSignalConfig, dbusSignalDefaults, type ListenKind } from "../lib/shared/dbus-signal-config";
import type { ArgumentDefinition } from "../lib/shared/interface-definition";
import { withDefaults } from "../lib/shared/with-defaults";
import type { ConditionList } from "./components/condition-list";
import type { MemberChoice, MemberUse } from "./components/member-choice";
import type { RowList } from "./components/row-list";
import { type FieldChecks, fillIn, type NodeDialog, readForm, sharedEditor, showFor } from "./kit";

/** A property among the signals is watched: choosing it changes what is listened to. */
const USES: Readonly<Record<ListenKind, readonly MemberUse[]>> = {
  signal: ["listen", "read"],
  properties: ["read"],
  objects: ["listen"],
  names: ["listen"],
};

export class SignalDialog implements NodeDialog<DBusSignalConfig> {
  readonly #node: FlowNode & DBusSignalConfig;
  readonly #checks: FieldChecks<DBusSignalConfig>;
  readonly form = $("#dbus-signal-form");
  readonly #conditions: ConditionList;
  readonly #properties: RowList<string>;
  readonly #try: { close(): void };
  readonly #notes: { show(bus: DBusSignalConfig["bus"]): void };
  #signal: { readonly member: string; readonly args: readonly ArgumentDefinition[] } | undefined;
  #named: readonly ArgumentDefinition[] | undefined;
  readonly #service: { close(): void };
  readonly #rule: { show(selection: DBusSignalConfig): void };

  constructor(node: FlowNode & DBusSignalConfig, checks: FieldChecks<DBusSignalConfig>) {
    this.#node = node;
    this.#checks = checks;
    const shared = sharedEditor();
    this.form.find(".dbus-name").each(function () {
      shared.nameField($(this));
    });
    this.#notes = shared.busNotes(this.form.find(".dbus-bus-notes"), node, $("#node-input-bus"));
    this.#rule = shared.matchRuleView($("#dbus-signal-rule"));
    fillIn(dbusSignalDefaults, node);
    const { member, memberArgs, args, properties } = withDefaults(dbusSignalDefaults, node);
    const known = savedArguments(memberArgs);
    if (known !== undefined) this.#signal = { member, args: known };
    const update = () => this.#update();
    this.#conditions = shared.conditionList($("#dbus-signal-conditions"), args, update);
    const service = shared.serviceFields({
      fields: {
        service: $("#node-input-sender"),
        path: $("#node-input-path"),
        interface: $("#node-input-interface"),
        member: $("#node-input-member"),
      },
      bus: this.read,
      uses: () => USES[this.read().listen] ?? [],
      managers: () => this.read().listen === "objects",
      chosen: (member) => this.#chosen(member),
      note: this.form.find(".dbus-live-note"),
    });
    this.#service = service;
    this.#properties = shared.propertyList($("#dbus-signal-properties"), properties, update, (input) =>
      service.completeMember(input),
    );
    this.#try = shared.tryListen($("#dbus-signal-try"), node.id, this.read);
    this.form.on("input change", update);
    this.#update();
  }

  readonly read = (): DBusSignalConfig => ({
    ...readForm(dbusSignalDefaults, this.#node),
    ...this.readOwn(),
  });

  readOwn(): Pick<DBusSignalConfig, "args" | "memberArgs" | "properties" | "inputs"> {
    return {
      args: this.#conditions.rows(),
      memberArgs: this.#argumentsOf(String($("#node-input-member").val())) ?? [],
      properties: this.#properties.rows(),
      inputs: $("#node-input-dynamic").prop("checked") ? 1 : 0,
    };
  }

  close(): void {
    this.#try.close();
    this.#service.close();
  }

  #chosen({ use, entry }: MemberChoice): void {
    if (use === "listen") {
      this.#signal = { member: entry.name, args: entry.args };
      this.#update();
    }
    const listen = $("#node-input-listen");
    if (use !== "read" || listen.val() !== "signal") return;
    $("#node-input-member").val("");
    this.#properties.replace([entry.name]);
    listen.val("properties").trigger("change");
  }

  /** A signal that was chosen has arguments with names, for as long as it is the member. */
  #argumentsOf(member: string): readonly ArgumentDefinition[] | undefined {
    return this.#signal?.member === member ? this.#signal.args : undefined;
  }

  #nameArguments(member: string): void {
    const args = this.#argumentsOf(member);
    if (args === this.#named) return;
    this.#named = args;
    this.#conditions.show(args);
  }

  #update(): void {
    const config = this.read();
    this.#nameArguments(config.member);
    showFor(this.form, "data-buses", config.bus);
    showFor(this.form, "data-listen", config.listen);
    this.#notes.show(config.bus);
    this.#rule.show(config);
    $("#dbus-signal-conditions-problem").text(this.#checks.problem(config, "args") ?? "");
    $("#dbus-signal-properties-problem").text(this.#checks.problem(config, "properties") ?? "");
  }
}
