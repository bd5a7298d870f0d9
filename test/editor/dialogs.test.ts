import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { startBrowser } from "../support/browser";
import { type Editor, openEditor } from "../support/editor";
import { type NodeRed, startNodeRed } from "../support/node-red";

const TAB = { id: "tab", type: "tab", label: "Flow" };

for (const version of ["4", "5"] as const) {
  describe(`dialogs in Node-RED ${version}`, function () {
    this.timeout(60_000);
    let browser: Browser;
    let nodeRed: NodeRed;
    let editor: Editor;

    before(async () => {
      [browser, nodeRed] = await Promise.all([startBrowser(), startNodeRed({ version, flows: [TAB] })]);
    });
    beforeEach(async () => {
      await nodeRed.deploy([TAB]);
      editor = await openEditor(browser, nodeRed);
    });
    afterEach(async () => {
      await editor.close();
      assert.deepEqual(editor.complaints, []);
    });
    after(async () => {
      await browser?.close();
      await nodeRed?.stop();
    });

    it("shows both nodes in a category of their own", async () => {
      const category = editor.page.locator("#red-ui-palette-container-dbus");
      assert.equal((await category.locator(".red-ui-palette-header").innerText()).trim(), "D-Bus");
      const labels = category.locator(".red-ui-palette-label");
      assert.deepEqual(await labels.allInnerTexts(), ["dbus call", "dbus signal"]);
    });

    it("saves what was filled in", async () => {
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
      await editor.dialog.locator("summary").click();
      await editor.input("noAutoStart").check();
      await editor.input("int64").selectOption("string");
      await editor.picture(`${version}-dbus-call`);
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
        timeout: "5",
        noReply: false,
        noAutoStart: true,
        interactiveAuthorization: false,
        int64: "string",
        keepTypes: false,
      });
    });

    it("says why a field is wrong, as it is typed, and marks the node", async () => {
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
      await editor.open(await editor.drag("dbus-call", { x: 300, y: 100 }));
      await editor.type("member", "some-property");
      await editor.page.locator("#node-input-member.input-error").waitFor();
      await editor.input("operation").selectOption("get");
      await editor.page.locator("#node-input-member:not(.input-error)").waitFor();
      await editor.cancel();
    });

    it("shows the fields that an operation has", async () => {
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

    it("keeps arguments given one by one", async () => {
      const id = await editor.drag("dbus-call", { x: 300, y: 100 });
      await editor.open(id);
      await editor.type("signature", "su");
      await choose(editor, "#dbus-call-args + .red-ui-typedInput-container", "one by one");
      const list = editor.dialog.locator("#dbus-call-list");
      const problem = editor.dialog.locator("#dbus-call-args-problem");
      await problem.getByText("Arguments: the signature “su” stands for 2 of them, the list has 0").waitFor();
      const add = list.locator(".red-ui-editableList-addButton");
      await add.click();
      await add.click();
      const rows = list.locator("li");
      await rows.nth(0).locator(".red-ui-typedInput-input").fill("eth0");
      await choose(editor, "#dbus-call-list li:nth-child(2) .red-ui-typedInput-container", "number");
      await rows.nth(1).locator(".red-ui-typedInput-input").fill("five");
      await problem.getByText("Arguments: argument 2: expected a number, got “five”").waitFor();
      await rows.nth(1).locator(".red-ui-typedInput-input").fill("5");
      await problem.waitFor({ state: "hidden" });
      await editor.picture(`${version}-dbus-call-list`);
      await editor.save();
      const saved = await editor.deploy(id);
      assert.equal(saved["argsType"], "list");
      assert.deepEqual(saved["args"], [
        { value: "eth0", type: "str" },
        { value: "5", type: "num" },
      ]);
      await editor.open(id);
      const values = editor.dialog.locator("#dbus-call-list li .red-ui-typedInput-input");
      assert.deepEqual(await values.evaluateAll((inputs) => inputs.map((input) => Reflect.get(input, "value"))), [
        "eth0",
        "5",
      ]);
      await editor.type("signature", "u");
      await editor.dialog.locator("#dbus-call-list li").first().locator(".red-ui-editableList-item-remove").click();
      await editor.save();
      assert.deepEqual((await editor.deploy(id))["args"], [{ value: "5", type: "num" }]);
    });

    it("shows the match rule as it becomes", async () => {
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
      await editor.picture(`${version}-dbus-signal`);
      assert.equal(await editor.dialog.locator("#dbus-signal-conditions-problem").innerText(), "");
      await editor.save();
      assert.deepEqual((await editor.deploy(id))["args"], [
        { index: 0, kind: "equal", value: "it's" },
        { index: 2, kind: "path", value: "/a/" },
      ]);
    });

    it("listens to properties, which need a service", async () => {
      const id = await editor.drag("dbus-signal", { x: 300, y: 100 });
      await editor.open(id);
      await editor.input("listen").selectOption("properties");
      await editor.page.locator("#node-input-sender.input-error").waitFor();
      await editor.type("sender", "org.freedesktop.UPower");
      await editor.page.locator("#node-input-sender:not(.input-error)").waitFor();
      await editor.dialog.locator("[data-listen=properties] .red-ui-editableList-addButton").click();
      await editor.dialog.getByText("Properties: expected the name of a property, got nothing").waitFor();
      await editor.dialog.locator("[data-listen=properties] li input").fill("OnBattery");
      await editor.picture(`${version}-dbus-signal-properties`);
      await editor.save();
      const saved = await editor.deploy(id);
      assert.deepEqual([saved["listen"], saved["properties"]], ["properties", ["OnBattery"]]);
    });

    it("gives a node that subscribes by message its input", async () => {
      const id = await editor.drag("dbus-signal", { x: 300, y: 100 });
      const ports = editor.page.locator(`[id="${id}"] .red-ui-flow-port-input`);
      assert.equal(await ports.count(), 0);
      await editor.open(id);
      await editor.input("listen").selectOption("objects");
      await editor.page.locator("#node-input-sender.input-error").waitFor();
      await editor.dialog.locator("summary").click();
      await editor.input("dynamic").check();
      await editor.page.locator("#node-input-sender:not(.input-error)").waitFor();
      await editor.save();
      await ports.waitFor();
      const saved = await editor.deploy(id);
      assert.deepEqual([saved["dynamic"], saved["inputs"]], [true, 1]);
      await editor.open(id);
      await editor.dialog.locator("summary").click();
      await editor.input("dynamic").uncheck();
      await editor.save();
      await ports.waitFor({ state: "detached" });
    });

    it("warns of a session bus on a headless machine, and changes to the system bus by a button", async () => {
      const id = await editor.drag("dbus-call", { x: 300, y: 100 });
      await editor.open(id);
      const { system } = await environment(nodeRed);
      const notes = editor.dialog.locator(".dbus-bus-notes");
      await notes.getByText(`Connects to ${system.address}`).waitFor();
      await editor.input("bus").selectOption("session");
      const banner = notes.locator(".dbus-finding", { has: editor.page.getByRole("button") }).first();
      await banner.waitFor();
      const parts = banner.locator("strong, p");
      for (const part of await parts.allInnerTexts()) {
        assert.notEqual(part.trim(), "");
        assert.doesNotMatch(part, /findings\.|__/, "a text that is not there");
      }
      assert.equal(await parts.count(), 3);
      await editor.picture(`${version}-banner`);
      await banner.getByRole("button", { name: "Use the system bus instead" }).click();
      assert.equal(await editor.input("bus").inputValue(), "system");
      await notes.getByText(`Connects to ${system.address}`).waitFor();
      await editor.save();
      assert.equal((await editor.deploy(id))["bus"], "system");
    });

    it("opens a node that lacks fields with their defaults", async () => {
      const bare = { id: "bare", type: "dbus-signal", z: "tab", x: 300, y: 100, wires: [[]] };
      const call = { ...bare, id: "call", type: "dbus-call", y: 200 };
      await editor.close();
      await nodeRed.deploy([TAB, bare, call]);
      editor = await openEditor(browser, nodeRed);
      for (const id of ["bare", "call"]) {
        assert.equal(await editor.page.locator(`[id="${id}"] .red-ui-flow-node-error:not(.hide)`).count(), 0, id);
      }
      await editor.open("bare");
      assert.equal(await editor.input("listen").inputValue(), "signal");
      assert.equal(await editor.input("initial").isChecked(), true);
      await editor.save();
      await editor.open("call");
      await editor.save();
      const { args, argsType, bus, timeout } = await editor.deploy("call");
      assert.deepEqual(
        { args, argsType, bus, timeout },
        { args: "payload", argsType: "msg", bus: "system", timeout: "25" },
      );
    });

    it("has a name on everything that can be focused", async () => {
      for (const type of ["dbus-call", "dbus-signal"]) {
        await editor.open(await editor.drag(type, { x: 300, y: 100 }));
        await editor.dialog.locator("summary").click();
        const nameless = await editor.dialog.locator(".dbus-form").evaluate((form) =>
          Array.from(form.querySelectorAll<HTMLInputElement>("input, select, textarea, button"))
            .filter((field) => field.checkVisibility() && !field.closest(".red-ui-typedInput-container"))
            .filter(
              (field) => !field.getAttribute("aria-label") && !field.innerText && (field.labels?.length ?? 0) === 0,
            )
            .map((field) => field.outerHTML),
        );
        assert.deepEqual(nameless, []);
        await editor.cancel();
        await editor.page.keyboard.press("Delete");
      }
    });
  });
}

/** Chooses a typed input's type by its menu. */
async function choose(editor: Editor, container: string, label: string): Promise<void> {
  await editor.dialog.locator(`${container} .red-ui-typedInput-type-select`).click();
  await editor.page.locator(".red-ui-typedInput-options a:visible", { hasText: label }).click();
}

async function environment(nodeRed: NodeRed): Promise<{ readonly system: { readonly address: string } }> {
  return (await (await nodeRed.api("/dbus/environment")).json()) as { readonly system: { readonly address: string } };
}
