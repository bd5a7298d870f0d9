import assert from "node:assert/strict";
import { ArgumentsStage, fillIn, problems, row, rows } from "../support/call-arguments";
import { describeEditor } from "../support/editor-suite";
import { chooseInput, typedField } from "../support/typed-input";

describeEditor("the form of the arguments in dbus-call’s dialog", (suite) => {
  const stage = new ArgumentsStage(suite);

  it("opens a large editor with an example of the shape", async () => {
    const editor = await stage.open({ signature: "a{sv}", argsType: "list", args: [] });
    await row(editor, 0).locator(".red-ui-typedInput-option-expand").click();
    const json = editor.page.locator(".red-ui-tray").last();
    await json.getByText('"key"').first().waitFor();
    // Closed before its worker has told what can be folded, Node-RED's code editor throws.
    await json.locator(".codicon-folding-expanded").first().waitFor({ state: "attached" });
    await editor.picture(`${suite.version}-arguments-json`);
    await json.locator("#node-dialog-ok").click();
    await json.getByText('"key"').first().waitFor({ state: "detached" });
    assert.equal(await typedField(row(editor, 0)).inputValue(), '{"key":"value"}');
    await editor.cancel();
  });

  it("keeps what was filled in while the signature changes, and shows what has no place", async () => {
    const editor = await stage.open({
      signature: "su",
      argsType: "list",
      args: [
        { value: "eth0", type: "str" },
        { value: "5", type: "num" },
      ],
    });
    const values = () =>
      typedField(rows(editor)).evaluateAll((fields) => fields.map((field) => Reflect.get(field, "value")));
    await editor.type("signature", "asus");
    assert.deepEqual(await values(), ["[]", "5", "eth0"]);
    await editor.type("signature", "u");
    const extra = editor.dialog.locator(".dbus-arguments-extra");
    await extra.waitFor();
    assert.deepEqual(await values(), ["5", "eth0"]);
    assert.equal(
      await editor.dialog.locator("#dbus-call-args-problem").innerText(),
      "Arguments: the signature “u” stands for 1 of them, the list has 2",
    );
    await editor.picture(`${suite.version}-arguments-extra`);
    await rows(editor).last().getByRole("button", { name: "Remove this argument" }).click();
    await extra.waitFor({ state: "hidden" });
    assert.deepEqual(await problems(editor), []);
    await editor.type("signature", "x");
    assert.deepEqual(await values(), ["5"]);
    await editor.save();
    const { args } = await editor.deploy("call");
    assert.deepEqual(args, [{ value: "5", type: "num" }]);
  });

  it("is a free list where no signature is given", async () => {
    const editor = await stage.open({ member: "Join" });
    await fillIn(editor).check();
    const add = editor.dialog.locator("#dbus-call-list .red-ui-editableList-addButton");
    await add.click();
    await add.click();
    await typedField(row(editor, 0)).fill("a");
    await chooseInput(editor, row(editor, 1), "number");
    await typedField(row(editor, 1)).fill("five");
    assert.deepEqual(await problems(editor), ["expected a number, got “five”"]);
    await typedField(row(editor, 1)).fill("5");
    assert.deepEqual(await problems(editor), []);
    await editor.picture(`${suite.version}-arguments-free`);
    await editor.save();
    const { args } = await editor.deploy("call");
    assert.deepEqual(args, [
      { value: "a", type: "str" },
      { value: "5", type: "num" },
    ]);
    assert.deepEqual(await stage.call("Join"), { signature: "ss", payload: "a5" });
    await editor.open("call");
    await rows(editor).first().locator("xpath=ancestor::li").locator(".red-ui-editableList-item-remove").click();
    await editor.save();
    assert.deepEqual((await editor.deploy("call"))["args"], [{ value: "5", type: "num" }]);
  });

  it("shows names that were saved, and what msg.payload has to be", async () => {
    const editor = await stage.open({ signature: "su", argNames: ["text", "times"] });
    const wanted = editor.dialog.locator("#dbus-call-wanted");
    assert.match(
      await wanted.innerText(),
      /^An array of 2 values in this order, or an object with these keys: text: text, times: /,
    );
    await editor.picture(`${suite.version}-arguments-payload`);
    await fillIn(editor).check();
    assert.deepEqual(await rows(editor).locator(".dbus-argument-name").allInnerTexts(), ["text", "times"]);
    await typedField(row(editor, 1)).fill("2");
    await editor.save();
    assert.deepEqual((await editor.deploy("call"))["argNames"], ["text", "times"]);
    await editor.open("call");
    await editor.type("signature", "us");
    assert.deepEqual(await rows(editor).locator(".dbus-argument-name").allInnerTexts(), ["argument 1", "argument 2"]);
    await editor.cancel();
  });

  it("can be worked with the keyboard alone", async () => {
    const editor = await stage.open();
    const { keyboard } = editor.page;
    await editor.input("signature").focus();
    await keyboard.type("ub");
    await keyboard.press("Tab");
    await keyboard.press("ArrowDown");
    await rows(editor).first().waitFor();
    const focused = () => editor.page.evaluate(() => document.activeElement?.className ?? "");
    await keyboard.press("Tab");
    assert.match(await focused(), /type-select/);
    await keyboard.press("Tab");
    await keyboard.type("42");
    await keyboard.press("Tab");
    await keyboard.press("Tab");
    assert.match(await focused(), /option-trigger/);
    await keyboard.press("Enter");
    await editor.page.locator(".red-ui-typedInput-options a:focus").waitFor();
    await keyboard.press("ArrowUp");
    await keyboard.press("Enter");
    await editor.page.locator(".red-ui-typedInput-option-trigger:focus").waitFor();
    // Node-RED's own buttons in a typed input keep keys to themselves.
    await keyboard.press("Tab");
    await keyboard.press("Control+Enter");
    await editor.closed();
    const { args } = await editor.deploy("call");
    assert.deepEqual(args, [
      { value: "42", type: "num" },
      { value: "true", type: "bool" },
    ]);
    assert.deepEqual(await stage.call(), { signature: "ub", payload: [42, true] });
  });
});
