import assert from "node:assert/strict";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { describeEditor, TAB } from "../support/editor-suite";
import { option } from "../support/offered";

const NODE = { id: "node", z: "tab", x: 300, y: 100, wires: [[]], path: ECHO_PATH, interface: ECHO };

describeEditor("arguments of a member that was chosen", (suite) => {
  let echo: EchoService;
  before(async () => {
    echo = await startEcho(suite.bus);
  });
  after(() => echo.stop());

  it("have their names in dbus-call’s form, and are none where the method takes none", async () => {
    const editor = await suite.open([TAB, { ...NODE, type: "dbus-call", destination: ECHO_NAME }]);
    await editor.open("node");
    await editor.input("member").click();
    await option(editor, "Join").click();
    const wanted = editor.dialog.locator("#dbus-call-wanted");
    await wanted.getByText("an object with these keys: first: text, second: text").waitFor();
    await editor.dialog.getByLabel("Fill in the arguments here").check();
    const names = editor.dialog.locator(".dbus-argument-name:visible");
    assert.deepEqual(await names.allInnerTexts(), ["first", "second"]);
    await editor.save();
    const { signature, argNames, outNames, args } = await editor.deploy("node");
    const blank = { value: "", type: "str" };
    assert.deepEqual(
      { signature, argNames, outNames, args },
      { signature: "ss", argNames: ["first", "second"], outNames: ["joined"], args: [blank, blank] },
    );
    await editor.open("node");
    await editor.input("timeout").fill("5");
    await editor.save();
    assert.deepEqual((await editor.deploy("node"))["outNames"], ["joined"], "in a dialog that picked nothing");
    await editor.open("node");
    await editor.input("member").click();
    await option(editor, "Join").waitFor();
    await editor.input("member").fill("Noth");
    await option(editor, "Nothing").click();
    await editor.dialog.getByText("The method takes no arguments").waitFor();
    assert.equal(await names.count(), 0);
    assert.equal(await editor.dialog.getByRole("radio").count(), 0);
    await editor.picture(`${suite.version}-arguments-none`);
    await editor.cancel();
  });

  it("are chosen by name in dbus-signal’s conditions, as their types allow", async () => {
    const condition = { index: 1, kind: "equal", value: "5" };
    const editor = await suite.open([TAB, { ...NODE, type: "dbus-signal", sender: ECHO_NAME, args: [condition] }]);
    await editor.open("node");
    await editor.input("member").click();
    await option(editor, "Said").click();
    const choice = editor.dialog.locator(".dbus-condition-argument");
    await choice.waitFor();
    assert.deepEqual(await choice.locator("option").allInnerTexts(), [
      "text: text",
      "times: whole number, 0 to 4294967295",
    ]);
    const problem = editor.dialog.locator("#dbus-signal-conditions .dbus-problem");
    assert.match(
      await problem.innerText(),
      /^the bus compares texts and object paths only; .*: whole number, 0 to 4294967295$/,
    );
    await choice.selectOption("0");
    assert.equal(await problem.innerText(), "");
    const kinds = editor.dialog.locator(".dbus-condition-kind option:not(:disabled)");
    assert.equal(await kinds.count(), 3);
    await editor.dialog.locator(".dbus-condition-kind").selectOption("namespace");
    await editor.dialog.locator(".dbus-condition-value").fill("org.mpris");
    await editor.picture(`${suite.version}-conditions-named`);
    await editor.save();
    const { args, memberArgs } = await editor.deploy("node");
    assert.deepEqual(args, [{ index: 0, kind: "namespace", value: "org.mpris" }]);
    const saved = [
      { name: "text", signature: "s" },
      { name: "times", signature: "u" },
    ];
    assert.deepEqual(memberArgs, saved);
    await editor.open("node");
    assert.equal(await choice.locator("option:checked").innerText(), "text: text", "also when opened again");
    await editor.type("member", "Other");
    assert.equal(await choice.isVisible(), false, "those of another signal are not known");
    await editor.type("member", "Said");
    assert.equal(await choice.isVisible(), true);
    await editor.type("member", "Other");
    await editor.save();
    assert.deepEqual((await editor.deploy("node"))["memberArgs"], []);
  });
});
