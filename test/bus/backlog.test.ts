import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { MAX_UNSENT_BYTES } from "../../lib/bus/backlog";
import { CallFlag } from "../../lib/bus/transport";
import { DBusNodeError } from "../../lib/errors";
import { METHOD_CALL, SIGNAL } from "../../lib/wire/types";
import { english } from "../support/english";
import { definition, type Exporting, method, NAME, PATH, property, startExporting } from "../support/export-bus";
import { spawnPython } from "../support/peer";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { failure, RawPeer } from "../support/raw-peer";
import { Collector, eventually } from "../support/until";

const PROPERTIES = "org.freedesktop.DBus.Properties";
/** Large, so that the bound is reached soon. */
const PADDING = Buffer.alloc(512 * 1024);
const MOST = MAX_UNSENT_BYTES / PADDING.length;
/**
 * For each answer to one, dbus-daemon reads 2 KiB of every other that it takes anything of: it would have read what may
 * be beyond the bound, and a socket's buffer.
 */
const ANSWERS = 512;
const CALL = { path: "/a", interface: "b.c", member: "Take", signature: "uay", timeoutMs: 0 };
const BUS = "org.freedesktop.DBus";
const GET_ID = { ...CALL, destination: BUS, interface: BUS, member: "GetId", signature: "", body: [] };

describe("a bus that takes nothing", function () {
  this.timeout(30_000);
  watchProcess();
  let bus: PrivateBus;
  let exporting: Exporting;
  let peer: RawPeer;
  let told: Collector<boolean>;

  const start = async (limits: Record<string, number> = {}) => {
    bus = await startBus({ type: "session", limits });
    exporting = await startExporting(bus);
    told = new Collector();
    exporting.connection.backlog.onChange(told.add);
    peer = await RawPeer.join(bus);
    await peer.askBus("AddMatch", "s", ["type='signal',path_namespace='/com'"]);
  };
  afterEach(async () => {
    bus.signal("SIGCONT");
    peer.close();
    exporting.connection.close();
    await bus.stop();
  });

  const fields = { path: PATH, interface: NAME, member: "Tick", signature: "uay" };
  const tick = (number: number) => exporting.exporter.emit({ ...fields, body: [number, PADDING] });
  /** Emits, numbered from 0, until it is refused: how many went. */
  const fill = (): number => {
    for (let number = 0; number <= 2 * MOST; number++) {
      try {
        tick(number);
      } catch (error) {
        assert.ok(error instanceof DBusNodeError);
        assert.equal(error.code, "DBUS_LIMITS_EXCEEDED");
        assert.match(english(error.text), /^64 MiB wait to be sent already/);
        return number;
      }
    }
    throw new Error("nothing was refused");
  };
  const hang = (): number => {
    bus.signal("SIGSTOP");
    return fill();
  };
  /** A receiver that takes nothing, until the bus takes nothing of ours: how many signals it owes to it. */
  const stall = async () => {
    // So much of ours the bus keeps for others, before it stops to take more.
    await start({ max_incoming_bytes: 4 * PADDING.length });
    peer.close();
    const slow = await spawnPython(SUBSCRIBER, [bus.address, PATH]);
    // dbus-daemon passes on what it held back when more comes after it.
    slow.lines.onItem(() => exporting.connection.request({ ...GET_ID, flags: CallFlag.noReply }, () => {}));
    slow.child.kill("SIGSTOP");
    let sent = 0;
    const fillUp = async () => {
      for (; !exporting.connection.backlog.isFull(); sent++) {
        assert.ok(sent < 8 * MOST, "the backlog does not fill");
        tick(sent);
        await turn();
      }
    };
    await fillUp();
    // What is emitted may be ahead of a bus that still takes some of it.
    peer = await RawPeer.join(bus);
    for (let answers = 0; answers < ANSWERS; answers++) {
      if (!exporting.connection.backlog.isFull()) answers = 0;
      await fillUp();
      await peer.askBus("GetId");
    }
    return { slow, sent };
  };
  const heard = (member: string) =>
    peer.messages.items.filter((message) => message.type === SIGNAL && message.member === member);
  const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);

  it("refuses signals beyond a bound, loses none of those before, and goes on when it takes more", async () => {
    await start();
    const sent = hang();
    assert.ok(sent >= MOST && sent <= MOST + 2, `${sent} signals`);
    assert.deepEqual(told.items, [true], "told once");
    bus.signal("SIGCONT");
    assert.equal(await exporting.connection.backlog.whenDrained(), true);
    assert.deepEqual(told.items, [true, false]);
    tick(sent);
    await eventually(() => heard("Tick").length === sent + 1, { what: "all signals" });
    assert.deepEqual(
      heard("Tick").map(({ body }) => body[0]),
      numbers(sent + 1),
    );
  });

  it("refuses calls, with and without a reply, and writes nothing of them", async () => {
    await start();
    hang();
    const call = { ...CALL, destination: peer.uniqueName, body: [1, PADDING] };
    for (const flags of [0, CallFlag.noReply]) {
      const error = await failure(exporting.connection.call({ ...call, flags }));
      assert.equal(error.code, "DBUS_LIMITS_EXCEEDED");
    }
    assert.equal(exporting.connection.callsWaiting, 0);
    bus.signal("SIGCONT");
    await exporting.connection.backlog.whenDrained();
    await exporting.connection.call({ ...call, body: [2, PADDING], flags: CallFlag.noReply });
    const first = await peer.messages.first(({ type, member }) => type === METHOD_CALL && member === "Take");
    assert.equal(first.body[0], 2);
  });

  it("refuses a reply, and the call can be answered later", async () => {
    await start();
    exporting.exporter.export(PATH, definition({ methods: [method("Echo", ["s"], ["s"])] }), exporting.listener);
    const answer = peer.call({ destination: NAME, path: PATH, member: "Echo", signature: "s", body: ["a"] });
    const [call] = await exporting.calls.until(1);
    const token = call?.token ?? "";
    hang();
    const reply = () => exporting.exporter.reply(token, { kind: "return", payload: "b" });
    assert.throws(reply, { code: "DBUS_LIMITS_EXCEEDED" });
    assert.equal(exporting.exporter.pendingCalls, 1);
    bus.signal("SIGCONT");
    await exporting.connection.backlog.whenDrained();
    reply();
    assert.deepEqual(await answer, ["b"]);
    assert.throws(reply, { code: "DBUS_CALL_OVER" });
  });

  it("is told of properties when it takes more: the latest values, by one signal for each object", async () => {
    await start();
    const rows = { properties: [property("Level", "u", 0), property("Label", "s", "")] };
    const object = exporting.exporter.export(PATH, definition(rows), exporting.listener);
    const other = exporting.exporter.export(`${PATH}/b`, definition(rows), exporting.listener);
    object.update({ Level: 1 }, false);
    const sent = hang();
    for (let level = 2; level <= 100_000; level++) object.update({ Level: level }, false);
    object.update({ Label: "x" }, false);
    other.update({ Level: 7 }, false);
    bus.signal("SIGCONT");
    await exporting.connection.backlog.whenDrained();
    object.update({ Level: 100_001 }, false);
    await peer.call({ destination: NAME, path: "/", interface: "org.freedesktop.DBus.Peer", member: "Ping" });
    assert.equal(heard("Tick").length, sent);
    const changes = heard("PropertiesChanged").map(({ path, body }) => [path, body[1]]);
    assert.deepEqual(changes, [
      [PATH, { Level: 1 }],
      [PATH, { Level: 100_000, Label: "x" }],
      [`${PATH}/b`, { Level: 7 }],
      [PATH, { Level: 100_001 }],
    ]);
  });

  it("loses what it had not taken when it goes, which is told", async () => {
    await start();
    hang();
    const drained = exporting.connection.backlog.whenDrained();
    await bus.kill();
    assert.equal(await drained, false);
    await bus.restart();
    await eventually(() => exporting.connection.status.state === "connected", { what: "the connection" });
    assert.deepEqual(told.items, [true, false]);
    assert.ok(!exporting.connection.backlog.isFull());
  });

  it("is the same with a receiver that takes nothing: all comes, in order, once it does", async () => {
    const { slow, sent } = await stall();
    slow.child.kill("SIGCONT");
    assert.equal(await exporting.connection.backlog.whenDrained(), true);
    await slow.lines.until(sent, { what: "all signals" });
    assert.deepEqual(slow.lines.items.map(Number), numbers(sent));
    await slow.kill();
  });

  it("still brings calls then: answered with an error, so that answers do not pile up", async () => {
    const { slow } = await stall();
    const rows = { properties: [property("Level", "u", 0), property("Label", "s", "")] };
    exporting.exporter.export(PATH, definition(rows), exporting.listener);
    const ask = (member: string, signature: string, body: readonly unknown[], flags = 0) => {
      const place = { type: METHOD_CALL, destination: NAME, path: PATH, interface: PROPERTIES };
      return peer.send({ ...place, member, signature, body, flags });
    };
    const set = (name: string, signature: string, value: unknown) => [NAME, name, { signature, value }];
    const refused = [ask("Get", "ss", [NAME, "Level"]), ask("Set", "ssv", set("Level", "u", 1))];
    // Nobody waits for an answer to this one.
    ask("Set", "ssv", set("Label", "s", "x"), CallFlag.noReply);
    await exporting.writes.until(1);
    slow.child.kill("SIGCONT");
    assert.equal(await exporting.connection.backlog.whenDrained(), true);
    const answerTo = (serial: number) => peer.messages.first(({ replySerial }) => replySerial === serial);
    for (const serial of refused) {
      assert.equal((await answerTo(serial)).errorName, "org.freedesktop.DBus.Error.LimitsExceeded");
    }
    assert.deepEqual((await answerTo(ask("GetAll", "s", [NAME]))).body, [{ Level: 0, Label: "x" }]);
    await slow.kill();
  });

  it("that is away: calls wait up to the same bound, and go out when it is back", async () => {
    await start();
    await bus.kill();
    await eventually(() => exporting.connection.status.state === "reconnecting", { what: "the loss" });
    const busCall = { ...CALL, destination: BUS, flags: CallFlag.noReply };
    const call = (number: number) => exporting.connection.call({ ...busCall, body: [number, PADDING] });
    const waiting = numbers(MOST).map(call);
    const error = await failure(call(MOST));
    assert.equal(error.code, "DBUS_LIMITS_EXCEEDED");
    assert.match(english(error.text), /64 MiB wait/);
    assert.equal(exporting.connection.callsWaiting, MOST);
    await bus.restart();
    assert.equal((await Promise.all(waiting)).length, MOST);
    assert.equal(await exporting.connection.backlog.whenDrained(), true);
    await call(MOST);
  });
});

/** Prints the number of each signal that it gets. */
const SUBSCRIBER = `
import dbus.bus, dbus.mainloop.glib, sys
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(sys.argv[1])
bus.add_signal_receiver(lambda number, padding: print(number, flush=True), "Tick", path=sys.argv[2], byte_arrays=True)
bus.call_blocking("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId", "", ())
print("ready", flush=True)
GLib.MainLoop().run()
`;
