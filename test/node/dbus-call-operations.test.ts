import assert from "node:assert/strict";
import { type CallFlow, callNode, loadCall } from "../support/call-flow";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";

describe("dbus-call: operations", () => {
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

  describe("call", () => {
    it("learns the signature once, and names the arguments that come back", async () => {
      const call = await load({ member: "Pair" });
      const first = await call.ask({ payload: "7", topic: "kept", dbus: { other: 1 } });
      assert.deepEqual(first["payload"], ["7", 7]);
      assert.equal(first["topic"], "kept");
      assert.deepEqual(first["dbus"], {
        bus: "address",
        address: bus.address,
        destination: ECHO_NAME,
        sender: echo.unique,
        path: ECHO_PATH,
        interface: ECHO,
        member: "Pair",
        signature: "su",
        arguments: { text: "7", number: 7 },
      });
      await call.ask({ payload: 8 });
      assert.equal(echo.introspections, 1);
    });

    it("learns it again after the service has changed hands", async () => {
      const call = await load({ member: "Pair" });
      await call.ask({ payload: 1 });
      await echo.stop();
      echo = await startEcho(bus);
      assert.deepEqual((await call.ask({ payload: 2 }))["payload"], ["2", 2]);
      assert.equal(echo.introspections, 1);
    });

    it("finds the interface that has the method", async () => {
      const call = await load({ member: "Join", interface: "" });
      const { payload, dbus } = await call.ask({ payload: ["a", "b"] });
      assert.equal(payload, "ab");
      assert.equal((dbus as { interface: string }).interface, ECHO);
    });

    it("finds the interface where the signature is filled in, too", async () => {
      const call = await load({ member: "Join", interface: "", signature: "ss" });
      assert.equal((await call.ask({ payload: ["a", "b"] }))["payload"], "ab");
    });

    it("does not guess between two interfaces", async () => {
      const call = await load({ member: "Twice", interface: "" });
      assert.equal((await call.refuse({})).error.code, "DBUS_AMBIGUOUS");
      assert.deepEqual(echo.calls, []);
    });

    it("takes an object by the arguments' names, or an array in order", async () => {
      const call = await load({ member: "Join" });
      assert.equal((await call.ask({ payload: { second: "b", first: "a" } }))["payload"], "ab");
      assert.equal((await call.ask({ payload: ["c", "d"] }))["payload"], "cd");
      const missing = await call.refuse({ payload: { first: "a" } });
      assert.equal(missing.error.code, "DBUS_INVALID_ARGUMENT");
    });

    it("takes an object as the one argument that it is, whatever its keys", async () => {
      const call = await load({ member: "Options" });
      assert.deepEqual((await call.ask({ payload: { options: 1 } }))["payload"], { options: 1 });
    });

    it("ignores what is handed in where the method takes nothing, and gives nothing", async () => {
      const call = await load({ member: "Nothing" });
      const answer = await call.ask({ payload: "ignored" });
      assert.ok("payload" in answer);
      assert.equal(answer["payload"], undefined);
    });

    it("chooses an overload by the signature, or by the number of arguments", async () => {
      const call = await load({ member: "Overload" });
      assert.equal((await call.ask({ payload: "a", dbus: { signature: "s" } }))["payload"], "s");
      assert.equal((await call.ask({ payload: ["a", 1], dbus: { signature: "su" } }))["payload"], "su");
      assert.equal((await call.ask({ payload: ["a", 1] }))["payload"], "su");
    });

    it("calls standard methods without asking what they take", async () => {
      const call = await load({ interface: "org.freedesktop.DBus.Peer", member: "Ping" });
      await call.ask({ payload: 1 });
      assert.equal(echo.introspections, 0);
    });
  });

  describe("get", () => {
    const VALUES = { Text: "calm", Byte: 1, Short: -2, Word: 3, Int: -4, Count: 5, Long: String(-(2n ** 60n)) };
    it("reads a property of any type", async () => {
      const call = await load({ operation: "get", member: "" });
      for (const [member, value] of Object.entries(VALUES)) {
        const answer = await call.ask({ dbus: { member } });
        assert.deepEqual(answer["payload"], value, member);
      }
      assert.equal(echo.introspections, 0);
    });

    it("finds the interface that has the property", async () => {
      const call = await load({ operation: "get", member: "Text", interface: "" });
      const { payload, dbus } = await call.ask({});
      assert.equal(payload, "calm");
      assert.equal((dbus as { interface: string }).interface, ECHO);
    });

    it("gives the value with its type where types are kept", async () => {
      const get = await load({ operation: "get", member: "Word", keepTypes: true });
      assert.deepEqual((await get.ask({}))["payload"], { signature: "q", value: 3 });
    });

    it("waits for the answer with noReply, too: it is what was asked for", async () => {
      const call = await load({ operation: "get", member: "Text", noReply: true });
      assert.equal((await call.ask({}))["payload"], "calm");
    });
  });

  describe("set", () => {
    const TYPES: readonly (readonly [member: string, payload: unknown, type: string, value: unknown])[] = [
      ["Text", 5, "String", "5"],
      ["Byte", 5, "Byte", 5],
      ["Short", 5, "Int16", 5],
      ["Word", 5, "UInt16", 5],
      ["Int", 5, "Int32", 5],
      ["Count", 5, "UInt32", 5],
      ["Long", 5, "Int64", 5],
      ["Huge", "5", "UInt64", 5],
      ["Ratio", 5, "Double", 5],
      ["Flag", 1, "Boolean", 1],
      ["Where", "/b", "ObjectPath", "/b"],
      ["Shape", "ai", "Signature", "ai"],
      ["Bytes", "ab", "Array", [97, 98]],
      ["Names", ["x"], "Array", ["x"]],
      ["Point", [3, 4], "Struct", [3, 4]],
      ["Word", { signature: "q", value: 6 }, "UInt16", 6],
    ];

    it("writes a value as the property's declared type", async () => {
      const call = await load({ operation: "set", member: "" });
      for (const [member, payload, type, value] of TYPES) {
        const answer = await call.ask({ payload, dbus: { member } });
        assert.equal(answer["payload"], undefined);
        const line = await echo.lines.first((seen) => seen.set !== undefined);
        assert.deepEqual({ ...line }, { set: member, type, value });
        echo.lines.items.length = 0;
      }
    });

    it("needs no introspection where interface and signature are filled in", async () => {
      const call = await load({ operation: "set", member: "Count", signature: "u" });
      await call.ask({ payload: 9 });
      assert.equal(echo.introspections, 0);
    });

    it("refuses what does not fit, and what can only be read, before it is sent", async () => {
      const call = await load({ operation: "set", member: "" });
      const tooBig = await call.refuse({ payload: 256, dbus: { member: "Byte" } });
      assert.equal(tooBig.error.code, "DBUS_INVALID_ARGUMENT");
      const readOnly = await call.refuse({ payload: "x", dbus: { member: "Fixed" } });
      assert.equal(readOnly.error.code, "DBUS_PROPERTY_READ_ONLY");
      const unknown = await call.refuse({ payload: "x", dbus: { member: "Missing" } });
      assert.equal(unknown.error.code, "DBUS_PROPERTY_NOT_FOUND");
      await echo.done();
      assert.ok(!echo.lines.items.some(({ call: member }) => member === "Set"));
    });
  });

  describe("get-all", () => {
    it("reads an interface's properties", async () => {
      const call = await load({ operation: "get-all" });
      const payload = (await call.ask({}))["payload"] as Record<string, unknown>;
      assert.equal(payload["Text"], "calm");
      assert.deepEqual(payload["Bytes"], Buffer.from([1, 2]));
      assert.equal(payload["Any"], 7);
      assert.equal(Object.keys(payload).length, 17);
    });

    it("reads those of every interface where none is given, by interface", async () => {
      const call = await load({ operation: "get-all", interface: "" });
      const payload = (await call.ask({}))["payload"] as Record<string, object>;
      assert.deepEqual(Object.keys(payload), [ECHO, "com.example.Other"]);
      assert.deepEqual(payload["com.example.Other"], { Extra: "e" });
    });
  });

  describe("fields", () => {
    it("are taken from the message where they are blank", async () => {
      const call = await load({ destination: "", path: "", interface: "", member: "", signature: "" });
      const dbus = { destination: ECHO_NAME, path: ECHO_PATH, interface: ECHO, member: "Echo", signature: "q" };
      assert.equal((await call.ask({ payload: 3, dbus }))["payload"], 3);
    });

    it("of the node win over the message's", async () => {
      const call = await load({ member: "Echo", signature: "s" });
      const dbus = { destination: "com.example.Other", path: "/other", interface: "a.b", member: "X", signature: "q" };
      const answer = await call.ask({ payload: 3, dbus });
      assert.equal(answer["payload"], "3");
      assert.equal((answer["dbus"] as { member: string }).member, "Echo");
    });

    it("do not take the signature of a message that was received for the one to send", async () => {
      const call = await load({ member: "" });
      const dbus = { sender: echo.unique, member: "Join", signature: "u" };
      assert.equal((await call.ask({ payload: ["a", "b"], dbus }))["payload"], "ab");
    });

    it("let one node's output drive the next", async () => {
      const call = await load({ destination: "", path: "", interface: "", member: "", operation: "get" });
      const dbus = { bus: "address", destination: ECHO_NAME, path: ECHO_PATH, interface: ECHO, member: "Text" };
      const first = await call.ask({ dbus });
      assert.equal((await call.ask(first))["payload"], "calm");
    });
  });

  describe("bus: msg", () => {
    const fields = { bus: "msg", address: "", member: "Join" };
    it("goes to the bus that the message names", async () => {
      const call = await load(fields);
      const other = await startBus({ type: "session" });
      const there = await startEcho(other);
      try {
        for (const { address } of [bus, other, bus]) {
          const { dbus } = await call.ask({ payload: ["a", "b"], dbus: { address } });
          assert.equal((dbus as { address: string }).address, address);
        }
        assert.equal(there.calls.length, 1);
        assert.equal(echo.calls.length, 2);
      } finally {
        await there.stop();
        await other.stop();
      }
    });

    it("knows the buses of this machine by their names", async () => {
      const saved = process.env["DBUS_SESSION_BUS_ADDRESS"];
      process.env["DBUS_SESSION_BUS_ADDRESS"] = bus.address;
      try {
        const call = await load(fields);
        const { dbus } = await call.ask({ payload: ["a", "b"], dbus: { bus: "session", address: "ignored" } });
        assert.deepEqual(
          { bus: (dbus as { bus: string }).bus, address: (dbus as { address: string }).address },
          { bus: "session", address: bus.address },
        );
      } finally {
        if (saved === undefined) delete process.env["DBUS_SESSION_BUS_ADDRESS"];
        else process.env["DBUS_SESSION_BUS_ADDRESS"] = saved;
      }
    });

    it("says what is missing or wrong", async () => {
      const call = await load(fields);
      const refusals: readonly (readonly [dbus: unknown, code: string])[] = [
        [undefined, "DBUS_INVALID_FIELD"],
        [{}, "DBUS_INVALID_FIELD"],
        [{ bus: "other" }, "DBUS_INVALID_FIELD"],
        [{ bus: "address" }, "DBUS_INVALID_FIELD"],
        [{ address: 5 }, "DBUS_INVALID_FIELD"],
        [{ address: "nonsense" }, "DBUS_INVALID_ADDRESS"],
        ["text", "DBUS_INVALID_FIELD"],
      ];
      for (const [dbus, code] of refusals) {
        assert.equal((await call.refuse({ payload: ["a", "b"], dbus })).error.code, code, JSON.stringify(dbus));
      }
    });
  });
});
