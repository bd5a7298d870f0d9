import assert from "node:assert/strict";
import dbusCall from "../../nodes/dbus-call";
import dbusPublish from "../../nodes/dbus-publish";
import dbusSignal from "../../nodes/dbus-signal";
import { busctl, type ToolResult } from "../support/busctl";
import { type FlowNode, loadFlow, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";

const NAME = "com.example.Flow1";
const PATH = "/com/example/Flow1";

describe("dbus-publish", () => {
  useNodeRed();
  let bus: PrivateBus;
  before(async () => {
    bus = await startBus({ type: "session" });
  });
  after(() => bus.stop());

  const exportNode = (fields: Partial<FlowNode> = {}): FlowNode => ({
    id: "export",
    type: "dbus-publish",
    action: "export",
    bus: "address",
    address: bus.address,
    busName: NAME,
    path: PATH,
    interface: NAME,
    properties: [
      { name: "Level", signature: "u", access: "readwrite", value: "5", emitsChanged: "true" },
      { name: "Label", signature: "s", access: "read", value: "hello", emitsChanged: "true" },
    ],
    methods: [
      {
        name: "Join",
        in: [
          { name: "first", signature: "s" },
          { name: "second", signature: "s" },
        ],
        out: [{ name: "joined", signature: "s" }],
        timeout: 5,
      },
    ],
    signals: [{ name: "Tick", args: [{ name: "count", signature: "u" }] }],
    wires: [["calls"], ["writes"]],
    ...fields,
  });
  const outputs: readonly FlowNode[] = [
    { id: "calls", type: "helper", wires: [["reply"]] },
    { id: "writes", type: "helper" },
    { id: "reply", type: "dbus-publish", action: "reply" },
  ];
  const call = (...args: readonly string[]): Promise<ToolResult> => busctl(bus, "call", NAME, PATH, NAME, ...args);
  const property = (name: string) => busctl(bus, "get-property", NAME, PATH, NAME, name);

  it("owns its name, and its properties are read by busctl", async () => {
    const flow = await loadFlow([dbusPublish], [exportNode(), ...outputs]);
    await flow.statuses("export").first(({ text }) => text?.endsWith("xample.Flow1") ?? false);
    assert.equal((await property("Level")).stdout.trim(), "u 5");
    assert.equal((await property("Label")).stdout.trim(), 's "hello"');
  });

  it("hands a method call to the flow and its answer back", async () => {
    const flow = await loadFlow([dbusPublish], [exportNode(), ...outputs]);
    await flow.statuses("export").first(({ text }) => text?.endsWith("xample.Flow1") ?? false);
    const answer = call("Join", "ss", "a", "b");
    const received = await flow.outputs("calls").first(() => true);
    assert.deepEqual(received["payload"], ["a", "b"]);
    flow.send("reply", { ...received, payload: "a-b" });
    assert.equal((await answer).stdout.trim(), 's "a-b"');
  });

  it("stores what a peer writes, and tells the flow", async () => {
    const flow = await loadFlow([dbusPublish], [exportNode(), ...outputs]);
    await flow.statuses("export").first(({ text }) => text?.endsWith("xample.Flow1") ?? false);
    await busctl(bus, "set-property", NAME, PATH, NAME, "Level", "u", "7");
    const written = await flow.outputs("writes").first(() => true);
    assert.equal(written["topic"], "Level");
    assert.equal(written["payload"], 7);
    assert.equal((await property("Level")).stdout.trim(), "u 7");
  });

  it("announces what the flow sets, which dbus-signal hears and dbus-call reads", async () => {
    const flow = await loadFlow(
      [dbusPublish, dbusSignal, dbusCall],
      [
        exportNode(),
        ...outputs,
        {
          id: "watch",
          type: "dbus-signal",
          bus: "address",
          address: bus.address,
          listen: "properties",
          sender: NAME,
          path: PATH,
          interface: NAME,
          wires: [["seen"]],
        },
        {
          id: "ticks",
          type: "dbus-signal",
          bus: "address",
          address: bus.address,
          listen: "signal",
          sender: NAME,
          member: "Tick",
          wires: [["ticked"]],
        },
        { id: "seen", type: "helper" },
        { id: "ticked", type: "helper" },
      ],
    );
    await flow.outputs("seen").first(({ event }) => event === "initial");
    flow.send("export", { topic: "Level", payload: 9 });
    const seen = await flow.outputs("seen").first(({ event }) => event === "changed");
    assert.deepEqual(seen["payload"], { Level: 9 });
    flow.send("export", { topic: "Tick", payload: 3 });
    assert.equal((await flow.outputs("ticked").first(() => true))["payload"], 3);
  });
});
