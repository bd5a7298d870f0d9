import assert from "node:assert/strict";
import { Connection, type ConnectionStatus } from "../../lib/bus/connection";
import { CallGroup, MAX_AT_BUS, MAX_IN_FLIGHT, MAX_UNANSWERED, MAX_WAITING } from "../../lib/bus/pending-calls";
import { CallFlag } from "../../lib/bus/transport";
import { DBusNodeError } from "../../lib/errors";
import { english } from "../support/english";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { failure, type PeerMessage, RawPeer, rulesAtBus } from "../support/raw-peer";
import { Collector } from "../support/until";

const NAME = "com.example.Peer";
const CALL = { destination: NAME, path: "/a", interface: "b.c", signature: "", body: [], timeoutMs: 0 };
const GET_ID = { ...CALL, destination: "org.freedesktop.DBus", interface: "org.freedesktop.DBus", member: "GetId" };
const RULE = { sender: NAME, interface: "b.c", member: "Rang" } as const;
const RANG = ["/a", "b.c", "Rang"] as const;

describe("Connection: loss and limits", () => {
  watchProcess();
  let bus: PrivateBus;
  let connection: Connection;
  let statuses: Collector<ConnectionStatus>;
  let peer: RawPeer;
  let calls: Collector<PeerMessage>;

  /** A peer that keeps the calls made to it, and answers none. */
  const joinPeer = async () => {
    peer = await RawPeer.join(bus);
    calls = new Collector();
    peer.serve(calls.add);
    await peer.own(NAME);
  };
  const start = async (limits: Record<string, number> = {}) => {
    bus = await startBus({ type: "session", limits });
    await joinPeer();
    connection = new Connection(bus.address);
    statuses = new Collector();
    connection.onStatus(statuses.add);
    connection.open();
    await connected(1);
  };
  /** Resolves when it has been connected so many times. */
  const connected = (times: number) =>
    statuses.first(() => statuses.items.filter(({ state }) => state === "connected").length >= times);

  afterEach(async () => {
    connection.close();
    peer.close();
    await bus.stop();
  });

  it("fails every pending call at once when the bus is killed", async () => {
    await start();
    const pending = Array.from({ length: 20 }, (_, index) =>
      failure(connection.call({ ...CALL, member: `M${index}` })),
    );
    await calls.until(20);
    let left: number | undefined;
    connection.onStatus(({ state }) => {
      if (state === "reconnecting") left ??= connection.callsInFlight;
    });
    await bus.kill();
    for (const error of await Promise.all(pending)) {
      assert.equal(error.code, "DBUS_DISCONNECTED");
      assert.match(english(error.text), /not known whether the call was carried out/);
    }
    assert.equal(left, 0, "none is left when the loss is told");
    assert.equal(connection.callsInFlight, 0);
    assert.equal(connection.status.state, "reconnecting");
    assert.equal(connection.status.error?.code, "DBUS_DISCONNECTED");
    assert.equal(connection.uniqueName, undefined);
  });

  it("comes back with its subscriptions and name owners; a call made while away succeeds", async () => {
    await start();
    const rang = new Collector<string | undefined>();
    connection.subscribe(RULE, ({ sender }) => rang.add(sender));
    const owners = new Collector<string>();
    const watch = connection.owners.watch(NAME, owners.add);
    await owners.until(1);
    peer.emit(RANG);
    await rang.until(1);

    await bus.kill();
    await statuses.first(({ state }) => state === "reconnecting");
    assert.equal(watch.owner, undefined);
    const waiting = connection.call({ ...GET_ID, timeoutMs: 10_000 });
    assert.equal(connection.callsWaiting, 1);
    await bus.restart();
    await connected(2);
    assert.match(String((await waiting).body[0]), /^[0-9a-f]{32}$/);
    // Known by the time that it says so.
    assert.equal(watch.owner, "");
    assert.deepEqual(owners.items.at(-1), "");

    await joinPeer();
    peer.emit(RANG);
    await rang.until(2);
    assert.equal(watch.owner, peer.uniqueName);
    assert.equal(rang.items[1], peer.uniqueName);
  });

  it("tells of a call that was made while away and found no bus in its time", async () => {
    await start();
    await bus.kill();
    await statuses.first(({ state }) => state === "reconnecting");
    const error = await failure(connection.call({ ...GET_ID, timeoutMs: 1 }));
    assert.equal(error.code, "DBUS_TIMEOUT");
    assert.match(english(error.text), /there is no connection to the bus/);
    assert.equal(connection.callsWaiting, 0);
  });

  it("can be closed while it reconnects, with calls waiting", async () => {
    await start();
    await bus.kill();
    await statuses.first(({ state }) => state === "reconnecting");
    const waiting = Array.from({ length: 5 }, () => failure(connection.call(GET_ID)));
    connection.close();
    for (const error of await Promise.all(waiting)) assert.equal(error.code, "DBUS_DISCONNECTED");
    await bus.restart();
    assert.equal(connection.status.state, "closed");
    assert.equal(connection.callsWaiting, 0);
    assert.equal(connection.callsInFlight, 0);
  });

  it("survives a bus that is killed again and again", async () => {
    await start();
    const rang = new Collector<unknown>();
    connection.subscribe(RULE, () => rang.add(0));
    for (let round = 1; round <= 4; round++) {
      await bus.kill();
      await bus.restart();
      await connected(round + 1);
      await joinPeer();
      peer.emit(RANG);
      await rang.until(round);
      assert.equal((await rulesAtBus(peer, connection.uniqueName ?? "")).length, 2);
    }
  });

  it("lets calls run out of time while the bus hangs, and works when it goes on", async () => {
    await start();
    const late = connection.call({ ...GET_ID, timeoutMs: 5_000 });
    await late;
    bus.signal("SIGSTOP");
    const errors = await Promise.all(
      Array.from({ length: 150 }, () => failure(connection.call({ ...GET_ID, timeoutMs: 50 }))),
    );
    assert.ok(errors.every(({ code }) => code === "DBUS_TIMEOUT"));
    assert.equal(connection.callsInFlight, 0);
    assert.equal(connection.callsWaiting, 0);
    const patient = connection.call({ ...GET_ID, timeoutMs: 10_000 });
    bus.signal("SIGCONT");
    assert.match(String((await patient).body[0]), /^[0-9a-f]{32}$/);
    assert.equal(connection.status.state, "connected");
  });

  it("stays below the bus's own limit on pending replies, in order", async () => {
    await start({ max_replies_per_connection: MAX_IN_FLIGHT });
    const count = 4 * MAX_IN_FLIGHT;
    const replies = Array.from({ length: count }, (_, number) =>
      connection.call({ ...CALL, member: "Number", signature: "u", body: [number] }),
    );
    await calls.until(MAX_IN_FLIGHT);
    assert.equal(connection.callsInFlight, MAX_IN_FLIGHT);
    assert.equal(connection.callsWaiting, count - MAX_IN_FLIGHT);
    for (const call of calls.items) peer.reply(call, "u", call.body);
    calls.onItem((call) => peer.reply(call, "u", call.body));
    const numbers = (await Promise.all(replies)).map(({ body }) => body[0]);
    assert.deepEqual(
      numbers,
      Array.from({ length: count }, (_, number) => number),
    );
    assert.deepEqual(
      calls.items.map(({ body }) => body[0]),
      numbers,
    );
  });

  it("has a bus that would refuse more", async () => {
    await start({ max_replies_per_connection: 10 });
    const group = new CallGroup();
    const outcomes = new Collector<DBusNodeError>();
    for (let index = 0; index < 11; index++) {
      void failure(connection.call({ ...CALL, member: "Wait", group })).then(outcomes.add);
    }
    const [refused] = await outcomes.until(1);
    assert.equal(refused?.code, "DBUS_LIMITS_EXCEEDED");
    assert.equal(refused?.dbusName, "org.freedesktop.DBus.Error.LimitsExceeded");
    group.cancel();
    await outcomes.until(11);
  });

  it("does not overrun that limit either where calls run out of time, and others are served meanwhile", async () => {
    await start({ max_replies_per_connection: MAX_AT_BUS });
    for (let round = 0; round < 3; round++) {
      const impatient = Array.from({ length: MAX_IN_FLIGHT }, () =>
        failure(connection.call({ ...CALL, member: "Wait", timeoutMs: 100 })),
      );
      for (const error of await Promise.all(impatient)) assert.equal(error.code, "DBUS_TIMEOUT");
    }
    assert.equal(calls.items.length, MAX_IN_FLIGHT);
    const other = await RawPeer.join(bus);
    other.serve((call) => other.reply(call));
    await connection.call({ ...CALL, destination: other.uniqueName, member: "Now" });
    other.close();

    const next = connection.call({ ...CALL, member: "Next" });
    assert.equal(connection.callsWaiting, 1);
    for (const call of [...calls.items]) peer.reply(call);
    peer.reply(await calls.first(({ member }) => member === "Next"));
    await next;
  });

  it("asks a service again that hung and was replaced", async () => {
    await start();
    const impatient = Array.from({ length: MAX_UNANSWERED }, () =>
      failure(connection.call({ ...CALL, member: "Wait", timeoutMs: 100 })),
    );
    await Promise.all(impatient);
    peer.close();
    await joinPeer();
    const next = connection.call({ ...CALL, member: "Next" });
    peer.reply(await calls.first(({ member }) => member === "Next"));
    await next;
  });

  it("refuses a call when ten thousand wait, and goes on when they are served", async () => {
    await start();
    const outcomes = new Collector<boolean>();
    for (let index = 0; index < MAX_IN_FLIGHT + MAX_WAITING; index++) {
      connection.request({ ...GET_ID }, (outcome) => outcomes.add(outcome instanceof DBusNodeError));
    }
    const error = await failure(connection.call(GET_ID));
    assert.equal(error.code, "DBUS_LIMITS_EXCEEDED");
    assert.match(english(error.text), /10000 calls are waiting/);
    await outcomes.until(MAX_IN_FLIGHT + MAX_WAITING);
    assert.ok(outcomes.items.every((failed) => !failed));
    await connection.call(GET_ID);
  });

  it("sends calls that expect no reply when the bus is back, in order", async () => {
    await start();
    await bus.kill();
    await statuses.first(({ state }) => state === "reconnecting");
    const sent = Array.from({ length: 1_000 }, (_, number) =>
      connection.call({
        ...CALL,
        destination: "org.freedesktop.DBus",
        member: "Number",
        signature: "u",
        body: [number],
        flags: CallFlag.noReply,
      }),
    );
    await bus.restart();
    assert.equal((await Promise.all(sent)).length, 1_000);
    await connection.call(GET_ID);
    assert.equal(connection.status.state, "connected");
  });
});
