import assert from "node:assert/strict";
import { describeEditor } from "../support/editor-suite";

describeEditor("dbus-signal’s dialog", (suite) => {
  it("shows the match rule as it becomes", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-signal", { x: 300, y: 100 });
    await editor.open(id);
    const rule = editor.dialog.locator("#dbus-signal-rule-text");
    assert.equal(await rule.inputValue(), "type='signal'");
    await editor.input("sender").pressSequentially("org.bluez ");
    assert.equal(await rule.inputValue(), "type='signal',sender='org.bluez'");
    await editor.type("path", "/org/bluez");
    await editor.input("pathNamespace").check();
    const add = editor.dialog.locator("#dbus-signal-form .red-ui-editableList-addButton").first();
    await add.click();
    await editor.dialog.locator(".dbus-condition-value").fill("it's");
    await add.click();
    assert.equal(
      await rule.inputValue(),
      "type='signal',sender='org.bluez',path_namespace='/org/bluez',arg0='it'\\''s',arg1=''",
    );
    const index = editor.dialog.locator(".dbus-condition-index").nth(1);
    assert.equal(await index.inputValue(), "1");
    await index.fill("0");
    await editor.dialog.getByText("Conditions: argument 0 has two conditions, the bus allows one").waitFor();
    await index.fill("2");
    await editor.dialog.locator(".dbus-condition-kind").nth(1).selectOption("path");
    await editor.dialog.locator(".dbus-condition-value").nth(1).fill("/a/");
    await editor.picture(`${suite.version}-dbus-signal`);
    assert.equal(await editor.dialog.locator("#dbus-signal-conditions-problem").innerText(), "");
    await editor.save();
    assert.deepEqual((await editor.deploy(id))["args"], [
      { index: 0, kind: "equal", value: "it's" },
      { index: 2, kind: "path", value: "/a/" },
    ]);
  });

  it("listens to properties, which need a service", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-signal", { x: 300, y: 100 });
    await editor.open(id);
    await editor.input("listen").selectOption("properties");
    await editor.page.locator("#node-input-sender.input-error").waitFor();
    await editor.type("sender", "org.freedesktop.UPower");
    await editor.page.locator("#node-input-sender:not(.input-error)").waitFor();
    await editor.dialog.locator("[data-listen=properties] .red-ui-editableList-addButton").click();
    await editor.dialog.getByText("Properties: expected the name of a property, got nothing").waitFor();
    await editor.dialog.locator("[data-listen=properties] li input").fill("OnBattery");
    await editor.picture(`${suite.version}-dbus-signal-properties`);
    await editor.save();
    const saved = await editor.deploy(id);
    assert.deepEqual([saved["listen"], saved["properties"]], ["properties", ["OnBattery"]]);
  });

  it("gives a node that subscribes by message its input", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-signal", { x: 300, y: 100 });
    const ports = editor.page.locator(`[id="${id}"] .red-ui-flow-port-input`);
    assert.equal(await ports.count(), 0);
    await editor.open(id);
    await editor.input("listen").selectOption("objects");
    await editor.page.locator("#node-input-sender.input-error").waitFor();
    await editor.dialog.locator(".dbus-more summary").click();
    await editor.input("dynamic").check();
    await editor.page.locator("#node-input-sender:not(.input-error)").waitFor();
    await editor.save();
    await ports.waitFor();
    const saved = await editor.deploy(id);
    assert.deepEqual([saved["dynamic"], saved["inputs"]], [true, 1]);
    await editor.open(id);
    await editor.dialog.locator(".dbus-more summary").click();
    await editor.input("dynamic").uncheck();
    await editor.save();
    await ports.waitFor({ state: "detached" });
  });
});
