import assert from "node:assert/strict";
import { describeEditor } from "../support/editor-suite";
import { addRow, says } from "../support/publish-dialog";

const XML = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node name="/com/example/Lamp">
  <interface name="org.freedesktop.DBus.Peer"><method name="Ping"/></interface>
  <interface name="com.example.Switch"><method name="Toggle"/></interface>
  <interface name="com.example.Lamp">
    <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="invalidates"/>
    <method name="Blink">
      <arg direction="in" type="u" name="times"/>
      <arg direction="in" type="a{sv}" name="platform-data"/>
      <arg type="a{sv}" direction="out"/>
      <annotation name="org.freedesktop.DBus.Deprecated" value="true"/>
    </method>
    <signal name="Burnt"><arg name="hours" type="d"/></signal>
    <property access="readwrite" type="y" name="Level"/>
    <property name="Serial" type="s" access="read">
      <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="const"/>
    </property>
  </interface>
</node>`;

const LEVEL = { name: "Level", signature: "y", access: "readwrite", value: "", emitsChanged: "invalidates" };
const SERIAL = { name: "Serial", signature: "s", access: "read", value: "", emitsChanged: "const" };
const BLINK = {
  name: "Blink",
  in: [
    { name: "times", signature: "u" },
    { name: "platform-data", signature: "a{sv}" },
  ],
  out: [{ name: "", signature: "a{sv}" }],
  timeout: 25,
};
const BURNT = { name: "Burnt", args: [{ name: "hours", signature: "d" }] };

describeEditor("cloning in dbus-publish’s dialog", (suite) => {
  it("takes one of several interfaces over from introspection XML", async () => {
    const editor = await suite.open();
    const id = await editor.drag("dbus-publish", { x: 300, y: 100 });
    await editor.open(id);
    const old = await addRow(editor, "properties");
    await old("name").fill("Old");
    await editor.dialog.locator("#dbus-publish-clone summary").click();
    const clone = editor.dialog.locator("#dbus-publish-clone .dbus-clone-xml");
    const take = clone.getByRole("button", { name: "Take over" });
    const paste = clone.locator("textarea");
    assert.equal(await take.isDisabled(), true);
    const entities = `<!DOCTYPE node [<!ENTITY a "aaaa">]><node><interface name="a.b&a;"/></node>`;
    for (const [xml, problem] of [
      [entities, /^the text declares XML entities/],
      ["<node><interface>", /^expected introspection XML, got something else: ./],
      ["<busconfig/>", /^expected introspection XML that begins with <node>, got <busconfig>$/],
      ['<node><interface name="org.freedesktop.DBus.Peer"/></node>', /^there is no interface in it/],
    ] as const) {
      await paste.fill(xml);
      assert.match(await clone.locator(".dbus-problem").innerText(), problem);
      assert.equal(await take.isDisabled(), true);
    }
    await paste.fill(XML);
    assert.equal(await clone.locator(".dbus-problem").innerText(), "");
    const choice = clone.locator("select");
    assert.deepEqual(await choice.locator("option").allInnerTexts(), ["com.example.Switch", "com.example.Lamp"]);
    await editor.picture(`${suite.version}-dbus-publish-clone`);
    await choice.selectOption({ label: "com.example.Lamp" });
    await take.click();
    assert.equal(await editor.input("path").inputValue(), "/com/example/Lamp");
    assert.equal(await editor.input("interface").inputValue(), "com.example.Lamp");
    assert.equal(await editor.dialog.locator(".input-error").count(), 0);
    await editor.save();
    const { properties, methods, signals } = await editor.deploy(id);
    assert.deepEqual(
      { properties, methods, signals },
      { properties: [LEVEL, SERIAL], methods: [BLINK], signals: [BURNT] },
    );
  });

  it("puts nothing of pasted XML into the page as html", async () => {
    const editor = await suite.open();
    await editor.open(await editor.drag("dbus-publish", { x: 300, y: 100 }));
    await editor.dialog.locator("#dbus-publish-clone summary").click();
    const clone = editor.dialog.locator("#dbus-publish-clone .dbus-clone-xml");
    const hostile = "&lt;img src=x onerror='document.title=1'>";
    await clone
      .locator("textarea")
      .fill(
        `<node><interface name="${hostile}"><property name="${hostile}" type="${hostile}" access="read"/>` +
          `<method name="${hostile}"><arg name="${hostile}" type="s"/></method></interface>` +
          '<img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="document.title=1"/></node>',
      );
    await clone.getByRole("button", { name: "Take over" }).click();
    assert.match(await editor.input("interface").inputValue(), /^<img/);
    await says(editor, "properties", "Properties: row 1: “<img");
    assert.equal(await editor.dialog.locator("img").count(), 0);
    await editor.dialog.locator("#dbus-publish-xml summary").click();
    const served = await editor.dialog.locator("#dbus-publish-xml textarea").inputValue();
    assert.match(served, /interface name="&lt;img/);
    await editor.cancel();
  });
});
