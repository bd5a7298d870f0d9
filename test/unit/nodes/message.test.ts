import assert from "node:assert/strict";
import type { NodeMessage } from "node-red";
import { CallFlag } from "../../../lib/bus/transport";
import { type DBusCallConfig, dbusCallDefaults } from "../../../lib/shared/dbus-call-config";
import { busOfMessage, dbusFields, operationFields, replyMessage } from "../../../nodes/support/message";
import { errorText } from "../../support/faults";

const PLACE = { destination: "com.example.A", path: "/a", interface: "com.example.I", member: "M" };
const fields = (config: Partial<DBusCallConfig>, dbus?: unknown) =>
  operationFields({ ...dbusCallDefaults, ...config }, { ...(dbus === undefined ? {} : { dbus }) });
const refusal = (config: Partial<DBusCallConfig>, dbus?: unknown) =>
  errorText("DBUS_INVALID_FIELD", () => fields(config, dbus));

describe("operationFields", () => {
  it("takes blank fields from the message", () => {
    const { destination, path, interface: name, member, signature } = fields({}, { ...PLACE, signature: "s" });
    assert.deepEqual({ destination, path, interface: name, member, signature }, { ...PLACE, signature: "s" });
  });

  it("lets filled-in fields win", () => {
    assert.equal(fields(PLACE, { member: "Other" }).member, "M");
  });

  it("may leave interface and signature out", () => {
    const { interface: name, signature } = fields({}, { ...PLACE, interface: "", signature: null });
    assert.deepEqual([name, signature], ["", ""]);
  });

  it("names the field that is missing, and where it may be given", () => {
    assert.equal(
      refusal({ ...PLACE, path: "" }),
      "Path is missing: fill in the field, or set msg.dbus.path in the message",
    );
  });

  it("names the field that is wrong", () => {
    assert.match(refusal({ ...PLACE, path: "" }, { path: "a" }), /^Path: .*slash/);
    assert.equal(refusal({ ...PLACE, path: "" }, { path: 5 }), "Path: expected text, got number");
    assert.match(refusal({ ...PLACE, operation: "set" }, { signature: "ii" }), /^Signature: /);
  });

  it("ignores the signature of what was received from somebody", () => {
    assert.equal(fields(PLACE, { signature: "u", sender: ":1.5" }).signature, "");
    assert.equal(fields(PLACE, { signature: "u" }).signature, "u");
    assert.equal(fields({ ...PLACE, signature: "s" }, { signature: "u", sender: ":1.5" }).signature, "s");
  });

  it("takes the interface of what was received for likely only, where the node names another member", () => {
    const received = { ...PLACE, sender: ":1.5" };
    const taken = (config: Partial<DBusCallConfig>, dbus: object) => {
      const { interface: name, likelyInterface } = fields(config, dbus);
      return [name, likelyInterface];
    };
    assert.deepEqual(taken({ member: "Other" }, received), ["", "com.example.I"]);
    assert.deepEqual(taken({ operation: "get-all" }, received), ["", "com.example.I"]);
    assert.deepEqual(taken({}, received), ["com.example.I", ""]);
    assert.deepEqual(taken({ member: "Other" }, PLACE), ["com.example.I", ""]);
    assert.deepEqual(taken({ member: "Other", interface: "a.b" }, received), ["a.b", ""]);
    assert.match(refusal({ member: "Other" }, { ...received, interface: "nodots" }), /^Interface: /);
  });

  it("asks the sender of what was received, where there is no destination", () => {
    const { destination: _, ...signal } = { ...PLACE, sender: ":1.5" };
    assert.equal(fields({}, signal).destination, ":1.5");
    assert.equal(fields({}, { ...signal, destination: "com.example.B" }).destination, "com.example.B");
    assert.equal(fields({ destination: "com.example.A" }, signal).destination, "com.example.A");
    assert.match(refusal({}, { ...signal, sender: "" }), /^Destination is missing: /);
    assert.match(refusal({}, { ...signal, sender: "nodots" }), /^Sender: /);
  });

  it("knows the arguments’ names where they were saved with that member and signature", () => {
    const names = { signature: "ss", argNames: ["first", "second"] };
    assert.deepEqual(fields({ ...PLACE, ...names }).argumentNames, ["first", "second"]);
    assert.deepEqual(fields({ ...PLACE, ...names, member: "" }, { member: "Other" }).argumentNames, []);
    assert.deepEqual(fields({ ...PLACE, ...names, signature: "" }, { signature: "su" }).argumentNames, []);
  });

  it("needs no member for all properties, and no signature to read one", () => {
    assert.equal(fields({ ...PLACE, member: "", operation: "get-all" }).member, "");
    assert.equal(fields({ ...PLACE, operation: "get" }, { signature: "u" }).signature, "");
  });

  it("lets a property have any name, a method not", () => {
    assert.equal(fields({ ...PLACE, member: "", operation: "get" }, { member: "a-b" }).member, "a-b");
    assert.match(refusal({ ...PLACE, member: "" }, { member: "a-b" }), /^Member: /);
  });

  const TIMEOUTS: readonly (readonly [timeout: string | number, dbus: unknown, ms: number])[] = [
    [25, undefined, 25_000],
    ["0.0005", undefined, 1],
    [0, { timeout: 5 }, 0],
    ["", undefined, 25_000],
    ["", { timeout: 5 }, 5_000],
    ["", { timeout: "1.5" }, 1_500],
    ["", { timeout: 0 }, 0],
    ["", { timeout: null }, 25_000],
  ];
  for (const [timeout, dbus, ms] of TIMEOUTS) {
    it(`waits ${ms} ms with ${JSON.stringify(timeout)} and ${JSON.stringify(dbus)}`, () => {
      assert.equal(fields({ ...PLACE, timeout }, dbus).timeoutMs, ms);
    });
  }

  it("refuses timeouts that are none", () => {
    for (const timeout of [-1, "x", "", true, [], [5], {}, Number.NaN, 1e10]) {
      assert.match(refusal({ ...PLACE, timeout: "" }, { timeout }), /^Timeout: expected seconds/);
    }
  });

  it("gives a person time to type a password", () => {
    assert.equal(fields({ ...PLACE, interactiveAuthorization: true }).timeoutMs, 120_000);
    assert.equal(fields({ ...PLACE, interactiveAuthorization: true, timeout: 300 }).timeoutMs, 300_000);
    assert.equal(fields({ ...PLACE, interactiveAuthorization: true, timeout: 0 }).timeoutMs, 0);
  });

  it("has the flags that are switched on; a read has a reply", () => {
    const all = { noReply: true, noAutoStart: true, interactiveAuthorization: true };
    const { noReply, noAutoStart, interactiveAuthorization } = CallFlag;
    assert.equal(fields({ ...PLACE, ...all }).flags, noReply | noAutoStart | interactiveAuthorization);
    for (const operation of ["get", "get-all"] as const) {
      assert.equal(fields({ ...PLACE, ...all, operation }).flags, noAutoStart | interactiveAuthorization);
    }
  });
});

describe("busOfMessage", () => {
  it("is what the message names", () => {
    assert.deepEqual(busOfMessage({ dbus: { bus: "system" } } as NodeMessage), { kind: "system" });
    assert.deepEqual(busOfMessage({ dbus: { bus: "session", address: "x" } } as NodeMessage), { kind: "session" });
    const address = "unix:path=/a";
    for (const bus of [undefined, "", "address"]) {
      assert.deepEqual(busOfMessage({ dbus: { bus, address } } as NodeMessage), { kind: "address", address });
    }
  });

  it("is nothing by itself", () => {
    assert.match(
      errorText("DBUS_INVALID_FIELD", () => busOfMessage({})),
      /^Bus is missing: .*msg\.dbus\.bus/,
    );
    assert.match(
      errorText("DBUS_INVALID_FIELD", () => busOfMessage({ dbus: { bus: "msg" } } as NodeMessage)),
      /^Bus: expected one of/,
    );
    assert.match(
      errorText("DBUS_INVALID_ADDRESS", () => busOfMessage({ dbus: { address: "x" } } as NodeMessage)),
      /^Address: /,
    );
  });
});

describe("dbusFields", () => {
  it("are an object or nothing", () => {
    assert.deepEqual(dbusFields({}), {});
    assert.deepEqual(dbusFields({ dbus: null } as NodeMessage), {});
    for (const dbus of ["text", 5, [1], new Map()]) {
      errorText("DBUS_INVALID_FIELD", () => dbusFields({ dbus } as NodeMessage));
    }
  });
});

describe("replyMessage", () => {
  it("keeps the message's other properties and replaces payload and dbus", () => {
    const message = { _msgid: "1", topic: "t", payload: 1, dbus: { error: "old", mine: 1 }, own: true };
    const request = fields(PLACE);
    const result = {
      payload: undefined,
      interface: "com.example.I",
      signature: "",
      sender: ":1.5",
      arguments: undefined,
    };
    const dbus = { bus: "system", address: "unix:path=/a", ...PLACE, sender: ":1.5", signature: "" };
    assert.deepEqual(replyMessage(message, { kind: "system", address: "unix:path=/a" }, request, result), {
      _msgid: "1",
      topic: "t",
      payload: undefined,
      dbus,
      own: true,
    });
  });
});
