import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Route } from "playwright-core";
import { startMock } from "../support/dbusmock";
import { startDescribed } from "../support/described-service";
import type { Editor } from "../support/editor";
import { describeEditor } from "../support/editor-suite";
import { option, options, said } from "../support/offered";
import { PYTHON } from "../support/peer";

const LAMP = "com.example.Lamp";
const HOSTILE = `<img src="x" onerror="document.title='run'">`;
const LAMP_XML = `<interface name="${LAMP}">
  <method name="Blink"><arg name="times" type="u" direction="in"/><arg name="done" type="b" direction="out"/></method>
  <method name="Old"><annotation name="org.freedesktop.DBus.Deprecated" value="true"/></method>
  <property name="Level" type="d" access="readwrite"/>
  <property name="Serial" type="s" access="read"/>
  <signal name="Burnt"><arg name="after" type="u"/></signal>
</interface><interface name="org.freedesktop.DBus.Properties"><method name="Get"/></interface>`;

describeEditor("fields that name something on the bus", (suite) => {
  before(async () => {
    await startDescribed(suite.bus, LAMP, { "/com/example/Lamp": LAMP_XML }, { Level: 0.5, Serial: HOSTILE });
    await startMock(suite.bus, "bluez5");
    const service = ["[D-BUS Service]", "Name=org.freedesktop.timedate1"];
    const command = `${PYTHON} -m dbusmock --system --template timedated`;
    const run = `Exec=/usr/bin/env DBUS_SYSTEM_BUS_ADDRESS=${suite.bus.address} ${command}`;
    writeFileSync(path.join(suite.bus.servicesDir, "timedate.service"), [...service, run, ""].join("\n"));
    writeFileSync(
      path.join(suite.bus.servicesDir, "broken.service"),
      ["[D-BUS Service]", "Name=com.example.Broken", "Exec=/bin/false", ""].join("\n"),
    );
    await suite.bus.reload();
  });

  it("fills in nothing that belongs to what is not there any more", async () => {
    const { editor } = await openCall();
    const url = "**/dbus/interfaces?*";
    const held = new Promise<Route>((resolve) => void editor.page.route(url, resolve, { times: 1 }));
    await editor.input("destination").click();
    await option(editor, LAMP).click();
    const late = await held;
    assert.equal(await editor.input("path").inputValue(), "/com/example/Lamp");
    await editor.type("path", "/com/example/Other");
    const answered = editor.page.waitForResponse((response) => response.url().includes("/dbus/interfaces?"));
    await late.continue();
    await (await answered).finished();
    // The runtime is asked anew for the other object, which comes after what was held.
    await editor.input("interface").click();
    await said(editor, /./).first().waitFor();
    assert.equal(await editor.input("interface").inputValue(), "");
    await editor.page.keyboard.press("Escape");
    await editor.cancel();
  });

  async function openCall(): Promise<{ readonly editor: Editor; readonly id: string }> {
    const editor = await suite.open();
    const id = await editor.drag("dbus-call", { x: 300, y: 100 });
    await editor.open(id);
    return { editor, id };
  }

  it("fills in what follows from a choice, and nothing over what was typed", async () => {
    const { editor, id } = await openCall();
    await editor.input("destination").click();
    await option(editor, LAMP).click();
    await option(editor, "Blink").waitFor();
    assert.deepEqual(
      await options(editor).locator(".dbus-option-name").allInnerTexts(),
      ["Blink", "Old", "Level", "Serial"],
      "those of the interface that was filled in",
    );
    assert.equal(await editor.input("path").inputValue(), "/com/example/Lamp");
    assert.equal(await editor.input("interface").inputValue(), LAMP);
    assert.match(await option(editor, "Blink").innerText(), /method · times: integer from 0 → done: true or false/);
    assert.match(await option(editor, "Old").innerText(), /deprecated/);
    await option(editor, "Blink").click();
    assert.equal(await editor.input("signature").inputValue(), "u");
    await editor.input("operation").selectOption("set");
    await editor.input("member").click();
    await option(editor, "Level").waitFor();
    assert.deepEqual(await options(editor).locator(".dbus-option-name").allInnerTexts(), ["Level"]);
    await option(editor, "Level").click();
    assert.equal(await editor.input("signature").inputValue(), "d");
    await editor.type("path", "/com/example/Typed");
    await editor.input("destination").click();
    await option(editor, "org.bluez").click();
    await editor.page.locator("#node-input-member:focus").waitFor();
    assert.equal(await editor.input("path").inputValue(), "/com/example/Typed");
    for (const field of ["interface", "member", "signature"]) {
      assert.equal(await editor.input(field).inputValue(), "", `${field} came from the other service`);
    }
    await editor.page.keyboard.press("Escape");
    await editor.save();
    assert.equal((await editor.deploy(id))["destination"], "org.bluez");
  });

  it("shows what comes from the bus as text", async () => {
    const { editor } = await openCall();
    await editor.input("destination").click();
    await option(editor, LAMP).click();
    await option(editor, "Serial").waitFor();
    assert.ok((await option(editor, "Serial").innerText()).includes(JSON.stringify(HOSTILE)));
    await editor.picture(`${suite.version}-completion-hostile`);
    assert.equal(await editor.dialog.locator(".dbus-completion img").count(), 0);
    assert.notEqual(await editor.page.title(), "run");
    await editor.page.keyboard.press("Escape");
    await editor.cancel();
  });

  it("starts a service only when it is told to, twice", async () => {
    const { editor } = await openCall();
    await editor.input("destination").click();
    assert.match(await option(editor, "org.freedesktop.timedate1").innerText(), /can be started/);
    await option(editor, "org.freedesktop.timedate1").click();
    await said(editor, "org.freedesktop.timedate1 is not running").waitFor();
    await editor.picture(`${suite.version}-completion-start`);
    await options(editor).getByText("Start it to see its objects").click();
    await options(editor).getByText("Yes, start it").click();
    await option(editor, "/org/freedesktop/timedate1").click();
    assert.equal(await editor.input("path").inputValue(), "/org/freedesktop/timedate1");
    await editor.page.keyboard.press("Escape");
    await editor.cancel();
  });

  it("says why a service did not start, and keeps what is filled in", async () => {
    const { editor, id } = await openCall();
    await editor.input("destination").click();
    await option(editor, "com.example.Broken").click();
    await options(editor).getByText("Start it to see its objects").click();
    await options(editor).getByText("Yes, start it").click();
    await said(editor, /could not be started/).waitFor();
    await editor.page.keyboard.press("Escape");
    await editor.type("path", "/a");
    await editor.type("member", "B");
    await editor.page.keyboard.press("Escape");
    await editor.save();
    const { destination, path: saved, member } = await editor.deploy(id);
    assert.deepEqual([destination, saved, member], ["com.example.Broken", "/a", "B"]);
  });

  it("offers nothing where the bus comes with the message", async () => {
    const { editor } = await openCall();
    await editor.input("bus").selectOption("msg");
    await editor.type("destination", "org");
    assert.equal(await editor.dialog.locator(".dbus-completion:visible").count(), 0);
    await editor.cancel();
  });

  it("takes an interface over from a live service", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-publish", { x: 300, y: 100 });
    await editor.open(id);
    await editor.dialog.locator("#dbus-publish-clone summary").click();
    const clone = editor.dialog.locator(".dbus-clone-live");
    // What is published on one bus may be taken over from another.
    assert.equal(await clone.locator("select").inputValue(), "session");
    await clone.locator("select").selectOption("system");
    await clone.locator(".dbus-clone-service").click();
    await option(editor, LAMP).click();
    const take = clone.getByRole("button", { name: "Take over" });
    await editor.page.locator(".dbus-clone-take:not(.disabled)").waitFor();
    await editor.picture(`${suite.version}-clone-live`);
    await take.click();
    await editor.dialog.locator("#dbus-publish-properties li").nth(1).waitFor();
    await editor.save();
    const saved = await editor.deploy(id);
    assert.deepEqual([saved["interface"], saved["path"]], [LAMP, "/com/example/Lamp"]);
    assert.deepEqual(saved["methods"], [
      { name: "Blink", in: [{ name: "times", signature: "u" }], out: [{ name: "done", signature: "b" }], timeout: 25 },
      { name: "Old", in: [], out: [], timeout: 25 },
    ]);
    assert.deepEqual(saved["properties"], [
      { name: "Level", signature: "d", access: "readwrite", value: "", emitsChanged: "true" },
      { name: "Serial", signature: "s", access: "read", value: "", emitsChanged: "true" },
    ]);
    assert.deepEqual(saved["signals"], [{ name: "Burnt", args: [{ name: "after", signature: "u" }] }]);
  });

  it("offers signals, ObjectManagers, and properties in rows to dbus-signal", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-signal", { x: 300, y: 100 });
    await editor.open(id);
    await editor.input("sender").click();
    await option(editor, LAMP).click();
    assert.match(await option(editor, "Burnt").innerText(), /signal · after: integer from 0/);
    await option(editor, "Burnt").click();
    assert.equal(await editor.input("listen").inputValue(), "signal");
    await editor.input("listen").selectOption("properties");
    await editor.dialog.locator("[data-listen=properties] .red-ui-editableList-addButton").click();
    await editor.dialog.locator("#dbus-signal-properties li input").click();
    await option(editor, "Level").click();
    await editor.input("listen").selectOption("objects");
    await editor.input("sender").click();
    await option(editor, "org.bluez").click();
    await editor.page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("#node-input-path")?.value === "/",
    );
    await editor.page.keyboard.press("Escape");
    await editor.save();
    const { sender, properties, path: saved } = await editor.deploy(id);
    assert.deepEqual([sender, properties, saved], ["org.bluez", ["Level"], "/"]);
  });
});
