import assert from "node:assert/strict";
import { pool } from "../../lib/bus/pool";
import { exporterOf } from "../../lib/export/exporters";
import { METHOD_CALL, SIGNAL } from "../../lib/wire/types";
import { method, NAME, PATH, property } from "../support/export-bus";
import { helper, type LoadedFlow, type Message, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { exportNode, loadPublish, owning, redeploy, sent, surroundings } from "../support/publish-flow";
import { RawPeer } from "../support/raw-peer";
import { eventually, eventuallyAsync } from "../support/until";

const PROPERTIES = "org.freedesktop.DBus.Properties";
const MANAGER = "org.freedesktop.DBus.ObjectManager";
const PEER = "org.freedesktop.DBus.Peer";
const ROWS = {
  properties: [property("Level", "u", "5"), property("List", "ai", "[]"), property("Any", "v", "0")],
  methods: [method("Wait", [], ["s"], 60), method("Short", [], ["s"], 0.05)],
  signals: [{ name: "Tick", args: [{ name: "count", signature: "u" }] }],
};

describe("dbus-publish under attack", () => {
  useNodeRed();
  watchProcess();
  let bus: PrivateBus;
  let peer: RawPeer;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    await join();
  });
  afterEach(async () => {
    peer.close();
    await bus.stop();
  });

  const join = async () => {
    peer = await RawPeer.join(bus);
    await peer.askBus("AddMatch", "s", [`type='signal',path_namespace='/'`]);
  };
  const node = (fields: object = {}) => exportNode(bus, { ...ROWS, ...fields });
  const load = async (fields: object = {}) => {
    const flow = await loadPublish(node(fields));
    await owning(flow);
    return flow;
  };
  const told = async (member: string) => {
    await peer.call({ destination: NAME, path: "/", interface: PEER, member: "Ping" });
    return peer.messages.items.filter((message) => message.type === SIGNAL && message.member === member);
  };
  const managed = async () => {
    const place = { destination: NAME, path: "/", interface: MANAGER, member: "GetManagedObjects" };
    return (await peer.call(place))[0] as Record<string, Record<string, Record<string, unknown>>>;
  };
  const all = async (path = PATH) => {
    const place = { destination: NAME, path, interface: PROPERTIES, member: "GetAll" };
    return (await peer.call({ ...place, signature: "s", body: [NAME] }))[0] as Record<string, unknown>;
  };
  const wait = (member = "Wait") => peer.call({ destination: NAME, path: PATH, interface: NAME, member });
  const connection = () => {
    const found = pool.connections.get(bus.address);
    assert.ok(found);
    return found;
  };
  /** Everything that is counted is zero after the flow's end. */
  const endsWithNothing = async () => {
    const held = connection();
    await helper.setFlows(surroundings(), "full");
    const { objects, pendingCalls } = exporterOf(held);
    const counted = { objects, pendingCalls, names: held.names.size, connections: pool.size, state: held.status.state };
    assert.deepEqual(counted, { objects: 0, pendingCalls: 0, names: 0, connections: 0, state: "closed" });
  };

  it("does not publish an object for a signal that cannot be emitted", async () => {
    const flow = await load({ path: "" });
    const tick = (payload: unknown) => sent(flow, "export", { topic: "Tick", payload, dbus: { path: "/new" } });
    for (const bad of ["x", -1, undefined, null, [1, 2], {}]) assert.equal(await tick(bad), "DBUS_INVALID_ARGUMENT");
    assert.deepEqual(await managed(), {});
    assert.deepEqual(await told("InterfacesAdded"), []);
    assert.deepEqual(await told("Tick"), []);
    assert.equal(await tick(7), undefined);
    assert.deepEqual(Object.keys(await managed()), ["/new"]);
    assert.deepEqual(
      (await told("Tick")).map(({ path, body }) => [path, ...body]),
      [["/new", 7]],
    );
    await bus.kill();
    await flow.statuses("export").first((status) => status?.fill === "red");
    const away = { topic: "Tick", payload: 1, dbus: { path: "/away" } };
    assert.equal(await sent(flow, "export", away), "DBUS_DISCONNECTED");
    assert.equal(exporterOf(connection()).objects, 1);
  });

  it("publishes nothing for an update with one bad value among good ones, known path or not", async () => {
    const flow = await load({ path: "" });
    const update = (path: string, payload: unknown) => sent(flow, "export", { payload, dbus: { path } });
    for (const bad of [
      { Level: 1, List: "no" },
      { List: [1], Level: 2 ** 40 },
      { Level: 1, Nothing: 1 },
    ]) {
      assert.match(String(await update("/new", bad)), /DBUS_(INVALID_ARGUMENT|PROPERTY_NOT_FOUND)/);
    }
    assert.deepEqual(await managed(), {});
    assert.equal(await update("/new", { Level: 1 }), undefined);
    assert.equal(await update("/new", { Level: 2, List: [1.5] }), "DBUS_INVALID_ARGUMENT");
    assert.equal((await all("/new"))["Level"], 1);
    assert.deepEqual(await told("PropertiesChanged"), []);
  });

  it("takes messages of every wrong kind without harm", async () => {
    const flow = await load();
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    let nested: unknown = 1;
    for (let depth = 0; depth < 200; depth++) nested = [nested];
    const kinds: readonly unknown[] = [
      ...[undefined, null, 0, "", "text", true, 5n, Number.NaN, [], [1], () => 1, Symbol("x"), new Date(0)],
      ...[new Map([["Level", 1n << 70n]]), { Level: {} }, { Any: cycle }, { Any: nested }, { List: nested }],
      ...[{ ["__proto__"]: 1, Nothing: 2 }, { constructor: 1 }, { Any: { signature: "h", value: 0 } }],
      ...[{ Any: { signature: "(", value: 0 } }, { Any: Symbol("x") }, { Any: () => 1 }, { Level: "5\0" }],
    ];
    const codes: unknown[] = [];
    for (const payload of kinds) codes.push(await sent(flow, "export", { payload }));
    for (const topic of [5, {}, "Level ", "__proto__", "toString"]) {
      codes.push(await sent(flow, "export", { topic, payload: 1 } as Message));
    }
    for (const dbus of [null, "x", 5, { path: 5 }, { path: "x" }]) {
      codes.push(await sent(flow, "export", { payload: { Level: 5 }, dbus } as Message));
    }
    assert.ok(!codes.includes("DBUS_INTERNAL"), codes.join(" "));
    assert.deepEqual(await all(), { Level: 5, List: [], Any: 0 });
    assert.deepEqual(await told("PropertiesChanged"), []);
  });

  it("refuses bytes that are more than D-Bus allows, and goes on", async () => {
    const flow = await load({ properties: [property("Bytes", "ay", "")] });
    const huge = Buffer.alloc((64 << 20) + 1);
    assert.equal(await sent(flow, "export", { topic: "Bytes", payload: huge }), "DBUS_TOO_LARGE");
    assert.equal(await sent(flow, "export", { topic: "Bytes", payload: [1, 2] }), undefined);
    assert.deepEqual((await all())["Bytes"], Buffer.from([1, 2]));
  });

  it("has a thousand objects of one node, kept over a deploy, and takes them away", async () => {
    const fields = { path: "", keepValues: true };
    const flow = await load(fields);
    const count = 1000;
    const each = (send: (path: string, index: number) => void) => {
      for (let index = 0; index < count; index++) send(`/many/n${index}`, index);
    };
    each((path, index) => flow.send("export", { topic: "Level", payload: index, dbus: { path } }));
    await flow.outputs("completed").until(count);
    assert.equal(Object.keys(await managed()).length, count);
    await redeploy(flow, [node(fields)], "full");
    assert.deepEqual(await managed(), {}, "an object comes with its first message");
    flow.send("export", { payload: {}, dbus: { path: "/many/n999" } });
    await eventuallyAsync(async () => Object.keys(await managed()).length === 1);
    assert.equal((await all("/many/n999"))["Level"], 999);
    each((path) => flow.send("export", { payload: {}, dbus: { path } }));
    each((path) => flow.send("export", { action: "remove", dbus: { path } }));
    await eventuallyAsync(async () => Object.keys(await managed()).length === 0);
    await endsWithNothing();
  }).timeout(30_000);

  it("has two hundred calls of twenty callers pending when its name is given up, and answers them all", async () => {
    const flow = await load();
    const callers = await Promise.all(Array.from({ length: 20 }, () => RawPeer.join(bus)));
    const call = { destination: connection().uniqueName ?? "", path: PATH, interface: NAME, member: "Wait" };
    const answers = callers.flatMap((caller) => Array.from({ length: 10 }, () => caller.call(call)));
    const messages = [...(await flow.outputs("calls").until(200))];
    await flow.statuses("export").first((status) => status?.text === "200 …");
    // The name goes to another program: who has called already still gets its answer.
    const unnamed = node({ busName: "", id: "export" });
    assert.equal(messages.length, 200);
    for (const message of messages.slice(0, 100)) flow.send("reply", { ...message, payload: "fine" });
    const settled = Promise.allSettled(answers);
    await eventually(() => exporterOf(connection()).pendingCalls === 100);
    await helper.setFlows([...surroundings(), unnamed], "nodes");
    const ends = (await settled).map(({ status }) => status);
    assert.equal(ends.filter((end) => end === "fulfilled").length, 100);
    assert.equal(ends.filter((end) => end === "rejected").length, 100);
    for (const message of messages.slice(100)) flow.send("reply", { ...message, payload: "late" });
    await eventually(() => flow.outputs("caught").items.length === 100);
    await endsWithNothing();
    for (const caller of callers) caller.close();
  });

  it("is killed at any time, and has everything back before it says so", async () => {
    const flow = await load({ path: "" });
    const feed = (from: number) => {
      for (let index = 0; index < 50; index++) {
        const dbus = { path: `/o${index % 10}` };
        flow.send("export", { topic: "Level", payload: from + index, dbus });
        flow.send("export", { topic: "Tick", payload: index, dbus });
      }
    };
    for (let round = 1; round <= 3; round++) {
      const before = flow.statuses("export").items.length;
      if (round === 2) for (let count = 0; count < 20; count++) callAt("/o1", "Wait");
      feed(round * 1000);
      if (round === 2) await eventually(() => exporterOf(connection()).pendingCalls === 20);
      await bus.kill();
      peer.close();
      feed(round * 1000 + 100);
      const later = () => flow.statuses("export").items.slice(before);
      await flow.statuses("export").first((status) => later().includes(status) && status?.fill === "red");
      assert.equal(exporterOf(connection()).pendingCalls, 0);
      await bus.restart();
      await join();
      await eventually(() => later().at(-1)?.fill === "green");
      // The status is the last that comes: name, objects and values are there by then.
      const levels = Object.entries(await managed()).map(([path, { [NAME]: values }]) => [path, values?.["Level"]]);
      const expected = Array.from({ length: 10 }, (_, index) => [`/o${index}`, round * 1000 + 140 + index]);
      assert.deepEqual(levels.sort(), expected);
    }
    assert.ok(
      flow.log.items.every(({ level }) => level >= 20),
      "nothing worse than an error of a message",
    );
    await endsWithNothing();
  }).timeout(30_000);

  const callAt = (path: string, member: string) =>
    peer.send({ type: METHOD_CALL, destination: NAME, path, interface: NAME, member });

  it("ends calls with a bus that hangs, and with one that is gone while they run out of time", async () => {
    const flow = await load();
    const late = assert.rejects(wait("Short"), /Error\.NoReply: .*0\.05 s/);
    await late;
    callAt(PATH, "Short");
    callAt(PATH, "Wait");
    const messages = await flow.outputs("calls").until(3);
    await bus.kill();
    await eventually(() => exporterOf(connection()).pendingCalls === 0);
    assert.equal(await sent(flow, "reply", { ...messages[2], payload: "x" }), "DBUS_CALL_OVER");
    await endsWithNothing();
  });

  it("tells once of each answer to a caller that has left, and goes on", async () => {
    const flow: LoadedFlow = await load();
    const callers = await Promise.all(Array.from({ length: 20 }, () => RawPeer.join(bus)));
    for (const caller of callers) {
      caller.send({ type: METHOD_CALL, destination: NAME, path: PATH, interface: NAME, member: "Wait" });
    }
    const messages = [...(await flow.outputs("calls").until(20))];
    for (const caller of callers) caller.close();
    await peer.askBus("GetId");
    for (const message of messages) flow.send("reply", { ...message, payload: "x" });
    const caught = await flow.outputs("caught").until(20);
    await told("Nothing");
    assert.deepEqual(
      flow.outputs("caught").items.map(({ error }) => (error as { readonly code: string }).code),
      caught.map(() => "DBUS_NAME_NOT_FOUND"),
    );
    assert.equal(flow.outputs("completed").items.length, 20);
    assert.equal(connection().status.state, "connected");
    await endsWithNothing();
  });
});
