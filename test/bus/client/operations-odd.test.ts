import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { CallGroup } from "../../../lib/bus/pending-calls";
import { CallFlag } from "../../../lib/bus/transport";
import { type OperationRequest, perform } from "../../../lib/client/operations";
import { acquireBus, type BusLease } from "../../../lib/client/service";
import type { DBusErrorCode } from "../../../lib/errors";
import { english } from "../../support/english";
import { PYTHON } from "../../support/peer";
import { type PrivateBus, startBus } from "../../support/private-bus";
import { watchProcess } from "../../support/process-health";
import { failure, type PeerMessage, RawPeer } from "../../support/raw-peer";

const DECODE = { int64: "auto", keepTypes: false } as const;
const INTROSPECTABLE = "org.freedesktop.DBus.Introspectable";

describe("operations on unusual services", () => {
  watchProcess();
  let bus: PrivateBus;
  let lease: BusLease;
  let group: CallGroup;

  before(async () => {
    bus = await startBus({ type: "session" });
  });
  after(() => bus.stop());
  beforeEach(() => {
    lease = acquireBus(bus.address);
    group = new CallGroup();
  });
  afterEach(() => {
    assert.equal(group.size, 0);
    lease.release();
  });

  const request = (fields: Partial<OperationRequest>): OperationRequest => ({
    operation: "call",
    destination: "",
    path: "/a",
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

  describe("a service without introspection, that answers oddly", () => {
    let odd: RawPeer;
    let answer: (call: PeerMessage) => void;
    let refusal: string;

    beforeEach(async () => {
      refusal = "UnknownMethod";
      odd = await RawPeer.join(bus);
      odd.serve((call) => {
        if (call.interface !== INTROSPECTABLE) return answer(call);
        odd.refuse(call, `org.freedesktop.DBus.Error.${refusal}`, "no introspection here");
      });
    });
    afterEach(() => odd.close());

    it("can be called with interface and signature, or without arguments", async () => {
      answer = (call) => odd.reply(call, call.signature, call.body);
      const call = { destination: odd.uniqueName, interface: "b.c", member: "Do" };
      assert.deepEqual((await run({ ...call, signature: "su", ...give(["a", 1]) }))?.payload, ["a", 1]);
      assert.equal((await run({ ...call, ...list() }))?.payload, undefined);
      assert.equal((await run({ ...call, ...give("") }))?.payload, undefined);
      await fails("DBUS_INTROSPECTION_FAILED", /interface and signature filled in/, { ...call, ...give("a") });
      await fails("DBUS_INTROSPECTION_FAILED", /filled in/, { ...call, interface: "" });
    });

    it("is taken to have what is likely", async () => {
      answer = (call) => odd.reply(call, call.signature, call.body);
      const likely = { destination: odd.uniqueName, likelyInterface: "b.c", member: "Do" };
      const called = await run({ ...likely, signature: "su", ...give(["a", 1]) });
      assert.deepEqual([called?.interface, called?.payload], ["b.c", ["a", 1]]);
      assert.equal((await run({ ...likely, ...list() }))?.interface, "b.c");
      await fails("DBUS_INTROSPECTION_FAILED", /filled in/, { ...likely, ...give("a") });
      const asked: unknown[] = [];
      answer = (call) => {
        asked.push([call.member, call.body[0]]);
        odd.reply(call);
      };
      await run({ ...likely, operation: "get" });
      await run({ ...likely, operation: "set", signature: "s", ...give("x") });
      await run({ ...likely, operation: "get-all" });
      assert.deepEqual(asked, [
        ["Get", "b.c"],
        ["Set", "b.c"],
        ["GetAll", "b.c"],
      ]);
      await fails("DBUS_INTROSPECTION_FAILED", /filled in/, { ...likely, operation: "set", ...give("x") });
    });

    it("is taken to have it too where it may be called, but not asked what it has", async () => {
      refusal = "AccessDenied";
      answer = (call) => odd.reply(call, call.signature, call.body);
      const likely = { destination: odd.uniqueName, likelyInterface: "b.c", member: "Do" };
      assert.equal((await run({ ...likely, operation: "get" }))?.interface, "b.c");
      assert.equal((await run({ ...likely, ...list() }))?.interface, "b.c");
      await fails("DBUS_ACCESS_DENIED", /no introspection here/, { ...likely, ...give("a") });
    });

    it("may answer a read with anything", async () => {
      const call = { destination: odd.uniqueName, interface: "b.c", member: "Do" };
      answer = (asked) => odd.reply(asked, "s", ["no variant"]);
      assert.equal((await run({ ...call, operation: "get" }))?.payload, "no variant");
      assert.equal((await run({ ...call, operation: "get-all" }))?.payload, "no variant");
      answer = (asked) => odd.reply(asked);
      assert.equal((await run({ ...call, operation: "get" }))?.payload, undefined);
      assert.equal((await run({ ...call, operation: "get-all" }))?.payload, undefined);
      assert.equal((await run({ ...call, operation: "set", signature: "s", ...give("x") }))?.interface, "b.c");
    });
  });

  it("does not start a service where told so", async () => {
    const destination = "com.example.Startable";
    const startable = await startBus({ type: "session" });
    const exec = `Exec=${PYTHON} -m dbusmock ${destination} /a b.c`;
    const lines = ["[D-BUS Service]", `Name=${destination}`, exec];
    writeFileSync(`${startable.servicesDir}/startable.service`, `${lines.join("\n")}\n`);
    const observer = await RawPeer.join(startable);
    await observer.askBus("ReloadConfig");
    const other = acquireBus(startable.address);
    try {
      const call = request({ destination, member: "GetCalls" });
      const error = await failure(perform(other, { ...call, flags: CallFlag.noAutoStart }));
      assert.equal(error.code, "DBUS_NAME_NOT_FOUND");
      assert.deepEqual(await observer.askBus("NameHasOwner", "s", [destination]), [false]);
      assert.deepEqual((await perform(other, call))?.payload, []);
    } finally {
      other.release();
      observer.close();
      await startable.stop();
    }
  });
});
