import assert from "node:assert/strict";
import type { FailureAnswer } from "../../lib/shared/admin";
import type { ListenLine, TryAnswer } from "../../lib/shared/trial";
import { askRuntime, tokenOf, withUsers } from "../support/admin-request";
import { matchRules } from "../support/busctl";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { node, TAB } from "../support/flow-parts";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { platformOfSuite } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";
import { eventuallyAsync } from "../support/until";

const CALL = { bus: "system", destination: ECHO_NAME, path: ECHO_PATH, interface: ECHO, member: "Echo" };

describe("trying in a dialog what a node would do", function () {
  this.timeout(60_000);
  let bus: PrivateBus;
  let nodeRed: NodeRed;
  let echo: EchoService;

  const attempt = async (config: object, more: object = {}): Promise<TryAnswer> => {
    const { status, body } = await askRuntime<TryAnswer>(nodeRed, "try", { body: { config, ...more } });
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };

  before(async () => {
    bus = await startBus({ type: "session" });
    echo = await startEcho(bus);
    nodeRed = await startNodeRed({
      version: platformOfSuite(),
      env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address, ECHO_MEMBER: "Echo" },
      flows: [
        { ...TAB, env: [{ name: "OF_THE_FLOW", type: "str", value: "Tick" }] },
        node("dbus-call", "deployed"),
        node("dbus-signal", "listening"),
      ],
    });
  });
  after(async () => {
    await nodeRed.stop();
    await echo.stop();
    await bus.stop();
  });

  it("calls with what is in the form, and answers the message that the node would send", async () => {
    const { tookMs, message } = await attempt({ ...CALL, signature: "s" }, { payload: "hello" });
    assert.ok(tookMs > 0);
    assert.equal(message?.format, "Object");
    const { payload, dbus } = JSON.parse(message?.msg ?? "");
    assert.equal(payload, "hello");
    assert.deepEqual([dbus.bus, dbus.destination, dbus.member], ["system", ECHO_NAME, "Echo"]);
  });

  it("reads argument rows and environment variables as a deploy does", async () => {
    const args = [{ value: "7", type: "num" }];
    const member = "$" + "{ECHO_MEMBER}";
    const { message } = await attempt({ ...CALL, member, signature: "u", argsType: "list", args });
    assert.equal(JSON.parse(message?.msg ?? "").payload, 7);
    const row = [{ value: "$" + "{ECHO_MEMBER}", type: "str" }];
    const rows = await attempt({ ...CALL, signature: "s", argsType: "list", args: row });
    assert.equal(JSON.parse(rows.message?.msg ?? "").payload, "Echo");
  });

  it("says of a variable without a value who would know it", async () => {
    const args = [{ value: "$" + "{OF_THE_FLOW}", type: "str" }];
    const config = { ...CALL, signature: "s", argsType: "list", args };
    const { failure } = await attempt(config);
    assert.deepEqual(failure?.problem, { key: "errors.try-variable", params: { name: "OF_THE_FLOW" } });
    const { message } = await attempt(config, { id: "deployed" });
    assert.equal(JSON.parse(message?.msg ?? "").payload, "Tick");
    const nowhere = await attempt({ ...CALL, member: "$" + "{NOWHERE}" }, { id: "deployed", payload: "x" });
    assert.match(JSON.stringify(nowhere.failure), /fields\.variable-not-set.*NOWHERE/);
  });

  it("says what is wrong with a form before anything is sent", async () => {
    const before = echo.calls.length;
    for (const [config, code, key] of [
      [{ ...CALL, path: "nowhere" }, "DBUS_INVALID_FIELD", "errors.field"],
      [{ ...CALL, destination: "" }, "DBUS_INVALID_FIELD", "errors.field-missing"],
      [{ ...CALL, bus: "msg" }, "DBUS_INVALID_FIELD", "errors.try-bus"],
      [{ ...CALL, path: 5 }, "DBUS_INVALID_FIELD", "errors.field"],
      [{ ...CALL, argsType: "flow", args: "x" }, "DBUS_INVALID_ARGUMENT", "errors.try-undeployed"],
    ] as const) {
      const { failure, message } = await attempt(config, { payload: "x" });
      assert.deepEqual([failure?.code, failure?.problem.key, message], [code, key, undefined]);
    }
    assert.equal(echo.calls.length, before);
  });

  it("takes contexts of a node that is deployed", async () => {
    const { message } = await attempt({ ...CALL, signature: "s", argsType: "jsonata", args: '"a" & "b"' });
    assert.equal(JSON.parse(message?.msg ?? "").payload, "ab");
    const config = { ...CALL, signature: "v", argsType: "flow", args: "nothing" };
    const { failure } = await attempt(config, { id: "deployed" });
    assert.equal(failure?.code, "DBUS_INVALID_ARGUMENT");
    assert.notEqual(failure?.problem.key, "errors.try-undeployed");
  });

  it("answers the error that the node would have, explained", async () => {
    const { failure } = await attempt({ ...CALL, destination: "org.example.Nobody", signature: "s" }, { payload: "x" });
    assert.equal(failure?.code, "DBUS_NAME_NOT_FOUND");
  });

  it("listens, and answers each message as it comes", async () => {
    const gone = new AbortController();
    const config = { bus: "system", sender: ECHO_NAME, interface: ECHO, member: "$" + "{OF_THE_FLOW}" };
    const answer = await nodeRed.api("/dbus/listen", listenBody(config, gone.signal));
    assert.equal(answer.headers.get("content-type"), "application/x-ndjson");
    const lines = linesOf(answer);
    assert.deepEqual((await lines.next()).value, { begun: true });
    await eventuallyAsync(async () => (await matchRules(bus)).includes("Tick"), { what: "the rule" });
    echo.emit("Tick", "u", [5]);
    const { value } = await lines.next();
    assert.ok(value !== undefined && "message" in value);
    assert.equal(JSON.parse(value.message.msg).payload, 5);
    gone.abort();
    await eventuallyAsync(async () => !(await matchRules(bus)).includes("Tick"), { what: "the rule to be taken away" });
  });

  it("sends no more than the rate limit lets through", async () => {
    const config = { bus: "system", sender: ECHO_NAME, interface: ECHO, member: "Fast", rateLimit: "3000" };
    const lines = linesOf(await nodeRed.api("/dbus/listen", listenBody(config)));
    assert.deepEqual((await lines.next()).value, { begun: true });
    await eventuallyAsync(async () => (await matchRules(bus)).includes("Fast"), { what: "the rule" });
    for (const value of [1, 2, 3]) echo.emit("Fast", "u", [value]);
    const payloads: unknown[] = [];
    for await (const line of lines) if ("message" in line) payloads.push(JSON.parse(line.message.msg).payload);
    assert.deepEqual(payloads, [1, 3]);
  });

  it("says why it cannot listen", async () => {
    const body = { config: { bus: "system", dynamic: true } };
    const { status, body: failure } = await askRuntime<FailureAnswer>(nodeRed, "listen", { body });
    assert.deepEqual([status, failure.problem.key], [400, "errors.try-dynamic"]);
  });

  it("is for those who may change flows, from Node-RED's own page", async () => {
    const body = { config: { ...CALL, signature: "s" }, payload: "x" };
    const foreign = { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" };
    assert.equal((await askRuntime(nodeRed, "try", { body, headers: foreign })).status, 403);
    const users = { writer: "*", reader: "read", caller: ["dbus.read", "dbus.write"] };
    const guarded = await startNodeRed({
      version: platformOfSuite(),
      env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address },
      flows: [TAB, node("dbus-call", "deployed")],
      settings: { ...withUsers(users) },
    });
    try {
      for (const [user, wanted] of [
        ["writer", 200],
        ["reader", 401],
        ["caller", 403],
      ] as const) {
        const token = await tokenOf(guarded, user);
        const { status } = await askRuntime(guarded, "try", { body, token });
        assert.equal(status, wanted, user);
      }
      assert.equal((await askRuntime(guarded, "try", { body })).status, 401);
    } finally {
      await guarded.stop();
    }
  });
});

function listenBody(config: object, signal?: AbortSignal): RequestInit {
  return {
    method: "POST",
    headers: { "x-requested-with": "XMLHttpRequest", "content-type": "application/json" },
    body: JSON.stringify({ id: "listening", config }),
    ...(signal === undefined ? {} : { signal }),
  };
}

async function* linesOf({ body }: Response): AsyncGenerator<ListenLine> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    const lines = (text + decoder.decode(chunk as Uint8Array, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as ListenLine;
  }
}
