import assert from "node:assert/strict";
import { busctl } from "../support/busctl";
import { hasEnded } from "../support/child";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { authenticates, type BusScript, type FakeBus, neverAnswers, startFakeBus } from "../support/fake-bus";
import { button, debug, node, OBSERVERS, type SavedNode, TAB } from "../support/flow-parts";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { spawnPython } from "../support/peer";
import { platformOfSuite } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";
import { Random } from "../support/random";

describe("a Node-RED whose bus fails", function () {
  this.timeout(60_000);
  let bus: PrivateBus;
  let echo: EchoService | undefined;
  let nodeRed: NodeRed | undefined;
  let fake: FakeBus | undefined;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    echo = await startEcho(bus);
  });
  afterEach(async () => {
    await nodeRed?.stop();
    await fake?.stop();
    await echo?.stop();
    await bus.stop();
    nodeRed = undefined;
    fake = undefined;
    echo = undefined;
  });

  const own = () => ({ bus: "address", address: bus.address });
  const start = async (...nodes: readonly SavedNode[]): Promise<NodeRed> => {
    nodeRed = await startNodeRed({ version: platformOfSuite(), flows: [TAB, ...OBSERVERS, ...nodes] });
    return nodeRed;
  };
  const ping = (): SavedNode[] => [
    button("ping", { payload: ["a", "b"] }, "call"),
    node(
      "dbus-call",
      "call",
      { ...own(), destination: ECHO_NAME, path: ECHO_PATH, interface: ECHO, member: "Join", timeout: 5 },
      "answer",
    ),
    debug("answer"),
  ];
  const shows = (red: NodeRed, id: string, text: string) =>
    red.messageAt(
      "status",
      ({ status }) => Object(status).source?.id === id && String(Object(status).text).endsWith(text),
    );
  const warnings = (red: NodeRed) =>
    red.log.items.filter(({ level, msg }) => level === 30 && String(msg).startsWith("D-Bus:"));

  it("stays up through two outages, with a line in the log for each and its end, and hears again by itself", async () => {
    const listen = { ...own(), listen: "signal", sender: ECHO_NAME, interface: ECHO };
    const red = await start(
      ...ping(),
      node("dbus-signal", "one", listen, "heard"),
      node("dbus-signal", "two", { ...listen, member: "Said" }),
      node("dbus-signal", "names", { ...own(), listen: "names", sender: ECHO_NAME, initial: true }),
      debug("heard"),
    );
    await shows(red, "one", "connected");
    for (let outage = 1; outage <= 2; outage++) {
      await bus.kill();
      await red.log.first(({ msg }) => String(msg).includes("no connection") && warnings(red).length === outage);
      await bus.restart();
      await red.log.first(
        () => red.log.items.filter(({ msg }) => String(msg).endsWith("connected to the bus again.")).length === outage,
      );
      await echo?.stop();
      echo = await startEcho(bus);
      echo.emit("Said", "u", [outage]);
      await red.messageAt("heard", ({ payload }) => payload === outage);
      await red.inject("ping");
      await red.messageAt("answer", ({ payload }) => payload === "ab");
    }
    assert.equal(warnings(red).length, 2);
    assert.ok(!hasEnded(red.child));
    assert.deepEqual(
      red.messages.items.filter(({ node: at }) => at === "caught"),
      [],
    );
  });

  it("without any bus at all says so once, and others work", async () => {
    const nowhere = { bus: "address", address: `unix:path=${bus.directory}/none` };
    const red = await start(
      ...ping(),
      ...[1, 2, 3].map((number) => node("dbus-signal", `deaf${number}`, { ...nowhere, listen: "signal" })),
      button("try", { payload: "x" }, "lost"),
      node("dbus-call", "lost", {
        ...nowhere,
        destination: "a.b",
        path: "/",
        interface: "a.b",
        member: "C",
        signature: "s",
        timeout: 0.2,
      }),
    );
    await shows(red, "deaf3", "no-bus");
    await red.inject("ping");
    await red.messageAt("answer", ({ payload }) => payload === "ab");
    await red.inject("try");
    const { error } = await red.messageAt("caught");
    assert.equal(Object(error).code, "DBUS_TIMEOUT");
    assert.match(Object(error).message, /no bus listens at unix:path=/, "the reason, not just the time");
    assert.equal(warnings(red).length, 1);
  });

  const SCRIPTS: Readonly<Record<string, BusScript>> = {
    "says nothing": neverAnswers,
    "hangs up": (socket) => void socket.destroy(),
    "sends noise": (socket) => void socket.write(new Random(7).bytes(100_000)),
    "sends noise after authentication": authenticates((socket) => void socket.write(new Random(8).bytes(100_000))),
    "sends a line without an end": (socket) => void socket.write("X".repeat(1 << 20)),
    "hangs up after authentication": authenticates((socket) => void socket.destroy()),
  };
  for (const [what, script] of Object.entries(SCRIPTS)) {
    it(`stays up when what it takes for a bus ${what}`, async () => {
      fake = await startFakeBus(script);
      const red = await start(
        ...ping(),
        node("dbus-signal", "fooled", { bus: "address", address: fake.address, listen: "names", sender: "" }),
      );
      await fake.connections.until(1);
      await red.inject("ping");
      await red.messageAt("answer", ({ payload }) => payload === "ab");
      if (what !== "says nothing") {
        await fake.connections.until(2, { what: "another attempt" });
        assert.equal(warnings(red).length, 1);
      }
      assert.ok(!hasEnded(red.child));
    });
  }

  it("survives a peer that sends it what it should not", async () => {
    const red = await start(
      ...ping(),
      node("dbus-signal", "all", { ...own(), listen: "signal" }, "heard"),
      node("dbus-signal", "props", { ...own(), listen: "properties", sender: ECHO_NAME, path: ECHO_PATH }, "heard"),
      debug("heard"),
    );
    await shows(red, "all", "connected");
    await red.inject("ping");
    await red.messageAt("answer", ({ payload }) => payload === "ab");
    const to = echo?.lines.items.find(({ call }) => call === "Join")?.sender ?? "";
    const hostile = await spawnPython(HOSTILE, [bus.address, to]);
    await red.messageAt("heard", ({ topic }) => topic === "TheEnd");
    await red.inject("ping");
    await red.messages.first(() => red.messages.items.filter(({ node: at }) => at === "answer").length === 2);
    assert.equal((await busctl(bus, "status", to)).code, 0, "it is the same connection still");
    assert.ok(!hasEnded(red.child));
    await hostile.kill();
  });
});

/** Sends signals, calls, replies and errors that nobody asked for to one connection, descriptors among them. */
const HOSTILE = `
import dbus.bus, dbus.lowlevel, sys
address, to = sys.argv[1:]
bus = dbus.bus.BusConnection(address)
def send(message, signature="", *args):
    message.set_destination(to)
    message.append(*args, signature=signature)
    bus.send_message(message)
for signature, args in [("h", (dbus.types.UnixFd(0),)), ("ah", ([dbus.types.UnixFd(0)],)), ("v", (dbus.types.UnixFd(0, variant_level=1),))]:
    send(dbus.lowlevel.SignalMessage("/a", "a.b", "Bad"), signature, *args)
    send(dbus.lowlevel.MethodCallMessage(to, "/a", "a.b", "Bad"), signature, *args)
deep = dbus.Int32(1, variant_level=60)
send(dbus.lowlevel.SignalMessage("/a", "a.b", "Deep"), "v", deep)
send(dbus.lowlevel.SignalMessage("/a", "a.b", "Proto"), "a{sv}", {"__proto__": "x", "constructor": 1})
send(dbus.lowlevel.SignalMessage("${ECHO_PATH}", "org.freedesktop.DBus.Properties", "PropertiesChanged"), "s", "x")
send(dbus.lowlevel.SignalMessage("/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged"), "sss", "${ECHO_NAME}", "", ":9.9")
send(dbus.lowlevel.SignalMessage("/a", "a.b", "Text"), "s", "$t(common.label.done)")
for _ in range(1000):
    send(dbus.lowlevel.MethodCallMessage(to, "/", "org.freedesktop.DBus.Introspectable", "Introspect"))
    send(dbus.lowlevel.SignalMessage("/a", "a.b", "Flood"), "s", "x" * 1000)
send(dbus.lowlevel.SignalMessage("/a", "a.b", "TheEnd"))
bus.flush()
print("sent", flush=True)
sys.stdin.readline()
`;
