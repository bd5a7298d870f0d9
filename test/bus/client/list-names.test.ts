import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { pool } from "../../../lib/bus/pool";
import { LingeringBuses } from "../../../lib/client/lingering-buses";
import { listNames } from "../../../lib/client/list-names";
import { acquireBus, type BusLease } from "../../../lib/client/service";
import { serviceState } from "../../../lib/client/service-state";
import { whenConnected } from "../../../lib/client/when-connected";
import { type PrivateBus, startBus } from "../../support/private-bus";
import { watchProcess } from "../../support/process-health";
import { failure, RawPeer } from "../../support/raw-peer";
import { eventually } from "../../support/until";
import { connected } from "../../support/watching";

describe("looking around on a bus", () => {
  watchProcess();
  let bus: PrivateBus;
  let lease: BusLease;

  before(async () => {
    bus = await startBus({ type: "session" });
    const names = ["com.example.Startable", "com.example.Running"];
    for (const name of names) {
      const file = path.join(bus.servicesDir, `${name}.service`);
      writeFileSync(file, `[D-BUS Service]\nName=${name}\nExec=/bin/false\n`);
    }
    await bus.reload();
    lease = acquireBus(bus.address);
    await connected(lease);
  });
  after(async () => {
    lease.release();
    await bus.stop();
  });

  it("lists 200 names, those that can be started, and whose they are", async () => {
    const peer = await RawPeer.join(bus);
    await peer.own("com.example.Running");
    const own = Array.from({ length: 200 }, (_, index) => `com.example.Name${index}`);
    await Promise.all(own.map((name) => peer.own(name)));
    const { names, leftOut } = await listNames(lease.connection, 3_000);
    assert.equal(leftOut, 0);
    const wellKnown = names.filter(({ name }) => !name.startsWith(":"));
    const expected = [...own, "com.example.Running", "com.example.Startable", "org.freedesktop.DBus"];
    assert.deepEqual(
      wellKnown.map(({ name }) => name),
      expected,
    );
    const here = names.find(({ name }) => name === peer.uniqueName)?.process;
    assert.ok(here !== undefined && here !== "");
    const entry = (name: string) => wellKnown.find((one) => one.name === name);
    // As much as proc(5) tells of this process.
    assert.deepEqual(entry("com.example.Name0"), {
      ...{ name: "com.example.Name0", owned: true, activatable: false, process: here },
    });
    assert.deepEqual(entry("com.example.Running"), {
      ...{ name: "com.example.Running", owned: true, activatable: true, process: here },
    });
    assert.deepEqual(entry("com.example.Startable"), {
      ...{ name: "com.example.Startable", owned: false, activatable: true },
    });
    peer.close();
  });

  it("knows who runs and who can be started", async () => {
    assert.equal(await serviceState(lease.connection, "org.freedesktop.DBus", 3_000), "running");
    assert.equal(await serviceState(lease.connection, "com.example.Startable", 3_000), "not-running");
    const nobody = await failure(serviceState(lease.connection, "com.example.Nobody", 3_000));
    assert.equal(nobody.code, "DBUS_NAME_NOT_FOUND");
  });

  it("names no process where the bus cannot know ours", async () => {
    // Over TCP a bus is not told who connects.
    const remote = await startBus({ type: "session", listen: ["tcp:host=127.0.0.1"], auth: ["ANONYMOUS"] });
    const far = acquireBus(remote.address);
    await whenConnected(far.connection, 3_000);
    const { names } = await listNames(far.connection, 3_000);
    assert.deepEqual(names, [
      { name: "org.freedesktop.DBus", owned: true, activatable: true },
      { name: far.connection.uniqueName, owned: true, activatable: false },
    ]);
    far.release();
    await remote.stop();
  });

  describe("with a link of its own", () => {
    it("shares it while it is used, and ends it some time after", async () => {
      const other = await startBus({ type: "session" });
      const buses = new LingeringBuses({ idleMs: 200, buses: 2 });
      const first = buses.use(other.address);
      await whenConnected(first.connection, 3_000);
      assert.equal(buses.use(other.address).connection, first.connection);
      assert.ok(pool.connections.has(other.address));
      await eventually(() => buses.size === 0, { what: "the link to end" });
      assert.equal(first.connection.status.state, "closed");
      assert.ok(!pool.connections.has(other.address));
      await other.stop();
    });

    it("holds but so many, and none when it is closed", () => {
      const buses = new LingeringBuses({ idleMs: 60_000, buses: 2 });
      const links = ["a", "b", "c"].map((name) => buses.use(`unix:path=${bus.directory}/${name}`).connection);
      assert.deepEqual(
        links.map(({ status }) => status.state),
        ["closed", "connecting", "connecting"],
      );
      buses.close();
      assert.deepEqual(
        links.map(({ status }) => status.state),
        ["closed", "closed", "closed"],
      );
    });

    it("is told why there is none, also a second time", async () => {
      const buses = new LingeringBuses();
      const address = `unix:path=${bus.directory}/none`;
      for (let time = 0; time < 2; time++) {
        const { connection } = buses.use(address);
        assert.equal((await failure(whenConnected(connection, 3_000))).code, "DBUS_NO_BUS");
      }
      const { connection } = buses.use(address);
      const waiting = failure(whenConnected(connection, 3_000));
      buses.close();
      assert.equal((await waiting).code, "DBUS_DISCONNECTED");
      assert.equal((await failure(whenConnected(connection, 3_000))).code, "DBUS_DISCONNECTED");
    });

    it("is told of a bus that hangs", async () => {
      const hanging = await startBus({ type: "session" });
      hanging.signal("SIGSTOP");
      const buses = new LingeringBuses();
      const { connection } = buses.use(hanging.address);
      assert.equal((await failure(whenConnected(connection, 100))).code, "DBUS_TIMEOUT");
      buses.close();
      hanging.signal("SIGCONT");
      await hanging.stop();
    });
  });
});
