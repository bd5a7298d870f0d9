import assert from "node:assert/strict";
import { acquireBus, type BusLease } from "../../../lib/client/service";
import { gdbus } from "../../support/busctl";
import { endChild } from "../../support/child";
import { startMockObject } from "../../support/dbusmock";
import { ObjectService } from "../../support/object-service";
import { type PrivateBus, startBus } from "../../support/private-bus";
import { watchProcess } from "../../support/process-health";
import { eventually } from "../../support/until";
import { connected, settled, type Watching, watching } from "../../support/watching";

const NAME = "com.example.Objects";
const FIRST = "com.example.First";
const SECOND = "com.example.Second";
const FIELDS = { listen: "properties", sender: NAME, path: "/a", interface: FIRST } as const;

describe("watching properties", () => {
  watchProcess();
  let bus: PrivateBus;
  let lease: BusLease;
  let service: ObjectService;
  let watch: Watching;

  const startService = async (manager?: string) => {
    const objects = {
      "/a": { [FIRST]: { X: "1", Y: "2" }, [SECOND]: { Z: "3" } },
      "/a/b": { [FIRST]: { X: "4", Y: "5" } },
      "/ab": { [FIRST]: { X: "6", Y: "7" } },
    };
    service = await ObjectService.start(bus, NAME, objects, manager === undefined ? {} : { manager });
  };

  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    lease = acquireBus(bus.address);
    await connected(lease);
  });
  afterEach(async () => {
    watch.close();
    if (lease.connection.status.state === "connected") await settled(lease);
    // Introspection keeps its own watch on the service for as long as it knows something of it.
    service?.stop();
    if (lease.introspection.size === 0) {
      assert.equal(lease.connection.rules.size, 0);
      assert.equal(lease.connection.owners.size, 0);
    }
    lease.release();
    await bus.stop();
  });

  it("tells present values, then changes", async () => {
    await startService();
    watch = watching(lease, FIELDS);
    await watch.events.until(1);
    service.change("/a", FIRST, { X: "8" });
    service.change("/a", SECOND, { Z: "not asked for" });
    service.change("/a/b", FIRST, { X: "elsewhere" });
    service.change("/a", FIRST, { X: "9", Y: "10" });
    await watch.events.until(3);
    assert.deepEqual(watch.told(), [
      ["initial", "X,Y", { X: "1", Y: "2" }],
      ["changed", "X", { X: "8" }],
      ["changed", "X,Y", { X: "9", Y: "10" }],
    ]);
    const [first] = watch.events.items;
    assert.equal(first?.sender, service.peer.uniqueName);
    assert.deepEqual([first?.path, first?.interface], ["/a", FIRST]);
    assert.deepEqual(watch.failures.items, []);
    assert.deepEqual(service.asked, ["GetAll /a"]);
  });

  it("tells of one property its value", async () => {
    await startService();
    watch = watching(lease, { ...FIELDS, properties: ["Y"] });
    await watch.events.until(1);
    service.change("/a", FIRST, { X: "8" });
    service.change("/a", FIRST, { X: "9", Y: "10" });
    await watch.events.until(2);
    assert.deepEqual(watch.told(), [
      ["initial", "Y", "2"],
      ["changed", "Y", "10"],
    ]);
  });

  it("tells no present value that it was not asked for", async () => {
    await startService();
    watch = watching(lease, { ...FIELDS, initial: false });
    await settled(lease);
    service.change("/a", FIRST, { X: "8" });
    await watch.events.until(1);
    assert.deepEqual(watch.told(), [["changed", "X", { X: "8" }]]);
    assert.deepEqual(service.asked, []);
  });

  describe("invalidated properties", () => {
    it("are read, all of one signal at once", async () => {
      await startService();
      watch = watching(lease, FIELDS);
      await watch.events.until(1);
      Object.assign(service.objects["/a"]?.[FIRST] ?? {}, { X: "8", Y: "9" });
      service.change("/a", FIRST, {}, ["X", "Y"]);
      service.change("/a", FIRST, { X: "10" }, ["Y"]);
      await watch.events.until(4);
      assert.deepEqual(watch.told().slice(1), [
        ["changed", "X", { X: "10" }],
        ["changed", "X,Y", { X: "10", Y: "9" }],
        ["changed", "Y", { Y: "9" }],
      ]);
      assert.deepEqual(service.asked, ["GetAll /a", "GetAll /a", "GetAll /a"]);
    });

    it("are named where that is wanted, and nothing is read", async () => {
      await startService();
      watch = watching(lease, { ...FIELDS, invalidated: "report", initial: false, properties: ["X", "Y"] });
      await settled(lease);
      service.change("/a", FIRST, { X: "8" }, ["Y", "Other"]);
      service.change("/a", FIRST, {}, ["Other"]);
      service.change("/a", FIRST, {}, ["X"]);
      await watch.events.until(2);
      assert.deepEqual(watch.told(), [
        ["changed", "X,Y", { X: "8" }],
        ["changed", "X", {}],
      ]);
      assert.deepEqual(
        watch.events.items.map(({ details }) => details),
        [{ invalidated: ["Y"] }, { invalidated: ["X"] }],
      );
      assert.deepEqual(service.asked, []);
    });
  });

  it("reads again when the service has been restarted, and tells that it was away", async () => {
    await startService();
    watch = watching(lease, { ...FIELDS, properties: ["X"], vanished: true });
    await watch.events.until(1);
    service.stop();
    await watch.events.until(2);
    await startService();
    await watch.events.until(3);
    assert.deepEqual(watch.told(), [
      ["initial", "X", "1"],
      ["vanished", "X", undefined],
      ["initial", "X", "1"],
    ]);
    assert.deepEqual(watch.failures.items, []);
  });

  it("waits for a service that is not there yet", async () => {
    watch = watching(lease, { ...FIELDS, properties: ["X"], vanished: true });
    await settled(lease);
    await startService();
    await watch.events.until(1);
    assert.deepEqual(watch.told(), [["initial", "X", "1"]]);
    assert.deepEqual(watch.failures.items, []);
  });

  it("says nothing of an answer that a service owes as it goes", async () => {
    await startService();
    const asked = new Promise<void>((resolve) => {
      service.beforeAnswer = () => {
        resolve();
        return false;
      };
    });
    watch = watching(lease, { ...FIELDS, vanished: true });
    await asked;
    service.stop();
    await watch.events.until(1);
    await settled(lease);
    assert.deepEqual(watch.told(), [["vanished", NAME, undefined]]);
    assert.deepEqual(watch.failures.items, []);
  });

  it("reads again after a reconnect", async () => {
    await startService();
    watch = watching(lease, { ...FIELDS, properties: ["X"], vanished: true });
    await watch.events.until(1);
    await bus.kill();
    await bus.restart();
    await startService();
    const initials = () => watch.events.items.filter(({ event }) => event === "initial").length;
    await eventually(() => initials() === 2, { what: "the present value after the reconnect" });
    service.change("/a", FIRST, { X: "8" });
    await watch.events.first(({ event }) => event === "changed");
    assert.deepEqual(watch.told().at(-1), ["changed", "X", "8"]);
    assert.deepEqual(watch.failures.items, []);
  });

  it("shares a connection's rules with a second watch, and tells each for itself", async () => {
    await startService();
    watch = watching(lease, FIELDS);
    await watch.events.until(1);
    const rules = lease.connection.rules.size;
    const second = watching(lease, FIELDS);
    await second.events.until(1);
    assert.equal(lease.connection.rules.size, rules);
    second.close();
    service.change("/a", FIRST, { X: "8" });
    await watch.events.until(2);
    assert.equal(second.events.items.length, 1);
  });

  it("watches what dbusmock changes", async () => {
    const mock = await startMockObject(bus, NAME, "/a", FIRST);
    const call = (member: string, ...args: string[]) =>
      gdbus(
        bus,
        "call",
        "--dest",
        NAME,
        "--object-path",
        "/a",
        "--method",
        `org.freedesktop.DBus.Mock.${member}`,
        ...args,
      );
    await call("AddProperty", FIRST, "X", "<uint32 5>");
    watch = watching(lease, { ...FIELDS, properties: ["X"] }, true);
    await watch.events.until(1);
    await call("UpdateProperties", FIRST, "{'X': <uint32 6>}");
    await watch.events.until(2);
    assert.deepEqual(watch.told(), [
      ["initial", "X", { signature: "u", value: 5 }],
      ["changed", "X", { signature: "u", value: 6 }],
    ]);
    await endChild(mock);
  });
});
