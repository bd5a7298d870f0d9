import assert from "node:assert/strict";
import { acquireBus, type BusLease } from "../../../lib/client/service";
import { type PrivateBus, startBus } from "../../support/private-bus";
import { watchProcess } from "../../support/process-health";
import { RawPeer, rulesAtBus } from "../../support/raw-peer";
import { eventually } from "../../support/until";
import { connected, settled, type Watching, watching } from "../../support/watching";

const NAME = "com.example.Objects";

describe("watching names", () => {
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

  const short = () =>
    watch.events.items.map(({ event, payload }) => {
      const { name, oldOwner, newOwner } = payload as { name: string; oldOwner: string; newOwner: string };
      return [event, name, oldOwner, newOwner];
    });

  it("one is told absent or present, then as it comes, changes hands and goes", async () => {
    watch = watching(lease, { listen: "names", sender: NAME });
    await watch.events.until(1);
    await peer.own(NAME);
    const successor = await RawPeer.join(bus);
    await successor.own(NAME);
    await successor.askBus("ReleaseName", "s", [NAME]);
    await peer.askBus("ReleaseName", "s", [NAME]);
    await watch.events.until(5);
    const [one, two] = [peer.uniqueName, successor.uniqueName];
    assert.deepEqual(short(), [
      ["absent", NAME, "", ""],
      ["appeared", NAME, "", one],
      ["changed", NAME, one, two],
      ["changed", NAME, two, one],
      ["vanished", NAME, one, ""],
    ]);
    successor.close();
  });

  it("one that somebody else follows already is told at once", async () => {
    await peer.own(NAME);
    const other = watching(lease, { listen: "names", sender: NAME });
    await other.events.until(1);
    watch = watching(lease, { listen: "names", sender: NAME });
    assert.deepEqual(short(), [["present", NAME, "", peer.uniqueName]]);
    other.close();
    await peer.askBus("ReleaseName", "s", [NAME]);
    await watch.events.until(2);
    assert.equal(other.events.items.length, 1);
  });

  it("one that went while there was no bus is told vanished", async () => {
    await peer.own(NAME);
    watch = watching(lease, { listen: "names", sender: NAME, initial: false });
    await settled(lease);
    assert.deepEqual(short(), []);
    await reconnect();
    assert.deepEqual(short(), [["vanished", NAME, short()[0]?.[2], ""]]);
  });

  it("below a namespace are told, and no others", async () => {
    await peer.own("com.example.Objects.One");
    await peer.own("com.example.ObjectsNot");
    watch = watching(lease, { listen: "names", sender: NAME, nameNamespace: true });
    await watch.events.until(1);
    await peer.own("com.example.ObjectsNeither");
    await peer.own(NAME);
    await watch.events.until(2);
    assert.deepEqual(short(), [
      ["present", "com.example.Objects.One", "", peer.uniqueName],
      ["appeared", NAME, "", peer.uniqueName],
    ]);
  });

  it("all well-known ones are told, no unique ones", async () => {
    await peer.own("a.b");
    watch = watching(lease, { listen: "names" });
    await watch.events.until(1);
    const other = await RawPeer.join(bus);
    await other.own("c.d");
    other.close();
    await watch.events.until(3);
    assert.deepEqual(
      short().map(([event, name]) => [event, name]),
      [
        ["present", "a.b"],
        ["appeared", "c.d"],
        ["vanished", "c.d"],
      ],
    );
    assert.deepEqual(watch.failures.items, []);
  });

  for (const initial of [true, false]) {
    it(`what has changed while there was no bus is told, ${initial ? "and the rest again" : "and nothing else"}`, async () => {
      const stays = await RawPeer.join(bus);
      await stays.own("stays.on");
      await peer.own("goes.away");
      watch = watching(lease, { listen: "names", initial });
      await settled(lease);
      await settled(lease);
      const before = watch.events.items.length;
      assert.equal(before, initial ? 2 : 0);
      await reconnect(async () => {
        peer = await RawPeer.join(bus);
        await peer.own("new.here");
      });
      await eventually(() => watch.events.items.length >= before + 3);
      const told = watch.events.items.slice(before).map(({ event, topic }) => `${event} ${topic}`);
      assert.deepEqual(told.sort(), ["appeared new.here", "vanished goes.away", "vanished stays.on"]);
      stays.close();
      assert.deepEqual(watch.failures.items, []);
    });
  }
});
