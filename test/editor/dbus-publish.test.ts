import assert from "node:assert/strict";
import { describeEditor, TAB } from "../support/editor-suite";
import { addButton, addRow, rowOf, says } from "../support/publish-dialog";

describeEditor("dbus-publish’s dialog", (suite) => {
  it("defines an object in rows, judged as they are typed", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-publish", { x: 300, y: 100 });
    await editor.open(id);
    await editor.type("busName", "com.example.Thermostat");
    await editor.type("path", "/com/example/Thermostat");
    await editor.type("interface", "com.example.Thermostat");
    const property = await addRow(editor, "properties");
    assert.equal(
      await editor.dialog.locator("#dbus-publish-properties-problem").innerText(),
      "",
      "nothing was typed yet",
    );
    await property("name").focus();
    await editor.dialog.locator("#node-input-path").focus();
    await says(editor, "properties", "Properties: row 1: expected a name, got nothing");
    await property("name").pressSequentially("Target ");
    await says(editor, "properties", "Properties: row 1: a type is needed, such as s (text)");
    await property("type").pressSequentially("dd");
    await says(editor, "properties", "Properties: row 1: expected one complete type, such as s or a{sv}; “dd” has 2");
    await property("type").fill("d");
    await property("value").fill("warm");
    await says(editor, "properties", 'Properties: row 1: first value: expected a number, got "warm"');
    await editor.dialog.locator(".dbus-part-value.input-error").waitFor();
    await property("type").fill("y");
    assert.equal(await property("words").innerText(), "whole number, 0 to 255");
    await property("value").fill("256");
    await says(editor, "properties", "Properties: row 1: first value: expected a whole number from 0 to 255, got 256");
    await property("type").fill("a{sv}");
    assert.match((await property("value").getAttribute("placeholder")) ?? "", /first value, such as {"key":"value"}/);
    await property("type").fill("d");
    await property("value").fill("21.5");
    await property("access").selectOption("readwrite");
    await property("emits").selectOption("invalidates");
    await says(editor, "properties", "");
    const method = await addRow(editor, "methods");
    await method("name").fill("Boost");
    await method("in").fill("minutes: u, by");
    await says(editor, "methods", "Methods: row 1: argument 2: ");
    await method("in").fill("minutes: u, by: d");
    await method("out").fill("b");
    await method("timeout").fill("");
    await says(editor, "methods", "Methods: row 1: expected seconds above 0");
    await method("timeout").fill("2.5");
    await says(editor, "methods", "");
    const signal = await addRow(editor, "signals");
    await signal("name").fill("Reached");
    await signal("args").fill("at: d");
    await says(editor, "signals", "");
    await editor.dialog.locator("#dbus-publish-xml summary").click();
    assert.match(await editor.dialog.locator("#dbus-publish-xml textarea").inputValue(), SERVED);
    await editor.picture(`${suite.version}-dbus-publish`);
    await editor.save();
    const label = editor.page.locator(`[id="${id}"] .red-ui-flow-node-label`);
    assert.equal(await label.textContent(), "com.example.Thermostat");
    const { id: _id, z: _z, x: _x, y: _y, wires: _wires, g: _g, ...saved } = await editor.deploy(id);
    assert.deepEqual(saved, {
      type: "dbus-publish",
      name: "",
      bus: "session",
      address: "",
      action: "export",
      busName: "com.example.Thermostat",
      allowReplacement: false,
      replaceExisting: false,
      doNotQueue: false,
      path: "/com/example/Thermostat",
      interface: "com.example.Thermostat",
      properties: [{ name: "Target", signature: "d", access: "readwrite", value: "21.5", emitsChanged: "invalidates" }],
      methods: [
        {
          name: "Boost",
          in: [
            { name: "minutes", signature: "u" },
            { name: "by", signature: "d" },
          ],
          out: [{ name: "", signature: "b" }],
          timeout: 2.5,
        },
      ],
      signals: [{ name: "Reached", args: [{ name: "at", signature: "d" }] }],
      member: "",
      signature: "",
      destination: "",
      emitUnchanged: false,
      keepValues: false,
      int64: "auto",
      keepTypes: false,
      outputs: 2,
    });
    await editor.open(id);
    assert.equal(await rowOf(editor, "methods")("in").inputValue(), "minutes: u, by: d");
    assert.equal(await rowOf(editor, "properties")("value").inputValue(), "21.5");
    assert.equal(await rowOf(editor, "signals")("args").inputValue(), "at: d");
    await editor.cancel();
  });

  it("says of each class of bad field what is wrong, before it is deployed", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-publish", { x: 300, y: 100 });
    await editor.open(id);
    await editor.type("busName", "com");
    await editor.type("path", "a/b");
    await editor.type("interface", "nodots");
    for (const field of ["busName", "path", "interface"]) {
      await editor.dialog.locator(`#node-input-${field}.input-error`).waitFor();
    }
    const property = await addRow(editor, "properties");
    await property("name").fill("A");
    await property("type").fill("a{vs}");
    await says(editor, "properties", "Properties: row 1: the signature");
    await property("type").fill("u");
    await property("value").fill("-1");
    await says(editor, "properties", "Properties: row 1: first value: expected a whole number from 0 to 4294967295");
    await property("value").fill("1");
    const twice = await addRow(editor, "properties");
    await twice("name").fill("A");
    await says(editor, "properties", "Properties: row 2: the name “A” is there twice");
    for (const text of ["M", "M"]) await (await addRow(editor, "methods"))("name").fill(text);
    await says(editor, "methods", "Methods: row 2: the name “M” is there twice");
    await rowOf(editor, "methods")("name").fill("Other");
    await rowOf(editor, "methods")("in").fill("a: s, a: s");
    await says(editor, "methods", "Methods: row 2: argument 2: the name “a” is there twice");
    await (await addRow(editor, "signals"))("name").fill("a.b");
    await says(editor, "signals", "Signals: row 1: “a.b” is not a member name");
    await editor.save();
    const told = await editor.page.evaluate(`RED.nodes.node(${JSON.stringify(id)}).validationErrors.join("\\n")`);
    for (const reason of [
      /^Bus name: expected two or more elements with dots between them.*“com”$/m,
      /^Path: .*an object path begins with a slash/m,
      /^Interface: .*nodots/m,
      /^Properties: row 2/m,
      /^Methods: row 2/m,
      /^Signals: row 1/m,
    ]) {
      assert.match(String(told), reason);
    }
  });

  it("has the ports and the fields of its action", async () => {
    const debug = { id: "debug", type: "debug", z: "tab", x: 600, y: 100, wires: [] };
    const bare = { id: "publish", type: "dbus-publish", z: "tab", x: 300, y: 100, wires: [["debug"], ["debug"]] };
    const editor = await suite.open([TAB, { ...bare, interface: "a.b", outputs: 2 }, debug]);
    const ports = editor.page.locator('[id="publish"] .red-ui-flow-port-output');
    assert.equal(await ports.count(), 2);
    const fields = ["bus", "busName", "path", "interface", "member", "signature", "destination"] as const;
    const shown = async () => {
      const visible: string[] = [];
      for (const field of fields) if (await editor.input(field).isVisible()) visible.push(field);
      if (await addButton(editor, "properties").isVisible()) visible.push("rows");
      return visible.join(" ");
    };
    await editor.open("publish");
    assert.equal(await shown(), "bus busName path interface rows");
    await editor.input("action").selectOption("reply");
    assert.equal(await shown(), "");
    await editor.input("action").selectOption("signal");
    assert.equal(await shown(), "bus busName path interface member signature destination");
    await editor.type("member", "Alarm");
    await editor.save();
    await ports.first().waitFor({ state: "detached" });
    const label = editor.page.locator('[id="publish"] .red-ui-flow-node-label');
    assert.equal(await label.textContent(), "emit Alarm");
    const { outputs, wires } = await editor.deploy("publish");
    assert.deepEqual({ outputs, wires }, { outputs: 0, wires: [] });
    await editor.open("publish");
    await editor.input("action").selectOption("export");
    await editor.save();
    await ports.nth(1).waitFor();
    assert.equal((await editor.deploy("publish"))["outputs"], 2);
  });
});

const SERVED = new RegExp(
  [
    '<node>\\n  <interface name="com.example.Thermostat">',
    '    <method name="Boost">',
    '      <arg name="minutes" type="u" direction="in"/>',
    '      <arg name="by" type="d" direction="in"/>',
    '      <arg type="b" direction="out"/>',
    "    </method>",
    '    <signal name="Reached">',
    '      <arg name="at" type="d"/>',
    "    </signal>",
    '    <property name="Target" type="d" access="readwrite">',
    '      <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="invalidates"/>',
    "    </property>",
    "  </interface>\\n</node>",
  ].join("\\n"),
);
