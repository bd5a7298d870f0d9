import assert from "node:assert/strict";
import type { Node, NodeStatus } from "node-red";
import { DBusNodeError } from "../../../lib/errors";
import { text } from "../../../lib/shared/text";
import { type Shown, Status } from "../../../nodes/support/status";
import { Collector } from "../../support/until";

/** A node, as far as its status goes. */
function shownBy(...all: readonly Shown[]): { readonly shown: Collector<NodeStatus>; readonly status: Status } {
  const shown = new Collector<NodeStatus>();
  const status = new Status({ status: shown.add } as unknown as Node);
  for (const one of all) status.show(one);
  return { shown, status };
}

const KEY = "node-red-contrib-dbus/dbus-editor:status.";
const error = (code: "DBUS_NO_BUS" | "DBUS_AUTH_REFUSED" | "DBUS_DISCONNECTED") =>
  new DBusNodeError(code, text("errors.closed"));
const COUNTS = { sent: 5, limited: 0, dropped: 0 };

describe("Status", () => {
  const TABLE: readonly (readonly [shown: Shown, status: NodeStatus])[] = [
    [
      { kind: "connection", status: { state: "connecting" } },
      { fill: "yellow", shape: "ring", text: "node-red:common.status.connecting" },
    ],
    [
      { kind: "connection", status: { state: "connected" } },
      { fill: "green", shape: "dot", text: "node-red:common.status.connected" },
    ],
    [
      { kind: "connection", status: { state: "reconnecting", error: error("DBUS_DISCONNECTED") } },
      { fill: "red", shape: "ring", text: "node-red:common.status.disconnected" },
    ],
    [
      { kind: "connection", status: { state: "connecting", error: error("DBUS_NO_BUS") } },
      { fill: "red", shape: "ring", text: `${KEY}no-bus` },
    ],
    [
      { kind: "connection", status: { state: "connecting", error: error("DBUS_AUTH_REFUSED") } },
      { fill: "red", shape: "ring", text: `${KEY}refused` },
    ],
    [
      { kind: "finding", code: "session-no-desktop" },
      { fill: "yellow", shape: "ring", text: `${KEY}headless` },
    ],
    [
      { kind: "finding", code: "session-root" },
      { fill: "yellow", shape: "ring", text: `${KEY}root-session` },
    ],
    [
      { kind: "calling", calls: 1 },
      { fill: "blue", shape: "dot", text: `${KEY}calling` },
    ],
    [
      { kind: "calling", calls: 12 },
      { fill: "blue", shape: "dot", text: "12 …" },
    ],
    [
      { kind: "received", topic: "Said", ...COUNTS },
      { fill: "green", shape: "dot", text: "5 Said" },
    ],
    [
      { kind: "received", topic: "Said", ...COUNTS, limited: 3 },
      { fill: "green", shape: "dot", text: "5/8 Said" },
    ],
    [
      { kind: "received", topic: "Said", ...COUNTS, dropped: 3 },
      { fill: "yellow", shape: "dot", text: "5 (−3)" },
    ],
    [
      { kind: "subscriptions", count: 2 },
      { fill: "green", shape: "dot", text: "2 ⇥" },
    ],
    [
      { kind: "error", code: "DBUS_ACCESS_DENIED" },
      { fill: "red", shape: "ring", text: `${KEY}refused` },
    ],
    [
      { kind: "error", code: "DBUS_INTERNAL" },
      { fill: "red", shape: "ring", text: `${KEY}failed` },
    ],
    [{ kind: "invalid" }, { fill: "red", shape: "ring", text: `${KEY}invalid` }],
    [{ kind: "idle" }, {}],
  ];
  for (const [shown, expected] of TABLE) {
    it(`shows ${JSON.stringify(shown).slice(0, 70)} as “${expected.text ?? ""}”`, () => {
      const { shown: seen, status } = shownBy(shown);
      assert.deepEqual(seen.items, [expected]);
      status.close();
    });
  }

  it("keeps what comes from the bus under 20 characters, and from looking like a reference", () => {
    for (const topic of ["A".repeat(255), "$t(common.label.ok)", "x".repeat(17), "$$t(t(x)"]) {
      const { shown, status } = shownBy({ kind: "received", topic, ...COUNTS });
      const { text: seen = "" } = shown.items[0] ?? {};
      assert.ok(seen.length < 20, seen);
      assert.ok(!seen.includes("$t("), seen);
      assert.match(seen, /^\d/, "the editor looks texts up that begin with a letter");
      status.close();
    }
  });

  it("shows the first at once and of what comes too soon the latest", async () => {
    const { shown, status } = shownBy({ kind: "idle" });
    const start = performance.now();
    for (let calls = 1; calls <= 100; calls++) status.show({ kind: "calling", calls });
    assert.equal(shown.items.length, 1);
    const [, second] = await shown.until(2);
    assert.equal(second?.text, "100 …");
    assert.ok(performance.now() - start > 200);
    status.close();
  });

  it("does not show the same again", () => {
    const { shown, status } = shownBy({ kind: "invalid" });
    status.close();
    const other = shownBy({ kind: "invalid" }, { kind: "invalid" });
    assert.equal(other.shown.items.length, 1);
    other.status.close();
    assert.equal(shown.items.length, 2);
  });

  it("is cleared when the node closes, and what comes later is not shown", () => {
    const { shown, status } = shownBy({ kind: "invalid" }, { kind: "idle" });
    status.close();
    status.show({ kind: "calling", calls: 1 });
    assert.deepEqual(shown.items.at(-1), {});
    assert.equal(shown.items.length, 2);
  });
});
