import assert from "node:assert/strict";
import { pool } from "../../lib/bus/pool";
import dbusCall from "../../nodes/dbus-call";
import dbusSignal from "../../nodes/dbus-signal";
import { busctl, matchRules } from "../support/busctl";
import { callNode } from "../support/call-flow";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { type FlowNode, helper, loadFlow, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { caughtUp, listening, loadSignal, signalNode, topics } from "../support/signal-flow";
import { eventuallyAsync } from "../support/until";

describe("dbus-signal: the node's own course", () => {
  useNodeRed();
  let bus: PrivateBus;
  let echo: EchoService;
  before(async () => {
    bus = await startBus({ type: "session" });
    echo = await startEcho(bus);
  });
  after(async () => {
    await echo.stop();
    await bus.stop();
  });

  // Both are what the daemon itself counts.
  const connections = async () => {
    const { stdout } = await busctl(bus, "list", "--json=short", "--unique");
    return (JSON.parse(stdout) as unknown[]).length;
  };
  const countRules = async () => (await matchRules(bus)).match(/\btype=/g)?.length ?? 0;

  const flowOf = (): FlowNode[] => [
    { id: "tab", type: "tab" },
    ...[
      { listen: "signal", sender: ECHO_NAME, path: ECHO_PATH },
      { listen: "signal", interface: ECHO, member: "One" },
      { listen: "properties", sender: ECHO_NAME, path: ECHO_PATH, interface: ECHO },
      { listen: "objects", sender: ECHO_NAME, path: "/" },
      { listen: "names", sender: "" },
      { listen: "names", sender: "com.example.Nobody" },
    ].map((fields, index) => ({ ...signalNode(bus, fields), id: `signal${index}`, x: 0, y: 0, z: "tab" })),
  ];
  it("leaves nothing at the bus after two hundred deployments", async () => {
    const quiet = { connections: await connections(), rules: await countRules() };
    const call = { ...callNode(bus, { member: "Pair" }), x: 0, y: 0, z: "tab" };
    const flow = await loadFlow([dbusSignal, dbusCall], [...flowOf(), call]);
    await listening(flow, "signal0");
    const running = { connections: await connections(), rules: await countRules() };
    assert.equal(running.connections, quiet.connections + 1, "all nodes share one connection");
    assert.ok(running.rules > quiet.rules);
    for (let count = 0; count < 200; count++) await helper.setFlows([...flowOf(), call], "full");
    await eventuallyAsync(async () => (await connections()) === running.connections);
    await eventuallyAsync(async () => (await countRules()) === running.rules);
    assert.equal(pool.size, 1);
    await helper.setFlows([{ id: "tab", type: "tab" }]);
    assert.equal(pool.size, 0);
    await eventuallyAsync(async () => (await connections()) === quiet.connections);
    assert.equal(await countRules(), quiet.rules);
  }).timeout(60_000);

  it("takes its match rules back while others keep the connection", async () => {
    const keeper = { ...callNode(bus), x: 0, y: 0, z: "tab" };
    const flow = await loadFlow([dbusSignal, dbusCall], [{ id: "tab", type: "tab" }, keeper]);
    await listening(flow, "call");
    const quiet = await countRules();
    for (let count = 0; count < 5; count++) {
      await helper.setFlows([...flowOf(), keeper], "nodes");
      await eventuallyAsync(async () => (await countRules()) > quiet);
      await helper.setFlows([{ id: "tab", type: "tab" }, keeper], "nodes");
      await eventuallyAsync(async () => (await countRules()) === quiet);
    }
    assert.equal(pool.size, 1);
  });

  it("loses nothing in a flood that it can take in", async () => {
    const flow = await loadSignal(signalNode(bus, { interface: ECHO }));
    await listening(flow);
    echo.emit("Flood", "u", [1], { times: 30_000 });
    echo.emit("End");
    await flow.outputs("out").first(({ topic }) => topic === "End", { within: 30_000 });
    assert.equal(flow.outputs("out").items.length, 30_001);
    assert.ok(!flow.log.items.some(({ id }) => id === "signal"), "no warning");
  }).timeout(60_000);

  describe("with fields that are not right", () => {
    const BAD: readonly object[] = [
      { bus: "msg" },
      { bus: "address", address: "" },
      { listen: "other" },
      { sender: "nodot" },
      { sender: 5 },
      { path: "x" },
      { interface: "x" },
      { member: "a.b" },
      { args: "x" },
      { args: [{ index: 64, kind: "equal", value: "x" }] },
      { args: [{ index: 1, kind: "namespace", value: "a" }] },
      { listen: "properties" },
      { listen: "properties", sender: ECHO_NAME, properties: [""] },
      { listen: "properties", sender: ECHO_NAME, invalidated: "other" },
      { listen: "objects", sender: ECHO_NAME },
      { listen: "names", sender: "a b" },
      { rateLimit: -1 },
      { rateLimit: "x" },
      { int64: "other" },
      { pathNamespace: "yes" },
      { dynamic: 1 },
    ];
    for (const fields of BAD) {
      it(`says so at deploy: ${JSON.stringify(fields)}`, async () => {
        const flow = await loadSignal(signalNode(bus, fields));
        await flow.log.first(({ level, id }) => level === 20 && id === "signal");
        const status = await flow.statuses("signal").first((shown) => shown?.fill === "red");
        assert.match(status.text ?? "", /status\.(invalid|bad-address)$/);
        assert.equal(pool.size, 0, "and connects to nothing");
      });
    }
  });

  it("says that the bus takes no more match rules, and keeps those that it has", async () => {
    const strict = await startBus({ type: "session", limits: { max_match_rules_per_connection: 2 } });
    const service = await startEcho(strict);
    try {
      const listens = (id: string, member: string) => ({ ...signalNode(strict, { interface: ECHO, member }), id });
      const flow = await loadSignal(listens("signal", "One"), [listens("two", "Two"), listens("three", "Three")]);
      const [refused] = await flow.outputs("caught").until(1);
      const error = Object(refused?.["error"]);
      assert.deepEqual([error.code, error.source.id], ["DBUS_LIMITS_EXCEEDED", "three"]);
      for (const member of ["One", "Two", "Three"]) service.emit(member);
      await caughtUp(service);
      assert.deepEqual(topics(flow.outputs("out")), ["One", "Two"]);
    } finally {
      await service.stop();
      await strict.stop();
    }
  });

  it("says that there is no bus, and works when it comes", async () => {
    const late = await startBus({ type: "session" });
    await late.kill();
    const flow = await loadSignal(signalNode(late, { listen: "names", sender: ECHO_NAME, initial: true }));
    await flow.statuses("signal").first((shown) => shown?.text?.endsWith("status.no-bus") === true);
    await late.restart();
    const [message] = await flow.outputs("out").until(1);
    assert.equal(message?.["event"], "absent");
    await late.stop();
  });
});
