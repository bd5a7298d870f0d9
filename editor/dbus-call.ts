import { type DBusCallConfig, dbusCallDefaults } from "../lib/shared/dbus-call-config";
import { withDefaults } from "../lib/shared/with-defaults";
import { CallDialog } from "./call-dialog";
import { checkCallForm } from "./check-call-form";
import { FieldChecks } from "./kit";

const checks = new FieldChecks(checkCallForm, dbusCallDefaults);

RED.nodes.registerType<DBusCallConfig>("dbus-call", {
  category: "dbus",
  color: "#9fc7c0",
  icon: "dbus-call.svg",
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: dbusCallDefaults.name },
    bus: { value: dbusCallDefaults.bus, validate: checks.of("bus") },
    address: { value: dbusCallDefaults.address, validate: checks.of("address") },
    operation: { value: dbusCallDefaults.operation, validate: checks.of("operation") },
    destination: { value: dbusCallDefaults.destination, validate: checks.of("destination") },
    path: { value: dbusCallDefaults.path, validate: checks.of("path") },
    interface: { value: dbusCallDefaults.interface, validate: checks.of("interface") },
    member: { value: dbusCallDefaults.member, validate: checks.of("member") },
    signature: { value: dbusCallDefaults.signature, validate: checks.of("signature") },
    args: { value: dbusCallDefaults.args, validate: checks.of("args") },
    argsType: { value: dbusCallDefaults.argsType },
    argNames: { value: dbusCallDefaults.argNames },
    outNames: { value: dbusCallDefaults.outNames },
    timeout: { value: dbusCallDefaults.timeout, validate: checks.of("timeout") },
    noReply: { value: dbusCallDefaults.noReply },
    noAutoStart: { value: dbusCallDefaults.noAutoStart },
    interactiveAuthorization: { value: dbusCallDefaults.interactiveAuthorization },
    int64: { value: dbusCallDefaults.int64, validate: checks.of("int64") },
    keepTypes: { value: dbusCallDefaults.keepTypes },
  },
  paletteLabel() {
    return this._("dbus-call.palette-label");
  },
  inputLabels() {
    return this._("dbus-call.input-label");
  },
  outputLabels() {
    return this._("dbus-call.output-label");
  },
  label() {
    return this.name || describe(this);
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    checks.opened(this.id, new CallDialog(this, checks));
  },
  oneditsave() {
    Object.assign(this, checks.readOwn());
    checks.closed();
  },
  oneditcancel() {
    checks.closed();
  },
});

/** "Ping on org.x.Y", as far as the node says so itself. */
function describe(node: EditorNode & DBusCallConfig): string {
  const { operation, destination, interface: interfaceName, member } = withDefaults(dbusCallDefaults, node);
  const name = operation === "get-all" ? interfaceName : member;
  if (name === "") return node._("dbus-call.palette-label");
  const what = node._(`dbus-call.node-label.${operation}`, { name });
  return destination !== "" ? node._("dbus-call.node-label.on", { what, destination }) : what;
}
