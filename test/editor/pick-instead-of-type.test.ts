import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { startMock } from "../support/dbusmock";
import type { Editor } from "../support/editor";
import { describeEditor, TAB } from "../support/editor-suite";
import { option, options } from "../support/offered";

const UPOWER = "org.freedesktop.UPower";
const TIMEDATE = "org.freedesktop.timedate1";

/**
 * Every press of the mouse button counts, a double click as two. Dragging nodes and wires does not: that is
 * the same for each node of Node-RED, and nothing that a dialog could spare a person.
 */
class Hand {
  clicks = 0;

  async click(target: Locator): Promise<void> {
    await target.click();
    this.clicks++;
  }

  async open(editor: Editor, id: string): Promise<void> {
    await editor.open(id);
    this.clicks += 2;
  }
}

const MOST_CLICKS = 8;

describeEditor("from an empty flow to a value without typing a name", (suite) => {
  before(async () => {
    await Promise.all([startMock(suite.bus, "upower"), startMock(suite.bus, "timedated")]);
  });

  it("watches a property, by mouse, in no more than 8 clicks", async () => {
    const editor = await suite.open();
    const watch = await editor.drag("dbus-signal", { x: 200, y: 100 });
    const debug = await editor.drag("debug", { x: 450, y: 100 });
    await wire(editor, watch, debug);
    const hand = new Hand();
    await hand.open(editor, watch);
    await hand.click(editor.input("sender"));
    await hand.click(option(editor, TIMEDATE));
    await hand.click(option(editor, "Timezone"));
    await hand.click(editor.page.locator("#node-dialog-ok"));
    await editor.closed();
    await hand.click(editor.page.locator("#red-ui-header-button-deploy"));
    await showDebug(editor, hand, suite.version);
    await editor.page.locator(".red-ui-debug-msg").getByText("Etc/Utc").waitFor();
    await editor.picture(`${suite.version}-picked-watch`);
    assert.ok(hand.clicks <= MOST_CLICKS, `${hand.clicks} clicks`);
    const { listen, sender, path, interface: interfaceName, member, properties } = await saved(watch);
    assert.deepEqual(
      { listen, sender, path, interfaceName, member, properties },
      {
        listen: "properties",
        sender: TIMEDATE,
        path: "/org/freedesktop/timedate1",
        interfaceName: TIMEDATE,
        member: "",
        properties: ["Timezone"],
      },
    );
  });

  it("reads a property at the press of a button, by mouse, in two clicks more", async () => {
    const editor = await suite.open();
    const inject = await editor.drag("inject", { x: 150, y: 100 });
    const call = await editor.drag("dbus-call", { x: 350, y: 100 });
    const debug = await editor.drag("debug", { x: 600, y: 100 });
    await wire(editor, inject, call);
    await wire(editor, call, debug);
    const hand = new Hand();
    await hand.open(editor, call);
    await hand.click(editor.input("destination"));
    await hand.click(option(editor, UPOWER));
    await hand.click(option(editor, "/org/freedesktop/UPower"));
    await hand.click(option(editor, "DaemonVersion"));
    await hand.click(editor.page.locator("#node-dialog-ok"));
    await editor.closed();
    const { operation, destination, path, interface: interfaceName, member, signature } = await editor.deploy(call);
    hand.clicks++;
    assert.deepEqual(
      { operation, destination, path, interfaceName, member, signature },
      {
        operation: "get",
        destination: UPOWER,
        path: "/org/freedesktop/UPower",
        interfaceName: UPOWER,
        member: "DaemonVersion",
        signature: "",
      },
    );
    await hand.click(editor.page.locator(`[id="${inject}"] .red-ui-flow-node-button-button`));
    await showDebug(editor, hand, suite.version);
    await editor.page.locator(".red-ui-debug-msg").getByText("0.99").waitFor();
    assert.ok(hand.clicks <= MOST_CLICKS + 2, `${hand.clicks} clicks`);
  });

  it("reads a property, by keyboard alone", async () => {
    const call = { id: "call", type: "dbus-call", z: "tab", x: 350, y: 100, wires: [["seen"]], bus: "system" };
    const seen = {
      id: "seen",
      type: "debug",
      z: "tab",
      x: 600,
      y: 100,
      name: "seen",
      active: true,
      complete: "payload",
    };
    const inject = { id: "inject", type: "inject", z: "tab", x: 150, y: 100, wires: [["call"]], props: [], repeat: "" };
    const editor = await suite.open([TAB, inject, call, seen]);
    await editor.open("call");
    const { keyboard } = editor.page;
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await keyboard.press(key);
    };
    await editor.input("operation").focus();
    await press("Tab");
    await chooseByKeys(editor, UPOWER);
    await press("Tab");
    await chooseByKeys(editor, "/org/freedesktop/UPower");
    // A field that may stay blank is left by Tab; what it offers is not taken.
    await press("Tab", "Tab");
    await chooseByKeys(editor, "OnBattery");
    assert.equal(await editor.input("interface").inputValue(), UPOWER);
    await press("Control+Enter");
    await editor.closed();
    const deployed = editor.deployed();
    await press("Control+d");
    await deployed;
    await suite.nodeRed.inject("inject");
    assert.equal((await suite.nodeRed.messageAt("seen"))["payload"], false);
  });

  /** The node as it was deployed. */
  async function saved(id: string): Promise<Record<string, unknown>> {
    const flows: unknown = await (await suite.nodeRed.api("/flows")).json();
    return Array.isArray(flows) ? flows.find((node) => node.id === id) : {};
  }

  /** Arrows down to the row, as a person who watches what is marked. */
  async function chooseByKeys(editor: Editor, name: string): Promise<void> {
    await option(editor, name).waitFor();
    const field = editor.page.locator(":focus");
    const wanted = await option(editor, name).getAttribute("id");
    const rows = await options(editor).count();
    for (let pressed = 0; (await field.getAttribute("aria-activedescendant")) !== wanted; pressed++) {
      assert.ok(pressed <= rows, `${name} was not reached`);
      await editor.page.keyboard.press("ArrowDown");
    }
    await editor.page.keyboard.press("Enter");
    assert.equal(await field.inputValue(), name);
  }
});

/** Drags a wire from an output to an input. */
async function wire(editor: Editor, from: string, to: string): Promise<void> {
  const wires = editor.page.locator(".red-ui-flow-link-line");
  const before = await wires.count();
  const centre = async (id: string, side: string) => {
    const box = await editor.page.locator(`[id="${id}"] .red-ui-flow-port-${side} .red-ui-flow-port`).boundingBox();
    assert.ok(box !== null);
    return [box.x + box.width / 2, box.y + box.height / 2] as const;
  };
  const { mouse } = editor.page;
  await mouse.move(...(await centre(from, "output")));
  await mouse.down();
  await mouse.move(...(await centre(to, "input")), { steps: 8 });
  await mouse.up();
  await wires.nth(before).waitFor({ state: "attached" });
}

/** Node-RED 5 shows its debug messages from the start. */
async function showDebug(editor: Editor, hand: Hand, version: string): Promise<void> {
  if (version === "4") await hand.click(editor.page.locator("#red-ui-tab-debug-link-button"));
}
