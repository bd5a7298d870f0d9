import assert from "node:assert/strict";
import { MAX_UNSENT_BYTES } from "../../lib/bus/backlog";
import { SIGNAL } from "../../lib/wire/types";
import { NAME, PATH } from "../support/export-bus";
import { useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { exportNode, loadPublish, owning } from "../support/publish-flow";
import { RawPeer } from "../support/raw-peer";
import { eventually, eventuallyAsync } from "../support/until";

const PADDING = Buffer.alloc(1024 * 1024);
const MOST = MAX_UNSENT_BYTES / PADDING.length;

describe("dbus-publish: a bus that takes nothing", function () {
  this.timeout(30_000);
  useNodeRed();
  let bus: PrivateBus;
  let peer: RawPeer;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    peer = await RawPeer.join(bus);
    await peer.askBus("AddMatch", "s", ["type='signal',path_namespace='/com'"]);
  });
  afterEach(async () => {
    bus.signal("SIGCONT");
    peer.close();
    await bus.stop();
  });

  const load = async () => {
    const properties = [{ name: "Level", signature: "u", access: "read", value: "0", emitsChanged: "true" }];
    const signals = [{ name: "Tick", args: [{ name: "data", signature: "ay" }] }];
    const flow = await loadPublish(exportNode(bus, { properties, signals }));
    await owning(flow);
    return flow;
  };
  const heard = (member: string) =>
    peer.messages.items.filter((message) => message.type === SIGNAL && message.member === member);
  const codes = (flow: Awaited<ReturnType<typeof load>>) =>
    flow.outputs("caught").items.map(({ error }) => Object(error).code);

  it("is done with a message when the bus has taken it; what is too much fails, and the log says so once", async () => {
    const flow = await load();
    bus.signal("SIGSTOP");
    for (let count = 0; count < MOST + 10; count++) flow.send("export", { topic: "Tick", payload: PADDING });
    for (let level = 1; level <= 1_000; level++) flow.send("export", { topic: "Level", payload: level });
    await flow.outputs("caught").until(9);
    assert.ok(codes(flow).every((code) => code === "DBUS_LIMITS_EXCEEDED"));
    assert.deepEqual(flow.outputs("completed").items, []);
    bus.signal("SIGCONT");
    const ended = () => codes(flow).length + flow.outputs("completed").items.length;
    await eventually(() => ended() === MOST + 10 + 1_000, { what: "the end of all messages" });
    const refused = codes(flow).length;
    await eventually(() => heard("PropertiesChanged").length > 0, { what: "the property's value" });
    assert.equal(heard("Tick").length, MOST + 10 - refused);
    assert.deepEqual(
      heard("PropertiesChanged").map(({ path, body }) => [path, ...body]),
      [[PATH, NAME, { Level: 1_000 }, []]],
    );
    const said = flow.log.items.map(({ msg }) => String(msg)).filter((msg) => msg.includes("backlog"));
    assert.equal(said.length, 2, said.join("\n"));
  });

  it("tells of a signal that is lost with its connection, and keeps a property's value", async () => {
    const flow = await load();
    bus.signal("SIGSTOP");
    for (let count = 0; count < 3; count++) flow.send("export", { topic: "Tick", payload: PADDING });
    flow.send("export", { topic: "Level", payload: 7 });
    await bus.kill();
    await flow.outputs("caught").until(3);
    assert.deepEqual(codes(flow), Array(3).fill("DBUS_DISCONNECTED"));
    await flow.outputs("completed").until(1);
    await bus.restart();
    peer = await RawPeer.join(bus);
    const place = { destination: NAME, path: PATH, interface: "org.freedesktop.DBus.Properties", member: "Get" };
    const owned = async () => (await peer.askBus("NameHasOwner", "s", [NAME]))[0] === true;
    await eventuallyAsync(owned, { what: `an owner of ${NAME}` });
    assert.deepEqual(await peer.call({ ...place, signature: "ss", body: [NAME, "Level"] }), [7]);
  });
});
