import assert from "node:assert/strict";
import { Connection, type ConnectionStatus } from "../../lib/bus/connection";
import { pool } from "../../lib/bus/pool";
import type { DBusNodeError } from "../../lib/errors";
import { formatMatchRule, type MatchRule, nameOwnerRule } from "../../lib/shared/match-rule";
import { busctl, dbusSend } from "../support/busctl";
import { type PrivateBus, type PrivateBusOptions, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { RawPeer, rulesAtBus } from "../support/raw-peer";
import { Collector, eventually, eventuallyAsync } from "../support/until";

const NAME = "com.example.Peer";
const RANG = ["/a", "b.c", "Rang"] as const;
const BUS = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" };
const PLAIN = { int64: "auto", keepTypes: false } as const;

describe("Connection: match rules, subscriptions and name owners", () => {
  watchProcess();
  let bus: PrivateBus;
  let connection: Connection;
  let peer: RawPeer;

  const start = async (options: Partial<PrivateBusOptions> = {}) => {
    bus = await startBus({ type: "session", ...options });
    peer = await RawPeer.join(bus);
    connection = new Connection(bus.address);
    const connected = new Collector<ConnectionStatus>();
    connection.onStatus(connected.add);
    connection.open();
    await connected.first(({ state }) => state === "connected");
  };
  /** Everything that was asked of the bus before this has been done when it resolves. */
  const settled = () => connection.call({ ...BUS, member: "GetId", signature: "", body: [], timeoutMs: 5_000 });
  const rules = async () => {
    await settled();
    return (await rulesAtBus(peer, connection.uniqueName ?? "")).sort();
  };
  /** Collects the first argument of each signal that fits. */
  const listen = (rule: MatchRule) => {
    const heard = new Collector<unknown>();
    const subscription = connection.subscribe(rule, (message) => heard.add(message.body(PLAIN)[0]));
    return { heard, close: () => subscription.close() };
  };
  /** Signals of the peer before this have come in when it resolves. */
  const passed = async (from: RawPeer = peer) => {
    const rule = { sender: from.uniqueName, member: "Passed" };
    const mark = new Collector<unknown>();
    const subscription = connection.subscribe(rule, mark.add);
    await settled();
    from.emit(["/mark", "m.m", "Passed"]);
    await mark.until(1);
    subscription.close();
  };

  afterEach(async () => {
    connection.close();
    peer.close();
    await bus.stop();
  });

  it("adds each distinct rule once, and removes it with the last who wants it", async () => {
    await start();
    const rule = { interface: "b.c", member: "Rang" };
    const other = { ...rule, path: "/a" };
    const one = listen(rule);
    const two = listen({ member: "Rang", interface: "b.c" });
    const three = listen(other);
    const both = [formatMatchRule(other), formatMatchRule(rule)].sort();
    assert.deepEqual((await rules()).length, 2);
    assert.equal(connection.rules.size, 2);
    one.close();
    one.close();
    assert.equal((await rules()).length, both.length);
    peer.emit(RANG, "s", ["x"]);
    await two.heard.until(1);
    assert.deepEqual([one.heard.items, two.heard.items, three.heard.items], [[], ["x"], ["x"]]);
    two.close();
    assert.equal((await rules()).length, 1);
    three.close();
    assert.deepEqual(await rules(), []);
    assert.equal(connection.rules.size, 0);
  });

  it("leaves nothing behind when it has been shared a thousand times", async () => {
    await start();
    const lasting = pool.acquire(bus.address);
    for (let cycle = 0; cycle < 1_000; cycle++) {
      const lease = pool.acquire(bus.address);
      assert.equal(lease.connection, lasting.connection);
      const subscription = lease.connection.subscribe({ sender: NAME, member: `M${cycle % 7}` }, () => {});
      const watch = lease.connection.owners.watch(NAME);
      subscription.close();
      watch.close();
      lease.release();
      lease.release();
    }
    assert.equal(lasting.connection.rules.size, 0);
    assert.equal(lasting.connection.owners.size, 0);
    await lasting.connection.call({ ...BUS, member: "GetId", signature: "", body: [], timeoutMs: 5_000 });
    assert.deepEqual(await rulesAtBus(peer, lasting.connection.uniqueName ?? ""), []);
    lasting.release();
    assert.equal(pool.size, 0);
  });

  it("opens and closes a connection a thousand times, and the bus has none left", async () => {
    await start();
    for (let cycle = 0; cycle < 1_000; cycle++) {
      const lease = pool.acquire(bus.address);
      if (cycle % 100 === 0) await eventually(() => lease.connection.status.state === "connected");
      lease.release();
    }
    assert.equal(pool.size, 0);
    await eventuallyAsync(async () => {
      const [names] = (await peer.askBus("ListNames")) as [string[]];
      return names.filter((name) => name.startsWith(":")).length === 2;
    });
  });

  it("tells each who listens that the bus refuses one more rule, and tries it again later", async () => {
    await start({ limits: { max_match_rules_per_connection: 3 } });
    const [first] = ["A", "B", "C"].map((member) => listen({ member }));
    const refusals = new Collector<DBusNodeError>();
    const heard = new Collector<unknown>();
    connection.subscribe({ member: "D" }, heard.add, refusals.add);
    connection.subscribe({ member: "D" }, heard.add, refusals.add);
    const [error] = await refusals.until(2);
    assert.equal(error?.code, "DBUS_LIMITS_EXCEEDED");
    first?.close();
    connection.subscribe({ member: "D" }, heard.add, refusals.add);
    await settled();
    assert.equal(refusals.items.length, 2);
    peer.emit(["/a", "b.c", "D"]);
    await heard.until(3);
  });

  it("tells that it can't follow a name either", async () => {
    await start({ limits: { max_match_rules_per_connection: 1 } });
    listen({ member: "A" });
    const refusals = new Collector<DBusNodeError>();
    connection.subscribe({ sender: NAME, member: "B" }, () => {}, refusals.add);
    await refusals.until(2);
    assert.ok(refusals.items.every(({ code }) => code === "DBUS_LIMITS_EXCEEDED"));
  });

  it("passes signals of a name's owner only", async () => {
    await start();
    await peer.own(NAME);
    const stranger = await RawPeer.join(bus);
    // Both rules are at the bus, so that the stranger's signals do come in.
    const any = listen({ interface: "b.c", member: "Rang" });
    const owned = listen({ sender: NAME, interface: "b.c", member: "Rang" });
    await settled();
    stranger.emit(RANG, "s", ["stranger"]);
    peer.emit(RANG, "s", ["owner"]);
    stranger.emit(RANG, "s", ["stranger, to us"], connection.uniqueName);
    await passed(stranger);
    await passed();
    assert.deepEqual([...any.heard.items].sort(), ["owner", "stranger", "stranger, to us"]);
    assert.deepEqual(owned.heard.items, ["owner"]);
    stranger.close();
  });

  it("does not take a stranger for the bus", async () => {
    await start();
    const names = listen(nameOwnerRule(NAME));
    const owners = new Collector<string>();
    connection.owners.watch(NAME, owners.add);
    await owners.until(1);
    peer.emit(
      ["/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged"],
      "sss",
      [NAME, "", peer.uniqueName],
      connection.uniqueName,
    );
    await passed();
    assert.deepEqual(owners.items, [""]);
    assert.deepEqual(names.heard.items, []);
  });

  it("follows a change of owner exactly, in the order of the signals", async () => {
    await start();
    await peer.own(NAME);
    const successor = await RawPeer.join(bus);
    listen({ interface: "b.c", member: "Rang" });
    const owned = listen({ sender: NAME, interface: "b.c", member: "Rang" });
    await settled();
    const expected: string[] = [];
    for (let round = 0; round < 50; round++) {
      for (const [now, other] of [
        [peer, successor],
        [successor, peer],
      ] as const) {
        now.emit(RANG, "s", [`${round} ${now.uniqueName} before`]);
        other.emit(RANG, "s", [`${round} ${other.uniqueName} not yet`]);
        now.tellBus("ReleaseName", NAME);
        now.emit(RANG, "s", [`${round} ${now.uniqueName} after`]);
        // The bus has dealt with all of the one before it hears of the other.
        await now.askBus("GetId");
        await other.own(NAME);
        expected.push(`${round} ${now.uniqueName} before`);
      }
    }
    await passed();
    await passed(successor);
    assert.deepEqual(owned.heard.items, expected);
    successor.close();
  });

  it("follows an owner that is replaced without a gap", async () => {
    await start();
    await peer.own(NAME);
    const owners = new Collector<readonly [string, string | undefined]>();
    connection.owners.watch(NAME, (owner, previous) => owners.add([owner, previous]));
    await owners.until(1);
    const successor = await RawPeer.join(bus);
    await successor.own(NAME);
    await successor.close();
    await owners.until(3);
    assert.deepEqual(owners.items, [
      [peer.uniqueName, undefined],
      [successor.uniqueName, peer.uniqueName],
      [peer.uniqueName, successor.uniqueName],
    ]);
  });

  it("watches one name for many, before and after it is connected", async () => {
    bus = await startBus({ type: "session" });
    peer = await RawPeer.join(bus);
    await peer.own(NAME);
    connection = new Connection(bus.address);
    const early = connection.owners.watch(NAME);
    assert.equal(early.owner, undefined);
    connection.open();
    const told = new Collector<string>();
    const listening = connection.owners.watch(NAME, told.add);
    assert.deepEqual(await told.until(1), [peer.uniqueName]);
    assert.equal(early.owner, peer.uniqueName);
    const late = connection.owners.watch(NAME);
    assert.equal(late.owner, peer.uniqueName);
    assert.equal(connection.owners.size, 1);
    assert.equal((await rules()).length, 1);
    for (const watch of [early, listening, late, late]) watch.close();
    assert.equal(connection.owners.size, 0);
    assert.deepEqual(await rules(), []);
  });

  it("listens to a unique name, and to the bus", async () => {
    await start();
    const stranger = await RawPeer.join(bus);
    const direct = listen({ sender: peer.uniqueName, member: "Rang" });
    const bySelf = listen({ sender: "org.freedesktop.DBus", member: "NameOwnerChanged" });
    await settled();
    stranger.emit(RANG, "s", ["stranger"]);
    peer.emit(RANG, "s", ["peer"]);
    await peer.own(NAME);
    await bySelf.heard.first((name) => name === NAME);
    await direct.heard.until(1);
    assert.deepEqual(direct.heard.items, ["peer"]);
    stranger.close();
  });

  it("hands a signal to whom it fits, by path, namespace and arguments", async () => {
    await start();
    const below = listen({ pathNamespace: "/a" });
    const apostrophe = listen({ args: [{ index: 0, kind: "equal", value: "it's" }] });
    const under = listen({ args: [{ index: 0, kind: "path", value: "/x/" }] });
    const named = listen({ args: [{ index: 0, kind: "namespace", value: "org.x" }] });
    await settled();
    peer.emit(["/a/b", "b.c", "Rang"], "s", ["it's"]);
    peer.emit(["/ab", "b.c", "Rang"], "s", ["/x/y"]);
    peer.emit(["/c", "b.c", "Other"], "s", ["org.x.Y"]);
    await named.heard.until(1);
    assert.deepEqual(
      [below, apostrophe, under, named].map(({ heard }) => heard.items),
      [["it's"], ["it's"], ["/x/y"], ["org.x.Y"]],
    );
  });

  it("hears what busctl and dbus-send emit", async () => {
    await start();
    const heard = listen({ interface: "b.c" }).heard;
    await settled();
    await busctl(bus, "emit", "/a", "b.c", "Rang", "s", "from busctl");
    await dbusSend(bus, "--type=signal", "/a", "b.c.Rang", "string:from dbus-send");
    assert.deepEqual(await heard.until(2), ["from busctl", "from dbus-send"]);
  });
});
