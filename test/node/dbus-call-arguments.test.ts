import assert from "node:assert/strict";
import { type CallFlow, callNode, loadCall } from "../support/call-flow";
import { ECHO, type EchoService, startEcho } from "../support/echo-service";
import { helper, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";

interface Contexts {
  context(): { readonly flow: Context; readonly global: Context };
}

interface Context {
  set(key: string, value: unknown): void;
}

describe("dbus-call: where arguments come from", () => {
  useNodeRed();
  let bus: PrivateBus;
  let echo: EchoService;
  before(async () => {
    bus = await startBus({ type: "session" });
    echo = await startEcho(bus);
    process.env["ECHO_ARGUMENT"] = "from the environment";
  });
  after(async () => {
    delete process.env["ECHO_ARGUMENT"];
    await echo.stop();
    await bus.stop();
  });

  const load = (signature: string, args: unknown, argsType: string): Promise<CallFlow> =>
    loadCall(callNode(bus, { member: "Echo", signature, args, argsType }));
  const contexts = () => {
    const { flow, global } = (helper.getNode("call") as unknown as Contexts).context();
    flow.set("kept", { here: "in the flow" });
    global.set("kept", "everywhere");
  };

  const INPUTS: readonly (readonly [type: string, value: string, signature: string, expected: unknown])[] = [
    ["msg", "payload.deep[1]", "s", "from the message"],
    ["str", "fixed", "s", "fixed"],
    ["num", "2.5", "d", 2.5],
    ["num", "0x10", "u", 16],
    ["num", "9007199254740993", "x", "9007199254740993"],
    ["num", " -9223372036854775808 ", "x", "-9223372036854775808"],
    ["num", "18446744073709551615", "t", "18446744073709551615"],
    ["bool", "true", "b", true],
    ["json", '{"a": [1, "b"]}', "a{sv}", { a: [1, "b"] }],
    ["bin", "[1, 255]", "ay", Buffer.from([1, 255])],
    ["jsonata", "$uppercase(payload.deep[1])", "s", "FROM THE MESSAGE"],
    ["jsonata", "[1..3]", "ai", [1, 2, 3]],
    ["env", "ECHO_ARGUMENT", "s", "from the environment"],
    ["flow", "kept.here", "s", "in the flow"],
    ["global", "kept", "s", "everywhere"],
  ];

  const message = () => ({ payload: { deep: ["", "from the message"] } });
  for (const [type, value, signature, expected] of INPUTS) {
    it(`one input of type ${type}: ${value}`, async () => {
      const call = await load(signature, value, type);
      contexts();
      assert.deepEqual((await call.ask(message()))["payload"], expected);
    });
  }

  it("a list with a row of each type, in order", async () => {
    const rows = INPUTS.map(([type, value]) => ({ type, value }));
    const call = await load(INPUTS.map(([, , signature]) => signature).join(""), rows, "list");
    contexts();
    assert.deepEqual(
      (await call.ask(message()))["payload"],
      INPUTS.map(([, , , expected]) => expected),
    );
  });

  it("a list for a method whose signature is learnt", async () => {
    const rows = [
      { type: "str", value: "a" },
      { type: "msg", value: "payload" },
    ];
    const call = await loadCall(callNode(bus, { member: "Join", args: rows, argsType: "list" }));
    assert.equal((await call.ask({ payload: "b" }))["payload"], "ab");
  });

  it("an object by the names that were saved when the method was picked, without asking the service", async () => {
    const picked = { interface: ECHO, member: "Join", signature: "ss", argNames: ["first", "second"] };
    const call = await loadCall(callNode(bus, picked));
    const before = echo.introspections;
    assert.equal((await call.ask({ payload: { second: "b", first: "a" } }))["payload"], "ab");
    const { error } = await call.refuse({ payload: { first: "a", secnd: "b" } });
    assert.equal(error.code, "DBUS_INVALID_ARGUMENT");
    await echo.done();
    assert.equal(echo.introspections, before);
  });

  it("names what comes back as it was saved when the method was picked, without asking the service", async () => {
    const picked = { interface: ECHO, member: "Pair", signature: "u", outNames: ["text", "number"] };
    const call = await loadCall(callNode(bus, picked));
    const before = echo.introspections;
    const { payload, dbus } = await call.ask({ payload: 3 });
    assert.deepEqual([payload, Object(dbus).arguments], [["3", 3], { text: "3", number: 3 }]);
    await echo.done();
    assert.equal(echo.introspections, before);
    const any = await loadCall(callNode(bus, { ...picked, member: "" }));
    assert.equal(Object((await any.ask({ payload: 3, dbus: { member: "Pair" } }))["dbus"]).arguments, undefined);
  });

  it("a list for a property to write", async () => {
    const fields = { operation: "set", member: "Word", args: [{ type: "num", value: "9" }], argsType: "list" };
    const call = await loadCall(callNode(bus, fields));
    await call.ask({});
    const line = await echo.lines.first(({ set }) => set === "Word");
    assert.equal(line.type, "UInt16");
  });

  it("an empty list, where the method takes nothing", async () => {
    const call = await loadCall(callNode(bus, { member: "Nothing", args: [], argsType: "list" }));
    assert.equal((await call.ask({ payload: "ignored" }))["payload"], undefined);
  });

  it("a list of another length than the method takes is an error", async () => {
    const call = await loadCall(
      callNode(bus, { member: "Join", args: [{ type: "str", value: "a" }], argsType: "list" }),
    );
    assert.equal((await call.refuse({})).error.code, "DBUS_INVALID_ARGUMENT");
  });

  const BROKEN: readonly (readonly [type: string, value: string])[] = [
    ["msg", "missing.deep"],
    ["msg", "payload["],
    ["jsonata", "$nothing(payload)"],
    ["jsonata", "$number('x')"],
    ["flow", "kept["],
  ];
  for (const [type, value] of BROKEN) {
    it(`what cannot be read as ${type} (${value}) is an error of that message, and nothing is sent`, async () => {
      const call = await load("s", value, type);
      const before = echo.calls.length;
      assert.equal((await call.refuse({ payload: "x" })).error.code, "DBUS_INVALID_ARGUMENT");
      await echo.done();
      assert.equal(echo.calls.length, before);
    });
  }
});
