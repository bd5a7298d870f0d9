import assert from "node:assert/strict";
import { gdbus } from "../support/busctl";
import { endChild } from "../support/child";
import { startMock } from "../support/dbusmock";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { type LoadedFlow, type Message, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { caughtUp, listening, loadSignal, plain, signalNode } from "../support/signal-flow";

describe("dbus-signal: properties", () => {
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

  const listen = async (fields: object): Promise<LoadedFlow> => {
    const own = { listen: "properties", sender: ECHO_NAME, path: ECHO_PATH, interface: ECHO, initial: false };
    const flow = await loadSignal(signalNode(bus, { ...own, ...fields }));
    await listening(flow);
    return flow;
  };
  const events = (flow: LoadedFlow) => flow.outputs("out").items.map(({ event, payload }) => [event, payload]);
  const invalidatedOf = (message: Message | undefined) => Object(message?.["dbus"]).invalidated;

  it("come with their present values first, whichever node of the flow is made first", async () => {
    const flow = await listen({ initial: true, properties: ["Text", "Count"] });
    const [message] = await flow.outputs("out").until(1);
    assert.deepEqual(plain(message ?? {}), {
      topic: "Text,Count",
      payload: { Text: "calm", Count: 5 },
      event: "initial",
      dbus: {
        bus: "address",
        address: bus.address,
        sender: echo.unique,
        path: ECHO_PATH,
        interface: ECHO,
        member: "PropertiesChanged",
        signature: "sa{sv}as",
      },
    });
  });

  it("are an object of those that changed, where all or several are wanted", async () => {
    const flow = await listen({ properties: ["Text", "Count"] });
    echo.changed({ Text: "new", Flag: true });
    echo.changed({ Flag: false });
    echo.changed({ Text: "a", Count: 2 });
    await caughtUp(echo);
    assert.deepEqual(events(flow), [
      ["changed", { Text: "new" }],
      ["changed", { Text: "a", Count: 2 }],
    ]);
  });

  it("are the value itself where one is wanted, with the property as topic", async () => {
    const flow = await listen({ initial: true, properties: ["Text"] });
    await flow.outputs("out").until(1);
    echo.changed({ Text: "new" });
    const outputs = await flow.outputs("out").until(2);
    assert.deepEqual(
      outputs.map(({ topic, payload, event }) => [topic, payload, event]),
      [
        ["Text", "calm", "initial"],
        ["Text", "new", "changed"],
      ],
    );
  });

  it("are those of every interface where none is given", async () => {
    const flow = await listen({ initial: true, interface: "" });
    const outputs = await flow.outputs("out").until(2);
    const interfaces = outputs.map(({ dbus }) => Object(dbus).interface);
    assert.deepEqual(interfaces.sort(), [ECHO, "com.example.Other"]);
    echo.changed({ Extra: "x" }, [], ECHO_PATH, "com.example.Other");
    await flow.outputs("out").until(3);
  });

  it("of other objects and interfaces do not come", async () => {
    const flow = await listen({});
    echo.changed({ Text: "other object" }, [], "/com/example/Another");
    echo.changed({ Text: "other interface" }, [], ECHO_PATH, "com.example.Other");
    echo.changed({ Text: "below" }, [], `${ECHO_PATH}/Below`);
    echo.changed({ Text: "this" });
    await caughtUp(echo);
    assert.deepEqual(events(flow), [["changed", { Text: "this" }]]);
  });

  it("of every object below a path come, too, by the service's ObjectManager", async () => {
    echo.tell({
      objects: { "/com/example/Echo/a": { [ECHO]: { Text: "A" } }, "/elsewhere": { [ECHO]: { Text: "no" } } },
    });
    await echo.done();
    const flow = await listen({ initial: true, pathNamespace: true });
    const [present] = await flow.outputs("out").until(1);
    assert.deepEqual([Object(present?.["dbus"]).path, present?.["payload"]], ["/com/example/Echo/a", { Text: "A" }]);
    echo.changed({ Text: "B" }, [], "/com/example/Echo/a/b");
    echo.changed({ Text: "no" }, [], "/com/example/Echoes");
    await caughtUp(echo);
    assert.deepEqual(events(flow), [
      ["initial", { Text: "A" }],
      ["changed", { Text: "B" }],
    ]);
  });

  it("that are only called invalid are read", async () => {
    const flow = await listen({ properties: ["Text", "Count"] });
    echo.tell({ values: { Text: "read" } });
    echo.changed({ Count: 1 }, ["Text", "Flag"]);
    await flow.outputs("out").until(2);
    assert.deepEqual(events(flow), [
      ["changed", { Count: 1 }],
      ["changed", { Text: "read" }],
    ]);
  });

  it("that are only called invalid are named, where that is wanted", async () => {
    const flow = await listen({ invalidated: "report" });
    echo.changed({ Count: 1 }, ["Text"]);
    const [message] = await flow.outputs("out").until(1);
    assert.deepEqual(message?.["payload"], { Count: 1 });
    assert.deepEqual(invalidatedOf(message), ["Text"]);
    assert.equal(message?.["topic"], "Count,Text");
  });

  it("come again when the service does, and its end is told where that is wanted", async () => {
    const flow = await listen({ initial: true, vanished: true, properties: ["Text"] });
    await flow.outputs("out").until(1);
    await echo.stop();
    await flow.outputs("out").until(2);
    echo = await startEcho(bus);
    await flow.outputs("out").until(3);
    assert.deepEqual(events(flow), [
      ["initial", "calm"],
      ["vanished", undefined],
      ["initial", "calm"],
    ]);
  });

  it("come again after a reconnect, so that no change is missed", async () => {
    const flow = await listen({ initial: true, properties: ["Text"] });
    await flow.outputs("out").until(1);
    await echo.stop();
    await bus.restart();
    echo = await startEcho(bus);
    await flow.outputs("out").until(2);
    assert.deepEqual(events(flow), [
      ["initial", "calm"],
      ["initial", "calm"],
    ]);
    assert.equal(flow.outputs("caught").items.length, 0);
  });

  it("with a rate limit lose nothing but older values", async () => {
    const flow = await listen({ rateLimit: 300, invalidated: "report" });
    echo.changed({ Count: 0 });
    for (let count = 1; count <= 20; count++) echo.changed({ Count: count });
    echo.changed({ Text: "t" }, ["Flag"]);
    const [, second] = await flow.outputs("out").until(2);
    assert.deepEqual(second?.["payload"], { Count: 20, Text: "t" });
    assert.deepEqual(invalidatedOf(second), ["Flag"]);
    assert.equal(second?.["topic"], "Count,Text,Flag");
  });

  it("of a service that is not there yet come when it is", async () => {
    const flow = await listen({ initial: true, sender: "com.example.Later", properties: ["Text"] });
    const later = await startEcho(bus, "com.example.Later");
    await flow.outputs("out").until(1);
    assert.deepEqual(events(flow), [["initial", "calm"]]);
    await later.stop();
  });

  it("of a real service's mock: UPower's battery", async () => {
    const mock = await startMock(bus, "upower");
    const path = "/org/freedesktop/UPower";
    const flow = await listen({
      initial: true,
      sender: "org.freedesktop.UPower",
      path,
      interface: "",
      properties: ["OnBattery"],
    });
    const [initial] = await flow.outputs("out").until(1);
    const value = initial?.["payload"] === true ? "false" : "true";
    const set = ["org.freedesktop.DBus.Properties.Set", "org.freedesktop.UPower", "OnBattery", `<${value}>`];
    const to = ["--dest", "org.freedesktop.UPower", "--object-path", path, "--method"];
    assert.equal((await gdbus(bus, "call", ...to, ...set)).code, 0);
    const [, changed] = await flow.outputs("out").until(2);
    assert.equal(String(changed?.["payload"]), value);
    await endChild(mock, "SIGKILL");
  });
});
