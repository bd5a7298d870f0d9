import assert from "node:assert/strict";
import { type DBusErrorCode, DBusNodeError } from "../../lib/errors";
import { NO_REPLY_WANTED } from "../../lib/export/exported-interface";
import { MOST_PENDING } from "../../lib/export/pending-replies";
import { ERROR, METHOD_CALL } from "../../lib/wire/types";
import { english } from "../support/english";
import { definition, type Exporting, method, NAME, PATH, property, startExporting } from "../support/export-bus";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { RawPeer } from "../support/raw-peer";
import { eventually } from "../support/until";

const PROPERTIES = "org.freedesktop.DBus.Properties";
const INTROSPECTABLE = "org.freedesktop.DBus.Introspectable";
const PEER = "org.freedesktop.DBus.Peer";
const MANAGER = "org.freedesktop.DBus.ObjectManager";
const NO_REPLY = 1;

describe("an exported object's answers", () => {
  watchProcess();
  let bus: PrivateBus;
  let exporting: Exporting;
  let peer: RawPeer;

  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    exporting = await startExporting(bus);
    peer = await RawPeer.join(bus);
    exporting.exporter.export(
      PATH,
      definition({
        methods: [method("Echo", ["s"], ["s"]), method("Slow", [], ["s"], 0.05), method("Pair", [], ["s", "u"])],
        properties: [
          property("Open", "u", 1),
          property("Shown", "s", "hello", "read"),
          property("Secret", "s", "hidden", "write"),
          property("Any", "v", 1),
        ],
      }),
      exporting.listener,
    );
  });
  afterEach(async () => {
    peer.close();
    exporting.connection.close();
    await bus.stop();
  });

  type Place = { readonly path?: string; readonly interface?: string | undefined; readonly flags?: number };
  const message = (member: string, signature = "", body: readonly unknown[] = [], place: Place = {}) => ({
    type: METHOD_CALL,
    destination: NAME,
    path: PATH,
    interface: NAME,
    member,
    signature,
    body,
    ...place,
  });
  const call = (...args: Parameters<typeof message>) => peer.call(message(...args));
  const properties = (member: string, signature: string, body: readonly unknown[]) =>
    call(member, signature, body, { interface: PROPERTIES });
  const refused = async (answer: Promise<unknown>, name: string) => {
    await assert.rejects(answer, (error: Error) => error.message.startsWith(`org.freedesktop.DBus.Error.${name}: `));
  };
  const throwsCode = (act: () => void, code: DBusErrorCode) =>
    assert.throws(act, (error) => error instanceof DBusNodeError && error.code === code);
  /** The answers to a call so far; the bus keeps the order, so a Ping's answer comes after them. */
  const answersTo = async (serial: number) => {
    await call("Ping", "", [], { interface: PEER });
    return peer.messages.items.filter(({ replySerial }) => replySerial === serial);
  };

  it("refuses what is not there with the standard errors", async () => {
    await refused(call("Echo", "s", ["a"], { path: "/nowhere" }), "UnknownObject");
    await refused(call("Echo", "s", ["a"], { interface: "com.example.Other" }), "UnknownInterface");
    await refused(call("Missing"), "UnknownMethod");
    await refused(call("Missing", "", [], { interface: undefined }), "UnknownMethod");
    await refused(call("Missing", "", [], { interface: PROPERTIES }), "UnknownMethod");
    await refused(call("GetManagedObjects", "", [], { interface: MANAGER }), "UnknownMethod");
    await refused(properties("Get", "ss", [NAME, "Missing"]), "UnknownProperty");
    await refused(properties("Get", "ss", ["com.example.Other", "Open"]), "UnknownInterface");
    await refused(properties("GetAll", "s", ["com.example.Other"]), "UnknownInterface");
    await refused(properties("Set", "ssv", [NAME, "Missing", { signature: "u", value: 1 }]), "UnknownProperty");
    assert.equal(exporting.calls.items.length, 0);
  });

  it("refuses arguments of other types, which never reach the listener", async () => {
    await refused(call("Echo", "u", [1]), "InvalidArgs");
    await refused(call("Echo"), "InvalidArgs");
    await refused(call("Echo", "ss", ["a", "b"]), "InvalidArgs");
    await refused(call("Echo", "u", [1], { interface: undefined }), "InvalidArgs");
    await refused(properties("Get", "s", [NAME]), "InvalidArgs");
    assert.equal(exporting.calls.items.length, 0);
    assert.equal(exporting.exporter.pendingCalls, 0);
  });

  it("keeps a property's access and type", async () => {
    const write = (name: string, signature: string, value: unknown) =>
      properties("Set", "ssv", [NAME, name, { signature, value }]);
    await refused(write("Shown", "s", "x"), "PropertyReadOnly");
    await refused(write("Open", "i", 1), "InvalidArgs");
    await refused(write("Open", "s", "1"), "InvalidArgs");
    await refused(properties("Get", "ss", [NAME, "Secret"]), "AccessDenied");
    assert.equal(exporting.writes.items.length, 0);
    await write("Secret", "s", "new");
    await write("Any", "v", { signature: "as", value: ["a"] });
    assert.deepEqual(
      exporting.writes.items.map(({ name, value, sender }) => [name, value, sender]),
      [
        ["Secret", "new", peer.uniqueName],
        ["Any", ["a"], peer.uniqueName],
      ],
    );
    const [all] = await properties("GetAll", "s", [NAME]);
    assert.deepEqual(all, { Open: 1, Shown: "hello", Any: ["a"] });
  });

  it("is introspected on the way to it, and answers Ping on every path", async () => {
    const at = async (path: string) =>
      String((await call("Introspect", "", [], { path, interface: INTROSPECTABLE }))[0]);
    assert.match(await at("/com"), /<node name="example"\/>/);
    assert.doesNotMatch(await at("/com"), new RegExp(`${NAME}|${MANAGER}`));
    assert.match(await at("/"), /<node name="com"\/>/);
    assert.match(await at("/"), new RegExp(`<interface name="${MANAGER}">`));
    assert.deepEqual(await call("Ping", "", [], { path: "/nowhere", interface: PEER }), []);
    assert.match(String((await call("GetMachineId", "", [], { interface: PEER }))[0]), /^[0-9a-f]{32}$/);
  });

  it("sends no answer to a call that wants none, good or bad, on time or late", async () => {
    const flags = { flags: NO_REPLY };
    const serials = [
      peer.send(message("Echo", "s", ["a"], flags)),
      peer.send(message("Echo", "u", [1], flags)),
      peer.send(message("Missing", "", [], flags)),
      peer.send(message("Slow", "", [], flags)),
      peer.send(message("Ping", "", [], { ...flags, interface: PEER })),
    ];
    const calls = await exporting.calls.until(2);
    assert.deepEqual(
      calls.map(({ token }) => token),
      [NO_REPLY_WANTED, NO_REPLY_WANTED],
    );
    assert.equal(exporting.exporter.pendingCalls, 0, "nobody waits for them");
    for (const serial of serials) assert.deepEqual(await answersTo(serial), []);
  });

  it("answers a call once: a second answer is an error here, and no peer sees it", async () => {
    const serial = peer.send(message("Echo", "s", ["a"]));
    const { token } = await exporting.calls.first(() => true);
    exporting.exporter.reply(token, { kind: "return", payload: "first" });
    throwsCode(() => exporting.exporter.reply(token, { kind: "return", payload: "second" }), "DBUS_CALL_OVER");
    throwsCode(() => exporting.exporter.reply("no-token", { kind: "return", payload: "" }), "DBUS_CALL_OVER");
    const answers = await answersTo(serial);
    assert.deepEqual(
      answers.map(({ body }) => body),
      [["first"]],
    );
  });

  it("answers NoReply once where the flow is late", async () => {
    const serial = peer.send(message("Slow"));
    const { token } = await exporting.calls.first(() => true);
    await peer.messages.first(({ replySerial }) => replySerial === serial);
    throwsCode(() => exporting.exporter.reply(token, { kind: "return", payload: "late" }), "DBUS_CALL_OVER");
    const answers = await answersTo(serial);
    assert.deepEqual(
      answers.map(({ errorName }) => errorName),
      ["org.freedesktop.DBus.Error.NoReply"],
    );
  });

  it("hands a flow's error on, and takes no bad one", async () => {
    exporting.calls.onItem(({ token, body }) => {
      exporting.exporter.reply(token, { kind: "error", name: "com.example.Error.Bad", message: `no ${body[0]}` });
    });
    await assert.rejects(call("Echo", "s", ["a"]), { message: "com.example.Error.Bad: no a" });
  });

  for (const [what, name, reply, code] of [
    ["of another type", "Echo", { kind: "return", payload: { no: "text" } }, "DBUS_INVALID_ARGUMENT"],
    ["without a value", "Echo", { kind: "return", payload: undefined }, "DBUS_INVALID_ARGUMENT"],
    ["of too few values", "Pair", { kind: "return", payload: ["a"] }, "DBUS_INVALID_ARGUMENT"],
    ["with a bad error name", "Echo", { kind: "error", name: "bad", message: "" }, "DBUS_INVALID_FIELD"],
    ["with text that cannot be sent", "Echo", { kind: "error", name: "a.B", message: "\0" }, "DBUS_INVALID_ARGUMENT"],
  ] as const) {
    it(`tells both sides of an answer ${what}`, async () => {
      const answer = name === "Echo" ? call(name, "s", ["a"]) : call(name);
      const told = refused(answer, "Failed");
      const { token } = await exporting.calls.first(() => true);
      throwsCode(() => exporting.exporter.reply(token, reply), code);
      await told;
      assert.equal(exporting.exporter.pendingCalls, 0);
    });
  }

  it("tells a peer nothing of what went wrong inside", async () => {
    const listener = { ...exporting.listener, called: () => assert.fail("secret of this machine") };
    const methods = [method("Break", [], [])];
    exporting.exporter.export("/broken", definition({ methods }), listener);
    const serial = peer.send(message("Break", "", [], { path: "/broken" }));
    const answer = await peer.messages.first(({ replySerial }) => replySerial === serial);
    assert.equal(answer.type, ERROR);
    assert.deepEqual(answer.body, ["The call failed"]);
    assert.equal(exporting.exporter.pendingCalls, 0, "the call is over");
  });

  it("takes any number of calls that want no answer, and leaves room for others", async () => {
    for (let count = 0; count < MOST_PENDING; count++) peer.send(message("Echo", "s", ["a"], { flags: NO_REPLY }));
    await exporting.calls.until(MOST_PENDING);
    exporting.answer((received) => received.body[0]);
    assert.deepEqual(await call("Echo", "s", ["one more"]), ["one more"]);
  });

  it("lets only so many calls wait", async () => {
    // The bus lets a single caller have 128 of them.
    const callers = await Promise.all(Array.from({ length: 10 }, () => RawPeer.join(bus)));
    for (let count = 0; count < MOST_PENDING; count++) callers[count % 10]?.send(message("Echo", "s", ["a"]));
    await exporting.calls.until(MOST_PENDING);
    await refused(call("Echo", "s", ["one more"]), "LimitsExceeded");
    assert.equal(exporting.calls.items.length, MOST_PENDING);
    peer.send(message("Echo", "s", ["a"], { flags: NO_REPLY }));
    await exporting.calls.until(MOST_PENDING + 1, { what: "a call for which nothing is kept" });
    for (const caller of callers) caller.close();
  });

  it("forgets the calls when the bus is lost", async () => {
    peer.send(message("Echo", "s", ["a"]));
    const { token } = await exporting.calls.first(() => true);
    await bus.kill();
    await eventually(() => exporting.exporter.pendingCalls === 0);
    assert.throws(
      () => exporting.exporter.reply(token, { kind: "return", payload: "late" }),
      (error) => error instanceof DBusNodeError && /the bus went away meanwhile/.test(english(error.text)),
    );
  });
});
