import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Editor } from "../support/editor";
import { describeEditor, TAB } from "../support/editor-suite";
import { options, said } from "../support/offered";

/** As on a machine that has no D-Bus: nobody listens anywhere. */
const NOWHERE = "unix:path=/nonexistent/bus";
const NO_BUS = `no bus listens at ${NOWHERE}`;

describeEditor(
  "a machine without D-Bus",
  (suite) => {
    const place = { id: "node", z: "tab", x: 300, y: 100, wires: [[]] };

    async function open(fields: object): Promise<Editor> {
      const editor = await suite.open([TAB, { ...place, ...fields }]);
      await editor.open("node");
      return editor;
    }

    /** The field offers nothing, says why, and keeps what it has. */
    async function saysWhy(editor: Editor, input: Locator, words: string): Promise<void> {
      const before = await input.inputValue();
      await input.focus();
      await input.click();
      await said(editor, words).waitFor();
      assert.equal(await options(editor).count(), 0);
      await editor.page.keyboard.press("Escape");
      await said(editor, words).waitFor({ state: "detached" });
      assert.equal(await input.inputValue(), before);
    }

    async function saved(editor: Editor): Promise<Readonly<Record<string, unknown>>> {
      await editor.save();
      return editor.deploy("node");
    }

    it("opens, explains and saves dbus-call", async () => {
      const editor = await open({ type: "dbus-call", bus: "system" });
      await saysWhy(editor, editor.input("destination"), NO_BUS);
      for (const field of ["path", "interface", "member"]) {
        await saysWhy(editor, editor.input(field), "choose the service first");
      }
      await editor.type("destination", "org.example.Typed");
      await editor.page.keyboard.press("Escape");
      await saysWhy(editor, editor.input("path"), NO_BUS);
      await editor.type("path", "/typed");
      await editor.page.keyboard.press("Escape");
      for (const field of ["interface", "member"]) await saysWhy(editor, editor.input(field), NO_BUS);
      await editor.type("member", "Act");
      await editor.page.keyboard.press("Escape");
      await editor.picture(`${suite.version}-without-bus-call`);
      const panel = editor.dialog.locator("#dbus-call-try");
      await panel.getByRole("button", { name: "Call now" }).click();
      await panel.locator(".dbus-finding-error").getByText(NO_BUS).waitFor();
      const { destination, path, member } = await saved(editor);
      assert.deepEqual([destination, path, member], ["org.example.Typed", "/typed", "Act"]);
    });

    it("opens, explains and saves dbus-signal", async () => {
      const editor = await open({
        type: "dbus-signal",
        bus: "session",
        listen: "properties",
        sender: "org.example.Typed",
      });
      await saysWhy(editor, editor.input("sender"), NO_BUS);
      await saysWhy(editor, editor.input("path"), NO_BUS);
      await editor.type("path", "/typed");
      await editor.page.keyboard.press("Escape");
      await saysWhy(editor, editor.input("interface"), NO_BUS);
      await editor.type("interface", "org.example.Typed");
      await editor.page.keyboard.press("Escape");
      await editor.dialog.locator("[data-listen=properties] .red-ui-editableList-addButton").click();
      const property = editor.dialog.locator("#dbus-signal-properties li input");
      await saysWhy(editor, property, NO_BUS);
      await property.fill("Level");
      const panel = editor.dialog.locator("#dbus-signal-try");
      await panel.getByRole("button", { name: "Listen for 10 seconds" }).click();
      await panel.locator(".dbus-finding-error").getByText(NO_BUS).waitFor();
      const { sender, path, properties } = await saved(editor);
      assert.deepEqual([sender, path, properties], ["org.example.Typed", "/typed", ["Level"]]);
    });

    it("opens, explains and saves dbus-publish", async () => {
      const own = { busName: "org.example.Flow", path: "/flow", interface: "org.example.Flow" };
      const editor = await open({ type: "dbus-publish", bus: "system", outputs: 2, wires: [[], []], ...own });
      await editor.dialog.locator("#dbus-publish-clone summary").click();
      const clone = (field: string) => editor.dialog.locator(`.dbus-clone-${field}`);
      for (const bus of ["session", "system"]) {
        await clone("bus").selectOption(bus);
        await saysWhy(editor, clone("service"), NO_BUS);
      }
      await clone("service").fill("org.example.Other");
      await editor.page.keyboard.press("Escape");
      await saysWhy(editor, clone("path"), NO_BUS);
      await clone("path").fill("/other");
      await editor.page.keyboard.press("Escape");
      await saysWhy(editor, clone("interface"), NO_BUS);
      await clone("interface").fill("org.example.Other");
      await editor.page.keyboard.press("Escape");
      await editor.dialog.locator(".dbus-clone-take:not(.disabled)").click();
      await editor.dialog.locator(".dbus-clone-live .dbus-problem").getByText(NO_BUS).waitFor();
      const { busName, path, interface: interfaceName } = await saved(editor);
      assert.deepEqual({ busName, path, interface: interfaceName }, own);
    });
  },
  { env: { DBUS_SYSTEM_BUS_ADDRESS: NOWHERE, DBUS_SESSION_BUS_ADDRESS: NOWHERE } },
);
