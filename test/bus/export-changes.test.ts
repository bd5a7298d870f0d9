import assert from "node:assert/strict";
import { rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { DBusNodeError } from "../../lib/errors";
import type { Export } from "../../lib/export/exporter";
import { SIGNAL } from "../../lib/wire/types";
import { busctl } from "../support/busctl";
import { definition, type Exporting, method, NAME, PATH, property, startExporting } from "../support/export-bus";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { RawPeer } from "../support/raw-peer";
import { eventually } from "../support/until";

const PROPERTIES = "org.freedesktop.DBus.Properties";
const MANAGER = "org.freedesktop.DBus.ObjectManager";

describe("what an exported object tells", () => {
  watchProcess();
  let bus: PrivateBus;
  let exporting: Exporting;
  let peer: RawPeer;
  let object: Export;
  const DEFINITION = definition({
    methods: [method("Echo", ["s"], ["s"])],
    properties: [
      property("Level", "u", 1),
      property("Label", "s", "one"),
      property("List", "ai", [1]),
      property("Named", "u", 1, "read", "invalidates"),
      property("Fixed", "u", 1, "read", "const"),
      property("Quiet", "u", 1, "readwrite", "false"),
      property("Secret", "s", "hidden", "write"),
    ],
  });

  /** The exporter's way to the bus, which can be shut while others come in. */
  const door = () => path.join(bus.directory, "door");
  const openDoor = () => symlinkSync(path.join(bus.directory, "bus"), door());

  async function listen(): Promise<void> {
    peer = await RawPeer.join(bus);
    await peer.askBus("AddMatch", "s", ["type='signal',path_namespace='/'"]);
  }

  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    openDoor();
    exporting = await startExporting({ address: `unix:path=${door()}` });
    object = exporting.exporter.export(PATH, DEFINITION, exporting.listener);
    await listen();
  });
  afterEach(async () => {
    peer.close();
    exporting.connection.close();
    await bus.stop();
  });

  /** The bodies of the exporter's signals so far: it answers the Ping behind all that it has sent. */
  const told = async (interfaceName: string, member: string) => {
    await peer.call({ destination: NAME, path: "/", interface: "org.freedesktop.DBus.Peer", member: "Ping" });
    return peer.messages.items
      .filter((message) => message.type === SIGNAL && message.interface === interfaceName && message.member === member)
      .map(({ path, body }) => [path, ...body]);
  };
  const changes = () => told(PROPERTIES, "PropertiesChanged");
  const ask = (member: string, signature: string, body: readonly unknown[]) =>
    peer.call({ destination: NAME, path: PATH, interface: PROPERTIES, member, signature, body });
  const values = async () => (await ask("GetAll", "s", [NAME]))[0] as Record<string, unknown>;

  it("is one signal for one update, with what has changed, each as it is declared", async () => {
    object.update({ Level: 2, Label: "one", List: [1], Named: 2, Fixed: 2, Quiet: 2, Secret: "other" }, false);
    assert.deepEqual(await changes(), [[PATH, NAME, { Level: 2 }, ["Named"]]]);
    const { Fixed, Quiet, Named } = await values();
    assert.deepEqual({ Fixed, Quiet, Named }, { Fixed: 2, Quiet: 2, Named: 2 });
  });

  it("is nothing where nothing has changed, unless that is asked for", async () => {
    object.update({ Level: "1", List: [1] }, false);
    object.update({ Fixed: 5, Quiet: 5, Secret: "x" }, true);
    assert.deepEqual(await changes(), []);
    object.update({ Level: 1, Label: "one", Named: 1 }, true);
    assert.deepEqual(await changes(), [[PATH, NAME, { Level: 1, Label: "one" }, ["Named"]]]);
  });

  it("is a peer's write too, when it changes something", async () => {
    await ask("Set", "ssv", [NAME, "Level", { signature: "u", value: 7 }]);
    await ask("Set", "ssv", [NAME, "Level", { signature: "u", value: 7 }]);
    await ask("Set", "ssv", [NAME, "Quiet", { signature: "u", value: 7 }]);
    assert.deepEqual(await changes(), [[PATH, NAME, { Level: 7 }, []]]);
    assert.equal(exporting.writes.items.length, 3);
  });

  it("is nothing of an update that does not fit, and none of it is stored", async () => {
    const before = await values();
    for (const bad of [{ Level: -1 }, { List: ["x"] }, { Label: null }, { Nothing: 1 }]) {
      assert.throws(() => object.update({ Level: 9, ...bad }, false), DBusNodeError);
    }
    assert.deepEqual(await changes(), []);
    assert.deepEqual(await values(), before);
  });

  it("keeps a value apart from the object that it was made of", async () => {
    const list = [1, 2];
    object.update({ List: list }, false);
    list.push(3);
    assert.deepEqual((await values())["List"], [1, 2]);
    object.update({ List: list }, false);
    assert.equal((await changes()).length, 2);
  });

  it("is the coming and going of interfaces, with their values", async () => {
    const other = definition({ name: "com.example.Other1", properties: [property("On", "b", true)] });
    const second = exporting.exporter.export(PATH, other, exporting.listener);
    const third = exporting.exporter.export(`${PATH}/child`, other, exporting.listener, { On: false });
    const manager = { destination: NAME, path: "/", interface: MANAGER, member: "GetManagedObjects" };
    const [objects] = await peer.call(manager);
    const own = await values();
    assert.deepEqual(objects, {
      [PATH]: { [NAME]: own, "com.example.Other1": { On: true } },
      [`${PATH}/child`]: { "com.example.Other1": { On: false } },
    });
    second.remove();
    third.remove();
    third.remove();
    assert.deepEqual(await told(MANAGER, "InterfacesAdded"), [
      ["/", PATH, { "com.example.Other1": { On: true } }],
      ["/", `${PATH}/child`, { "com.example.Other1": { On: false } }],
    ]);
    assert.deepEqual(await told(MANAGER, "InterfacesRemoved"), [
      ["/", PATH, ["com.example.Other1"]],
      ["/", `${PATH}/child`, ["com.example.Other1"]],
    ]);
    assert.deepEqual(await peer.call(manager), [{ [PATH]: { [NAME]: own } }]);
  });

  it("is nothing of an object that cannot be", async () => {
    const make = (path: string, values: Readonly<Record<string, unknown>>) => () =>
      exporting.exporter.export(path, DEFINITION, exporting.listener, values);
    assert.throws(make("/other", { Level: "x" }), DBusNodeError);
    assert.throws(make("/other", { Nothing: 1 }), DBusNodeError);
    assert.throws(make(PATH, {}), DBusNodeError);
    assert.deepEqual(await told(MANAGER, "InterfacesAdded"), []);
    assert.equal(exporting.exporter.objects, 1);
  });

  it("comes after a restart of the bus, where name, objects and values are as before", async () => {
    object.update({ Label: "before" }, false);
    peer.close();
    rmSync(door());
    await bus.kill();
    await eventually(() => exporting.connection.status.state !== "connected");
    object.update({ Level: 41 }, false);
    object.update({ Level: 42, Named: 3, Quiet: 8 }, false);
    assert.throws(
      () => exporting.exporter.emit({ path: PATH, interface: NAME, member: "Tick", signature: "", body: [] }),
      (error) => error instanceof DBusNodeError && error.code === "DBUS_DISCONNECTED",
    );
    await bus.restart();
    await listen();
    openDoor();
    await eventually(() => exporting.connection.status.state === "connected");
    const { Level, Label, Quiet } = await values();
    assert.deepEqual({ Level, Label, Quiet }, { Level: 42, Label: "before", Quiet: 8 });
    assert.deepEqual(await changes(), [[PATH, NAME, { Level: 42 }, ["Named"]]]);
    exporting.answer(({ body }) => body[0]);
    const { stdout } = await busctl(bus, "call", NAME, PATH, NAME, "Echo", "s", "again");
    assert.equal(stdout.trim(), 's "again"');
  });
});
