import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { pool } from "../../lib/bus/pool";
import dbusCall from "../../nodes/dbus-call";
import { busTraffic } from "../support/bus-monitor";
import { type CallFlow, type CaughtError, callNode, loadCall } from "../support/call-flow";
import { ECHO_PROGRAM, type EchoService, startEcho } from "../support/echo-service";
import { helper, loadFlow, type NodeStatus, useNodeRed } from "../support/helper";
import { PYTHON } from "../support/peer";
import { type PrivateBus, startBus } from "../support/private-bus";
import { eventually } from "../support/until";

const STATUS = "node-red-contrib-dbus/dbus-editor:status.";
const CONNECTED: NodeStatus = { fill: "green", shape: "dot", text: "node-red:common.status.connected" };

describe("dbus-call: the course of a call", () => {
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

  const load = (fields: object): Promise<CallFlow> => loadCall(callNode(bus, fields));
  const called = (member: string) => echo.lines.first(({ call }) => call === member);

  it("ends after the node's timeout, or the message's where that is blank", async () => {
    const own = await load({ member: "Wait", timeout: 0.05 });
    assert.equal((await own.refuse({ dbus: { timeout: 60 } })).error.code, "DBUS_TIMEOUT");
    const blank = await load({ member: "Wait", timeout: "" });
    assert.equal((await blank.refuse({ dbus: { timeout: 0.05 } })).error.code, "DBUS_TIMEOUT");
    assert.equal((await blank.refuse({ dbus: { timeout: "0.05" } })).error.code, "DBUS_TIMEOUT");
  });

  it("ends in its time where introspection is what does not answer", async () => {
    const call = await load({ member: "Join", path: "/silent", timeout: 0.05 });
    echo.tell({ silent: true });
    await echo.done();
    assert.equal((await call.refuse({ payload: ["a", "b"] })).error.code, "DBUS_TIMEOUT");
  });

  it("has no end in time with timeout 0", async () => {
    const quick = { ...callNode(bus, { member: "Wait", timeout: 0.05 }), id: "quick" };
    const both = await loadCall(callNode(bus, { member: "Wait", timeout: 0 }), [quick]);
    both.send({});
    both.flow.send("quick", {});
    const [late] = await both.flow.outputs("caught").until(1);
    assert.equal(late && (late["error"] as CaughtError).source.id, "quick");
    echo.tell({ answer: true });
    const [answer] = await both.flow.outputs("out").until(1);
    assert.equal(answer?.["payload"], "answered");
  });

  it("does not hold others up: replies come out as they arrive", async () => {
    const call = await load({ member: "" });
    call.send({ topic: "slow", dbus: { member: "Wait" } });
    await called("Wait");
    call.send({ topic: "quick", payload: ["a", "b"], dbus: { member: "Join" } });
    await call.flow.outputs("out").until(1);
    echo.tell({ answer: true });
    const outputs = await call.flow.outputs("out").until(2);
    assert.deepEqual(
      outputs.map(({ topic, payload }) => [topic, payload]),
      [
        ["quick", "ab"],
        ["slow", "answered"],
      ],
    );
  });

  it("keeps a thousand at once apart", async () => {
    const call = await load({ member: "Echo", signature: "u" });
    for (let index = 0; index < 1000; index++) call.send({ topic: index, payload: index });
    const outputs = await call.flow.outputs("out").until(1000);
    assert.ok(outputs.every(({ topic, payload }) => topic === payload));
    await call.flow.outputs("completed").until(1000);
    assert.equal(call.caught.length, 0);
  });

  it("keeps below the bus's own limit of replies that are waited for", async () => {
    const strict = await startBus({ type: "session", limits: { max_replies_per_connection: 128 } });
    const service = await startEcho(strict);
    try {
      const call = await loadCall(callNode(strict, { member: "Wait", timeout: 0 }));
      for (let index = 0; index < 300; index++) call.send({ topic: index });
      const answered = setAnswering(service);
      const outputs = await call.flow.outputs("out").until(300);
      answered();
      assert.deepEqual(
        outputs.map(({ topic }) => topic),
        Array.from({ length: 300 }, (_, index) => index),
        "and in order",
      );
      assert.equal(call.caught.length, 0);
    } finally {
      await service.stop();
      await strict.stop();
    }
  });

  it("starts a service that is not running, unless that is not wanted", async () => {
    const name = "com.example.Started";
    const program = `${PYTHON} -u ${ECHO_PROGRAM} ${bus.address} ${name}`;
    writeFileSync(path.join(bus.servicesDir, `${name}.service`), `[D-BUS Service]\nName=${name}\nExec=${program}\n`);
    await bus.reload();
    const there = { destination: name, member: "Join", signature: "ss" };
    const asleep = await load({ ...there, noAutoStart: true });
    assert.equal((await asleep.refuse({ payload: ["a", "b"] })).error.code, "DBUS_NAME_NOT_FOUND");
    const call = await load(there);
    assert.equal((await call.ask({ payload: ["a", "b"] }))["payload"], "ab");
  });

  it("goes to the bus that an environment variable names", async () => {
    process.env["ECHO_BUS"] = bus.address;
    try {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: how Node-RED names an environment variable
      const call = await load({ address: "${ECHO_BUS}", member: "Join" });
      assert.equal((await call.ask({ payload: ["a", "b"] }))["payload"], "ab");
    } finally {
      delete process.env["ECHO_BUS"];
    }
  });

  it("with noReply is over when it is handed to the bus, and sends nothing on", async () => {
    const call = await load({ member: "Join", noReply: true });
    call.send({ payload: ["a", "b"], topic: "t" });
    const [completed] = await call.flow.outputs("completed").until(1);
    assert.deepEqual(
      { payload: completed?.["payload"], topic: completed?.["topic"] },
      { payload: ["a", "b"], topic: "t" },
    );
    assert.equal((await called("Join")).noReply, true);
    call.send({ payload: ["a"] });
    await call.flow.outputs("caught").until(1);
    assert.equal(call.outputs.length, 0);
    assert.equal(call.completed.length, 1);
  });

  it("carries the flags that the node asks for", async () => {
    const traffic = await busTraffic(bus);
    const flagsOf = async (fields: object) => {
      const call = await load({ member: "Join", signature: "ss", ...fields });
      const before = traffic.messages.items.length;
      call.send({ payload: ["a", "b"] });
      const seen = await traffic.messages.first(
        (message) => message.member === "Join" && traffic.messages.items.indexOf(message) >= before,
      );
      return seen.flags;
    };
    assert.equal(await flagsOf({}), 0);
    assert.equal(await flagsOf({ noReply: true }), 1);
    assert.equal(await flagsOf({ noAutoStart: true }), 2);
    assert.equal(await flagsOf({ interactiveAuthorization: true }), 4);
    await traffic.stop();
  });

  it("is cut short when the node closes, once for each", async () => {
    // Without a Catch node each error is in the log.
    const flow = await loadFlow(
      [dbusCall],
      [{ id: "tab", type: "tab" }, callNode(bus, { member: "Wait", timeout: 0 })],
    );
    for (let index = 0; index < 5; index++) flow.send("call", {});
    await eventually(() => echo.calls.length === 5);
    await helper.setFlows([]);
    assert.equal(flow.log.items.filter(({ level }) => level === 20).length, 5, "each of the five is told, once");
    // Node-RED itself forgets the status after that.
    const shown = flow.statuses("call").items.filter((status) => status !== undefined);
    assert.deepEqual(shown.at(-1), {}, "and a closed node shows nothing");
    assert.equal(pool.size, 0);
  });

  it("waits for a bus that is away, within its time", async () => {
    const call = await load({ member: "Join", timeout: 8 });
    await call.ask({ payload: ["a", "b"] });
    await bus.kill();
    await call.flow.statuses("call").first(({ text }) => text === "node-red:common.status.disconnected");
    call.send({ payload: ["c", "d"], topic: "waited" });
    await bus.restart();
    // The service has lost its bus, too; the call is answered by whoever has the name then.
    const { error } = (await call.ends.first(({ topic }) => topic === "waited")) as { error?: CaughtError };
    assert.ok(error === undefined || error.code === "DBUS_NAME_NOT_FOUND", error?.code);
  });

  it("fails at once when the bus goes while it is pending", async () => {
    const call = await load({ member: "Wait", timeout: 0 });
    call.send({});
    await called("Wait");
    await bus.kill();
    const [msg] = await call.flow.outputs("caught").until(1);
    assert.equal(msg && (msg["error"] as CaughtError).code, "DBUS_DISCONNECTED");
  });

  describe("status", () => {
    const statuses = (call: CallFlow) => call.flow.statuses("call");

    it("goes from connecting to connected, calling, and back", async () => {
      const call = await load({ member: "Wait", timeout: 0 });
      await statuses(call).until(2);
      assert.deepEqual(statuses(call).items[0], {
        fill: "yellow",
        shape: "ring",
        text: "node-red:common.status.connecting",
      });
      await statuses(call).first(({ text }) => text === CONNECTED.text);
      call.send({});
      const calling = await statuses(call).first(({ fill }) => fill === "blue");
      assert.deepEqual(calling, { fill: "blue", shape: "dot", text: `${STATUS}calling` });
      call.send({});
      await statuses(call).first(({ text }) => text === "2 …");
      echo.tell({ answer: true });
      await call.flow.outputs("out").until(1);
      await eventually(() => echo.calls.length === 2);
      echo.tell({ answer: true });
      await call.flow.outputs("out").until(2);
      const shown = statuses(call).items.length;
      await eventually(() =>
        statuses(call)
          .items.slice(shown - 1)
          .some(({ text }) => text === CONNECTED.text),
      );
    });

    const FAILURES: readonly (readonly [name: string, text: string])[] = [
      ["AccessDenied", "refused"],
      ["NoReply", "no-reply"],
      ["Timeout", "timeout"],
      ["ServiceUnknown", "name-not-found"],
      ["Failed", "failed"],
    ];
    for (const [name, text] of FAILURES) {
      it(`says ${text} after ${name}`, async () => {
        const call = await load({ member: "Fail" });
        await call.refuse({ payload: [`org.freedesktop.DBus.Error.${name}`, ""] });
        const shown = await statuses(call).first(({ fill }) => fill === "red");
        assert.deepEqual(shown, { fill: "red", shape: "ring", text: STATUS + text });
      });
    }

    it("says that there is no bus", async () => {
      const call = await load({ address: `unix:path=${bus.directory}/none` });
      const shown = await statuses(call).first(({ fill }) => fill === "red");
      assert.deepEqual(shown, { fill: "red", shape: "ring", text: `${STATUS}no-bus` });
    });

    it("is empty with a bus from the message, between its calls", async () => {
      const call = await load({ bus: "msg", member: "Join" });
      await call.ask({ payload: ["a", "b"], dbus: { address: bus.address } });
      await statuses(call).first(({ fill }) => fill === "blue");
      await statuses(call).first((shown) => Object.keys(shown).length === 0);
    });

    it("changes a few times a second at the most, however busy the node is", async () => {
      const call = await load({ member: "Echo", signature: "u" });
      const start = performance.now();
      for (let index = 0; index < 400; index++) await call.ask({ payload: index });
      const seconds = (performance.now() - start) / 1000;
      assert.ok(statuses(call).items.length <= 4 + seconds * 4, `${statuses(call).items.length} in ${seconds} s`);
    });
  });
});

/** Answers its calls as they come, until the result is called. */
function setAnswering(service: EchoService): () => void {
  service.tell({ answer: true });
  return service.lines.onItem(({ call }) => {
    if (call === "Wait") service.tell({ answer: true });
  });
}
