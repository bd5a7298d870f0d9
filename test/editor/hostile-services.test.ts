import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { startDescribed } from "../support/described-service";
import type { Editor } from "../support/editor";
import { describeEditor, TAB } from "../support/editor-suite";
import { option, options, said } from "../support/offered";
import { type Peer, spawnPython } from "../support/peer";
import { RawPeer } from "../support/raw-peer";

const NODE = { id: "node", z: "tab", x: 300, y: 100, wires: [[]] };
const HOSTILE = "com.example.Hostile";
const SCRIPT = `<img class="from-the-bus" src="x" onerror="document.title='run'">`;
const ESCAPED = SCRIPT.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const HOSTILE_XML = `<interface name="${HOSTILE}">
  <method name="Act"><arg name="${ESCAPED}" type="s" direction="in"/><arg name="${ESCAPED}" type="s" direction="in"/></method>
  <signal name="Acted"><arg name="${ESCAPED}" type="s"/></signal>
</interface>`;
/** As long as the kernel lets a process call itself. */
const PROCESS = "<hr class=run/>";
const HOSTILE_PROCESS = `
import dbus, sys
open("/proc/self/comm", "w").write("${PROCESS}")
bus = dbus.bus.BusConnection(sys.argv[1])
bus.request_name("com.example.Process")
print("ready")
sys.stdin.read()
`;
/** The longest introspection that is read. */
const MOST_XML = 1024 * 1024;

async function nothingRan(editor: Editor): Promise<void> {
  assert.equal(await editor.page.locator("img.from-the-bus, hr.run").count(), 0);
  assert.notEqual(await editor.page.title(), "run");
}

describeEditor("services that mean no good", (suite) => {
  let program: Peer;
  before(async () => {
    await startDescribed(suite.bus, HOSTILE, { "/": HOSTILE_XML });
    program = await spawnPython(HOSTILE_PROCESS, [suite.bus.address]);
    await startDescribed(suite.bus, "com.example.Long", { "/most": xmlOf(MOST_XML), "/more": xmlOf(MOST_XML + 1) });
    await (await RawPeer.join(suite.bus)).own("com.example.Silent");
  });

  after(() => program.kill());

  it("have their arguments’ names shown as text in dbus-call", async () => {
    const editor = await suite.open([TAB, { ...NODE, type: "dbus-call", destination: HOSTILE, path: "/" }]);
    await editor.open("node");
    await editor.input("member").click();
    assert.ok((await option(editor, "Act").innerText()).includes(SCRIPT));
    await nothingRan(editor);
    await option(editor, "Act").click();
    const wanted = editor.dialog.locator("#dbus-call-wanted").getByText(SCRIPT);
    await wanted.waitFor();
    assert.match(await wanted.innerText(), /^An array of 2 values, in this order/, "two keys cannot be the same");
    await editor.dialog.getByLabel("Fill in the arguments here").check();
    const names = editor.dialog.locator(".dbus-argument-name:visible");
    assert.deepEqual(await names.allInnerTexts(), [SCRIPT, SCRIPT]);
    await editor.picture(`${suite.version}-hostile-arguments`);
    await nothingRan(editor);
    await editor.save();
    assert.deepEqual((await editor.deploy("node"))["argNames"], [SCRIPT, SCRIPT]);
    await editor.open("node");
    await names.first().waitFor();
    assert.deepEqual(await names.allInnerTexts(), [SCRIPT, SCRIPT], "from the saved node");
    await nothingRan(editor);
    await editor.cancel();
  });

  it("have their arguments’ names shown as text in dbus-signal", async () => {
    const args = [{ index: 0, kind: "equal", value: "x" }];
    const editor = await suite.open([TAB, { ...NODE, type: "dbus-signal", sender: HOSTILE, path: "/", args }]);
    await editor.open("node");
    await editor.input("member").click();
    assert.ok((await option(editor, "Acted").innerText()).includes(SCRIPT));
    await option(editor, "Acted").click();
    const choice = editor.dialog.locator(".dbus-condition-argument option").first();
    assert.ok(((await choice.textContent()) ?? "").includes(SCRIPT));
    await nothingRan(editor);
    await editor.cancel();
  });

  it("have their processes’ names shown as text", async () => {
    const editor = await suite.open([TAB, { ...NODE, type: "dbus-call" }]);
    await editor.open("node");
    await editor.input("destination").click();
    await option(editor, "com.example.Process").waitFor();
    const side = await option(editor, "com.example.Process").innerText();
    assert.ok(side.includes(PROCESS), side);
    await nothingRan(editor);
    await editor.page.keyboard.press("Escape");
    await editor.cancel();
  });

  it("may describe themselves in a mebibyte, and not in more", async () => {
    const service = { destination: "com.example.Long", path: "/most" };
    const editor = await suite.open([TAB, { ...NODE, type: "dbus-call", ...service }]);
    await editor.open("node");
    await editor.input("member").click();
    await option(editor, "M0").waitFor();
    await said(editor, /more: type to narrow the list/).waitFor();
    assert.ok((await options(editor).count()) <= 100);
    await editor.type("member", "M1234");
    await options(editor).first().click();
    assert.equal(await editor.input("member").inputValue(), "M1234");
    assert.equal(await editor.input("interface").inputValue(), "com.example.Long");
    await editor.type("path", "/more");
    await editor.page.keyboard.press("Escape");
    await editor.input("member").click();
    await said(editor, /1048576/).waitFor();
    await editor.picture(`${suite.version}-introspection-too-large`);
    await editor.page.keyboard.press("Escape");
    await editor.save();
    const { path: saved, member } = await editor.deploy("node");
    assert.deepEqual([saved, member], ["/more", "M1234"]);
  });

  it("may be silent: the list says so, and the dialog goes on", async () => {
    const service = { destination: "com.example.Silent", path: "/" };
    const editor = await suite.open([TAB, { ...NODE, type: "dbus-call", ...service }]);
    await editor.open("node");
    for (const field of ["path", "interface", "member"]) {
      await editor.input(field).click();
      await said(editor, /^no answer from com\.example\.Silent to \w+ within 3 s/).waitFor();
      await editor.page.keyboard.press("Escape");
    }
    await editor.input("destination").click();
    await option(editor, HOSTILE).waitFor();
    await editor.page.keyboard.press("Escape");
    await editor.cancel();
  });
});

describeEditor(
  "services that the bus keeps closed",
  (suite) => {
    it("are explained in the list", async () => {
      const rule = `<busconfig><policy context="default"><allow own="com.example.Closed"/></policy></busconfig>`;
      writeFileSync(path.join(suite.bus.policyDir, "closed.conf"), rule);
      await suite.bus.reload();
      const closed = await startDescribed(suite.bus, "com.example.Closed", { "/": HOSTILE_XML });
      const editor = await suite.open([TAB, { ...NODE, type: "dbus-call", destination: "com.example.Closed" }]);
      await editor.open("node");
      await editor.input("path").click();
      const why = /com\.example\.Closed.*What to do: /s;
      await said(editor, why).waitFor();
      await editor.picture(`${suite.version}-access-denied`);
      await editor.type("path", "/");
      await editor.page.keyboard.press("Escape");
      await editor.input("member").click();
      await said(editor, why).waitFor();
      await editor.page.keyboard.press("Escape");
      await editor.cancel();
      closed.close();
    });
  },
  { bus: "system" },
);

/** Of one interface with as many methods as there is room for, in exactly so many characters with `<node>` around it. */
function xmlOf(length: number): string {
  const [head, tail] = ['<interface name="com.example.Long">', "</interface>"];
  const room = length - "<node></node>".length - head.length - tail.length;
  let methods = "";
  for (let index = 0; methods.length < room - 100; index++) methods += `<method name="M${index}"/>`;
  return `${head}${methods}${" ".repeat(room - methods.length)}${tail}`;
}
