import assert from "node:assert/strict";
import { SIGNAL } from "../../lib/wire/types";
import { busctl } from "../support/busctl";
import { NAME } from "../support/export-bus";
import { type FlowNode, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { loadPublish, owning, sent } from "../support/publish-flow";
import { RawPeer } from "../support/raw-peer";
import { eventually } from "../support/until";

describe("dbus-publish: signals", () => {
  useNodeRed();
  let bus: PrivateBus;
  let peer: RawPeer;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    peer = await RawPeer.join(bus);
  });
  afterEach(async () => {
    peer.close();
    await bus.stop();
  });

  const signalNode = (fields: object = {}): FlowNode => ({
    id: "signal",
    type: "dbus-publish",
    action: "signal",
    bus: "address",
    address: bus.address,
    ...fields,
  });
  const FIELDS = { path: "/a", interface: "com.example.Signals", member: "Rang" };
  const heard = () => peer.messages.first(({ type, member }) => type === SIGNAL && member === "Rang");
  const heardAll = () => peer.messages.items.filter(({ type, member }) => type === SIGNAL && member === "Rang");
  const listen = (rule = "") => peer.askBus("AddMatch", "s", [`type='signal',interface='com.example.Signals'${rule}`]);
  const start = async (fields: object = {}) => {
    const flow = await loadPublish(signalNode(fields));
    await flow.statuses("signal").first((status) => status?.fill === "green");
    return flow;
  };

  it("takes what is blank from the message", async () => {
    await listen();
    const flow = await start({ member: "Rang" });
    const dbus = { ...FIELDS, member: "Ignored", signature: "su" };
    assert.equal(await sent(flow, "signal", { payload: ["a", 2], dbus }), undefined);
    const { path, body, signature } = await heard();
    assert.deepEqual([path, signature, body], ["/a", "su", ["a", 2]]);
  });

  it("passes on what a dbus-signal node has heard on another bus", async () => {
    const far = await startBus({ type: "session" });
    try {
      const listening = {
        id: "heard",
        type: "dbus-signal",
        bus: "address",
        address: far.address,
        wires: [["signal"]],
      };
      const flow = await loadPublish(signalNode(), { ...listening, interface: "com.example.Signals" });
      await flow.statuses("signal").first((status) => status?.fill === "green");
      await flow.statuses("heard").first((status) => status?.fill === "green");
      await listen();
      const said = [FIELDS.path, FIELDS.interface, FIELDS.member];
      for (const args of [["sas", "", "1", "a"], ["u", "7"], []]) {
        const { code, stderr } = await busctl(far, "emit", ...said, ...args);
        assert.equal(code, 0, stderr);
      }
      await eventually(() => heardAll().length === 3);
      assert.deepEqual(
        heardAll().map(({ path, signature, body }) => [path, signature, body]),
        [
          ["/a", "sas", ["", ["a"]]],
          ["/a", "u", [7]],
          ["/a", "", []],
        ],
      );
    } finally {
      await far.stop();
    }
  });

  it("has no arguments where the payload of what was received is taken away", async () => {
    await listen();
    const flow = await start();
    const dbus = { ...FIELDS, signature: "s", sender: ":1.2" };
    assert.equal(await sent(flow, "signal", { payload: undefined, dbus }), undefined);
    assert.equal(await sent(flow, "signal", { payload: {}, dbus }), "DBUS_INVALID_ARGUMENT");
    assert.deepEqual((await heard()).body, []);
  });

  it("sends to one peer alone, and owns a name for it", async () => {
    const flow = await start({ ...FIELDS, destination: peer.uniqueName, busName: NAME });
    await owning(flow, "signal");
    assert.equal(await sent(flow, "signal", { payload: "" }), undefined);
    const { sender, body } = await heard();
    assert.deepEqual(body, []);
    assert.equal((await peer.askBus("GetNameOwner", "s", [NAME]))[0], sender);
  });

  for (const [what, message, code] of [
    ["no type for its argument", { payload: 1, dbus: FIELDS }, "DBUS_INVALID_FIELD"],
    ["no member", { dbus: { ...FIELDS, member: "" } }, "DBUS_INVALID_FIELD"],
    ["a bad path", { dbus: { ...FIELDS, path: "a" } }, "DBUS_INVALID_FIELD"],
    ["a value that does not fit", { payload: "x", dbus: { ...FIELDS, signature: "u" } }, "DBUS_INVALID_ARGUMENT"],
    ["a file descriptor", { payload: 1, dbus: { ...FIELDS, signature: "h" } }, "DBUS_UNSUPPORTED_TYPE"],
  ] as const) {
    it(`sends nothing with ${what}`, async () => {
      await listen();
      const flow = await start();
      assert.equal(await sent(flow, "signal", message), code);
      assert.equal(await sent(flow, "signal", { payload: "mark", dbus: { ...FIELDS, signature: "s" } }), undefined);
      assert.deepEqual((await heard()).body, ["mark"], "the first that comes is the good one");
    });
  }
});
