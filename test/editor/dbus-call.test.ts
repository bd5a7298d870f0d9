import assert from "node:assert/strict";

import { describeEditor, TAB } from "../support/editor-suite";

describeEditor("dbus-call’s dialog", (suite) => {
  it("saves what was filled in", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-call", { x: 300, y: 100 });
    await editor.open(id);
    await editor.input("bus").selectOption("address");
    await editor.type("address", "unix:path=/run/dbus/system_bus_socket");
    await editor.type("destination", "org.freedesktop.DBus");
    await editor.type("path", "/org/freedesktop/DBus");
    await editor.type("interface", "org.freedesktop.DBus");
    await editor.type("member", "GetNameOwner");
    await editor.type("signature", "s");
    await editor.type("timeout", "5");
    await editor.dialog.getByText("More options").click();
    await editor.input("noAutoStart").check();
    await editor.input("int64").selectOption("string");
    await editor.picture(`${suite.version}-dbus-call`);
    await editor.save();
    const label = editor.page.locator(`[id="${id}"] .red-ui-flow-node-label`);
    assert.equal(await label.textContent(), "GetNameOwner on org.freedesktop.DBus");
    const { id: _id, z: _z, x: _x, y: _y, wires: _wires, g: _g, ...saved } = await editor.deploy(id);
    assert.deepEqual(saved, {
      type: "dbus-call",
      name: "",
      bus: "address",
      address: "unix:path=/run/dbus/system_bus_socket",
      operation: "call",
      destination: "org.freedesktop.DBus",
      path: "/org/freedesktop/DBus",
      interface: "org.freedesktop.DBus",
      member: "GetNameOwner",
      signature: "s",
      args: "payload",
      argsType: "msg",
      argNames: [],
      outNames: [],
      timeout: "5",
      noReply: false,
      noAutoStart: true,
      interactiveAuthorization: false,
      int64: "string",
      keepTypes: false,
    });
  });

  it("shows and keeps a variable where a bus is chosen", async () => {
    const bus = "$" + "{WHICH_BUS}";
    const call = { id: "call", type: "dbus-call", z: "tab", x: 300, y: 100, wires: [[]], bus, destination: "a.b" };
    const editor = await suite.open([TAB, call]);
    await editor.open("call");
    assert.equal(await editor.input("bus").inputValue(), bus);
    assert.equal(await editor.dialog.locator(".input-error").count(), 0);
    await editor.type("path", "/a");
    await editor.save();
    const saved = await editor.deploy("call");
    assert.deepEqual([saved["bus"], saved["path"]], [bus, "/a"]);
  });

  it("says why a field is wrong, as it is typed, and marks the node", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-call", { x: 300, y: 100 });
    await editor.open(id);
    const path = editor.input("path");
    await editor.type("path", "org/x");
    await editor.page.locator("#node-input-path.input-error").waitFor();
    await path.hover();
    const reason = editor.page.locator(".red-ui-popover", { hasText: "slash" });
    await reason.waitFor();
    assert.match(await reason.innerText(), /^Path: an object path begins with a slash, “org\/x” does not$/);
    await editor.type("signature", "a{s");
    await editor.save();
    await editor.page.locator(`[id="${id}"] .red-ui-flow-node-error:not(.hide)`).waitFor();
    await editor.open(id);
    await editor.type("path", "/org/x");
    await editor.type("signature", "a{ss}");
    await editor.input("name").click();
    assert.equal(await editor.dialog.locator(".input-error").count(), 0);
    await editor.cancel();
  });

  it("judges fields by the operation that is chosen in the form", async () => {
    const editor = await suite.open();
    await editor.open(await editor.drag("dbus-call", { x: 300, y: 100 }));
    await editor.type("member", "some-property");
    await editor.page.locator("#node-input-member.input-error").waitFor();
    await editor.input("operation").selectOption("get");
    await editor.page.locator("#node-input-member:not(.input-error)").waitFor();
    await editor.cancel();
  });

  it("shows the fields that an operation has", async () => {
    const editor = await suite.open();
    await editor.open(await editor.drag("dbus-call", { x: 300, y: 100 }));
    const shown = async () => {
      const visible: string[] = [];
      for (const field of ["member", "signature"]) if (await editor.input(field).isVisible()) visible.push(field);
      if (await editor.dialog.locator("#dbus-call-args + .red-ui-typedInput-container").isVisible()) {
        visible.push("args");
      }
      const label = editor.dialog.locator("label[for=node-input-member]");
      return `${(await label.innerText()).trim()}: ${visible.join(" ")}`;
    };
    assert.equal(await shown(), "Method: member signature args");
    await editor.input("operation").selectOption("get");
    assert.equal(await shown(), "Property: member");
    await editor.input("operation").selectOption("set");
    assert.equal(await shown(), "Property: member signature args");
    await editor.input("operation").selectOption("get-all");
    assert.match(await shown(), /: $/);
    await editor.cancel();
  });
});
