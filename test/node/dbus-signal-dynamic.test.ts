import assert from "node:assert/strict";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { type LoadedFlow, type Message, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { caughtUp, listening, loadSignal, signalNode, topics } from "../support/signal-flow";

describe("dbus-signal: subscribing by message", () => {
  useNodeRed();
  let bus: PrivateBus;
  let echo: EchoService;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    echo = await startEcho(bus);
  });
  afterEach(async () => {
    await echo.stop();
    await bus.stop();
  });

  const load = async (fields: object = {}): Promise<LoadedFlow> => {
    const flow = await loadSignal(signalNode(bus, { dynamic: true, inputs: 1, initial: false, ...fields }));
    await listening(flow);
    return flow;
  };
  const done = async (flow: LoadedFlow, message: Message): Promise<void> => {
    const before = flow.outputs("completed").items.length;
    flow.send("signal", message);
    await flow.outputs("completed").until(before + 1);
  };
  const refused = async (flow: LoadedFlow, message: Message): Promise<string> => {
    const before = flow.outputs("caught").items.length;
    flow.send("signal", message);
    const caught = await flow.outputs("caught").until(before + 1);
    return Object(caught[before]?.["error"]).code;
  };
  const list = async (flow: LoadedFlow): Promise<unknown[]> => {
    const mark = flow.outputs("out").items.length;
    flow.send("signal", { action: "list", topic: `list ${mark}` });
    const { payload } = await flow.outputs("out").first(({ topic }) => topic === `list ${mark}`);
    return payload as unknown[];
  };
  const ONE = { interface: ECHO, member: "One" };
  const TWO = { interface: ECHO, member: "Two" };

  it("hears nothing before, and then what was asked for", async () => {
    const flow = await load();
    echo.emit("One");
    await caughtUp(echo);
    assert.deepEqual(topics(flow.outputs("out")), []);
    await done(flow, { action: "subscribe", dbus: ONE });
    echo.emit("One");
    echo.emit("Two");
    await caughtUp(echo);
    assert.deepEqual(topics(flow.outputs("out")), ["One"]);
  });

  it("takes two identical subscriptions for one", async () => {
    const flow = await load();
    await done(flow, { action: "subscribe", dbus: ONE });
    await done(flow, { action: "subscribe", dbus: { ...ONE, listen: "signal" } });
    echo.emit("One");
    await caughtUp(echo);
    assert.deepEqual(topics(flow.outputs("out")), ["One"]);
    assert.equal((await list(flow)).length, 1);
    await done(flow, { action: "unsubscribe", dbus: ONE });
    assert.deepEqual(await list(flow), []);
  });

  it("lists them with their fields, in the order of their coming", async () => {
    const flow = await load();
    await done(flow, { action: "subscribe", dbus: ONE });
    await done(flow, {
      action: "subscribe",
      dbus: { listen: "properties", sender: ECHO_NAME, path: ECHO_PATH, properties: ["Text"] },
    });
    const [first, second] = (await list(flow)) as Record<string, unknown>[];
    assert.deepEqual([first?.["listen"], first?.["interface"], first?.["member"]], ["signal", ECHO, "One"]);
    assert.deepEqual(
      [second?.["listen"], second?.["sender"], second?.["properties"]],
      ["properties", ECHO_NAME, ["Text"]],
    );
  });

  it("ends the one that the same fields name, or with none of them all", async () => {
    const flow = await load();
    for (const dbus of [ONE, TWO]) await done(flow, { action: "subscribe", dbus });
    await done(flow, { action: "unsubscribe", dbus: ONE });
    echo.emit("One");
    echo.emit("Two");
    await caughtUp(echo);
    assert.deepEqual(topics(flow.outputs("out")), ["Two"]);
    await done(flow, { action: "unsubscribe" });
    echo.emit("Two");
    await caughtUp(echo);
    assert.deepEqual(topics(flow.outputs("out")), ["Two"]);
  });

  it("has the node's own fields win over the message's", async () => {
    const flow = await load({ interface: ECHO, member: "One" });
    await done(flow, { action: "subscribe", dbus: { interface: "com.example.Other", member: "Two" } });
    echo.emit("One");
    await caughtUp(echo);
    assert.deepEqual(topics(flow.outputs("out")), ["One"]);
  });

  it("refuses what it cannot do, once for each message, and goes on", async () => {
    const flow = await load();
    const BAD: readonly Message[] = [
      {},
      { action: "other" },
      { action: "subscribe", dbus: "text" },
      { action: "subscribe", dbus: { listen: "other" } },
      { action: "subscribe", dbus: { sender: 5 } },
      { action: "subscribe", dbus: { sender: "nodot" } },
      { action: "subscribe", dbus: { path: "x" } },
      { action: "subscribe", dbus: { interface: "x" } },
      { action: "subscribe", dbus: { member: "a.b" } },
      { action: "subscribe", dbus: { pathNamespace: "yes" } },
      { action: "subscribe", dbus: { initial: 1 } },
      { action: "subscribe", dbus: { args: [null] } },
      { action: "subscribe", dbus: { args: [{ index: 99, kind: "equal", value: "x" }] } },
      { action: "subscribe", dbus: { listen: "properties", path: "/a" } },
      { action: "subscribe", dbus: { listen: "properties", sender: ECHO_NAME, properties: [5] } },
      { action: "subscribe", dbus: { listen: "properties", sender: ECHO_NAME, invalidated: "other" } },
      { action: "subscribe", dbus: { listen: "objects", sender: ECHO_NAME } },
      { action: "unsubscribe", dbus: ONE },
    ];
    for (const [index, message] of BAD.entries()) {
      assert.equal(await refused(flow, { ...message }), "DBUS_INVALID_FIELD", JSON.stringify(message));
      assert.equal(flow.outputs("caught").items.length, index + 1);
    }
    assert.equal(flow.outputs("completed").items.length, 0);
    const status = await flow.statuses("signal").first((shown) => shown?.fill === "red");
    assert.match(status.text ?? "", /bad-input$/);
    await done(flow, { action: "subscribe", dbus: ONE });
    echo.emit("One");
    await flow.outputs("out").until(1);
  });

  it("shows how many there are", async () => {
    const flow = await load();
    await done(flow, { action: "subscribe", dbus: ONE });
    await done(flow, { action: "subscribe", dbus: TWO });
    await flow.statuses("signal").first((shown) => shown?.text === "2 ⇥");
  });

  it("keeps them through a reconnect", async () => {
    const flow = await load();
    for (const dbus of [ONE, { ...TWO, sender: ECHO_NAME }]) await done(flow, { action: "subscribe", dbus });
    await echo.stop();
    await bus.restart();
    await flow.log.first(({ msg }) => String(msg).endsWith("log.back"));
    echo = await startEcho(bus);
    echo.emit("One");
    echo.emit("Two");
    await caughtUp(echo);
    assert.deepEqual(topics(flow.outputs("out")), ["One", "Two"]);
  });
});
