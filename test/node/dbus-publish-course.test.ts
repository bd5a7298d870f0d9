import assert from "node:assert/strict";
import { SIGNAL } from "../../lib/wire/types";
import { busctl } from "../support/busctl";
import { method, NAME, PATH, property } from "../support/export-bus";
import { useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { exportNode, loadPublish, owning, redeploy, sent } from "../support/publish-flow";
import { RawPeer } from "../support/raw-peer";
import { eventuallyAsync } from "../support/until";

const OTHER = "com.example.Other1";
const PROPERTIES = "org.freedesktop.DBus.Properties";
const MANAGER = "org.freedesktop.DBus.ObjectManager";
const ROWS = {
  properties: [property("Level", "u", "5"), property("Label", "s", "hello"), property("Big", "t", "1")],
  methods: [method("Join", ["s", "s"], ["s"])],
  signals: [{ name: "Tick", args: [{ name: "count", signature: "u" }] }],
};

describe("dbus-publish: objects and messages", () => {
  useNodeRed();
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

  const node = (fields: object = {}) => exportNode(bus, { ...ROWS, ...fields });
  const values = async (path = PATH, interfaceName = NAME) => {
    const place = { destination: NAME, path, interface: PROPERTIES, member: "GetAll" };
    return (await peer.call({ ...place, signature: "s", body: [interfaceName] }))[0] as Record<string, unknown>;
  };
  /** The node's signals so far: it answers the Ping behind all that it has sent. */
  const told = async (member: string) => {
    await peer.call({ destination: NAME, path: "/", interface: "org.freedesktop.DBus.Peer", member: "Ping" });
    const found = peer.messages.items.filter((message) => message.type === SIGNAL && message.member === member);
    return found.map(({ path, body }) => [path, ...body]);
  };
  const objects = async () => {
    const place = { destination: NAME, path: "/", interface: MANAGER, member: "GetManagedObjects" };
    return Object.keys((await peer.call(place))[0] as object).sort();
  };

  it("sets several properties with one signal, and emits a declared signal", async () => {
    const flow = await loadPublish(node());
    await owning(flow);
    assert.equal(await sent(flow, "export", { payload: { Level: 6, Label: "x", Big: 1 } }), undefined);
    assert.equal(await sent(flow, "export", { topic: "Tick", payload: 3 }), undefined);
    assert.deepEqual(await told("PropertiesChanged"), [[PATH, NAME, { Level: 6, Label: "x" }, []]]);
    assert.deepEqual(await told("Tick"), [[PATH, 3]]);
  });

  it("announces what has not changed only where that is chosen", async () => {
    const flow = await loadPublish(node(), node({ id: "loud", interface: OTHER, emitUnchanged: true }));
    await owning(flow);
    flow.send("loud", { topic: "Level", payload: 5 });
    assert.equal(await sent(flow, "export", { topic: "Level", payload: 5 }), undefined);
    assert.deepEqual(await told("PropertiesChanged"), [[PATH, OTHER, { Level: 5 }, []]]);
  });

  for (const [what, message, code] of [
    ["an unknown topic", { topic: "Nothing", payload: 1 }, "DBUS_INVALID_FIELD"],
    ["an unknown property", { payload: { Level: 9, Nothing: 1 } }, "DBUS_PROPERTY_NOT_FOUND"],
    ["a bad value", { topic: "Level", payload: -1 }, "DBUS_INVALID_ARGUMENT"],
    ["one bad value among good ones", { payload: { Label: "new", Level: null } }, "DBUS_INVALID_ARGUMENT"],
    ["a signal's bad argument", { topic: "Tick", payload: "x" }, "DBUS_INVALID_ARGUMENT"],
    ["no values at all", { payload: 1 }, "DBUS_INVALID_FIELD"],
  ] as const) {
    it(`refuses ${what}, and tells and stores nothing`, async () => {
      const flow = await loadPublish(node());
      await owning(flow);
      const before = await values();
      assert.equal(await sent(flow, "export", message), code);
      assert.equal(flow.outputs("completed").items.length, 0);
      assert.deepEqual(await told("PropertiesChanged"), []);
      assert.deepEqual(await told("Tick"), []);
      assert.deepEqual(await values(), before);
    });
  }

  it("makes objects as messages name them, and takes them away", async () => {
    const flow = await loadPublish(node({ path: "" }));
    await owning(flow);
    assert.deepEqual(await objects(), []);
    for (const [path, Level] of Object.entries({ "/a": 1, "/b": 2 })) {
      assert.equal(await sent(flow, "export", { topic: "Level", payload: Level, dbus: { path } }), undefined);
    }
    assert.deepEqual(await objects(), ["/a", "/b"]);
    assert.equal((await values("/b"))["Level"], 2);
    assert.equal(await sent(flow, "export", { topic: "Level", payload: 1 }), "DBUS_INVALID_FIELD");
    assert.equal(await sent(flow, "export", { payload: { Level: 1 }, dbus: { path: "bad" } }), "DBUS_INVALID_FIELD");
    assert.equal(await sent(flow, "export", { payload: { Level: -1 }, dbus: { path: "/c" } }), "DBUS_INVALID_ARGUMENT");
    assert.equal(await sent(flow, "export", { action: "remove", dbus: { path: "/a" } }), undefined);
    assert.deepEqual(await objects(), ["/b"]);
    const added = (await told("InterfacesAdded")).map(([, path]) => path);
    assert.deepEqual(added, ["/a", "/b"]);
    assert.deepEqual(await told("InterfacesRemoved"), [["/", "/a", [NAME]]]);
    assert.deepEqual(await told("PropertiesChanged"), [], "InterfacesAdded has the values");
  });

  it("brings an object back that was taken away, by a value as by a signal of it", async () => {
    const flow = await loadPublish(node());
    await owning(flow);
    for (const message of [{ payload: { Level: 7 } }, { topic: "Tick", payload: 1 }]) {
      assert.equal(await sent(flow, "export", { action: "remove" }), undefined);
      assert.deepEqual(await objects(), []);
      assert.equal(await sent(flow, "export", message), undefined);
      assert.deepEqual(await objects(), [PATH]);
    }
    assert.equal((await values())["Level"], 5, "with its first values");
  });

  it("shares a name and an object with other nodes", async () => {
    const flow = await loadPublish(node(), node({ id: "second", interface: OTHER }));
    await owning(flow);
    await owning(flow, "second");
    assert.deepEqual([(await values())["Level"], (await values(PATH, OTHER))["Level"]], [5, 5]);
  });

  it("refuses to be the second with the same interface at the same path", async () => {
    const flow = await loadPublish(node(), node({ id: "second" }));
    await owning(flow);
    await flow.statuses("second").first((status) => status?.fill === "red");
    assert.equal((await values())["Level"], 5);
  });

  it("keeps values over a deploy where that is chosen", async () => {
    const nodes = [node({ keepValues: true }), node({ id: "other", interface: OTHER })];
    const flow = await loadPublish(...nodes);
    await owning(flow);
    const big = "18446744073709551615";
    flow.send("other", { topic: "Level", payload: 9 });
    assert.equal(await sent(flow, "export", { payload: { Big: big, Level: 9 } }), undefined);
    const written = await busctl(bus, "set-property", NAME, PATH, NAME, "Label", "s", "peer's");
    assert.equal(written.code, 0, written.stderr);
    await redeploy(flow, nodes, "full");
    assert.deepEqual(await values(), { Level: 9, Label: "peer's", Big: big });
    assert.equal((await values(PATH, OTHER))["Level"], 5);
    // Of another type now, it is not what was kept; what nobody set since is as it is typed.
    const changed = { ...ROWS, properties: [property("Level", "s", "new"), property("Big", "t", "2")] };
    await redeploy(flow, [exportNode(bus, { ...changed, keepValues: true })], "full");
    assert.deepEqual(await values(), { Level: "new", Big: big });
  });

  it("stores while there is no bus, and has its values on the next one", async () => {
    const flow = await loadPublish(node());
    await owning(flow);
    const before = flow.statuses("export").items.length;
    await bus.kill();
    const later = () => flow.statuses("export").items.slice(before);
    await flow.statuses("export").first((status) => later().includes(status) && status?.fill !== "green");
    assert.equal(await sent(flow, "export", { topic: "Level", payload: 77 }), undefined);
    assert.equal(await sent(flow, "export", { topic: "Tick", payload: 1 }), "DBUS_DISCONNECTED");
    peer.close();
    await bus.restart();
    peer = await RawPeer.join(bus);
    await eventuallyAsync(async () => (await peer.askBus("NameHasOwner", "s", [NAME]))[0] === true);
    assert.equal((await values())["Level"], 77);
  });
});
