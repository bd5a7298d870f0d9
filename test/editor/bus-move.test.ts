import assert from "node:assert/strict";
import type { Editor } from "../support/editor";
import { describeEditor, TAB } from "../support/editor-suite";

const OTHER_TAB = { id: "other", type: "tab", label: "Other" };
const LOCKED_TAB = { id: "locked", type: "tab", label: "Locked", locked: true };

const FLOWS = [
  TAB,
  OTHER_TAB,
  LOCKED_TAB,
  { ...node("call", "tab", 100), destination: "org.freedesktop.Notifications" },
  { ...node("signal", "tab", 200), type: "dbus-signal", sender: "org.freedesktop.DBus" },
  { ...node("system", "tab", 300), bus: "system" },
  { ...node("publish", "other", 100), type: "dbus-publish", action: "export", interface: "com.example.A" },
  { ...node("answer", "other", 150), type: "dbus-publish", action: "reply" },
  { ...node("elsewhere", "other", 200), destination: "$" + "{PLAYER}" },
  node("fixed", "locked", 100),
];

function node(id: string, z: string, y: number) {
  return { id, type: "dbus-call", z, x: 300, y, bus: "session", wires: [[]] };
}

describeEditor("moving to the system bus", (suite) => {
  it("changes the nodes of one flow in one step, says whom they won't find, and takes it back", async () => {
    const editor = await suite.open(FLOWS);
    await editor.open("call");
    const group = editor.dialog.getByRole("group", { name: "Use the system bus for" }).first();
    assert.deepEqual(await group.getByRole("button").allInnerTexts(), ["this node", "this flow (2)", "all flows (4)"]);
    const missing = editor.dialog.locator(".dbus-move-missing").first();
    await missing.getByText("Not on the system bus now: org.freedesktop.Notifications").waitFor();
    await editor.picture(`${suite.version}-bus-move`);
    await group.getByRole("button", { name: "this flow" }).click();
    assert.equal(await editor.input("bus").inputValue(), "system");
    const notice = editor.dialog.locator(".dbus-bus-notes .dbus-finding", {
      hasText: "Nodes that use the system bus now: 2.",
    });
    await notice.getByText("Not on the system bus now: org.freedesktop.Notifications").waitFor();
    await editor.picture(`${suite.version}-bus-moved`);
    assert.deepEqual(await buses(editor), { ...SESSION, call: "system", signal: "system" });
    await notice.getByRole("button", { name: "Undo" }).click();
    assert.deepEqual(await buses(editor), SESSION);
    assert.equal(await editor.input("bus").inputValue(), "session");
    await editor.cancel();
  });

  it("changes all flows but locked ones, to be undone by the keyboard", async () => {
    const editor = await suite.open(FLOWS);
    await editor.open("call");
    await editor.dialog
      .getByRole("group", { name: "Use the system bus for" })
      .first()
      .getByRole("button", { name: "all flows" })
      .click();
    await editor.cancel();
    const moved = { ...SESSION, call: "system", signal: "system", publish: "system", elsewhere: "system" };
    assert.deepEqual(await buses(editor), moved);
    assert.equal((await editor.deploy("elsewhere"))["bus"], "system");
    await editor.page.locator("#red-ui-workspace-chart").click({ position: { x: 600, y: 500 } });
    await editor.page.keyboard.press("Control+z");
    assert.deepEqual(await buses(editor), SESSION);
  });

  it("is one of the editor's actions", async () => {
    const editor = await suite.open(FLOWS);
    await runAction(editor, "D-Bus: use the system bus in this flow");
    await editor.page.getByText("Nodes that use the system bus now: 2.").waitFor();
    assert.deepEqual(await buses(editor), { ...SESSION, call: "system", signal: "system" });
  });

  it("undoes no other step in place of its own, and says so", async () => {
    const editor = await suite.open(FLOWS);
    const notice = (words: string) =>
      editor.page.locator(".red-ui-notification .dbus-finding").filter({ hasText: words });
    const undo = { name: "Undo" };
    await runAction(editor, "D-Bus: use the system bus in this flow");
    await notice("Nodes that use the system bus now: 2.").waitFor();
    const first = { ...SESSION, call: "system", signal: "system" };
    await runAction(editor, "D-Bus: use the system bus in all flows");
    await notice("Nodes that use the system bus now: 2.").nth(1).waitFor();
    const second = { ...first, publish: "system", elsewhere: "system" };
    assert.deepEqual(await buses(editor), second);
    await notice("org.freedesktop.Notifications").getByRole("button", undo).click();
    await notice("Nothing undone here: other steps were taken since.").waitFor();
    await editor.picture(`${suite.version}-bus-move-not-latest`);
    assert.deepEqual(await buses(editor), second);
    await notice("Nodes that use the system bus now: 2.").getByRole("button", undo).click();
    assert.deepEqual(await buses(editor), first);
    await notice("Nothing undone here").getByRole("button", undo).click();
    assert.deepEqual(await buses(editor), SESSION);
    await notice("").waitFor({ state: "detached" });
  });
});

async function runAction(editor: Editor, label: string): Promise<void> {
  await editor.page.keyboard.press("Control+Shift+p");
  await editor.page.locator("#red-ui-actionlist, .red-ui-search").first().waitFor();
  await editor.page.keyboard.type(label);
  await editor.page.keyboard.press("Enter");
}

const SESSION = {
  call: "session",
  signal: "session",
  system: "system",
  publish: "session",
  answer: "session",
  elsewhere: "session",
  fixed: "session",
};

/** The editor's own nodes: what a deploy would send. */
function buses(editor: Editor): Promise<unknown> {
  return editor.page.evaluate(
    "Object.fromEntries(RED.nodes.createCompleteNodeSet().filter((node) => node.bus).map(({ id, bus }) => [id, bus]))",
  );
}
