import assert from "node:assert/strict";
import { matchRules } from "../support/busctl";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { describeEditor, TAB } from "../support/editor-suite";
import { option } from "../support/offered";
import { chooseInput, typedField } from "../support/typed-input";
import { eventuallyAsync } from "../support/until";

describeEditor("trying in the dialog", (suite) => {
  let echo: EchoService;

  before(async () => {
    echo = await startEcho(suite.bus);
  });
  after(() => echo.stop());

  const call = (fields: object = {}) => ({
    ...{ id: "call", type: "dbus-call", z: "tab", x: 300, y: 100, wires: [[]], bus: "system" },
    ...{ destination: ECHO_NAME, path: ECHO_PATH, interface: ECHO, member: "Echo", signature: "s" },
    ...fields,
  });

  it("calls with a payload, and shows the message that the node would send", async () => {
    const editor = await suite.open([TAB, call()]);
    await editor.open("call");
    const panel = editor.dialog.locator("#dbus-call-try");
    await panel.locator(".red-ui-typedInput-input").fill("<b>hello</b>");
    await panel.getByRole("button", { name: "Call now" }).click();
    await panel.getByText(/^Answered in [\d.]+ ms\. The node would send:$/).waitFor();
    await panel.getByText("<b>hello</b>").filter({ visible: true }).first().waitFor();
    await editor.picture(`${suite.version}-try-call`);
    await editor.cancel();
  });

  it("shows why it failed, with what to do", async () => {
    const editor = await suite.open([TAB, call({ destination: "org.example.Nobody", argsType: "str", args: "x" })]);
    await editor.open("call");
    const panel = editor.dialog.locator("#dbus-call-try");
    assert.equal(await panel.locator(".red-ui-typedInput-container").isVisible(), false);
    await panel.getByRole("button", { name: "Call now" }).click();
    await panel.getByText(/^Failed after [\d.]+ ms:$/).waitFor();
    await panel.locator(".dbus-finding-error").getByText("org.example.Nobody").waitFor();
    await editor.picture(`${suite.version}-try-failed`);
    await editor.cancel();
  });

  it("asks for a payload where one counts, and not for a method without arguments", async () => {
    const editor = await suite.open([TAB, call({ member: "", signature: "" })]);
    await editor.open("call");
    const payload = editor.dialog.locator("#dbus-call-try .red-ui-typedInput-container");
    assert.equal(await payload.isVisible(), true);
    await editor.input("member").click();
    await option(editor, "Nothing").click();
    await editor.dialog.getByText("The method takes no arguments").waitFor();
    assert.equal(await payload.isVisible(), false);
    await editor.dialog.getByRole("button", { name: "Call now" }).click();
    await editor.dialog.getByText(/^Answered in/).waitFor();
    await editor.cancel();
  });

  it("asks for a payload that a row takes, which is sent as it is there", async () => {
    const args = [
      { value: "payload.who", type: "msg" },
      { value: "!", type: "str" },
    ];
    const editor = await suite.open([TAB, call({ member: "Join", signature: "ss", argsType: "list", args })]);
    await editor.open("call");
    const payload = editor.dialog.locator("#dbus-call-try");
    await chooseInput(editor, payload, "JSON");
    await typedField(payload).fill('{"who": "you"}');
    await payload.getByRole("button", { name: "Call now" }).click();
    await payload.getByText("you!").filter({ visible: true }).first().waitFor();
    await editor.cancel();
  });

  it("cancels a call that takes long", async () => {
    const editor = await suite.open([TAB, call({ member: "Wait", signature: "", argsType: "list", args: [] })]);
    await editor.open("call");
    const panel = editor.dialog.locator("#dbus-call-try");
    await panel.getByRole("button", { name: "Call now" }).click();
    await panel.getByRole("button", { name: "Cancel" }).click();
    await panel.getByText("Cancelled.").waitFor();
    assert.equal(await panel.getByRole("button", { name: "Call now" }).isEnabled(), true);
    await panel.getByRole("button", { name: "Call now" }).click();
    await editor.input("bus").selectOption("msg");
    await panel.getByRole("button", { name: "Cancel" }).click();
    await panel.getByText("Cancelled.").waitFor();
    assert.equal(await panel.getByRole("button", { name: "Call now" }).isEnabled(), false, "no bus is known");
    await editor.cancel();
  });

  it("ends a call whose node is deleted from its dialog", async () => {
    const waiting = { member: "Wait", signature: "", argsType: "list", args: [], timeout: 0 };
    const editor = await suite.open([TAB, call(waiting)]);
    await editor.open("call");
    const panel = editor.dialog.locator("#dbus-call-try");
    await panel.getByRole("button", { name: "Call now" }).click();
    await panel.getByRole("button", { name: "Cancel" }).waitFor();
    const ended = editor.page.waitForEvent("requestfailed", (request) => request.url().endsWith("/dbus/try"));
    await editor.page.locator("#node-dialog-delete").click();
    await ended;
    await editor.closed();
  });

  it("listens, shows what matches as it comes, and stops", async () => {
    const signal = { id: "signal", type: "dbus-signal", z: "tab", x: 300, y: 200, wires: [[]], bus: "system" };
    const editor = await suite.open([TAB, { ...signal, sender: ECHO_NAME, member: "Said" }]);
    await editor.open("signal");
    const panel = editor.dialog.locator("#dbus-signal-try");
    await panel.getByRole("button", { name: "Listen for 10 seconds" }).click();
    await panel.getByText("Listening… messages so far: 0").waitFor();
    await eventuallyAsync(async () => (await matchRules(suite.bus)).includes("Said"), { what: "the rule" });
    echo.emit("Said", "su", ["first", 1]);
    await panel.getByText("first").filter({ visible: true }).first().waitFor();
    echo.emit("Said", "su", ["second", 2]);
    await panel.getByText("Listening… messages so far: 2").waitFor();
    await editor.picture(`${suite.version}-try-listen`);
    await panel.getByRole("button", { name: "Stop" }).click();
    await panel.getByText("Messages heard: 2").waitFor();
    await editor.cancel();
  });

  it("says so where something else answers in the runtime's place", async () => {
    const signal = { id: "signal", type: "dbus-signal", z: "tab", x: 300, y: 200, wires: [[]], bus: "system" };
    const editor = await suite.open([TAB, { ...signal, sender: ECHO_NAME, member: "Said" }]);
    await editor.open("signal");
    await editor.page.route("**/dbus/listen", (route) =>
      route.fulfill({ contentType: "text/html", body: "<html>\n<p>Please log in</p>\n</html>\n" }),
    );
    const panel = editor.dialog.locator("#dbus-signal-try");
    const listen = panel.getByRole("button", { name: "Listen for 10 seconds" });
    await listen.click();
    await panel.getByText("The runtime does not answer.").waitFor();
    assert.ok(await listen.isEnabled());
    await editor.cancel();
  });
});
