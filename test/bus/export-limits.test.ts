import assert from "node:assert/strict";
import { DBusNodeError } from "../../lib/errors";
import { NO_REPLY_WANTED } from "../../lib/export/exported-interface";
import { METHOD_CALL, SIGNAL } from "../../lib/wire/types";
import { busctl } from "../support/busctl";
import { definition, type Exporting, method, NAME, PATH, property, startExporting } from "../support/export-bus";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { RawPeer } from "../support/raw-peer";
import { eventually } from "../support/until";

const PROPERTIES = "org.freedesktop.DBus.Properties";
const MANAGER = "org.freedesktop.DBus.ObjectManager";
const PEER = "org.freedesktop.DBus.Peer";
const MEBI = 1 << 20;
/** As a stock session bus has them; without them a bus hangs up on a message of more than 32 MiB. */
const LIMITS = { max_incoming_bytes: 1e9, max_outgoing_bytes: 1e9, max_message_size: 1e9 };

describe("an exporter at its limits", () => {
  watchProcess();
  let bus: PrivateBus;
  let exporting: Exporting;
  let peer: RawPeer;
  beforeEach(async () => {
    bus = await startBus({ type: "session", limits: LIMITS });
    exporting = await startExporting(bus);
    peer = await RawPeer.join(bus);
  });
  afterEach(async () => {
    peer.close();
    exporting.connection.close();
    await bus.stop();
  });

  const listen = () => peer.askBus("AddMatch", "s", ["type='signal',path_namespace='/'"]);
  const told = async (member: string) => {
    await peer.call({ destination: NAME, path: "/", interface: PEER, member: "Ping" });
    const found = peer.messages.items.filter((message) => message.type === SIGNAL && message.member === member);
    return found.map(({ path, body }) => [path, ...body]);
  };
  const properties = (member: string, signature: string, body: readonly unknown[], path = PATH) =>
    peer.call({ destination: NAME, path, interface: PROPERTIES, member, signature, body });
  const managed = async () => {
    const place = { destination: NAME, path: "/", interface: MANAGER, member: "GetManagedObjects" };
    return (await peer.call(place))[0] as Record<string, Record<string, Record<string, unknown>>>;
  };
  const make = (parts: Parameters<typeof definition>[0], path = PATH) =>
    exporting.exporter.export(path, definition(parts), exporting.listener);
  const tooLarge = (act: () => void) =>
    assert.throws(act, (error) => error instanceof DBusNodeError && error.code === "DBUS_TOO_LARGE");

  it("stores nothing of what is too large to be announced", async () => {
    const object = make({ properties: [property("A", "ay", ""), property("B", "ay", ""), property("N", "u", 1)] });
    await listen();
    const half = Buffer.alloc(40 * MEBI);
    tooLarge(() => object.update({ N: 2, A: half, B: half }, false));
    assert.deepEqual(await told("PropertiesChanged"), []);
    const [all] = await properties("GetAll", "s", [NAME]);
    assert.deepEqual(all, { A: Buffer.alloc(0), B: Buffer.alloc(0), N: 1 });
  });

  it("publishes no object whose values are too many to be announced", async () => {
    await listen();
    const half = property("A", "ay", Buffer.alloc(40 * MEBI));
    tooLarge(() => make({ properties: [half, { ...half, name: "B" }] }));
    assert.equal(exporting.exporter.objects, 0);
    assert.deepEqual(await told("InterfacesAdded"), []);
    make({ properties: [property("A", "u", 1)] });
    assert.deepEqual(Object.keys(await managed()), [PATH]);
  });

  it("answers with an error what would be larger than a message may be", async () => {
    const object = make({ properties: [property("A", "ay", ""), property("B", "ay", "")] });
    object.update({ A: Buffer.alloc(40 * MEBI) }, false);
    object.update({ B: Buffer.alloc(40 * MEBI) }, false);
    await assert.rejects(properties("GetAll", "s", [NAME]), /Error\.LimitsExceeded: /);
    await assert.rejects(managed(), /Error\.LimitsExceeded: /);
    const [value] = await properties("Get", "ss", [NAME, "B"]);
    assert.equal((value as Buffer).length, 40 * MEBI);
  });

  it("takes no value that is nested so deep that all objects together could not be told", async () => {
    make({ properties: [property("Any", "v", 1)] });
    const nested = (depth: number): unknown =>
      depth === 0 ? { signature: "i", value: 1 } : { signature: "v", value: nested(depth - 1) };
    let deepest = 0;
    for (let depth = 50; depth < 63; depth++) {
      const set = properties("Set", "ssv", [NAME, "Any", nested(depth)]);
      const refused = await set.then(
        () => false,
        (error: Error) => /LimitsExceeded/.test(error.message),
      );
      if (!refused) deepest = depth;
      assert.equal(Object.keys(await managed()).length, 1);
    }
    assert.equal(deepest, 57, "of 64 levels, seven are those of a{oa{sa{sv}}}");
  });

  it("answers the calls of an object that goes, at once, and no others", async () => {
    const first = make({ methods: [method("Wait", [], ["s"], 60)] });
    make({ name: "com.example.Other1", methods: [method("Wait", [], ["s"], 60)] });
    const ask = (name: string) => peer.call({ destination: NAME, path: PATH, interface: name, member: "Wait" });
    const gone = [ask(NAME), ask(NAME)].map((answer) => assert.rejects(answer, /Error\.NoReply: .*gone/));
    const stays = ask("com.example.Other1");
    await exporting.calls.until(3);
    first.remove();
    await Promise.all(gone);
    assert.equal(exporting.exporter.pendingCalls, 1);
    const [token] = exporting.calls.items.map((call) => call.token);
    assert.throws(() => exporting.exporter.reply(token ?? "", { kind: "return", payload: "late" }), DBusNodeError);
    exporting.exporter.reply(exporting.calls.items[2]?.token ?? "", { kind: "return", payload: "on time" });
    assert.deepEqual(await stays, ["on time"]);
    assert.equal(exporting.exporter.pendingCalls, 0);
  });

  it("tells whoever exported it of each call that is over, whichever way, once", async () => {
    let waiting = 0;
    let most = 0;
    const late: string[] = [];
    const listener = {
      ...exporting.listener,
      called: (call: Parameters<typeof exporting.listener.called>[0]) => {
        if (call.token !== NO_REPLY_WANTED) most = Math.max(most, ++waiting);
        exporting.listener.called(call);
      },
      over: () => {
        waiting--;
      },
      unanswered: ({ name }: { readonly name: string }) => late.push(name),
    };
    const methods = [method("Wait", [], ["u"], 60), method("Short", [], [], 0.02)];
    const object = exporting.exporter.export(PATH, definition({ methods }), listener);
    const send = (member: string, flags = 0) =>
      peer.send({ type: METHOD_CALL, destination: NAME, path: PATH, interface: NAME, member, flags });
    for (const member of ["Wait", "Wait", "Short", "Wait", "Wait"]) send(member);
    send("Wait", 1);
    const calls = await exporting.calls.until(6);
    exporting.exporter.reply(calls[0]?.token ?? "", { kind: "return", payload: 1 });
    assert.throws(() => exporting.exporter.reply(calls[1]?.token ?? "", { kind: "return", payload: "x" }));
    await eventually(() => waiting === 2);
    assert.deepEqual(late, ["Short"]);
    object.remove();
    assert.deepEqual([waiting, most, exporting.exporter.pendingCalls], [0, 5, 0]);
  });

  it("leaves an object at / out of what the object manager there tells, and serves it", async () => {
    await listen();
    const root = make({ properties: [property("Level", "u", 3)], methods: [method("Nothing", [], [])] }, "/");
    make({ name: "com.example.Below1" }, "/below");
    assert.deepEqual(Object.keys(await managed()), ["/below"]);
    assert.deepEqual((await properties("Get", "ss", [NAME, "Level"], "/"))[0], 3);
    const { stdout } = await busctl(bus, "introspect", "--list", NAME, "/");
    assert.match(stdout, /^com\.example\.Exported1 /m);
    assert.match(stdout, /^org\.freedesktop\.DBus\.ObjectManager /m);
    root.remove();
    assert.deepEqual(
      (await told("InterfacesAdded")).map(([, path]) => path),
      ["/below"],
    );
    assert.deepEqual(await told("InterfacesRemoved"), []);
  });

  it("serves a thousand objects, and forgets them all", async () => {
    await listen();
    const count = 1000;
    const parts = { properties: [property("Number", "u", 0)], methods: [method("Nothing", [], [])] };
    const objects = Array.from({ length: count }, (_, index) => make(parts, `/many/n${index}`));
    for (const [index, object] of objects.entries()) object.update({ Number: index }, false);
    const all = await managed();
    assert.equal(Object.keys(all).length, count);
    assert.equal(all["/many/n999"]?.[NAME]?.["Number"], 999);
    assert.equal((await told("InterfacesAdded")).length, count);
    const { stdout, stderr } = await busctl(bus, "tree", "--list", NAME);
    assert.equal(stdout.trim().split("\n").length, count + 2, stderr);
    for (const object of objects) object.remove();
    assert.deepEqual(await managed(), {});
    assert.equal((await told("InterfacesRemoved")).length, count);
    for (let round = 0; round < 300; round++) make(parts).remove();
    assert.equal(exporting.exporter.objects, 0);
  });

  it("holds two hundred calls of twenty callers apart", async () => {
    make({ methods: [method("Echo", ["s"], ["s"])] });
    const callers = await Promise.all(Array.from({ length: 20 }, () => RawPeer.join(bus)));
    const ask = (caller: RawPeer, value: string) =>
      caller.call({ destination: NAME, path: PATH, interface: NAME, member: "Echo", signature: "s", body: [value] });
    const answers = callers.flatMap((caller, number) =>
      Array.from({ length: 10 }, (_, index) => ask(caller, `${number}/${index}`)),
    );
    const calls = await exporting.calls.until(200);
    assert.equal(exporting.exporter.pendingCalls, 200);
    for (const { token, body } of [...calls].reverse()) {
      exporting.exporter.reply(token, { kind: "return", payload: body[0] });
    }
    const received = await Promise.all(answers);
    const expected = callers.flatMap((_, number) => Array.from({ length: 10 }, (_, index) => [`${number}/${index}`]));
    assert.deepEqual(received, expected);
    assert.equal(exporting.exporter.pendingCalls, 0);
    for (const caller of callers) caller.close();
  });

  it("answers into the void when its caller has left", async () => {
    make({ methods: [method("Echo", ["s"], ["s"])] });
    const caller = await RawPeer.join(bus);
    caller.send({
      ...{ type: METHOD_CALL, destination: NAME, path: PATH, interface: NAME, member: "Echo" },
      ...{ signature: "s", body: ["a"] },
    });
    const { token } = await exporting.calls.first(() => true);
    caller.close();
    await peer.askBus("GetId");
    exporting.exporter.reply(token, { kind: "return", payload: "a" });
    assert.equal(exporting.exporter.pendingCalls, 0);
    await peer.call({ destination: NAME, path: "/", interface: PEER, member: "Ping" });
    assert.equal(exporting.connection.status.state, "connected");
  });
});
