import assert from "node:assert/strict";
import type { BrowserContext } from "playwright-core";
import { openEditor } from "../support/editor";
import { editorContext } from "../support/editor-contexts";
import { TAB } from "../support/editor-suite";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { suiteBrowser } from "../support/suite-browser";

/** All that it takes to edit flows, and no `dbus.read`. */
const PERMISSIONS = ["flows", "nodes", "settings", "plugins", "context", "library", "debug", "status"];

for (const version of ["4", "5"] as const) {
  describe(`someone without the permission dbus.read in Node-RED ${version}`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRed;
    let context: BrowserContext;

    before(async () => {
      const permissions = PERMISSIONS.flatMap((room) => [`${room}.read`, `${room}.write`]);
      const adminAuth = { type: "credentials", users: [], default: { permissions } };
      const node = { id: "call", type: "dbus-call", z: "tab", x: 300, y: 100, wires: [[]] };
      nodeRed = await startNodeRed({ version, flows: [TAB, node], settings: { adminAuth } });
      context = await editorContext(await suiteBrowser());
    });
    after(async () => {
      await context?.close();
      await nodeRed?.stop();
    });

    it("types names into plain fields, and is told why, once", async () => {
      const editor = await openEditor(context, nodeRed);
      await editor.open("call");
      await editor.input("destination").click();
      const note = editor.dialog.locator(".dbus-live-note");
      await note.getByText("Names are not offered here: this needs the permission dbus.read").waitFor();
      assert.equal(await editor.dialog.locator(".dbus-completion:visible").count(), 0);
      const asked: string[] = [];
      editor.page.on("request", (request) => asked.push(request.url()));
      await editor.type("destination", "org.example.Typed");
      await editor.type("path", "/typed");
      await editor.type("member", "Act");
      assert.deepEqual(
        asked.filter((url) => /dbus\/(names|objects|interfaces)/.test(url)),
        [],
      );
      await editor.save();
      const { destination, path, member } = await editor.deploy("call");
      assert.deepEqual([destination, path, member], ["org.example.Typed", "/typed", "Act"]);
      const refusals = /^Failed to load resource: the server responded with a status of 40[13]/;
      assert.deepEqual(
        editor.complaints.filter((complaint) => !refusals.test(complaint)),
        [],
      );
    });
  });
}
