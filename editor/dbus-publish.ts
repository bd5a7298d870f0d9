import { checkPublishConfig } from "../lib/shared/check-publish";
import { type DBusPublishConfig, dbusPublishDefaults } from "../lib/shared/dbus-publish-config";
import { withDefaults } from "../lib/shared/with-defaults";
import { FieldChecks } from "./kit";
import { PublishDialog } from "./publish-dialog";

const checks = new FieldChecks(checkPublishConfig, dbusPublishDefaults, { member: "signal" });

RED.nodes.registerType<DBusPublishConfig>("dbus-publish", {
  category: "dbus",
  color: "#9fc7c0",
  icon: "dbus-publish.svg",
  inputs: 1,
  outputs: 2,
  defaults: {
    name: { value: dbusPublishDefaults.name },
    bus: { value: dbusPublishDefaults.bus, validate: checks.of("bus") },
    address: { value: dbusPublishDefaults.address, validate: checks.of("address") },
    action: { value: dbusPublishDefaults.action, validate: checks.of("action") },
    busName: { value: dbusPublishDefaults.busName, validate: checks.of("busName") },
    allowReplacement: { value: dbusPublishDefaults.allowReplacement },
    replaceExisting: { value: dbusPublishDefaults.replaceExisting },
    doNotQueue: { value: dbusPublishDefaults.doNotQueue },
    path: { value: dbusPublishDefaults.path, validate: checks.of("path") },
    interface: { value: dbusPublishDefaults.interface, validate: checks.of("interface") },
    properties: { value: dbusPublishDefaults.properties, validate: checks.of("properties") },
    methods: { value: dbusPublishDefaults.methods, validate: checks.of("methods") },
    signals: { value: dbusPublishDefaults.signals, validate: checks.of("signals") },
    member: { value: dbusPublishDefaults.member, validate: checks.of("member") },
    signature: { value: dbusPublishDefaults.signature, validate: checks.of("signature") },
    destination: { value: dbusPublishDefaults.destination, validate: checks.of("destination") },
    emitUnchanged: { value: dbusPublishDefaults.emitUnchanged },
    keepValues: { value: dbusPublishDefaults.keepValues },
    int64: { value: dbusPublishDefaults.int64, validate: checks.of("int64") },
    keepTypes: { value: dbusPublishDefaults.keepTypes },
    outputs: { value: dbusPublishDefaults.outputs },
  },
  paletteLabel() {
    return this._("dbus-publish.palette-label");
  },
  inputLabels() {
    const { action } = withDefaults(dbusPublishDefaults, this);
    return this._(`dbus-publish.input-label.${action}`);
  },
  outputLabels(port) {
    return this._(port === 0 ? "dbus-publish.output-label.calls" : "dbus-publish.output-label.writes");
  },
  label() {
    return this.name || describe(this);
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    checks.opened(this.id, new PublishDialog(this, checks));
  },
  oneditsave() {
    Object.assign(this, checks.readOwn());
    checks.closed();
  },
  oneditcancel() {
    checks.closed();
  },
});

/** "org.x.Y", "emit Changed", "answer calls": as far as the node says so itself. */
function describe(node: EditorNode & DBusPublishConfig): string {
  const { action, busName, interface: interfaceName, path, member } = withDefaults(dbusPublishDefaults, node);
  switch (action) {
    case "export":
      return busName || interfaceName || path || node._("dbus-publish.palette-label");
    case "signal":
      return member === ""
        ? node._("dbus-publish.node-label.any-signal")
        : node._("dbus-publish.node-label.signal", { name: member });
    case "reply":
      return node._("dbus-publish.node-label.reply");
  }
}
