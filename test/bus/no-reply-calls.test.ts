import assert from "node:assert/strict";
import { MAX_UNANSWERED } from "../../lib/bus/pending-calls";
import { CallFlag } from "../../lib/bus/transport";
import { METHOD_CALL } from "../../lib/wire/types";
import { type Exporting, startExporting } from "../support/export-bus";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { failure, RawPeer } from "../support/raw-peer";

const CALL = { path: "/a", interface: "b.c", signature: "", body: [], timeoutMs: 0 };

describe("calls that expect no reply", () => {
  watchProcess();
  let bus: PrivateBus;
  let exporting: Exporting;
  let peer: RawPeer;

  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    exporting = await startExporting(bus);
    peer = await RawPeer.join(bus);
  });
  afterEach(async () => {
    peer.close();
    exporting.connection.close();
    await bus.stop();
  });

  const call = (member: string, options: { readonly timeoutMs?: number; readonly flags?: number } = {}) =>
    exporting.connection.call({ ...CALL, destination: peer.uniqueName, member, ...options });
  const arrived = () => peer.messages.items.filter(({ type }) => type === METHOD_CALL).map(({ member }) => member);
  const seen = (member: string) => peer.messages.first((message) => message.member === member);

  it("reach a service that answers nobody, however many answers it owes", async () => {
    const impatient = Array.from({ length: MAX_UNANSWERED }, () => failure(call("Wait", { timeoutMs: 20 })));
    await Promise.all(impatient);
    await call("Told", { flags: CallFlag.noReply });
    await seen("Told");
    assert.equal(exporting.connection.callsWaiting, 0);
  });

  it("stay behind the calls before them, and wait no longer than these", async () => {
    await Promise.all(Array.from({ length: MAX_UNANSWERED }, () => failure(call("Wait", { timeoutMs: 20 }))));
    const held = failure(call("Held", { timeoutMs: 50 }));
    const behind = call("Behind", { flags: CallFlag.noReply });
    assert.equal(exporting.connection.callsWaiting, 2);
    assert.equal((await held).code, "DBUS_TIMEOUT");
    await behind;
    await seen("Behind");
    assert.ok(!arrived().includes("Held"));
    assert.equal(exporting.connection.callsWaiting, 0);
  });

  it("keep their order among calls that are held until the service answers", async () => {
    await Promise.all(Array.from({ length: MAX_UNANSWERED }, () => failure(call("Wait", { timeoutMs: 20 }))));
    const answered = [call("First"), call("Second", { flags: CallFlag.noReply }), call("Third")];
    assert.equal(exporting.connection.callsWaiting, 3);
    peer.serve((message) => peer.reply(message));
    for (const message of peer.messages.items.filter(({ member }) => member === "Wait")) peer.reply(message);
    await Promise.all(answered);
    assert.deepEqual(arrived().slice(MAX_UNANSWERED), ["First", "Second", "Third"]);
  });
});
