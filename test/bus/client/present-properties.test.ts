import assert from "node:assert/strict";
import { acquireBus, type BusLease } from "../../../lib/client/service";
import { ObjectService } from "../../support/object-service";
import { type PrivateBus, startBus } from "../../support/private-bus";
import { watchProcess } from "../../support/process-health";
import { connected, settled, type Watching, watching } from "../../support/watching";

const NAME = "com.example.Objects";
const FIRST = "com.example.First";
const SECOND = "com.example.Second";
const FIELDS = { listen: "properties", sender: NAME, path: "/a", interface: FIRST } as const;

describe("watching properties: the present values", () => {
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

  describe("everything below a path", () => {
    for (const [what, manager, questions] of [
      ["by its object manager", "/a", 1],
      ["by the object manager at the root", "/", 2],
    ] as const) {
      it(`is read ${what}`, async () => {
        await startService(manager);
        watch = watching(lease, { ...FIELDS, pathNamespace: true });
        await watch.events.until(2);
        assert.deepEqual(watch.told(), [
          ["initial", "X,Y", { X: "1", Y: "2" }],
          ["initial", "X,Y", { X: "4", Y: "5" }],
        ]);
        assert.equal(service.asked.length, questions);
        service.change("/ab", FIRST, { X: "elsewhere" });
        service.change("/a/b", FIRST, { X: "8" });
        await watch.events.until(3);
        assert.deepEqual(watch.events.items[2]?.path, "/a/b");
      });
    }

    it("is read object by object where there is no object manager", async () => {
      await startService();
      watch = watching(lease, { ...FIELDS, pathNamespace: true, interface: "" });
      await watch.events.until(3);
      assert.deepEqual(watch.told(), [
        ["initial", "X,Y", { X: "1", Y: "2" }],
        ["initial", "Z", { Z: "3" }],
        ["initial", "X,Y", { X: "4", Y: "5" }],
      ]);
      assert.deepEqual(watch.failures.items, []);
    });

    it("goes on behind an object that says nothing, and tells of it", async () => {
      await startService();
      service.beforeAnswer = (call) => {
        if (call.member !== "Introspect" || call.path !== "/a") return true;
        service.peer.reply(call, "s", ["<node>"]);
        return false;
      };
      watch = watching(lease, { ...FIELDS, path: "/", pathNamespace: true });
      await watch.events.until(1);
      assert.deepEqual(watch.told(), [["initial", "X,Y", { X: "6", Y: "7" }]]);
      assert.deepEqual(
        watch.failures.items.map(({ code }) => code),
        ["DBUS_INTROSPECTION_FAILED"],
      );
    });
  });

  it("reads every interface of an object where none is named", async () => {
    await startService();
    watch = watching(lease, { ...FIELDS, interface: "" });
    await watch.events.until(2);
    assert.deepEqual(watch.told(), [
      ["initial", "X,Y", { X: "1", Y: "2" }],
      ["initial", "Z", { Z: "3" }],
    ]);
  });

  it("never tells a present value behind a newer one", async () => {
    await startService();
    service.beforeAnswer = () => {
      service.change("/a", FIRST, { X: "before the answer" });
      setImmediate(() => service.change("/a", FIRST, { X: "after it" }));
      return true;
    };
    watch = watching(lease, { ...FIELDS, properties: ["X"] });
    await watch.events.until(3);
    assert.deepEqual(watch.told(), [
      ["changed", "X", "before the answer"],
      ["initial", "X", "before the answer"],
      ["changed", "X", "after it"],
    ]);
  });

  it("survives a service that answers with something else", async () => {
    await startService();
    service.beforeAnswer = (call) => {
      service.peer.reply(call, "a{ss}", [{ X: "no variant" }]);
      return false;
    };
    watch = watching(lease, FIELDS);
    await settled(lease);
    service.peer.emit(["/a", "org.freedesktop.DBus.Properties", "PropertiesChanged"], "s", [FIRST]);
    service.change("/a", FIRST, { X: "8" });
    await watch.events.until(1);
    assert.deepEqual(watch.told(), [["changed", "X", { X: "8" }]]);
    assert.deepEqual(watch.failures.items, []);
  });

  it("tells that a service refuses to be read, and goes on", async () => {
    await startService();
    service.beforeAnswer = (call) => {
      service.peer.refuse(call, "org.freedesktop.DBus.Error.AccessDenied", "not you");
      return false;
    };
    watch = watching(lease, FIELDS);
    await watch.failures.until(1);
    assert.equal(watch.failures.items[0]?.code, "DBUS_ACCESS_DENIED");
    service.change("/a", FIRST, { X: "8" });
    await watch.events.until(1);
  });
});
