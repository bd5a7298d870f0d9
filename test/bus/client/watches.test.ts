import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { acquireBus, type BusLease } from "../../../lib/client/service";
import { ObjectService } from "../../support/object-service";
import { PYTHON } from "../../support/peer";
import { type PrivateBus, startBus } from "../../support/private-bus";
import { watchProcess } from "../../support/process-health";
import { RawPeer, rulesAtBus } from "../../support/raw-peer";
import { eventually } from "../../support/until";
import { connected, settled, type Watching, watching } from "../../support/watching";

const NAME = "com.example.Objects";
const FIRST = "com.example.First";
const SECOND = "com.example.Second";

describe("watching signals and objects", () => {
  watchProcess();
  let bus: PrivateBus;
  let lease: BusLease;
  let peer: RawPeer;
  let watch: Watching;

  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    lease = acquireBus(bus.address);
    await connected(lease);
    peer = await RawPeer.join(bus);
  });
  afterEach(async () => {
    watch.close();
    peer.close();
    assert.equal(lease.connection.rules.size, 0);
    assert.equal(lease.connection.owners.size, 0);
    await eventually(() => lease.connection.callsInFlight + lease.connection.callsWaiting === 0);
    const observer = await RawPeer.join(bus);
    await settled(lease);
    assert.deepEqual(await rulesAtBus(observer, lease.connection.uniqueName ?? ""), []);
    observer.close();
    lease.release();
    await bus.stop();
  });

  /** Resolves when the connection is back, with the bus that was killed. */
  const reconnect = async (meanwhile: () => Promise<unknown> = () => Promise.resolve()) => {
    await bus.kill();
    await eventually(() => lease.connection.status.state === "reconnecting");
    await bus.restart();
    await meanwhile();
    await connected(lease);
    await settled(lease);
  };

  describe("signals", () => {
    it("are told in order, with arguments by the rule", async () => {
      watch = watching(lease, { listen: "signal", sender: peer.uniqueName, interface: "b.c" });
      await settled(lease);
      peer.emit(["/a", "b.c", "None"]);
      peer.emit(["/a", "b.c", "One"], "a{sv}", [{ k: 1 }]);
      peer.emit(["/b", "b.c", "Two"], "su", ["x", 5]);
      peer.emit(["/b", "b.d", "Other"]);
      for (let index = 0; index < 1_000; index++) peer.emit(["/c", "b.c", "Count"], "u", [index]);
      await watch.events.until(1_003);
      assert.deepEqual(watch.told().slice(0, 3), [
        ["signal", "None", undefined],
        ["signal", "One", { k: 1 }],
        ["signal", "Two", ["x", 5]],
      ]);
      assert.deepEqual(
        watch.events.items.slice(3).map(({ payload }) => payload),
        Array.from({ length: 1_000 }, (_, index) => index),
      );
      const { path, interface: interfaceName, member, signature, sender } = watch.events.items[2] ?? assert.fail();
      assert.deepEqual([path, interfaceName, member, signature], ["/b", "b.c", "Two", "su"]);
      assert.equal(sender, peer.uniqueName);
    });

    it("come again after a reconnect", async () => {
      watch = watching(lease, { listen: "signal", sender: NAME, member: "Rang" });
      await reconnect(async () => {
        peer = await RawPeer.join(bus);
        await peer.own(NAME);
      });
      peer.emit(["/a", "b.c", "Rang"]);
      await watch.events.until(1);
    });
  });

  describe("objects", () => {
    const FIELDS = { listen: "objects", sender: NAME, path: "/m" } as const;
    let service: ObjectService;
    const start = async () => {
      const objects = { "/m/1": { [FIRST]: { X: "1" }, [SECOND]: {} }, "/m/2": { [FIRST]: { X: "2" } } };
      service = await ObjectService.start(bus, NAME, objects, { manager: "/m" });
    };
    afterEach(() => service.stop());

    it("are told present, added and removed; all go with the service", async () => {
      await start();
      watch = watching(lease, FIELDS);
      await watch.events.until(2);
      service.add("/m", "/m/3", { [FIRST]: { X: "3" } });
      service.remove("/m", "/m/2", [FIRST]);
      service.remove("/m", "/m/1", [SECOND]);
      await watch.events.until(5);
      service.stop();
      await watch.events.until(7);
      assert.deepEqual(watch.told(), [
        ["present", "/m/1", { [FIRST]: { X: "1" }, [SECOND]: {} }],
        ["present", "/m/2", { [FIRST]: { X: "2" } }],
        ["added", "/m/3", { [FIRST]: { X: "3" } }],
        ["removed", "/m/2", [FIRST]],
        ["removed", "/m/1", [SECOND]],
        ["removed", "/m/1", [FIRST]],
        ["removed", "/m/3", [FIRST]],
      ]);
      assert.deepEqual(watch.failures.items, []);
    });

    it("are not told present where that is not wanted, and go with the service all the same", async () => {
      await start();
      watch = watching(lease, { ...FIELDS, initial: false });
      await settled(lease);
      await eventually(() => service.asked.length === 1);
      service.add("/m", "/m/3", {});
      await watch.events.until(1);
      service.stop();
      await watch.events.until(4);
      assert.deepEqual(
        watch.events.items.map(({ event, topic }) => `${event} ${topic}`),
        ["added /m/3", "removed /m/1", "removed /m/2", "removed /m/3"],
      );
    });

    it("that went while there was no bus are told removed, the others present again", async () => {
      await start();
      watch = watching(lease, FIELDS);
      await watch.events.until(2);
      await reconnect(async () => {
        await start();
        delete service.objects["/m/2"];
        delete service.objects["/m/1"]?.[SECOND];
      });
      await watch.events.first(({ event, payload }) => event === "present" && Object.keys(payload ?? {}).length === 1);
      await eventually(() => watch.told().length >= 5);
      const later = watch.events.items.slice(2);
      // Whether the service was back before us is open; in any case what is gone is told once.
      const removed = later.filter(({ event }) => event === "removed").map(({ topic }) => topic);
      assert.deepEqual([...new Set(removed)].sort(), ["/m/1", "/m/2"]);
      assert.deepEqual(watch.told().at(-1), ["present", "/m/1", { [FIRST]: { X: "1" } }]);
      assert.deepEqual(watch.failures.items, []);
    });

    it("of a successor that takes the name over are told, those that it lacks are removed", async () => {
      await start();
      watch = watching(lease, FIELDS);
      await watch.events.until(2);
      const former = service;
      const objects = { "/m/2": { [FIRST]: { X: "new" } } };
      service = await ObjectService.start(bus, NAME, objects, { manager: "/m" });
      await watch.events.until(4);
      assert.deepEqual(watch.told().slice(2), [
        ["removed", "/m/1", [FIRST, SECOND]],
        ["present", "/m/2", { [FIRST]: { X: "new" } }],
      ]);
      former.stop();
    });

    it("of a service that has no object manager are a failure that is told", async () => {
      await start();
      watch = watching(lease, { ...FIELDS, path: "/elsewhere" });
      await watch.failures.until(1);
      assert.equal(watch.failures.items[0]?.code, "DBUS_METHOD_NOT_FOUND");
    });

    it("need what an object manager owes: anything else is taken for nothing", async () => {
      await start();
      service.beforeAnswer = (call) => {
        service.peer.reply(call, "a{os}", [{ "/m/1": "nonsense" }]);
        return false;
      };
      watch = watching(lease, FIELDS);
      await eventually(() => service.asked.length === 1);
      service.peer.emit(["/m", "org.freedesktop.DBus.ObjectManager", "InterfacesAdded"], "o", ["/m/9"]);
      service.add("/m", "/m/3", { [FIRST]: {} });
      await watch.events.until(1);
      assert.deepEqual(watch.told(), [["added", "/m/3", { [FIRST]: {} }]]);
    });
  });

  describe("a service that can be started", () => {
    const STARTABLE = "com.example.Startable";
    beforeEach(async () => {
      const exec = `Exec=${PYTHON} -m dbusmock ${STARTABLE} /a ${FIRST}`;
      writeFileSync(`${bus.servicesDir}/it.service`, `[D-BUS Service]\nName=${STARTABLE}\n${exec}\n`);
      await peer.askBus("ReloadConfig");
    });
    const running = async () => (await peer.askBus("NameHasOwner", "s", [STARTABLE]))[0];
    const FIELDS = {
      listen: "properties",
      sender: STARTABLE,
      path: "/a",
      interface: "org.freedesktop.DBus.Mock",
    } as const;

    it("is started for its present values", async () => {
      watch = watching(lease, { ...FIELDS, interface: FIRST });
      const owner = watching(lease, { listen: "names", sender: STARTABLE });
      await owner.events.first(({ event }) => event === "appeared" || event === "present");
      owner.close();
      assert.equal(await running(), true);
    });

    it("is left alone where they are not wanted", async () => {
      watch = watching(lease, { ...FIELDS, initial: false });
      await settled(lease);
      await settled(lease);
      assert.equal(await running(), false);
    });
  });

  it("can be closed and opened any number of times, in any state of the connection", async () => {
    const service = await ObjectService.start(bus, NAME, { "/m": { [FIRST]: { X: "1" } } }, { manager: "/m" });
    const kinds = [
      { listen: "signal" },
      { listen: "properties", path: "/m", pathNamespace: true },
      { listen: "objects", path: "/m" },
      { listen: "names" },
    ] as const;
    const all = () => kinds.map((fields) => watching(lease, { sender: NAME, ...fields }));
    for (let round = 0; round < 100; round++) for (const one of all()) one.close();
    const lasting = all();
    await bus.kill();
    await eventually(() => lease.connection.status.state === "reconnecting");
    for (let round = 0; round < 100; round++) for (const one of all()) one.close();
    for (const one of lasting) one.close();
    watch = watching(lease, { listen: "names" });
    await bus.restart();
    await connected(lease);
    await settled(lease);
    await eventually(() => lease.connection.callsInFlight === 0);
    service.stop();
  });
});
