import assert from "node:assert/strict";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import type { DecodeOptions } from "../../../lib/wire/types";
import { errorText } from "../../support/faults";
import { type ReferenceFrame, referenceFrame, SIGNAL_FIELDS } from "../../support/reference-encoder";

const plain: DecodeOptions = { int64: "auto", keepTypes: false };

const headerRefused = (frame: Partial<ReferenceFrame>) =>
  errorText("DBUS_BAD_MESSAGE", () =>
    decodeMessage(referenceFrame({ little: true, signature: "", body: [], ...frame })),
  );

describe("headers that come in", () => {
  it("all fields", () => {
    const message = decodeMessage(
      referenceFrame({
        little: false,
        type: 3,
        serial: 7,
        fields: [
          [5, "u", 0xffff_ffff],
          [4, "s", "org.example.Error.Failed"],
          [6, "s", ":1.7"],
          [7, "s", "org.freedesktop.DBus"],
          [9, "u", 2],
        ],
        signature: "s",
        body: ["why"],
      }),
    );
    assert.deepEqual(
      { ...message },
      {
        type: 3,
        flags: 1,
        serial: 7,
        path: undefined,
        interface: undefined,
        member: undefined,
        errorName: "org.example.Error.Failed",
        replySerial: 0xffff_ffff,
        destination: ":1.7",
        sender: "org.freedesktop.DBus",
        signature: "s",
        unixFds: 2,
      },
    );
    assert.deepEqual(message.body(plain), ["why"]);
  });

  it("unknown types are for the receiver to ignore, unknown fields are skipped", () => {
    const message = decodeMessage(
      referenceFrame({
        little: true,
        type: 77,
        fields: [
          [200, "a{s(xv)}", [["k", [1n, ["s", "x"]]]]],
          [7, "s", ":1.1"],
          [10, "y", 1],
        ],
        signature: "y",
        body: [1],
      }),
    );
    assert.equal(message.type, 77);
    assert.equal(message.sender, ":1.1");
    assert.deepEqual(message.body(plain), [1]);
  });

  it("names that came before are checked as if they had not", () => {
    for (let round = 0; round < 3; round++) {
      assert.equal(decodeMessage(referenceFrame({ little: true, signature: "", body: [] })).member, "Member");
      assert.match(headerRefused({ fields: [...SIGNAL_FIELDS.slice(0, 2), [3, "s", "Membe.r"]] }), /not a member name/);
      // The same bytes are a member's name, but not an interface's.
      assert.match(
        headerRefused({ fields: [SIGNAL_FIELDS[0], [2, "s", "Member"], SIGNAL_FIELDS[2]] }),
        /two or more elements/,
      );
    }
  });

  it("are refused where the specification is broken", () => {
    const [path, interfaceName, member] = SIGNAL_FIELDS;
    assert.match(headerRefused({ type: 0 }), /its type is 0$/);
    assert.match(headerRefused({ fields: [path, interfaceName] }), /the header field “member” is missing$/);
    assert.match(headerRefused({ type: 1, fields: [member] }), /“object path” is missing$/);
    assert.match(headerRefused({ type: 2 }), /“reply serial” is missing$/);
    assert.match(headerRefused({ type: 3, fields: [[5, "u", 1]] }), /“error name” is missing$/);
    assert.match(headerRefused({ type: 2, fields: [[5, "u", 0]] }), /answers serial 0$/);
    assert.match(headerRefused({ fields: [...SIGNAL_FIELDS, path] }), /header field 1 twice$/);
    assert.match(headerRefused({ fields: [...SIGNAL_FIELDS, [0, "y", 1]] }), /field with code 0$/);
    assert.match(
      headerRefused({ fields: [[1, "s", "/a"], interfaceName, member] }),
      /header field 1 is not of type o$/,
    );
    assert.match(headerRefused({ fields: [...SIGNAL_FIELDS, [7, "s", "nobody"]] }), /two or more elements/);
    assert.match(headerRefused({ fields: [[1, "o", "/a/"], interfaceName, member] }), /does not end with a slash/);
    assert.match(headerRefused({ fields: [[1, "o", "/é"], interfaceName, member] }), /an object path holds/);
    assert.match(
      headerRefused({ fields: [[1, "o", "/org/freedesktop/DBus/Local"], interfaceName, member] }),
      /reserved/,
    );
    assert.match(headerRefused({ fields: [...SIGNAL_FIELDS, [8, "g", "a"]] }), /signature “a” breaks off/);
    assert.match(headerRefused({ body: Buffer.from([1]) }), /longer than its signature says$/);
    assert.match(
      headerRefused({ fields: [...SIGNAL_FIELDS, [99, "as", [Buffer.from("a\0")]]] }),
      /NUL character in a string$/,
    );
  });

  it("are refused where lengths or padding are wrong", () => {
    const refused = (change: (frame: Buffer) => void) => {
      const frame = referenceFrame({ little: true, signature: "y", body: [1] });
      change(frame);
      return errorText("DBUS_BAD_MESSAGE", () => decodeMessage(frame));
    };
    const fields = referenceFrame({ little: true, signature: "y", body: [1] }).readUInt32LE(12);
    assert.match(
      refused((frame) => frame.writeUInt32LE(fields + 64, 12)),
      /goes on behind its end$/,
    );
    assert.match(
      refused((frame) => frame.writeUInt32LE(fields - 2, 12)),
      /goes on behind its end$/,
    );
    assert.match(
      refused((frame) => frame.writeUInt32LE(0x7fff_ffff, 20)),
      /goes on behind its end$/,
    );
    assert.match(
      refused((frame) => frame.writeUInt8(1, 16 + fields)),
      /padding that is not zero$/,
    );
  });
});
