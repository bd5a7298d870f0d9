import assert from "node:assert/strict";
import { busctl } from "../support/busctl";
import { describeEditor } from "../support/editor-suite";
import { eventuallyAsync } from "../support/until";

const NAME = "com.example.my-Flow";
const OBJECT = [NAME, "/com/example/my_Flow", "com.example.my_Flow"] as const;

describeEditor("from an empty flow to a service of its own", (suite) => {
  it("takes a name and one property", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-publish", { x: 300, y: 100 });
    await editor.open(id);
    await editor.input("bus").selectOption("system");
    await editor.type("busName", NAME);
    const properties = editor.dialog.locator(".form-row", { has: editor.page.locator("#dbus-publish-properties") });
    await properties.locator(".red-ui-editableList-addButton").click();
    await properties.locator(".dbus-part-name").fill("Mood");
    await properties.locator(".dbus-part-type").fill("s");
    await properties.locator(".dbus-part-value").fill("calm");
    const { path, interface: interfaceName } = { path: editor.input("path"), interface: editor.input("interface") };
    assert.deepEqual([await path.inputValue(), await interfaceName.inputValue()], OBJECT.slice(1));
    await editor.picture(`${suite.version}-publish-a-service`);
    await editor.save();
    await editor.deploy(id);
    const read = () => busctl(suite.bus, "get-property", ...OBJECT, "Mood");
    await eventuallyAsync(async () => (await read()).code === 0, { what: "the property" });
    assert.equal((await read()).stdout, 's "calm"\n');
  });

  it("leaves names that were given as they are", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-publish", { x: 300, y: 100 });
    await editor.open(id);
    await editor.type("interface", "com.example.Other");
    await editor.type("busName", NAME);
    await editor.input("path").focus();
    assert.equal(await editor.input("path").inputValue(), "");
    assert.equal(await editor.input("interface").inputValue(), "com.example.Other");
    await editor.cancel();
  });
});
