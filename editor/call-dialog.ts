import type { CallOperation, DBusCallConfig } from "../lib/shared/dbus-call-config";
import { dbusCallDefaults } from "../lib/shared/dbus-call-config";
import { withDefaults } from "../lib/shared/with-defaults";
import { CallPolicy } from "./call-policy";
import type { CallArguments } from "./components/call-arguments";
import type { MemberChoice, MemberUse } from "./components/member-choice";
import { type FieldChecks, fillIn, type NodeDialog, readForm, sharedEditor, showFor } from "./kit";

/** A property among the methods is read: choosing it changes the operation. */
const USES: Readonly<Record<CallOperation, readonly MemberUse[]>> = {
  call: ["call", "read"],
  get: ["read"],
  set: ["write"],
  "get-all": ["read"],
};

export class CallDialog implements NodeDialog<DBusCallConfig> {
  readonly #node: FlowNode & DBusCallConfig;
  readonly #checks: FieldChecks<DBusCallConfig>;
  readonly form = $("#dbus-call-form");
  readonly #arguments: CallArguments;
  readonly #notes: { show(bus: DBusCallConfig["bus"]): void };
  readonly #policy: CallPolicy;
  readonly #try: { show(config: DBusCallConfig, noArguments: boolean): void; close(): void };
  /** Inputs that are made anew tell of a change while they are. */
  #updating = true;
  readonly #service: { close(): void };

  constructor(node: FlowNode & DBusCallConfig, checks: FieldChecks<DBusCallConfig>) {
    this.#node = node;
    this.#checks = checks;
    const shared = sharedEditor();
    this.form.find(".dbus-name").each(function () {
      shared.nameField($(this));
    });
    this.#notes = shared.busNotes(this.form.find(".dbus-bus-notes"), node, $("#node-input-bus"));
    this.#policy = new CallPolicy(node.id);
    fillIn(dbusCallDefaults, node);
    const update = () => this.#update();
    this.#arguments = shared.callArguments(withDefaults(dbusCallDefaults, node), update);
    this.#service = shared.serviceFields({
      fields: {
        service: $("#node-input-destination"),
        path: $("#node-input-path"),
        interface: $("#node-input-interface"),
        member: $("#node-input-member"),
        signature: $("#node-input-signature"),
      },
      bus: this.read,
      // An operation that is a variable has no members to offer.
      uses: () => USES[this.read().operation] ?? [],
      chosen: (member) => this.#chosen(member),
      note: this.form.find(".dbus-live-note"),
    });
    this.#try = shared.tryCall($("#dbus-call-try"), node.id, this.read, (refused) => this.#policy.visit(refused));
    this.#updating = false;
    this.form.on("input change", update);
    this.#update();
  }

  readonly read = (): DBusCallConfig => ({
    ...readForm(dbusCallDefaults, this.#node),
    ...this.readOwn(),
  });

  readOwn(): Pick<DBusCallConfig, "args" | "argsType" | "argNames" | "outNames"> {
    return this.#arguments.read();
  }

  close(): void {
    this.#try.close();
    this.#service.close();
  }

  #chosen({ use, entry }: MemberChoice): void {
    if (use === "call") this.#arguments.known(entry.name, entry);
    if (use === "write") {
      this.#arguments.known(entry.name, { in: [{ name: entry.name, signature: entry.signature }], out: [] });
    }
    const operation = $("#node-input-operation");
    if (use === "read" && operation.val() === "call") operation.val("get");
    operation.trigger("change");
  }

  #update(): void {
    if (this.#updating) return;
    this.#updating = true;
    this.#arguments.follow(readForm(dbusCallDefaults, this.#node));
    const config = this.read();
    showFor(this.form, "data-buses", config.bus);
    showFor(this.form, "data-operations", config.operation);
    this.#notes.show(config.bus);
    this.#policy.show(config);
    this.#try.show(config, this.#arguments.none);
    this.#arguments.update(config, this.#checks.problem(config, "args"));
    this.#updating = false;
  }
}
