import assert from "node:assert/strict";
import dbusCall from "../../nodes/dbus-call";
import dbusSignal from "../../nodes/dbus-signal";
import { catchNode } from "../support/core-nodes";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { type FlowNode, type LoadedFlow, loadFlow, type Message, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { Collector } from "../support/until";

const OTHER = "com.example.Other";
const BUS = "org.freedesktop.DBus";

describe("what one node sends, into the blank fields of the next", () => {
  useNodeRed();
  let bus: PrivateBus;
  let echo: EchoService;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    echo = await startEcho(bus);
  });
  afterEach(async () => {
    await echo.stop();
    await bus.stop();
  });

  /** The second node has no fields of its own but these; errors come out in its place. */
  const chain = async (first: object, second: object): Promise<{ flow: LoadedFlow; ends: Collector<Message> }> => {
    const own = { bus: "address", address: bus.address, timeout: 5 };
    const nodes: readonly FlowNode[] = [
      { id: "tab", type: "tab" },
      { id: "first", type: "dbus-call", ...own, wires: [["second"]], ...first },
      { id: "second", type: "dbus-call", ...own, wires: [["out"]], ...second },
      { id: "out", type: "helper" },
      { id: "catch", type: "catch", scope: null, wires: [["caught"]] },
      { id: "caught", type: "helper" },
    ];
    const flow = await loadFlow([dbusCall, dbusSignal, catchNode], nodes);
    const ends = new Collector<Message>();
    for (const id of ["out", "caught"]) flow.outputs(id).onItem(ends.add);
    return { flow, ends };
  };
  const ended = async (ends: Collector<Message>): Promise<Message> => {
    const [end = {}] = await ends.until(1);
    assert.equal(end["error"], undefined, JSON.stringify(end["error"]));
    return end;
  };

  for (const bus of ["address", "msg"]) {
    it(`a signal: its sender is asked (bus: ${bus})`, async () => {
      const signal = { type: "dbus-signal", listen: "signal", interface: ECHO, member: "Said" };
      const { flow, ends } = await chain(signal, { bus, operation: "get", member: "Text" });
      await flow.statuses("first").first((status) => status.fill === "green");
      echo.emit("Said", "su", ["hello", 1]);
      const { payload, topic, dbus } = await ended(ends);
      assert.deepEqual([payload, topic], ["calm", "Said"]);
      const { destination, path, interface: name } = Object(dbus);
      assert.deepEqual([destination, path, name], [echo.unique, ECHO_PATH, ECHO]);
    });
  }

  it("a property that changed: it is read by its name", async () => {
    const watch = { type: "dbus-signal", listen: "properties", sender: ECHO_NAME, path: ECHO_PATH, initial: false };
    const { flow, ends } = await chain(watch, { operation: "get", member: "Count" });
    await flow.statuses("first").first((status) => status.fill === "green");
    echo.changed({ Text: "new" });
    const { payload, dbus } = await ended(ends);
    assert.deepEqual([payload, Object(dbus).interface], [5, ECHO]);
  });

  it("an object that was added: all of its properties, not those of its ObjectManager", async () => {
    const objects = { [ECHO_PATH]: { [ECHO]: {} } };
    echo.tell({ objects });
    const watch = { type: "dbus-signal", listen: "objects", sender: ECHO_NAME, path: "/" };
    const { ends } = await chain(watch, { operation: "get-all" });
    const { payload, topic } = await ended(ends);
    assert.deepEqual([Object.keys(Object(payload)), topic], [[ECHO, OTHER], ECHO_PATH]);
  });

  it("a reply of another interface: the interface is learnt for the method that is named", async () => {
    const first = { destination: BUS, path: "/org/freedesktop/DBus", interface: BUS, member: "GetId" };
    const place = { destination: ECHO_NAME, path: ECHO_PATH };
    const args = { args: '["a", "b"]', argsType: "json" };
    const { flow, ends } = await chain(first, { ...place, member: "Join", ...args });
    flow.send("first", {});
    const { payload, dbus } = await ended(ends);
    assert.deepEqual([payload, Object(dbus).interface], ["ab", ECHO]);
  });

  it("a value that was read, changed and written again", async () => {
    const first = { operation: "get", destination: ECHO_NAME, path: ECHO_PATH, member: "Count" };
    const value = { args: "payload + 1", argsType: "jsonata" };
    const { flow, ends } = await chain(first, { operation: "set", ...value });
    flow.send("first", {});
    const { dbus } = await ended(ends);
    assert.equal(Object(dbus).signature, "u");
    assert.deepEqual(
      echo.lines.items.flatMap(({ set, type, value: written }) => (set === undefined ? [] : [[set, type, written]])),
      [["Count", "UInt32", 6]],
    );
  });
});
