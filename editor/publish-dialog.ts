import { completeRows } from "../lib/shared/complete-rows";
import { type DBusPublishConfig, dbusPublishDefaults } from "../lib/shared/dbus-publish-config";
import type {
  InterfaceDefinition,
  MethodDefinition,
  PropertyDefinition,
  SignalDefinition,
} from "../lib/shared/interface-definition";
import { objectNamesFor } from "../lib/shared/object-names";
import { withDefaults } from "../lib/shared/with-defaults";
import type { PolicySubject } from "./components/policy-form";
import type { RowList } from "./components/row-list";
import { type FieldChecks, fillIn, type NodeDialog, readForm, sharedEditor, showFor } from "./kit";
import { policySubject } from "./publish-policy";

const ROWS = ["properties", "methods", "signals"] as const;

const UNNAMED = { path: "", interface: "" };

export class PublishDialog implements NodeDialog<DBusPublishConfig> {
  readonly #node: FlowNode & DBusPublishConfig;
  readonly #checks: FieldChecks<DBusPublishConfig>;
  readonly form = $("#dbus-publish-form");
  readonly #properties: RowList<PropertyDefinition>;
  readonly #methods: RowList<MethodDefinition>;
  readonly #signals: RowList<SignalDefinition>;
  readonly #notes: { show(bus: DBusPublishConfig["bus"]): void };
  readonly #policy: { show(subject: PolicySubject | undefined): void };
  /** What path and interface are while nobody has given them others. */
  #named = UNNAMED;
  readonly #clone: { close(): void };
  readonly #xml: { show(definition: InterfaceDefinition): void };

  constructor(node: FlowNode & DBusPublishConfig, checks: FieldChecks<DBusPublishConfig>) {
    this.#node = node;
    this.#checks = checks;
    const shared = sharedEditor();
    this.form.find(".dbus-name").each(function () {
      shared.nameField($(this));
    });
    this.#notes = shared.busNotes(this.form.find(".dbus-bus-notes"), node, $("#node-input-bus"));
    this.#policy = shared.policyDialog($("#dbus-publish-policy"), false);
    this.#xml = shared.introspectionView($("#dbus-publish-xml"));
    fillIn(dbusPublishDefaults, node);
    const { properties, methods, signals } = completeRows(withDefaults(dbusPublishDefaults, node));
    const update = () => this.#update();
    this.#properties = shared.propertyDefinitions($("#dbus-publish-properties"), properties, update);
    this.#methods = shared.methodDefinitions($("#dbus-publish-methods"), methods, update);
    this.#signals = shared.signalDefinitions($("#dbus-publish-signals"), signals, update);
    this.#clone = shared.clonePanel($("#dbus-publish-clone"), this.read, (definition, path) =>
      this.#take(definition, path),
    );
    $("#node-input-busName").on("input", () => this.#nameObject());
    this.form.on("input change", update);
    this.#update();
  }

  readonly read = (): DBusPublishConfig => ({
    ...readForm(dbusPublishDefaults, this.#node),
    ...this.readOwn(),
  });

  readOwn(): Pick<DBusPublishConfig, (typeof ROWS)[number] | "outputs"> {
    return {
      properties: this.#properties.rows(),
      methods: this.#methods.rows(),
      signals: this.#signals.rows(),
      outputs: $("#node-input-action").val() === "export" ? 2 : 0,
    };
  }

  close(): void {
    this.#clone.close();
  }

  /** An object without names of its own goes by the name of its service, as that is typed. */
  #nameObject(): void {
    const { action, busName, path, interface: interfaceName } = this.read();
    const { path: ownPath, interface: ownInterface } = this.#named;
    if (action !== "export" || path !== ownPath || interfaceName !== ownInterface) return;
    this.#named = objectNamesFor(busName) ?? UNNAMED;
    $("#node-input-path").val(this.#named.path).trigger("change");
    $("#node-input-interface").val(this.#named.interface).trigger("change");
  }

  #take({ name, properties, methods, signals }: InterfaceDefinition, path: string): void {
    this.#properties.replace(properties);
    this.#methods.replace(methods);
    this.#signals.replace(signals);
    $("#node-input-interface").val(name).trigger("change");
    const pathInput = $("#node-input-path");
    if (path !== "" && pathInput.val() === "") pathInput.val(path).trigger("change");
  }

  #update(): void {
    const config = this.read();
    showFor(this.form, "data-buses", config.bus);
    showFor(this.form, "data-actions", config.action);
    this.#notes.show(config.bus);
    this.#policy.show(policySubject(this.#node.id, config));
    this.#xml.show({ ...config, name: config.interface });
    const touched = {
      ...config,
      properties: this.#properties.touchedRows(),
      methods: this.#methods.touchedRows(),
      signals: this.#signals.touchedRows(),
    };
    for (const field of ROWS) {
      $(`#dbus-publish-${field}-problem`).text(this.#checks.problem(touched, field) ?? "");
    }
  }
}
