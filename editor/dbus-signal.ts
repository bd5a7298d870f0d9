import { checkSignalConfig } from "../lib/shared/check-signal";
import { type DBusSignalConfig, dbusSignalDefaults } from "../lib/shared/dbus-signal-config";
import { withDefaults } from "../lib/shared/with-defaults";
import { FieldChecks } from "./kit";
import { SignalDialog } from "./signal-dialog";

const checks = new FieldChecks(checkSignalConfig, dbusSignalDefaults, { args: "conditions" });

RED.nodes.registerType<DBusSignalConfig>("dbus-signal", {
  category: "dbus",
  color: "#9fc7c0",
  icon: "dbus-signal.svg",
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: dbusSignalDefaults.name },
    bus: { value: dbusSignalDefaults.bus, validate: checks.of("bus") },
    address: { value: dbusSignalDefaults.address, validate: checks.of("address") },
    listen: { value: dbusSignalDefaults.listen, validate: checks.of("listen") },
    sender: { value: dbusSignalDefaults.sender, validate: checks.of("sender") },
    path: { value: dbusSignalDefaults.path, validate: checks.of("path") },
    pathNamespace: { value: dbusSignalDefaults.pathNamespace },
    nameNamespace: { value: dbusSignalDefaults.nameNamespace },
    interface: { value: dbusSignalDefaults.interface, validate: checks.of("interface") },
    member: { value: dbusSignalDefaults.member, validate: checks.of("member") },
    args: { value: dbusSignalDefaults.args, validate: checks.of("args") },
    properties: { value: dbusSignalDefaults.properties, validate: checks.of("properties") },
    initial: { value: dbusSignalDefaults.initial },
    invalidated: { value: dbusSignalDefaults.invalidated, validate: checks.of("invalidated") },
    vanished: { value: dbusSignalDefaults.vanished },
    memberArgs: { value: dbusSignalDefaults.memberArgs },
    rateLimit: { value: dbusSignalDefaults.rateLimit, validate: checks.of("rateLimit") },
    dynamic: { value: dbusSignalDefaults.dynamic },
    inputs: { value: dbusSignalDefaults.inputs },
    int64: { value: dbusSignalDefaults.int64, validate: checks.of("int64") },
    keepTypes: { value: dbusSignalDefaults.keepTypes },
  },
  paletteLabel() {
    return this._("dbus-signal.palette-label");
  },
  inputLabels() {
    return this._("dbus-signal.input-label");
  },
  outputLabels() {
    return this._("dbus-signal.output-label");
  },
  label() {
    return this.name || describe(this);
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    checks.opened(this.id, new SignalDialog(this, checks));
  },
  oneditsave() {
    Object.assign(this, checks.readOwn());
    checks.closed();
  },
  oneditcancel() {
    checks.closed();
  },
});

/** "JobRemoved from org.x.Y", as far as the node says so itself. */
function describe(node: EditorNode & DBusSignalConfig): string {
  const { listen, sender, interface: interfaceName, member, properties } = withDefaults(dbusSignalDefaults, node);
  const kind = node._(`dbus-signal.node-label.${listen}`);
  const from = (what: string) => (sender === "" ? what : node._("dbus-signal.node-label.from", { what, sender }));
  switch (listen) {
    case "signal":
      if (sender === "" && interfaceName === "" && member === "") return node._("dbus-signal.palette-label");
      return from(member || interfaceName || kind);
    case "properties":
      return from(properties.join(", ") || kind);
    case "objects":
      return from(kind);
    case "names":
      return sender || kind;
  }
}
