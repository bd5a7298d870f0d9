import assert from "node:assert/strict";
import { encodeMessage } from "../../../lib/wire/encode-message";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import { METHOD_CALL, METHOD_RETURN, type OutgoingMessage, SIGNAL } from "../../../lib/wire/types";
import { errorText } from "../../support/faults";

describe("encoding of headers", () => {
  const call: OutgoingMessage = {
    type: METHOD_CALL,
    flags: 0,
    path: "/a",
    member: "M",
    destination: ":1.1",
    signature: "",
    body: [],
  };
  const text = (fields: Partial<OutgoingMessage>) =>
    errorText("DBUS_INVALID_FIELD", () => encodeMessage({ ...call, ...fields }, 1));

  it("takes serials up to 32 bits", () => {
    assert.equal(decodeMessage(Buffer.concat(encodeMessage(call, 0xffff_ffff))).serial, 0xffff_ffff);
    for (const serial of [0, -1, 1.5, 2 ** 32]) errorText("DBUS_INTERNAL", () => encodeMessage(call, serial));
  });

  it("names the field at fault", () => {
    assert.match(text({ destination: "org" }), /^destination: expected two or more elements/);
    assert.match(text({ path: "a" }), /^object path: an object path begins with a slash/);
    assert.match(text({ interface: "a" }), /^interface: /);
    assert.match(text({ member: "a.b" }), /^member: “a\.b” is not a member name/);
    assert.match(text({ member: "a".repeat(256) }), /^member: expected at most 255 characters, got 256$/);
    assert.match(text({ errorName: "x y.z" }), /^error name: /);
    assert.match(text({ signature: "a" }), /^signature: /);
    assert.match(text({ destination: 5 as unknown as string }), /^destination: expected a string, got 5$/);
  });

  it("says again what it said once", () => {
    for (let round = 0; round < 2; round++) assert.match(text({ member: "a.b" }), /not a member name/);
    for (let round = 0; round < 2; round++) encodeMessage(call, 1);
  });

  it("knows what each type of message needs", () => {
    assert.match(text({ path: undefined }), /^object path: a message of this kind needs it/);
    assert.match(text({ member: undefined }), /^member: /);
    assert.match(text({ type: SIGNAL, path: "/a" }), /^interface: /);
    assert.match(text({ type: METHOD_RETURN }), /^reply serial: /);
    assert.match(text({ type: 3, replySerial: 1 }), /^error name: /);
  });

  it("refuses what only programs tell themselves", () => {
    assert.match(text({ path: "/org/freedesktop/DBus/Local" }), /^object path: .*reserved/);
    assert.match(text({ interface: "org.freedesktop.DBus.Local" }), /^interface: .*reserved/);
  });
});
