import assert from "node:assert/strict";
import { CallGroup } from "../../../lib/bus/pending-calls";
import { CallFlag } from "../../../lib/bus/transport";
import { type OperationRequest, perform } from "../../../lib/client/operations";
import { acquireBus, type BusLease } from "../../../lib/client/service";
import type { DBusErrorCode } from "../../../lib/errors";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../../support/echo-service";
import { english } from "../../support/english";
import { type PrivateBus, startBus } from "../../support/private-bus";
import { watchProcess } from "../../support/process-health";
import { failure } from "../../support/raw-peer";
import { eventually } from "../../support/until";

const DECODE = { int64: "auto", keepTypes: false } as const;
const OTHER = "com.example.Other";
const INTROSPECTABLE = "org.freedesktop.DBus.Introspectable";

describe("operations", () => {
  watchProcess();
  let bus: PrivateBus;
  let lease: BusLease;
  let echo: EchoService;
  let group: CallGroup;

  before(async () => {
    bus = await startBus({ type: "session" });
  });
  after(() => bus.stop());
  beforeEach(async () => {
    echo = await startEcho(bus);
    lease = acquireBus(bus.address);
    group = new CallGroup();
  });
  afterEach(async () => {
    assert.equal(group.size, 0);
    lease.release();
    await echo.stop();
  });

  const request = (fields: Partial<OperationRequest>): OperationRequest => ({
    operation: "call",
    destination: ECHO_NAME,
    path: ECHO_PATH,
    interface: "",
    likelyInterface: "",
    member: "",
    signature: "",
    args: { kind: "payload", payload: undefined },
    argumentNames: [],
    returnedNames: [],
    flags: 0,
    timeoutMs: 5_000,
    decode: DECODE,
    group,
    ...fields,
  });
  const run = (fields: Partial<OperationRequest>) => perform(lease, request(fields));
  const give = (payload: unknown) => ({ args: { kind: "payload", payload } }) as const;
  const list = (...values: unknown[]) => ({ args: { kind: "list", list: values } }) as const;
  const fails = async (code: DBusErrorCode, words: RegExp, fields: Partial<OperationRequest>) => {
    const error = await failure(run(fields));
    assert.equal(error.code, code, error.message);
    assert.match(english(error.text), words);
    return error;
  };

  describe("call", () => {
    it("learns interface and signature, and asks once", async () => {
      for (let round = 0; round < 3; round++) {
        const result = await run({ member: "Join", ...give(["a", "b"]) });
        assert.deepEqual(result, {
          payload: "ab",
          interface: ECHO,
          signature: "s",
          sender: echo.unique,
          arguments: { joined: "ab" },
        });
      }
      await echo.done();
      assert.equal(echo.introspections, 1);
    });

    it("asks for no introspection where both are filled in", async () => {
      const result = await run({ interface: ECHO, member: "Join", signature: "ss", ...give(["a", "b"]) });
      assert.equal(result?.payload, "ab");
      assert.equal(result?.arguments, undefined);
      await echo.done();
      assert.equal(echo.introspections, 0);
    });

    it("takes arguments by the names that are given with the signature, and names them in what it tells", async () => {
      const join = { interface: ECHO, member: "Join", signature: "ss", argumentNames: ["first", "second"] };
      assert.equal((await run({ ...join, ...give({ second: "y", first: "x" }) }))?.payload, "xy");
      await fails("DBUS_INVALID_ARGUMENT", /argument 2 \(second\) of type s/, { ...join, ...give(["a", null]) });
      await echo.done();
      assert.equal(echo.introspections, 0);
    });

    it("takes arguments by name and as a list, and gives several back", async () => {
      assert.equal((await run({ member: "Join", ...give({ second: "y", first: "x" }) }))?.payload, "xy");
      assert.equal((await run({ member: "Join", ...list("x", "y") }))?.payload, "xy");
      const pair = await run({ member: "Pair", ...give(7) });
      assert.deepEqual(pair?.payload, ["7", 7]);
      assert.deepEqual(pair?.arguments, { text: "7", number: 7 });
      assert.equal((await run({ member: "Nothing", ...give("ignored") }))?.payload, undefined);
    });

    it("takes the overload that the signature says, else the one with so many arguments", async () => {
      const overload = async (signature: string, payload: unknown) =>
        (await run({ member: "Overload", signature, ...give(payload) }))?.payload;
      assert.equal(await overload("s", "a"), "s");
      assert.equal(await overload("su", ["a", 1]), "su");
      assert.equal(await overload("", "a"), "s");
      assert.equal(await overload("", ["a", 1]), "su");
      await fails("DBUS_AMBIGUOUS", /several signatures: s, su/, { member: "Overload", ...give([1, 2, 3]) });
      await fails("DBUS_METHOD_NOT_FOUND", /s, su/, { member: "Overload", signature: "t", ...give(1) });
    });

    it("wants the interface where several have the method", async () => {
      await fails("DBUS_AMBIGUOUS", /com\.example\.Echo, com\.example\.Other/, { member: "Twice" });
      assert.equal((await run({ interface: OTHER, member: "Twice" }))?.interface, OTHER);
    });

    it("takes the likely interface where it has the method, and learns it where not", async () => {
      assert.equal((await run({ likelyInterface: OTHER, member: "Twice" }))?.interface, OTHER);
      for (const likelyInterface of [OTHER, "com.example.Elsewhere"]) {
        const joined = await run({ likelyInterface, member: "Join", ...give(["a", "b"]) });
        assert.deepEqual([joined?.interface, joined?.payload], [ECHO, "ab"]);
        const typed = await run({ likelyInterface, member: "Join", signature: "ss", ...give(["a", "b"]) });
        assert.equal(typed?.interface, ECHO);
      }
      const peer = "org.freedesktop.DBus.Peer";
      assert.equal((await run({ likelyInterface: peer, member: "Ping" }))?.interface, peer);
    });

    it("knows the standard interfaces though nobody lists them", async () => {
      const peer = "org.freedesktop.DBus.Peer";
      await run({ interface: peer, member: "Ping" });
      const properties = "org.freedesktop.DBus.Properties";
      const text = await run({ interface: properties, member: "Get", ...give([ECHO, "Text"]) });
      assert.equal(text?.payload, "calm");
      assert.match(String((await run({ interface: INTROSPECTABLE, member: "Introspect" }))?.payload), /<node>/);
    });

    for (const [what, code, words, fields] of [
      ["a method that is not there", "DBUS_METHOD_NOT_FOUND", /did you mean Join/, { member: "Joyn" }],
      [
        "an interface that is not there",
        "DBUS_INTERFACE_NOT_FOUND",
        /com\.example\.Eko/,
        { interface: "com.example.Eko" },
      ],
      ["too few arguments", "DBUS_INVALID_ARGUMENT", /expected 2 arguments/, { ...give(["a"]) }],
      ["a wrong argument", "DBUS_INVALID_ARGUMENT", /argument 2 \(second\) of type s/, { ...give(["a", null]) }],
      ["a list too long", "DBUS_INVALID_ARGUMENT", /expected 2 arguments/, { ...list("a", "b", "c") }],
      ["a bad path", "DBUS_INVALID_FIELD", /[Pp]ath/, { path: "no/path", interface: ECHO, signature: "ss" }],
      ["a bad signature", "DBUS_INVALID_FIELD", /[Ss]ignature/, { interface: ECHO, signature: "a{" }],
      ["a name that nobody has", "DBUS_NAME_NOT_FOUND", /com\.example\.Nobody/, { destination: "com.example.Nobody" }],
    ] as const) {
      it(`tells of ${what}, and calls nothing`, async () => {
        await fails(code, words, { member: "Join", ...give(["a", "b"]), ...fields });
        await echo.done();
        assert.deepEqual(echo.calls, []);
      });
    }

    it("passes on what the service says", async () => {
      const error = await fails("DBUS_ERROR_REPLY", /it hurts/, {
        member: "Fail",
        ...give(["com.example.Error.Pain", "it hurts"]),
      });
      assert.equal(error.dbusName, "com.example.Error.Pain");
      assert.deepEqual(error.body, ["it hurts"]);
    });

    it("runs out of time, introspection included", async () => {
      await fails("DBUS_TIMEOUT", /Wait within 0\.\d+ s/, {
        interface: ECHO,
        member: "Wait",
        signature: "",
        timeoutMs: 100,
      });
      echo.tell({ silent: true });
      await fails("DBUS_TIMEOUT", /Introspect within 0\.1 s/, { path: "/elsewhere", member: "Wait", timeoutMs: 100 });
    });

    it("overlaps calls, and ends those of a group together", async () => {
      await run({ member: "Nothing" });
      const waiting = [1, 2, 3].map(() => failure(run({ member: "Wait", timeoutMs: 0 })));
      await eventually(() => echo.calls.filter((call) => call === "Wait").length === 3);
      assert.equal((await run({ member: "Options", ...give({ a: 1 }), group: new CallGroup() }))?.interface, ECHO);
      group.cancel();
      for (const error of await Promise.all(waiting)) assert.equal(error.code, "DBUS_CANCELLED");
    });

    it("calls nothing any more when its group ended while it learnt the signature", async () => {
      const call = failure(run({ member: "Join", ...give(["a", "b"]) }));
      group.cancel();
      assert.equal((await call).code, "DBUS_CANCELLED");
      await echo.done();
      assert.deepEqual(echo.calls, []);
    });

    it("expects no reply where told so", async () => {
      assert.equal(await run({ member: "Join", flags: CallFlag.noReply, ...give(["a", "b"]) }), undefined);
      const { noReply } = await echo.lines.first(({ call }) => call === "Join");
      assert.equal(noReply, true);
    });
  });

  describe("get, set, get-all", () => {
    it("get finds the interface, and gives types where asked", async () => {
      assert.equal((await run({ operation: "get", member: "Text" }))?.payload, "calm");
      assert.equal((await run({ operation: "get", member: "Text" }))?.interface, ECHO);
      const typed = { ...DECODE, keepTypes: true };
      const long = await run({ operation: "get", interface: ECHO, member: "Byte", decode: typed });
      assert.deepEqual(long?.payload, { signature: "y", value: 1 });
      await fails("DBUS_PROPERTY_NOT_FOUND", /Text/, { operation: "get", member: "Texd" });
      await fails("DBUS_PROPERTY_NOT_FOUND", /Texd/, { operation: "get", interface: ECHO, member: "Texd" });
    });

    for (const [member, type, value] of [
      ["Byte", "Byte", 5],
      ["Short", "Int16", 5],
      ["Word", "UInt16", 5],
      ["Int", "Int32", 5],
      ["Count", "UInt32", 5],
      ["Long", "Int64", 5],
      ["Huge", "UInt64", 5],
      ["Ratio", "Double", 5],
      ["Text", "String", "5"],
      ["Flag", "Boolean", false],
      ["Where", "ObjectPath", "/b"],
      ["Shape", "Signature", "as"],
    ] as const) {
      it(`set writes ${member} as ${type}`, async () => {
        const result = await run({ operation: "set", member, ...give(value) });
        assert.equal(result?.interface, ECHO);
        const seen = await echo.lines.first(({ set }) => set === member);
        assert.equal(seen.type, type);
      });
    }

    it("what get gave with types goes back in unchanged", async () => {
      const typed = { ...DECODE, keepTypes: true };
      for (const member of ["Byte", "Huge", "Names", "Bytes", "Point", "Any", "Where"]) {
        const got = await run({ operation: "get", member, decode: typed });
        await run({ operation: "set", member, ...give(got?.payload) });
        const again = await run({ operation: "get", member, decode: typed });
        assert.deepEqual(again?.payload, got?.payload, member);
      }
    });

    it("set takes the signature that is filled in, and names the property at fault", async () => {
      await run({ operation: "set", interface: ECHO, member: "Int", signature: "x", ...give(6) });
      const seen = await echo.lines.first(({ set }) => set === "Int");
      assert.equal(seen.type, "Int64");
      assert.equal(echo.introspections, 0);
      await fails("DBUS_INVALID_ARGUMENT", /Byte.*of type y/, { operation: "set", member: "Byte", ...give(256) });
      await fails("DBUS_PROPERTY_READ_ONLY", /Fixed/, { operation: "set", member: "Fixed", ...give("x") });
      const set = { operation: "set", interface: ECHO, signature: "s", member: "Fixed" } as const;
      await fails("DBUS_PROPERTY_READ_ONLY", /Fixed/, { ...set, ...give("x") });
    });

    it("take the likely interface where it has the property, and learn it where not", async () => {
      assert.equal((await run({ operation: "get", likelyInterface: OTHER, member: "Text" }))?.interface, ECHO);
      assert.equal((await run({ operation: "get", likelyInterface: ECHO, member: "Text" }))?.interface, ECHO);
      const set = { operation: "set", likelyInterface: OTHER, member: "Byte", ...give(7) } as const;
      assert.equal((await run(set))?.interface, ECHO);
      const one = await run({ operation: "get-all", likelyInterface: OTHER });
      assert.deepEqual([one?.interface, one?.payload], [OTHER, { Extra: "e" }]);
      const all = await run({ operation: "get-all", likelyInterface: "org.freedesktop.DBus.ObjectManager" });
      assert.deepEqual([all?.interface, Object.keys(Object(all?.payload))], ["", [ECHO, OTHER]]);
    });

    it("get-all reads one interface, or every one", async () => {
      const one = await run({ operation: "get-all", interface: OTHER });
      assert.deepEqual(one?.payload, { Extra: "e" });
      const all = (await run({ operation: "get-all" }))?.payload as Record<string, Record<string, unknown>>;
      assert.deepEqual(Object.keys(all), [ECHO, OTHER]);
      assert.equal(all[ECHO]?.["Text"], "calm");
      assert.deepEqual(all[OTHER], { Extra: "e" });
    });
  });
});
