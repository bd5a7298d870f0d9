import assert from "node:assert/strict";
import { pool } from "../../lib/bus/pool";
import { exporterOf } from "../../lib/export/exporters";
import { SIGNAL } from "../../lib/wire/types";
import { method, NAME, PATH, property } from "../support/export-bus";
import { type FlowNode, helper, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { exportNode, loadPublish, owning, redeploy, sent, surroundings } from "../support/publish-flow";
import { RawPeer } from "../support/raw-peer";
import { eventually } from "../support/until";

const OTHER = "com.example.Other1";
const THIRD = "com.example.Third1";
const PROPERTIES = "org.freedesktop.DBus.Properties";
const MANAGER = "org.freedesktop.DBus.ObjectManager";

describe("dbus-publish: deploys of a part of the flows", () => {
  useNodeRed();
  watchProcess();
  let bus: PrivateBus;
  let peer: RawPeer;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    peer = await RawPeer.join(bus);
    await peer.askBus("AddMatch", "s", [`type='signal',path_namespace='/'`]);
  });
  afterEach(async () => {
    peer.close();
    await bus.stop();
  });

  const rows = (level: string) => ({
    properties: [property("Level", "u", level)],
    methods: [method("Wait", [], ["s"], 60)],
  });
  const node = (id: string, interfaceName: string, fields: object = {}) =>
    exportNode(bus, { id, interface: interfaceName, ...rows("1"), ...fields });
  const first = () => node("export", NAME);
  const deploy = (nodes: readonly FlowNode[], type: "flows" | "nodes") =>
    helper.setFlows([...surroundings(), ...nodes], type);
  const start = async (...nodes: FlowNode[]) => {
    const flow = await loadPublish(...nodes);
    for (const { id } of nodes) await owning(flow, id);
    return flow;
  };
  const level = async (interfaceName: string, path = PATH) => {
    const place = { destination: NAME, path, interface: PROPERTIES, member: "Get" };
    return (await peer.call({ ...place, signature: "ss", body: [interfaceName, "Level"] }))[0];
  };
  const wait = (interfaceName: string) =>
    peer.call({ destination: NAME, path: PATH, interface: interfaceName, member: "Wait" });
  const signals = (member: string) =>
    peer.messages.items.filter((message) => message.type === SIGNAL && message.member === member);
  /** What has become of the name: its new owners, "" for none. */
  const ownerChanges = async () => {
    await peer.askBus("GetId");
    return signals("NameOwnerChanged").flatMap(({ body: [name, , owner] }) => (name === NAME ? [owner] : []));
  };
  const managed = async () => {
    const place = { destination: NAME, path: "/", interface: MANAGER, member: "GetManagedObjects" };
    const [objects] = (await peer.call(place)) as [Record<string, object>];
    return Object.fromEntries(Object.entries(objects).map(([path, interfaces]) => [path, Object.keys(interfaces)]));
  };

  it("changes one node, and neither the name nor the others are gone in between", async () => {
    const flow = await start(first(), node("second", OTHER), node("third", THIRD, { path: "/third" }));
    assert.equal(await sent(flow, "export", { topic: "Level", payload: 42 }), undefined);
    flow.send("third", { topic: "Level", payload: 43 });
    const pending = wait(NAME);
    const received = await flow.outputs("calls").first(() => true);
    const before = await ownerChanges();
    await deploy([first(), node("second", OTHER, rows("7")), node("third", THIRD, { path: "/third" })], "nodes");
    assert.deepEqual([await level(NAME), await level(OTHER), await level(THIRD, "/third")], [42, 7, 43]);
    assert.deepEqual(await ownerChanges(), before);
    const gone = signals("InterfacesRemoved").map(({ body }) => body);
    assert.deepEqual(gone, [[PATH, [OTHER]]]);
    assert.equal(await sent(flow, "reply", { ...received, payload: "late but fine" }), undefined);
    assert.deepEqual(await pending, ["late but fine"]);
  });

  it("adds and removes nodes of a shared object", async () => {
    const flow = await start(first(), node("second", OTHER));
    assert.equal(await sent(flow, "export", { topic: "Level", payload: 42 }), undefined);
    const before = await ownerChanges();
    await deploy([first(), node("second", OTHER), node("third", THIRD), node("deep", OTHER, { path: "/d" })], "nodes");
    assert.deepEqual(await managed(), { [PATH]: [NAME, OTHER, THIRD], "/d": [OTHER] });
    await deploy([first(), node("third", THIRD)], "nodes");
    assert.deepEqual(await managed(), { [PATH]: [NAME, THIRD] });
    assert.equal(await level(NAME), 42);
    await assert.rejects(level(OTHER), /UnknownInterface/);
    await assert.rejects(level(OTHER, "/d"), /UnknownObject/);
    assert.deepEqual(await ownerChanges(), before);
  });

  it("keeps the objects of a tab that is not deployed", async () => {
    // Not "export": a field with a node's id in it, such as `action`, makes Node-RED deploy that node as well.
    const near = (level: string) => node("near", NAME, rows(level));
    const tab = { id: "tab2", type: "tab" };
    const far = node("far", OTHER, { z: "tab2", wires: [[], []] });
    const flow = await start(near("1"));
    await deploy([near("1"), tab, far], "flows");
    await owning(flow, "far");
    flow.send("far", { topic: "Level", payload: 42 });
    await eventually(() => signals("PropertiesChanged").length === 1);
    const before = await ownerChanges();
    await deploy([near("9"), tab, far], "flows");
    assert.deepEqual([await level(NAME), await level(OTHER)], [9, 42]);
    assert.deepEqual(await ownerChanges(), before);
  });

  it("lets two nodes swap their paths", async () => {
    const at = (one: string, two: string) => [
      node("one", NAME, { path: one, ...rows("1") }),
      node("two", NAME, { path: two, ...rows("2") }),
    ];
    const flow = await start(...at("/one", "/two"));
    await redeploy(flow, at("/two", "/one"), "nodes", "one");
    assert.deepEqual([await level(NAME, "/one"), await level(NAME, "/two")], [2, 1]);
  });

  it("takes the object over from a node of the same path and interface when that is deleted", async () => {
    const one = (initial: string) => node("one", NAME, rows(initial));
    const second = node("second", NAME, rows("2"));
    const flow = await start(one("1"));
    await deploy([one("1"), second], "nodes");
    await flow.statuses("second").first((status) => status?.fill === "red");
    assert.equal(await sent(flow, "second", { topic: "Level", payload: 3 }), "DBUS_INVALID_FIELD");
    await redeploy(flow, [one("7"), second], "nodes", "one");
    assert.equal(await level(NAME), 7, "the one that has it keeps it when it is changed");
    await redeploy(flow, [second], "nodes", "second");
    assert.equal(await level(NAME), 2);
    flow.send("second", { topic: "Level", payload: 3 });
    await eventually(() => signals("PropertiesChanged").length === 1);
    assert.equal(await level(NAME), 3);
    const told = flow.log.items.filter(({ id, level: severity }) => id === "second" && severity === 20);
    assert.equal(told.length, 1, "at its own deploy, and not at those of others");
    await deploy([], "nodes");
    assert.equal(pool.size, 0);
  });

  it("answers the pending calls of a node that is deployed anew, and of it alone", async () => {
    const flow = await start(first(), node("second", OTHER));
    const [stays, goes] = [wait(NAME), wait(OTHER)];
    const refused = assert.rejects(goes, /Error\.NoReply: .*gone/);
    const [kept] = await flow.outputs("calls").until(2);
    await deploy([first(), node("second", OTHER, rows("7"))], "nodes");
    await refused;
    assert.equal(await sent(flow, "reply", { ...kept, payload: "still here" }), undefined);
    assert.deepEqual(await stays, ["still here"]);
    const over = flow.outputs("calls").items[1];
    assert.equal(await sent(flow, "reply", { ...over, payload: "too late" }), "DBUS_CALL_OVER");
  });

  it("shows at each node its own pending calls", async () => {
    const flow = await start(first(), node("second", OTHER));
    const answers = [wait(NAME), wait(NAME)];
    await flow.statuses("export").first((status) => status?.text === "2 …");
    for (const message of [...(await flow.outputs("calls").until(2))]) flow.send("reply", { ...message, payload: "" });
    await Promise.all(answers);
    assert.ok(flow.statuses("second").items.every((status) => status?.fill !== "blue"));
    const shown = flow.statuses("export").items;
    const blue = shown.findIndex((status) => status?.fill === "blue");
    await flow.statuses("export").first((status) => shown.indexOf(status) > blue && status?.fill === "green");
  });

  it("gives up the name and the objects with the last node, while others still use the bus", async () => {
    const call: FlowNode = {
      id: "call",
      type: "dbus-call",
      bus: "address",
      address: bus.address,
      z: "tab",
      x: 1,
      y: 1,
    };
    await start(first(), node("second", OTHER, { path: "/second" }));
    await deploy([first(), node("second", OTHER, { path: "/second" }), call], "nodes");
    const pending = assert.rejects(wait(NAME), /Error\.NoReply/);
    const connection = pool.connections.get(bus.address);
    assert.ok(connection);
    await eventually(() => exporterOf(connection).pendingCalls === 1);
    await deploy([call], "nodes");
    await pending;
    assert.equal((await ownerChanges()).at(-1), "");
    const { objects, pendingCalls } = exporterOf(connection);
    assert.deepEqual([objects, pendingCalls, connection.names.size], [0, 0, 0]);
    assert.equal(connection.status.state, "connected");
    await deploy([], "nodes");
    assert.equal(pool.size, 0);
  });

  it("answers its callers when it was the last node on the bus", async () => {
    await start(first());
    const pending = assert.rejects(wait(NAME), /Error\.NoReply/);
    const connection = pool.connections.get(bus.address);
    assert.ok(connection);
    await eventually(() => exporterOf(connection).pendingCalls === 1);
    await deploy([], "nodes");
    await pending;
    assert.deepEqual([pool.size, exporterOf(connection).pendingCalls], [0, 0]);
  });
});
