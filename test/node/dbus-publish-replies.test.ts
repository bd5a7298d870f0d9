import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { METHOD_CALL, NO_REPLY_EXPECTED } from "../../lib/wire/types";
import { busctl } from "../support/busctl";
import { method, NAME, PATH, property } from "../support/export-bus";
import { type FlowNode, type LoadedFlow, type Message, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { exportNode, loadPublish, owning, sent } from "../support/publish-flow";
import { RawPeer } from "../support/raw-peer";
import { ROUND_TRIPS } from "../support/round-trips";
import { eventually } from "../support/until";

const TYPES = [...new Set(ROUND_TRIPS.map(([signature]) => signature))];
const typeNumber = (signature: string) => TYPES.indexOf(signature);

describe("dbus-publish: answers and values", () => {
  useNodeRed();
  let bus: PrivateBus;
  let peer: RawPeer;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    peer = await RawPeer.join(bus);
  });
  afterEach(async () => {
    peer.close();
    await bus.stop();
  });

  const rows = { methods: [method("Join", ["s", "s"], ["s"]), method("Swap", ["x"], ["s", "u"])] };
  const load = async (fields: object = {}): Promise<LoadedFlow> => {
    const flow = await loadPublish(exportNode(bus, { ...rows, ...fields }));
    await owning(flow);
    return flow;
  };
  const call = (member: string, signature: string, body: readonly unknown[]) =>
    peer.call({ destination: NAME, path: PATH, interface: NAME, member, signature, body });
  const received = (flow: LoadedFlow): Promise<Message> => flow.outputs("calls").first(() => true);

  it("describes a call, and finds it again in a copy of the message", async () => {
    const flow = await load();
    const answer = call("Join", "ss", ["a", "b"]);
    const message = await received(flow);
    assert.equal(message["topic"], "Join");
    assert.deepEqual(message["payload"], ["a", "b"]);
    assert.deepEqual(message["dbus"], {
      bus: "address",
      address: bus.address,
      sender: peer.uniqueName,
      path: PATH,
      interface: NAME,
      member: "Join",
      signature: "ss",
      arguments: { a0: "a", a1: "b" },
    });
    await flow.statuses("export").first((status) => status?.fill === "blue");
    // As a change node and another D-Bus node leave it.
    const copy = { ...structuredClone(message), payload: "ab", dbus: { member: "Other" } };
    assert.equal(await sent(flow, "reply", copy), undefined);
    assert.deepEqual(await answer, ["ab"]);
    const shown = flow.statuses("export").items;
    const blue = shown.findIndex((status) => status?.fill === "blue");
    await flow.statuses("export").first((status) => shown.indexOf(status) > blue && status?.fill === "green");
  });

  it("has arguments by the names that services give them", async () => {
    const args = (...names: string[]) => names.map((name) => ({ name, signature: "s" }));
    const flow = await load({
      methods: [{ name: "Open", in: args("uri", "platform-data"), out: args("a", "exit-code"), timeout: 5 }],
    });
    const shown = await busctl(bus, "introspect", "--xml-interface", NAME, PATH);
    assert.match(shown.stdout, /<arg name="platform-data" type="s" direction="in"\/>/);
    const answer = call("Open", "ss", ["file:", "x"]);
    const message = await received(flow);
    assert.deepEqual((message["dbus"] as Message)["arguments"], { uri: "file:", "platform-data": "x" });
    assert.equal(await sent(flow, "reply", { ...message, payload: { "exit-code": "0", a: "b" } }), undefined);
    assert.deepEqual(await answer, ["b", "0"]);
  });

  it("reads a call's 64-bit integers as the node says", async () => {
    const flow = await load({ int64: "string" });
    const answer = call("Swap", "x", [7n]);
    const message = await received(flow);
    assert.equal(message["payload"], "7");
    assert.equal(await sent(flow, "reply", { ...message, payload: { r1: 1, r0: "named" } }), undefined);
    assert.deepEqual(await answer, ["named", 1]);
  });

  it("answers with the error that the message has", async () => {
    const flow = await load();
    for (const [error, expected] of [
      [{ name: "com.example.Error.No", message: "not now" }, "com.example.Error.No: not now"],
      [{ message: "not now" }, "org.freedesktop.DBus.Error.Failed: not now"],
      ["not now", "org.freedesktop.DBus.Error.Failed: not now"],
      [new TypeError("not now"), "org.freedesktop.DBus.Error.Failed: not now"],
      [runInNewContext(`new Error("not now")`), "org.freedesktop.DBus.Error.Failed: not now"],
      [Object.assign(new Error("not now"), { name: "com.example.Error.No" }), "com.example.Error.No: not now"],
    ] as const) {
      const before = flow.outputs("calls").items.length;
      const answer = assert.rejects(call("Join", "ss", ["a", "b"]), { message: expected });
      const message = (await flow.outputs("calls").until(before + 1))[before];
      assert.equal(await sent(flow, "reply", { ...message, dbus: { error } }), undefined);
      await answer;
    }
  });

  for (const dbus of [{ error: true }, { error: { message: { no: "text" } } }, { error: { name: 5 } }, "no object"]) {
    it(`tells both sides of an error that is none: ${JSON.stringify(dbus)}`, async () => {
      const flow = await load();
      const answer = assert.rejects(call("Join", "ss", ["a", "b"]), /Error\.Failed: .*does not fit/);
      const message = await received(flow);
      assert.equal(await sent(flow, "reply", { ...message, payload: "a result", dbus }), "DBUS_INVALID_FIELD");
      await answer;
    });
  }

  it("waits for no answer to a call that wants none, and takes one", async () => {
    const flow = await load();
    const place = { destination: NAME, path: PATH, interface: NAME, member: "Join" };
    peer.send({ ...place, type: METHOD_CALL, flags: NO_REPLY_EXPECTED, signature: "ss", body: ["a", "b"] });
    const message = await received(flow);
    assert.equal(await sent(flow, "reply", { ...message, payload: 5 }), undefined);
    assert.ok(flow.statuses("export").items.every((status) => status?.fill !== "blue"));
  });

  it("says once of each method that the flow does not answer it", async () => {
    const flow = await load({ methods: [method("First", [], [], 0.05), method("Second", [], [], 0.05)] });
    for (const member of ["First", "First", "Second"]) await assert.rejects(call(member, "", []), /Error\.NoReply/);
    const told = () => flow.log.items.filter(({ id, level }) => id === "export" && level === 30);
    await eventually(() => told().length >= 2);
    assert.equal(told().length, 2);
  });

  it("takes rows of a flow written by hand, in which something is left out", async () => {
    const flow = await load({
      methods: [{ name: "Go" }],
      signals: [{ name: "Gone" }],
      properties: [{ name: "A", signature: "u" }],
    });
    const answer = call("Go", "", []);
    assert.equal(await sent(flow, "reply", await received(flow)), undefined);
    assert.deepEqual(await answer, []);
    assert.equal(await sent(flow, "export", { topic: "A", payload: 5 }), undefined);
    assert.equal(await sent(flow, "export", { topic: "Gone" }), undefined);
  });

  it("has an error for an answer without a call, a second one, and one that does not fit", async () => {
    const flow = await load();
    assert.equal(await sent(flow, "reply", { payload: "x" }), "DBUS_INVALID_FIELD");
    const answer = call("Join", "ss", ["a", "b"]);
    const message = await received(flow);
    assert.equal(await sent(flow, "reply", { ...message, payload: "x" }), undefined);
    assert.deepEqual(await answer, ["x"]);
    assert.equal(await sent(flow, "reply", { ...message, payload: "y" }), "DBUS_CALL_OVER");
    const failed = assert.rejects(call("Swap", "x", [1]), /Error\.Failed/);
    const second = (await flow.outputs("calls").until(2))[1];
    assert.equal(await sent(flow, "reply", { ...second, payload: "only one" }), "DBUS_INVALID_ARGUMENT");
    await failed;
  });

  describe("the value table", () => {
    const caller = (fields: object): FlowNode => ({
      type: "dbus-call",
      id: "",
      bus: "address",
      address: bus.address,
      destination: NAME,
      path: PATH,
      interface: NAME,
      timeout: 5,
      wires: [["answers"]],
      ...fields,
    });
    const typed = {
      properties: TYPES.map((signature, index) => property(`Value${index}`, signature, "")),
      methods: TYPES.map((signature, index) => method(`Echo${index}`, [signature], [signature])),
    };

    it("holds through a property, for dbus-call and dbus-signal", async () => {
      const place = { bus: "address", address: bus.address, sender: NAME, path: PATH, interface: NAME };
      const flow = await loadPublish(
        exportNode(bus, { ...typed, emitUnchanged: true }),
        caller({ id: "get", operation: "get" }),
        { id: "watch", type: "dbus-signal", listen: "properties", ...place, wires: [["changes"]] },
        { id: "changes", type: "helper" },
        { id: "answers", type: "helper" },
      );
      await owning(flow);
      await flow.outputs("changes").first(({ event }) => event === "initial");
      let changes = flow.outputs("changes").items.length;
      for (const [index, [signature, payload, expected = payload]] of ROUND_TRIPS.entries()) {
        const name = `Value${typeNumber(signature)}`;
        const what = `${signature} ${String(payload)}`;
        assert.equal(await sent(flow, "export", { topic: name, payload }), undefined, what);
        const seen = (await flow.outputs("changes").until(++changes))[changes - 1];
        assert.deepEqual(seen?.["payload"], { [name]: expected }, what);
        flow.send("get", { dbus: { member: name } });
        const answers = await flow.outputs("answers").until(index + 1);
        assert.deepEqual(answers[index]?.["payload"], expected, what);
      }
    });

    it("holds through a method's arguments and its answer", async () => {
      const flow = await loadPublish(exportNode(bus, { ...typed, wires: [["reply"], []] }), caller({ id: "call" }), {
        id: "answers",
        type: "helper",
      });
      await owning(flow);
      for (const [index, [signature, payload, expected = payload]] of ROUND_TRIPS.entries()) {
        flow.send("call", { payload, dbus: { member: `Echo${typeNumber(signature)}`, signature } });
        const answers = await flow.outputs("answers").until(index + 1);
        assert.deepEqual(answers[index]?.["payload"], expected, `${signature} ${String(payload)}`);
      }
    });
  });
});
