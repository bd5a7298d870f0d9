import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { ArgumentsStage, fillIn, problems, row, rows } from "../support/call-arguments";
import { describeEditor } from "../support/editor-suite";
import { chooseInput, chooseOption, typedField } from "../support/typed-input";

describeEditor("the arguments in dbus-call’s dialog", (suite) => {
  const stage = new ArgumentsStage(suite);

  it("has a row of the fitting kind for each type, which the service gets as it was meant", async () => {
    const editor = await stage.open();
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
    assert.deepEqual(await stage.call(), { signature: "ynqiuxtdbsogayas(su)a{sv}v", payload: ECHOED });
    await editor.open("call");
    assert.equal(await row(editor, 16).locator("select").inputValue(), "q");
    assert.equal(await typedField(row(editor, 16)).inputValue(), "65535");
    await editor.save();
    assert.equal(await editor.page.locator("#red-ui-header-button-deploy.disabled").count(), 1, "nothing has changed");
  });

  it("says at the row what does not go with its type, and marks the node", async () => {
    const editor = await stage.open({ signature: "yoasb", argsType: "list", args: [{ value: "1", type: "num" }] });
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
    assert.deepEqual(await stage.call(), { signature: "yoasb", payload: [255, "/a", ["a"], false] });
  });

  it("takes an argument from the message as well", async () => {
    const editor = await stage.open({ signature: "su", argsType: "list", args: [] });
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
    assert.deepEqual(await stage.call(), { signature: "su", payload: ["eth0", 7] });
  });

  it("gives a variant the type that is chosen, or that of its value", async () => {
    const given = { value: '{"signature":"(ii)","value":[1,2]}', type: "json" };
    const editor = await stage.open({ signature: "vvv", argsType: "list", args: [given] });
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
    const { signature, payload } = await stage.call();
    assert.equal(signature, "vvv");
    assert.deepEqual(payload, [
      { signature: "(ii)", value: [1, 2] },
      { signature: "t", value: "18446744073709551615" },
      { signature: "b", value: true },
    ]);
  });

  it("has one row for a property that is written", async () => {
    const editor = await stage.open({ operation: "set", member: "Byte" });
    await editor.dialog.getByLabel("Fill in the value here, with its type").check();
    assert.equal(await rows(editor).count(), 1);
    await editor.type("signature", "y");
    await typedField(row(editor, 0)).fill("256");
    assert.deepEqual(await problems(editor), ["expected a whole number from 0 to 255, got 256"]);
    await typedField(row(editor, 0)).fill("200");
    await editor.save();
    const { args, argsType } = await editor.deploy("call");
    assert.deepEqual([args, argsType], [[{ value: "200", type: "num" }], "list"]);
    await stage.send();
    const { type, value } = await stage.echo.lines.first((line) => line.set === "Byte");
    assert.deepEqual([type, value], ["Byte", 200]);
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
