import assert from "node:assert/strict";
import { startMock } from "../support/dbusmock";
import { startDescribed } from "../support/described-service";
import { describeEditor } from "../support/editor-suite";
import { option, options, said } from "../support/offered";

const UPOWER = "org.freedesktop.UPower";
const MANY = 9_000;

describeEditor("a field that offers names", (suite) => {
  before(async () => {
    await startMock(suite.bus, "upower");
    const methods = Array.from({ length: MANY }, (_, at) => `<method name="Method${at}"/>`).join("");
    const xml = `<interface name="com.example.Large">${methods}</interface>`;
    await startDescribed(suite.bus, "com.example.Large", { "/": xml });
  });

  it("asks for nothing before a person comes to it", async () => {
    const editor = await suite.open();
    const asked: string[] = [];
    editor.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await editor.open(await editor.drag("dbus-call", { x: 300, y: 100 }));
    await editor.dialog.locator(".dbus-bus-notes").getByText("Address").waitFor();
    const live = () => asked.filter((path) => /dbus\/(names|objects|interfaces)/.test(path));
    assert.deepEqual(live(), []);
    await editor.input("destination").click();
    await option(editor, UPOWER).waitFor();
    assert.deepEqual(live(), ["/dbus/names"]);
    await editor.cancel();
  });

  it("is a combobox: nothing is taken but by Enter or a click, and Escape closes the list alone", async () => {
    const editor = await suite.open();
    await editor.open(await editor.drag("dbus-call", { x: 300, y: 100 }));
    const field = editor.dialog.getByRole("combobox", { name: "Destination" });
    const { keyboard } = editor.page;
    assert.equal(await field.getAttribute("aria-expanded"), "false");
    await field.focus();
    await option(editor, UPOWER).waitFor();
    assert.equal(await field.getAttribute("aria-expanded"), "true");
    const list = editor.dialog.locator(`[id="${await field.getAttribute("aria-controls")}"]`);
    assert.equal(await list.getAttribute("role"), "listbox");
    assert.equal(await field.getAttribute("aria-activedescendant"), null);
    await keyboard.press("ArrowDown");
    const marked = list.locator('[aria-selected="true"]');
    assert.equal(await marked.count(), 1);
    assert.equal(await field.getAttribute("aria-activedescendant"), await marked.getAttribute("id"));
    await keyboard.press("Escape");
    await list.waitFor({ state: "hidden" });
    assert.equal(await field.getAttribute("aria-expanded"), "false");
    assert.equal(await editor.dialog.count(), 1);
    await keyboard.press("ArrowDown");
    await option(editor, UPOWER).waitFor();
    await keyboard.press("ArrowDown");
    await keyboard.press("Tab");
    await list.waitFor({ state: "hidden" });
    assert.equal(await field.inputValue(), "");
    await field.focus();
    await keyboard.type("upow");
    await option(editor, UPOWER).waitFor();
    assert.equal(await option(editor, UPOWER).locator("b").innerText(), "UPow");
    await keyboard.type("x");
    await said(editor, "nothing matches; the name is used as typed").waitFor();
    await keyboard.press("Backspace");
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    assert.equal(await field.inputValue(), UPOWER);
    await editor.dialog.getByRole("button", { name: "Show what is there" }).first().click();
    await option(editor, "com.example.Large").waitFor();
    assert.equal(await marked.locator(".dbus-option-name").innerText(), UPOWER);
    await editor.cancel();
  });

  it("stays quick with thousands of names, of which it shows a part", async () => {
    const editor = await suite.open();
    await editor.open(await editor.drag("dbus-call", { x: 300, y: 100 }));
    await editor.input("destination").click();
    await option(editor, "com.example.Large").click();
    await option(editor, "Method0").waitFor();
    assert.equal(await options(editor).count(), 50);
    const more = await said(editor, "more: type to narrow the list").innerText();
    assert.ok(Number(/^\d+/.exec(more)?.[0]) >= MANY - 50, more);
    await editor.page.keyboard.type("8765");
    await option(editor, "Method8765").waitFor();
    assert.equal(await options(editor).count(), 1);
    await option(editor, "Method8765").click();
    assert.equal(await editor.input("member").inputValue(), "Method8765");
    await editor.cancel();
  });

  it("shows its list inside a small window, in the light and the dark theme", async () => {
    for (const dark of suite.version === "5" ? [false, true] : [false]) {
      const editor = await suite.open(undefined, { dark, viewport: { width: 700, height: 640 } });
      await editor.open(await editor.drag("dbus-call", { x: 100, y: 60 }));
      await editor.input("destination").click();
      await option(editor, UPOWER).click();
      await option(editor, "/org/freedesktop/UPower").click();
      await option(editor, "EnumerateDevices").waitFor();
      await editor.picture(`${suite.version}-completion-small-${dark ? "dark" : "light"}`);
      const box = await editor.dialog.locator(".dbus-completion:visible").boundingBox();
      assert.ok(box !== null && box.x >= 0 && box.y >= 0, JSON.stringify(box));
      assert.ok(box.x + box.width <= 700 && box.y + box.height <= 640, JSON.stringify(box));
      await editor.page.keyboard.press("Escape");
      await editor.cancel();
    }
  });
});
