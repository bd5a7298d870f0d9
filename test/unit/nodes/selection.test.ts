import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { type DBusSignalConfig, dbusSignalDefaults } from "../../../lib/shared/dbus-signal-config";
import { messageSelection, namesSelection, selectionOf } from "../../../nodes/support/selection";
import { errorText } from "../../support/faults";

const select = (dbus: unknown, config: Partial<DBusSignalConfig> = {}) =>
  messageSelection({ ...dbusSignalDefaults, ...config }, { dbus } as NodeMessage);
const refusal = (dbus: unknown, config: Partial<DBusSignalConfig> = {}) =>
  errorText("DBUS_INVALID_FIELD", () => select(dbus, config));

describe("messageSelection", () => {
  it("takes text fields and lists of the message where the node's are blank", () => {
    const args = [{ index: 0, kind: "equal", value: "x" }];
    const { sender, path, member, args: conditions } = select({ sender: "a.b", path: "/a", member: "M", args });
    assert.deepEqual(
      { sender, path, member, conditions },
      { sender: "a.b", path: "/a", member: "M", conditions: args },
    );
    assert.equal(select({ sender: "a.b" }, { sender: "c.d" }).sender, "c.d");
  });

  it("takes switches and words of the message over the node's, which are never blank", () => {
    const { listen, initial } = select({ listen: "names", initial: false }, { listen: "signal", initial: true });
    assert.deepEqual([listen, initial], ["names", false]);
  });

  it("ignores what else is in msg.dbus, such as another node left there", () => {
    const clean = JSON.stringify(select({ member: "M" }));
    assert.equal(
      JSON.stringify(select({ member: "M", bus: "system", address: "x", signature: "s", error: {} })),
      clean,
    );
  });

  it("is the same text for the same fields, whatever their order", () => {
    const one = { member: "M", sender: "a.b" };
    const other = { sender: "a.b", member: "M" };
    assert.equal(JSON.stringify(select(one)), JSON.stringify(select(other)));
  });

  it("names the field that is wrong", () => {
    assert.equal(refusal({ sender: 5 }), "Sender: expected text, got number");
    assert.equal(refusal({ initial: "yes" }), "Present state first: expected true or false, got string");
    assert.equal(refusal({ vanished: 1 }), "Service gone: expected true or false, got number");
    assert.equal(refusal({ args: "x" }), "Arguments: expected an array, got string");
    assert.equal(refusal({ args: [null] }), "Arguments: expected an object, got null");
    assert.equal(refusal({ properties: ["A", 5] }), "Properties: expected a string, got 5");
    assert.match(refusal({ listen: "x" }), /^Listen to: expected one of/);
    assert.match(refusal({ listen: "properties" }), /^Sender: the bus name of a service is needed/);
    assert.match(refusal({ listen: "objects", sender: "a.b" }), /^Path: /);
  });
});

describe("namesSelection", () => {
  it("is whether the message names anything of one", () => {
    assert.equal(namesSelection({}), false);
    assert.equal(namesSelection({ dbus: { bus: "system" } } as NodeMessage), false);
    assert.equal(namesSelection({ dbus: { initial: false } } as NodeMessage), true);
    assert.equal(namesSelection({ dbus: { args: [] } } as NodeMessage), true);
  });
});

describe("selectionOf", () => {
  it("is a node's fields without those that select nothing", () => {
    const keys = Object.keys(selectionOf(dbusSignalDefaults));
    for (const other of ["name", "bus", "rateLimit", "dynamic", "int64"]) assert.ok(!keys.includes(other), other);
    assert.equal(keys.length, 12);
  });
});
