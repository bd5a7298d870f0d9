import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import type { Editor } from "../support/editor";
import { describeEditor, TAB } from "../support/editor-suite";
import { chooseInput, chooseOption, typedField } from "../support/typed-input";
import { eventuallyAsync } from "../support/until";

const CALL = {
  id: "call",
  type: "dbus-call",
  z: "tab",
  x: 300,
  y: 100,
  wires: [["out"]],
  destination: ECHO_NAME,
  path: ECHO_PATH,
  interface: ECHO,
  member: "Echo",
  keepTypes: true,
};
const INJECT = { id: "in", type: "inject", z: "tab", x: 100, y: 100, wires: [["call"]], props: [{ p: "payload" }] };
const LEVEL = {
  ...INJECT,
  payload: "7",
  payloadType: "num",
  topic: "",
  repeat: "",
  crontab: "",
  once: false,
  onceDelay: 0.1,
};
const DEBUG = { id: "out", type: "debug", z: "tab", x: 500, y: 100, wires: [], complete: "true" };

describeEditor("the arguments in dbus-call’s dialog", (suite) => {
  let echo: EchoService;
  before(async () => {
    echo = await startEcho(suite.bus);
  });
  after(() => echo.stop());

  const openCall = async (fields: object = {}, options = {}) => {
    const editor = await suite.open([TAB, { ...CALL, ...fields }, LEVEL, DEBUG], options);
    await editor.open("call");
    return editor;
  };

  /** A deploy is answered before its nodes are there. */
  const send = () => {
    const press = async () => (await suite.nodeRed.api("/inject/in", { method: "POST" })).ok;
    return eventuallyAsync(press, { what: "the inject node" });
  };

  /** Sends a message through the node; what the service got, and what it gave back. */
  const call = async (member = "Echo") => {
    const before = suite.nodeRed.messages.items.length;
    const calls = echo.lines.items.length;
    await send();
    await suite.nodeRed.messages.until(before + 1);
    const seen = echo.lines.items.slice(calls).find((line) => line.call === member);
    return { signature: seen?.signature, payload: suite.nodeRed.messages.items[before]?.msg["payload"] };
  };

  it("has a row of the fitting kind for each type, which the service gets as it was meant", async () => {
    const editor = await openCall();
    await fillIn(editor).check();
    await editor.type("signature", "ynqiuxtdbsogayas(su)a{sv}v");
    const said = await rows(editor).locator(".dbus-argument-type").allInnerTexts();
    assert.deepEqual(said, WORDS);
    assert.equal(await row(editor, 0).locator(".dbus-argument-name").innerText(), "argument 1");
    assert.equal(await row(editor, 15).locator(".dbus-argument-type").getAttribute("title"), "a{sv}");
    for (const [at, value] of FILLED) await typedField(row(editor, at)).fill(value);
    await chooseOption(editor, row(editor, 8), "true");
    await row(editor, 16).locator("select").selectOption("q");
    await typedField(row(editor, 16)).fill("65535");
    assert.deepEqual(await problems(editor), []);
    await editor.picture(`${suite.version}-arguments`);
    await editor.save();
    const saved = await editor.deploy("call");
    assert.deepEqual([saved["argsType"], saved["args"], saved["argNames"]], ["list", SAVED, []]);
    assert.deepEqual(await call(), { signature: "ynqiuxtdbsogayas(su)a{sv}v", payload: ECHOED });
    await editor.open("call");
    assert.equal(await row(editor, 16).locator("select").inputValue(), "q");
    assert.equal(await typedField(row(editor, 16)).inputValue(), "65535");
    await editor.save();
    assert.equal(await editor.page.locator("#red-ui-header-button-deploy.disabled").count(), 1, "nothing has changed");
  });

  it("says at the row what does not go with its type, and marks the node", async () => {
    const editor = await openCall({ signature: "yoasb", argsType: "list", args: [{ value: "1", type: "num" }] });
    const [byte, path, names] = [row(editor, 0), row(editor, 1), row(editor, 2)];
    const problem = (of: Locator) => of.locator(".dbus-problem").innerText();
    await typedField(byte).fill("");
    await typedField(byte).pressSequentially("256");
    assert.equal(await problem(byte), "expected a whole number from 0 to 255, got 256");
    await byte.locator(".red-ui-typedInput-container.input-error").waitFor();
    await typedField(path).pressSequentially("a");
    assert.match(await problem(path), /an object path begins with a slash/);
    await typedField(names).fill('["a", 5, {}]');
    assert.equal(await problem(names), "expected a string, got {}");
    await typedField(names).fill("[");
    assert.match(await problem(names), /^expected JSON, got/);
    await editor.picture(`${suite.version}-arguments-wrong`);
    await editor.save();
    const mark = editor.page.locator('[id="call"] .red-ui-flow-node-error:not(.hide)');
    await mark.waitFor();
    await editor.open("call");
    await typedField(byte).fill("255");
    await typedField(path).fill("/a");
    await typedField(names).fill('["a"]');
    assert.deepEqual(await problems(editor), []);
    await editor.save();
    await mark.waitFor({ state: "detached" });
    await editor.deploy("call");
    assert.deepEqual(await call(), { signature: "yoasb", payload: [255, "/a", ["a"], false] });
  });

  it("takes an argument from the message as well", async () => {
    const editor = await openCall({ signature: "su", argsType: "list", args: [] });
    await typedField(row(editor, 0)).fill("eth0");
    await chooseInput(editor, row(editor, 1), "msg.");
    assert.equal(
      await row(editor, 1).locator(".dbus-problem").innerText(),
      "expected to be told what to take, got nothing",
    );
    await typedField(row(editor, 1)).fill("payload");
    assert.deepEqual(await problems(editor), []);
    await editor.save();
    await editor.deploy("call");
    assert.deepEqual(await call(), { signature: "su", payload: ["eth0", 7] });
  });

  it("gives a variant the type that is chosen, or that of its value", async () => {
    const given = { value: '{"signature":"(ii)","value":[1,2]}', type: "json" };
    const editor = await openCall({ signature: "vvv", argsType: "list", args: [given] });
    const [struct, chosen, plain] = [row(editor, 0), row(editor, 1), row(editor, 2)];
    assert.equal(await struct.locator("select").inputValue(), "(ii)");
    assert.equal(await typedField(struct).inputValue(), "[1,2]");
    await chosen.locator("select").selectOption("t");
    await typedField(chosen).fill("-1");
    assert.match(
      await chosen.locator(".dbus-problem").innerText(),
      /^expected a whole number from 0 to 18446744073709551615/,
    );
    await typedField(chosen).fill("18446744073709551615");
    await chooseInput(editor, plain, "boolean");
    await chooseOption(editor, plain, "true");
    assert.deepEqual(await problems(editor), []);
    await editor.picture(`${suite.version}-arguments-variants`);
    await editor.save();
    const { args } = await editor.deploy("call");
    assert.deepEqual(args, [
      given,
      { value: '{"signature":"t","value":"18446744073709551615"}', type: "json" },
      { value: "true", type: "bool" },
    ]);
    const { signature, payload } = await call();
    assert.equal(signature, "vvv");
    assert.deepEqual(payload, [
      { signature: "(ii)", value: [1, 2] },
      { signature: "t", value: "18446744073709551615" },
      { signature: "b", value: true },
    ]);
  });

  it("opens a large editor with an example of the shape", async () => {
    const editor = await openCall({ signature: "a{sv}", argsType: "list", args: [] });
    await row(editor, 0).locator(".red-ui-typedInput-option-expand").click();
    const json = editor.page.locator(".red-ui-tray").last();
    await json.getByText('"key"').first().waitFor();
    await editor.picture(`${suite.version}-arguments-json`);
    await json.locator("#node-dialog-ok").click();
    await json.getByText('"key"').first().waitFor({ state: "detached" });
    assert.equal(await typedField(row(editor, 0)).inputValue(), '{"key":"value"}');
    await editor.cancel();
  });

  it("keeps what was filled in while the signature changes, and shows what has no place", async () => {
    const editor = await openCall({
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
    const editor = await openCall({ member: "Join" });
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
    assert.deepEqual(await call("Join"), { signature: "ss", payload: "a5" });
    await editor.open("call");
    await rows(editor).first().locator("xpath=ancestor::li").locator(".red-ui-editableList-item-remove").click();
    await editor.save();
    assert.deepEqual((await editor.deploy("call"))["args"], [{ value: "5", type: "num" }]);
  });

  it("has one row for a property that is written", async () => {
    const editor = await openCall({ operation: "set", member: "Byte" });
    await editor.dialog.getByLabel("Fill in the value here, with its type").check();
    assert.equal(await rows(editor).count(), 1);
    await editor.type("signature", "y");
    await typedField(row(editor, 0)).fill("256");
    assert.deepEqual(await problems(editor), ["expected a whole number from 0 to 255, got 256"]);
    await typedField(row(editor, 0)).fill("200");
    await editor.save();
    const { args, argsType } = await editor.deploy("call");
    assert.deepEqual([args, argsType], [[{ value: "200", type: "num" }], "list"]);
    await send();
    const { type, value } = await echo.lines.first((line) => line.set === "Byte");
    assert.deepEqual([type, value], ["Byte", 200]);
  });

  it("shows names that were saved, and what msg.payload has to be", async () => {
    const editor = await openCall({ signature: "su", argNames: ["text", "times"] });
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
    const editor = await openCall();
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
    assert.deepEqual(await call(), { signature: "ub", payload: [42, true] });
  });
});

const WORDS = [
  "whole number, 0 to 255",
  "whole number, -32768 to 32767",
  "whole number, 0 to 65535",
  "whole number, -2147483648 to 2147483647",
  "whole number, 0 to 4294967295",
  "whole number, -9223372036854775808 to 9223372036854775807",
  "whole number, 0 to 18446744073709551615",
  "number",
  "true or false",
  "text",
  "object path",
  "signature",
  "array of bytes (Buffer)",
  "array of texts",
  "(text, integer from 0)",
  "dict: texts to any values",
  "variant: any type",
];
const FILLED: readonly (readonly [row: number, value: string])[] = [
  [0, "255"],
  [1, "-32768"],
  [2, "65535"],
  [3, "-2147483648"],
  [4, "4294967295"],
  [5, "-9223372036854775808"],
  [6, "18446744073709551615"],
  [7, "0.5"],
  [9, "é"],
  [10, "/a/b"],
  [11, "a{sv}"],
  [12, "[0,255]"],
  [13, '["a","b"]'],
  [14, '["c",1]'],
  [15, '{"d":{"signature":"y","value":1}}'],
];
const SAVED = [
  { value: "255", type: "num" },
  { value: "-32768", type: "num" },
  { value: "65535", type: "num" },
  { value: "-2147483648", type: "num" },
  { value: "4294967295", type: "num" },
  { value: "-9223372036854775808", type: "num" },
  { value: "18446744073709551615", type: "num" },
  { value: "0.5", type: "num" },
  { value: "true", type: "bool" },
  { value: "é", type: "str" },
  { value: "/a/b", type: "str" },
  { value: "a{sv}", type: "str" },
  { value: "[0,255]", type: "bin" },
  { value: '["a","b"]', type: "json" },
  { value: '["c",1]', type: "json" },
  { value: '{"d":{"signature":"y","value":1}}', type: "json" },
  { value: '{"signature":"q","value":65535}', type: "json" },
];
const ECHOED = [
  255,
  -32768,
  65535,
  -2147483648,
  4294967295,
  "-9223372036854775808",
  "18446744073709551615",
  0.5,
  true,
  "é",
  "/a/b",
  "a{sv}",
  { type: "Buffer", data: [0, 255] },
  ["a", "b"],
  ["c", 1],
  { d: { signature: "y", value: 1 } },
  { signature: "q", value: 65535 },
];

function fillIn(editor: Editor): Locator {
  return editor.dialog.getByLabel("Fill in the arguments here");
}

function rows(editor: Editor): Locator {
  return editor.dialog.locator("#dbus-call-list .dbus-argument");
}

function row(editor: Editor, at: number): Locator {
  return rows(editor).nth(at);
}

/** What is said at the rows and below them; the checks run with each key, so it is there at once. */
async function problems(editor: Editor): Promise<string[]> {
  const said = await editor.dialog.locator("#dbus-call-list .dbus-problem, #dbus-call-args-problem").allInnerTexts();
  return said.filter((words) => words !== "");
}
