import assert from "node:assert/strict";
import dbusCall from "../../nodes/dbus-call";
import { busctl } from "../support/busctl";
import { type CallFlow, callNode, loadCall } from "../support/call-flow";
import { ECHO_NAME, type EchoService, startEcho } from "../support/echo-service";
import { loadFlow, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";

const ERRORS = "org.freedesktop.DBus.Error";

describe("dbus-call: errors", () => {
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

  const load = (fields: object): Promise<CallFlow> => loadCall(callNode(bus, fields));

  it("of a service come with its own error name and body, in error.cause and msg.dbus.error", async () => {
    const call = await load({ member: "Fail" });
    const payload = ["com.example.Error.Broken", "it broke"];
    const { msg, error } = await call.refuse({ payload, topic: "kept", dbus: { kept: true } });
    assert.equal(error.code, "DBUS_ERROR_REPLY");
    const cause = { code: "DBUS_ERROR_REPLY", dbusName: "com.example.Error.Broken", body: ["it broke"] };
    assert.deepEqual({ ...error.cause }, cause);
    assert.equal(error.source.id, "call");
    assert.deepEqual(msg["dbus"], { kept: true, error: { message: error.message.replace("Error: ", ""), ...cause } });
    assert.deepEqual({ topic: msg["topic"], payload: msg["payload"] }, { topic: "kept", payload });
    assert.equal(call.outputs.length, 0);
  });

  const MEANINGS: readonly (readonly [name: string, code: string])[] = [
    ["UnknownObject", "DBUS_OBJECT_NOT_FOUND"],
    ["UnknownInterface", "DBUS_INTERFACE_NOT_FOUND"],
    ["UnknownMethod", "DBUS_METHOD_NOT_FOUND"],
    ["UnknownProperty", "DBUS_PROPERTY_NOT_FOUND"],
    ["PropertyReadOnly", "DBUS_PROPERTY_READ_ONLY"],
    ["InvalidArgs", "DBUS_INVALID_ARGS"],
    ["AccessDenied", "DBUS_ACCESS_DENIED"],
    ["InteractiveAuthorizationRequired", "DBUS_ACCESS_DENIED"],
    ["LimitsExceeded", "DBUS_LIMITS_EXCEEDED"],
    ["NoReply", "DBUS_NO_REPLY"],
    ["Timeout", "DBUS_TIMEOUT"],
    ["Failed", "DBUS_ERROR_REPLY"],
  ];
  it("have a code of ours for each well-known error name", async () => {
    const call = await load({ member: "Fail" });
    for (const [name, code] of MEANINGS) {
      const { error } = await call.refuse({ payload: [`${ERRORS}.${name}`, "why"] });
      assert.equal(error.code, code, name);
      assert.equal(error.cause.dbusName, `${ERRORS}.${name}`);
    }
    assert.equal(call.caught.length, MEANINGS.length);
  });

  it("tell a name that nobody owns, of a call and of a question to the bus", async () => {
    const nobody = await load({ destination: "com.example.Nobody", member: "X", signature: "s" });
    assert.equal((await nobody.refuse({ payload: "a" })).error.code, "DBUS_NAME_NOT_FOUND");
    const name = "org.freedesktop.DBus";
    const fields = { destination: name, path: "/org/freedesktop/DBus", interface: name, member: "GetNameOwner" };
    const call = await load({ ...fields, signature: "s" });
    const { error } = await call.refuse({ payload: "com.example.Nobody" });
    assert.equal(error.code, "DBUS_NAME_NOT_FOUND");
    assert.match(error.message, /bus-name-not-found/, "it is not the bus that nobody owns");
  });

  const BAD_FIELDS: readonly (readonly [field: string, value: unknown])[] = [
    ["destination", undefined],
    ["destination", ""],
    ["destination", 5],
    ["destination", "nodot"],
    ["destination", `com.${"x".repeat(252)}`],
    ["path", undefined],
    ["path", "no/slash"],
    ["path", "/a/"],
    ["interface", "nodot"],
    ["interface", { a: 1 }],
    ["member", undefined],
    ["member", "a.b"],
    ["member", "x".repeat(256)],
    ["signature", "a{"],
    ["signature", "z"],
    ["timeout", -1],
    ["timeout", "soon"],
    ["timeout", []],
    ["timeout", true],
    ["timeout", Number.POSITIVE_INFINITY],
  ];
  it("of a field in msg.dbus name it, and nothing goes to the bus, whose connection lives on", async () => {
    const blank = { destination: "", path: "", interface: "", member: "", signature: "", timeout: "" };
    const call = await load(blank);
    const good = { destination: ECHO_NAME, path: "/a", interface: "com.example.Echo", member: "Echo", signature: "s" };
    const sender = async () => {
      const count = echo.calls.length;
      await call.ask({ payload: "x", dbus: good });
      assert.equal(echo.calls.length, count + 1, "that call alone has arrived");
      return echo.lines.items.at(-1)?.sender;
    };
    const before = await sender();
    for (const [field, value] of BAD_FIELDS) {
      const { error } = await call.refuse({ payload: "x", dbus: { ...good, [field]: value } });
      assert.equal(error.code, "DBUS_INVALID_FIELD", `${field}: ${String(value)}`);
    }
    assert.equal(await sender(), before);
  });

  const BAD_VALUES: readonly (readonly [signature: string, value: unknown, code?: string])[] = [
    ["s", null],
    ["s", undefined],
    ["s", "a\0b"],
    ["s", "\ud800"],
    ["y", 256],
    ["y", 1.5],
    ["i", "x"],
    ["x", 2n ** 63n],
    ["t", -1],
    ["d", "x"],
    ["b", 2],
    ["o", "a"],
    ["g", "z"],
    ["ay", [256]],
    ["as", "text"],
    ["a{su}", { a: -1 }],
    ["a{us}", { a: "x" }],
    ["(si)", ["a"]],
    ["v", null],
    ["v", 2n ** 70n],
    ["v", { signature: "ii", value: 1 }],
    ["ss", ["a"]],
    ["ss", "a"],
    ["h", 0, "DBUS_UNSUPPORTED_TYPE"],
    ["v", { signature: "h", value: 0 }, "DBUS_UNSUPPORTED_TYPE"],
    ["v", deep(40), "DBUS_TOO_LARGE"],
  ];
  it("of a value name the argument, and nothing goes to the bus, whose connection lives on", async () => {
    const call = await load({ member: "Echo", signature: "" });
    const sender = async () => {
      const count = echo.calls.length;
      await call.ask({ payload: "x", dbus: { signature: "s" } });
      assert.equal(echo.calls.length, count + 1, "that call alone has arrived");
      return echo.lines.items.at(-1)?.sender;
    };
    const before = await sender();
    for (const [signature, payload, code = "DBUS_INVALID_ARGUMENT"] of BAD_VALUES) {
      const { error } = await call.refuse({ payload, dbus: { signature } });
      assert.equal(error.code, code, `${signature}: ${String(payload)}`);
    }
    assert.equal(await sender(), before);
  });

  it("come once for each input, and Complete comes for the others", async () => {
    const call = await load({ member: "Echo", signature: "y" });
    for (let value = 250; value < 262; value++) call.send({ payload: value });
    await call.flow.outputs("out").until(6);
    await call.flow.outputs("caught").until(6);
    await call.flow.outputs("completed").until(6);
    await call.ask({ payload: 1 });
    const counts = [call.outputs.length, call.caught.length];
    assert.deepEqual(counts, [7, 6]);
    await call.flow.outputs("completed").until(7);
    assert.equal(call.completed.length, 7);
  });

  it("do not come of the bus itself, called without an interface", async () => {
    const call = await load({ destination: "org.freedesktop.DBus", path: "/", interface: "", member: "ListNames" });
    assert.ok(Array.isArray((await call.ask({}))["payload"]));
    assert.equal((await busctl(bus, "list")).code, 0);
  });

  describe("of a saved node", () => {
    const BAD: readonly (readonly [fields: object, status?: string])[] = [
      [{ bus: "other" }],
      [{ bus: "address", address: "" }, "bad-address"],
      [{ address: "nonsense" }, "bad-address"],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: how Node-RED names an environment variable
      [{ address: "${NOT_SET_ANYWHERE}" }, "bad-address"],
      [{ operation: "other" }],
      [{ destination: "nodot" }],
      [{ destination: 5 }],
      [{ path: "x" }],
      [{ interface: "x" }],
      [{ member: "a.b" }],
      [{ signature: "a{" }],
      [{ signature: "h" }],
      [{ operation: "set", signature: "ii" }],
      [{ args: 5 }],
      [{ args: "x", argsType: "other" }],
      [{ args: "", argsType: "num" }],
      [{ args: "{", argsType: "json" }],
      [{ args: "x", argsType: "list" }],
      [{ args: [null], argsType: "list" }],
      [{ args: [{ value: "x", type: "num" }], argsType: "list" }],
      [{ args: "$(", argsType: "jsonata" }, "bad-input"],
      [{ timeout: -1 }],
      [{ timeout: {} }],
      [{ int64: "other" }],
      [{ noReply: "yes" }],
      [{ keepTypes: 1 }],
    ];
    for (const [fields, status = "invalid"] of BAD) {
      it(`is told at deploy and to every message: ${JSON.stringify(fields)}`, async () => {
        const before = echo.calls.length;
        const call = await load({ member: "Echo", ...fields });
        const logged = await call.flow.log.first(({ level, id }) => level === 20 && id === "call");
        assert.ok(logged);
        const shown = await call.flow.statuses("call").first(({ fill }) => fill === "red");
        assert.equal(shown.text, `node-red-contrib-dbus/dbus-editor:status.${status}`);
        for (const count of [1, 2]) {
          const { error } = await call.refuse({ payload: 1 });
          assert.match(error.code, /^DBUS_INVALID_/);
          assert.equal(call.caught.length, count);
        }
        assert.equal(call.completed.length, 0);
        assert.equal(echo.calls.length, before);
      });
    }

    it("that lacks fields has their defaults", async () => {
      const flow = await loadFlow(
        [dbusCall],
        [
          { id: "tab", type: "tab" },
          { id: "call", type: "dbus-call" },
        ],
      );
      assert.ok(!flow.log.items.some(({ level }) => level === 20));
    });
  });
});

function deep(levels: number): unknown {
  return levels === 0 ? 1 : [deep(levels - 1)];
}
