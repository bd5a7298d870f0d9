import assert from "node:assert/strict";
import { describeEditor, TAB } from "../support/editor-suite";

describeEditor("all nodes", (suite) => {
  it("shows the nodes in a category of their own", async () => {
    const editor = await suite.open();
    const category = editor.page.locator("#red-ui-palette-container-dbus");
    assert.equal((await category.locator(".red-ui-palette-header").innerText()).trim(), "D-Bus");
    const labels = category.locator(".red-ui-palette-label");
    // Node-RED breaks a label where the font makes it too long.
    const shown = (await labels.allInnerTexts()).map((label) => label.replace(/\s+/g, " "));
    assert.deepEqual(shown, ["dbus call", "dbus signal", "dbus publish"]);
  });

  it("warns of a session bus on a headless machine, and changes to the system bus by a button", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-call", { x: 300, y: 100 });
    await editor.open(id);
    const notes = editor.dialog.locator(".dbus-bus-notes");
    await notes.getByText(`Address: ${suite.bus.address}`).waitFor();
    await editor.input("bus").selectOption("session");
    const banner = notes.locator(".dbus-finding", { has: editor.page.getByRole("button") }).first();
    await banner.waitFor();
    const parts = banner.locator("strong, p");
    for (const part of await parts.allInnerTexts()) {
      assert.notEqual(part.trim(), "");
      assert.doesNotMatch(part, /findings\.|__/, "a text that is not there");
    }
    assert.equal(await parts.count(), 3);
    await editor.picture(`${suite.version}-banner`);
    await banner
      .getByRole("group", { name: "Use the system bus for" })
      .getByRole("button", { name: "this node" })
      .click();
    assert.equal(await editor.input("bus").inputValue(), "system");
    await notes.getByText(`Address: ${suite.bus.address}`).waitFor();
    await editor.save();
    assert.equal((await editor.deploy(id))["bus"], "system");
  });

  it("answers which bus to choose, by keyboard, in three lines", async () => {
    const editor = await suite.open();
    for (const [type, y] of [
      ["dbus-call", 100],
      ["dbus-signal", 200],
      ["dbus-publish", 300],
    ] as const) {
      await editor.open(await editor.drag(type, { x: 300, y }));
      const answer = editor.dialog.locator(".dbus-which-bus");
      const lines = answer.locator("p");
      const hints = editor.dialog.locator(".dbus-hint[data-buses]:visible");
      assert.equal(await lines.first().isVisible(), false, "closed until someone asks");
      const hint = await hints.innerText();
      await editor.input("bus").focus();
      await editor.page.keyboard.press("Tab");
      assert.equal(await answer.locator("summary:focus").innerText(), "Which bus?");
      await editor.page.keyboard.press("Enter");
      await lines.first().waitFor();
      await editor.picture(`${suite.version}-which-bus-${type}`);
      const told = await lines.allInnerTexts();
      assert.equal(told.length, 3);
      assert.match(told[0] ?? "", /^System bus: .*systemd/);
      assert.match(told[1] ?? "", /^Session bus: .*logged in/);
      assert.match(told[2] ?? "", /^Another, by its address: .*unix:path=/);
      assert.ok(told.some((line) => line.endsWith(hint)));
      assert.equal(await hints.count(), 0, "nothing is told twice");
      await editor.input("bus").selectOption("address");
      assert.equal(await hints.count(), 0, "nor after another choice");
      await answer.locator("summary").click();
      assert.equal(await lines.first().isVisible(), false);
      assert.match(await hints.innerText(), /unix:path=/);
      await editor.cancel();
    }
  });

  it("opens a node that lacks fields with their defaults", async () => {
    const bare = { id: "bare", type: "dbus-signal", z: "tab", x: 300, y: 100, wires: [[]] };
    const call = { ...bare, id: "call", type: "dbus-call", y: 200 };
    const editor = await suite.open([TAB, bare, call]);
    for (const id of ["bare", "call"]) {
      assert.equal(await editor.page.locator(`[id="${id}"] .red-ui-flow-node-error:not(.hide)`).count(), 0, id);
    }
    for (const [id, label] of [
      ["bare", "dbus signal"],
      ["call", "dbus call"],
    ] as const) {
      const shown = editor.page.locator(`[id="${id}"] .red-ui-flow-node-label`);
      assert.equal(await shown.textContent(), label);
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

  it("keeps what a node of an older shape says when its dialog is saved", async () => {
    const older = { z: "tab", x: 300, wires: [[]] };
    const call = { destination: "org.example.A", path: "/a", member: "Do", signature: "s", args: "x", argsType: "str" };
    const signal = { listen: "properties", sender: "org.example.A", path: "/a", properties: ["Level"], initial: false };
    const method = { name: "Do", in: [{ name: "a", signature: "s" }], out: [], timeout: 5 };
    const publish = { busName: "org.example.Flow", path: "/flow", interface: "org.example.Flow", methods: [method] };
    const nodes = [
      { ...older, id: "call", type: "dbus-call", y: 100, ...call },
      { ...older, id: "signal", type: "dbus-signal", y: 200, ...signal },
      { ...older, id: "publish", type: "dbus-publish", y: 300, outputs: 2, ...publish, wires: [[], []] },
    ];
    const editor = await suite.open([TAB, ...nodes]);
    for (const { id } of nodes) {
      await editor.open(id);
      await editor.save();
    }
    // Something has to be changed before there is anything to deploy.
    await editor.open("call");
    await editor.type("name", "changed");
    await editor.save();
    await editor.deploy("call");
    const saved: unknown = await (await suite.nodeRed.api("/flows")).json();
    assert.ok(Array.isArray(saved));
    for (const [id, fields] of Object.entries({ call, signal, publish })) {
      const found: Record<string, unknown> = saved.find((item) => item.id === id);
      const kept = Object.fromEntries(Object.keys(fields).map((field) => [field, found[field]]));
      assert.deepEqual(kept, fields, id);
    }
  });

  it("has a name on everything that can be focused", async () => {
    const editor = await suite.open();
    for (const [type, y] of [
      ["dbus-call", 100],
      ["dbus-signal", 200],
      ["dbus-publish", 300],
    ] as const) {
      await editor.open(await editor.drag(type, { x: 300, y }));
      for (const summary of await editor.dialog.locator("summary:visible").all()) await summary.click();
      const nameless = await editor.dialog.locator(".dbus-form").evaluate((form) =>
        Array.from(form.querySelectorAll<HTMLInputElement>("input, select, textarea, button"))
          .filter((field) => field.checkVisibility() && !field.closest(".red-ui-typedInput-container"))
          .filter((field) => !field.getAttribute("aria-label") && !field.innerText && (field.labels?.length ?? 0) === 0)
          .map((field) => field.outerHTML),
      );
      assert.deepEqual(nameless, []);
      await editor.cancel();
    }
  });
});
