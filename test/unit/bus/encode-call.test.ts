import assert from "node:assert/strict";
import { encodeCall } from "../../../lib/bus/transport";
import { DBusNodeError } from "../../../lib/errors";
import { decodeMessage } from "../../../lib/wire/incoming-message";

const call = {
  ...{ destination: "org.example.Service", path: "/a", interface: "org.example.Interface", member: "Member" },
  signature: "as",
};

function decoded(chunks: readonly Uint8Array[]) {
  return decodeMessage(Buffer.concat(chunks));
}

function body(chunks: readonly Uint8Array[]): unknown[] {
  return decoded(chunks).body({ int64: "auto", keepTypes: false });
}

describe("encoding a call", () => {
  it("gives each call of a method its own serial and arguments", () => {
    const first = encodeCall({ ...call, body: [["one"]] }, 1);
    const second = encodeCall({ ...call, body: [["two", "three"]] }, 2);
    assert.deepEqual([decoded(first).serial, body(first)], [1, [["one"]]]);
    assert.deepEqual([decoded(second).serial, body(second)], [2, [["two", "three"]]]);
  });

  it("takes no call for another that differs in one field", () => {
    const others = [
      { destination: ":1.5" },
      { path: "/b" },
      { interface: undefined },
      { member: "Other" },
      { signature: "s" },
      { flags: 1 },
    ];
    encodeCall({ ...call, body: [["one"]] }, 1);
    for (const change of others) {
      const wanted = { ...call, flags: 0, ...change };
      const found = decoded(encodeCall({ ...wanted, body: [wanted.signature === "s" ? "one" : ["one"]] }, 1));
      const { destination, path, interface: interfaceName, member, signature, flags } = found;
      assert.deepEqual({ destination, path, interface: interfaceName, member, signature, flags }, wanted);
    }
  });

  it("refuses a field with the text of two fields that passed", () => {
    encodeCall({ ...call, body: [["one"]] }, 1);
    const joined = { ...call, destination: `${call.destination} ${call.path}`, path: call.interface };
    assert.throws(
      () => encodeCall({ ...joined, interface: call.member, member: call.signature, signature: "", body: [] }, 2),
      (error) => error instanceof DBusNodeError && error.code === "DBUS_INVALID_FIELD",
    );
  });

  it("keeps apart the arguments of a call that is made while another is encoded", () => {
    const inner: (readonly Uint8Array[])[] = [];
    const list = ["before", "", "after"];
    Object.defineProperty(list, 1, {
      get: () => {
        inner.push(encodeCall({ ...call, body: [["inner"]] }, 2));
        return "between";
      },
    });
    const outer = encodeCall({ ...call, body: [list] }, 1);
    assert.deepEqual(body(outer), [["before", "between", "after"]]);
    assert.deepEqual(
      inner.map((chunks) => body(chunks)),
      [[["inner"]]],
    );
  });

  it("encodes the next call after arguments that were refused", () => {
    assert.throws(() => encodeCall({ ...call, body: [[null]] }, 1), DBusNodeError);
    assert.deepEqual(body(encodeCall({ ...call, body: [["good"]] }, 2)), [["good"]]);
  });
});
