import assert from "node:assert/strict";
import { encodeMessage } from "../../../lib/wire/encode-message";
import { frameLength } from "../../../lib/wire/frame";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import type { DecodeOptions } from "../../../lib/wire/types";
import { errorText } from "../../support/faults";
import { ReferenceEncoder, type ReferenceFrame, referenceFrame, SIGNAL_FIELDS } from "../../support/reference-encoder";

const plain: DecodeOptions = { int64: "auto", keepTypes: false };

/** The bytes of values, for a body that is then broken. */
const bytesOf = (signature: string, ...values: unknown[]) => new ReferenceEncoder(true).values(signature, values);

const bodyRefused = (signature: string, body: Buffer | ReferenceEncoder | readonly unknown[], little = true) =>
  errorText("DBUS_BAD_MESSAGE", () => {
    const bytes = body instanceof ReferenceEncoder ? Buffer.from(body.bytes) : body;
    return decodeMessage(referenceFrame({ little, signature, body: bytes })).body(plain);
  });

const headerRefused = (frame: Partial<ReferenceFrame>) =>
  errorText("DBUS_BAD_MESSAGE", () =>
    decodeMessage(referenceFrame({ little: true, signature: "", body: [], ...frame })),
  );

function withinMilliseconds<T>(most: number, run: () => T): T {
  const start = performance.now();
  const result = run();
  const took = performance.now() - start;
  assert.ok(took < most, `took ${took} ms`);
  return result;
}

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

describe("bodies that come in broken", () => {
  it("cut off anywhere", () => {
    const signature = "ybnqiuxtdsogaya{sv}a(yx)v";
    const values = [1, true, 2, 3, 4, 5, 6n, 7n, 8, "s", "/o", "g", [1], [["k", ["s", "v"]]], [[1, 2n]], ["as", ["x"]]];
    const whole = Buffer.from(bytesOf(signature, ...values).bytes);
    for (let length = 0; length < whole.length; length++) {
      assert.match(bodyRefused(signature, whole.subarray(0, length)), /goes on behind its end|array of \d+ bytes/);
    }
  });

  it("longer than the signature", () => {
    assert.match(bodyRefused("y", Buffer.from([1, 2])), /longer than its signature says$/);
  });

  it("padding that is not zero", () => {
    assert.match(bodyRefused("yu", Buffer.from([1, 0, 0, 1, 2, 0, 0, 0])), /padding/);
    assert.match(bodyRefused("ax", Buffer.from([0, 0, 0, 0, 1, 0, 0, 0])), /padding/);
    assert.match(bodyRefused("a{yy}", Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])), /padding/);
    assert.match(bodyRefused("y(y)", Buffer.from([1, 0, 0, 0, 0, 0, 9, 0, 1])), /padding/);
  });

  it("booleans other than 0 and 1", () => {
    assert.match(bodyRefused("b", bytesOf("u", 2)), /a boolean is 0 or 1, got 2$/);
    assert.match(bodyRefused("ab", bytesOf("au", [1, 0xffff_ffff])), /got 4294967295$/);
    assert.match(bodyRefused("b", Buffer.from([0, 0, 0, 2]), false), /got 2$/);
  });

  it("strings: NUL inside, none at the end, not UTF-8", () => {
    for (const rest of [0, 100]) {
      const text = (...bytes: number[]) => bytesOf("s", Buffer.from([...bytes, ...new Array(rest).fill(0x61)]));
      assert.match(bodyRefused("s", text(0x61, 0, 0x62)), /NUL character in a string$/);
      // Too long a form, a surrogate, beyond Unicode, cut off, a lone continuation.
      for (const bytes of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3], [0x80], [0xff]]) {
        assert.match(bodyRefused("s", text(...bytes)), /not valid UTF-8$/);
      }
    }
    assert.match(bodyRefused("s", Buffer.from([1, 0, 0, 0, 0x61, 0x62])), /without the NUL at its end$/);
    assert.match(bodyRefused("s", Buffer.from([0xff, 0xff, 0xff, 0xff, 0x61, 0])), /goes on behind its end$/);
    assert.match(bodyRefused("a{sy}", bytesOf("a{sy}", [[Buffer.from([0xff]), 1]])), /not valid UTF-8$/);
    assert.match(bodyRefused("a{sy}", bytesOf("a{sy}", [[Buffer.from([0x61, 0]), 1]])), /NUL character/);
  });

  it("paths and signatures that are none", () => {
    assert.match(bodyRefused("o", bytesOf("s", "a")), /begins with a slash/);
    assert.match(bodyRefused("o", bytesOf("s", "a".repeat(10_000))), /a name or path of 10000 characters/);
    assert.match(bodyRefused("g", Buffer.from([2, 0x61, 0x7b, 0])), /the signature “a\{”/);
    assert.match(bodyRefused("g", Buffer.from([0, 1])), /without the NUL at its end$/);
  });

  it("variants of no type, of two, of an empty struct", () => {
    assert.match(bodyRefused("v", Buffer.from([0, 0])), /a variant with the signature “”/);
    assert.match(bodyRefused("v", Buffer.from([2, 0x79, 0x79, 0, 1, 1])), /a variant with the signature “yy”/);
    assert.match(bodyRefused("v", Buffer.from([3, 0x61, 0x28, 0x29, 0])), /an empty struct/);
  });

  it("arrays that do not end where they say", () => {
    assert.match(bodyRefused("au", Buffer.from([6, 0, 0, 0, 1, 0, 0, 0, 2, 0])), /goes on behind its end$/);
    assert.match(bodyRefused("aau", Buffer.from([8, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0])), /an array of 8 bytes/);
    for (const signature of ["ay", "au", "ax", "as", "a(y)", "a{yv}", "av"]) {
      for (const length of [0x8000_0000, 0xffff_ffff, 64 * 1024 * 1024 + 1, 0x0010_0000]) {
        withinMilliseconds(100, () => bodyRefused(signature, bytesOf("uu", length, 0)));
      }
    }
  });

  it("variants in variants: 64 are read, 65 and 20,000 are refused at once", () => {
    const nested = (depth: number) =>
      Buffer.concat([...new Array(depth - 1).fill(Buffer.from([1, 0x76, 0])), Buffer.from([1, 0x79, 0, 7])]);
    assert.deepEqual(
      decodeMessage(referenceFrame({ little: true, signature: "v", body: nested(64) })).body(plain),
      [7],
    );
    for (const depth of [65, 20_000, 1_000_000]) {
      const frame = referenceFrame({ little: true, signature: "v", body: nested(depth) });
      const text = withinMilliseconds(100, () => errorText("DBUS_BAD_MESSAGE", () => decodeMessage(frame).body(plain)));
      assert.match(text, /nested deeper than 64 levels$/);
    }
  });

  it("also in a header field that nobody knows", () => {
    const frame = referenceFrame({ little: true, fields: [[99, "s", "x"]], signature: "", body: [], type: 9 });
    const nested = Buffer.from([1, 0x76, 0]);
    const fields = Buffer.concat([Buffer.from([99]), ...new Array(20_000).fill(nested), Buffer.from([1, 0x79, 0, 7])]);
    const header = Buffer.from(frame.subarray(0, 16));
    header.writeUInt32LE(fields.length, 12);
    const whole = Buffer.concat([header, fields, Buffer.alloc(-fields.length & 7)]);
    assert.equal(frameLength(whole, 0, whole.length), whole.length);
    assert.match(
      errorText("DBUS_BAD_MESSAGE", () => decodeMessage(whole)),
      /nested deeper than 64 levels$/,
    );
  });

  it("file descriptors, wherever they are", () => {
    const refused = (signature: string, body: readonly unknown[]) =>
      errorText("DBUS_UNSUPPORTED_TYPE", () =>
        decodeMessage(referenceFrame({ little: true, signature, body })).body(plain),
      );
    assert.equal(refused("h", [0]), "file descriptors are not supported");
    assert.equal(refused("a(sh)", [[["x", 0]]]), "file descriptors are not supported");
    assert.equal(refused("v", [["ah", [0]]]), "file descriptors are not supported");
  });
});

describe("values that come in", () => {
  it("dicts: __proto__ and its kin are own keys and change no prototype", () => {
    const body = [
      [
        ["__proto__", ["a{sv}", [["polluted", ["b", true]]]]],
        ["constructor", ["s", "c"]],
        ["toString", ["s", "t"]],
      ],
    ];
    for (let round = 0; round < 2; round++) {
      const [dict] = decodeMessage(referenceFrame({ little: true, signature: "a{sv}", body })).body(plain) as [object];
      assert.deepEqual(Object.keys(dict), ["__proto__", "constructor", "toString"]);
      assert.equal(Object.getPrototypeOf(dict), Object.prototype);
      assert.equal(Reflect.get(dict, "polluted"), undefined);
      assert.equal(Reflect.get({}, "polluted"), undefined);
      assert.deepEqual(Object.getOwnPropertyDescriptor(dict, "__proto__")?.value, { polluted: true });
    }
  });

  it("bytes are copied out of a buffer that will be written to again", () => {
    for (const length of [1, 100, 100_000]) {
      const frame = Buffer.concat(
        encodeMessage({ type: 2, flags: 0, replySerial: 1, signature: "ay", body: [Buffer.alloc(length, 7)] }, 1),
      );
      const [bytes] = decodeMessage(frame).body(plain) as [Buffer];
      frame.fill(0);
      assert.ok(bytes.equals(Buffer.alloc(length, 7)));
    }
  });

  it("large bytes are not copied out of a frame of their own", () => {
    const frame = Buffer.concat(
      encodeMessage(
        { type: 2, flags: 0, replySerial: 1, signature: "ayay", body: [Buffer.alloc(100_000, 7), Buffer.from("x")] },
        1,
      ),
    );
    const [large, small] = decodeMessage(frame, 0, frame.length, true).body(plain) as [Buffer, Buffer];
    assert.equal(large.buffer, frame.buffer);
    assert.notEqual(small.buffer, frame.buffer);
    assert.ok(large.equals(Buffer.alloc(100_000, 7)));
  });

  describe("take memory in proportion to their bytes", () => {
    const SIZE = 1_048_576;
    const MOST = 100;
    /** Arrays of elements that are as small as they can be. The last element has no padding behind it. */
    const packed: readonly (readonly [signature: string, element: readonly number[], padding: number])[] = [
      ["aay", [0, 0, 0, 0], 0],
      ["aay", [1, 0, 0, 0, 7, 0, 0, 0], 3],
      ["aas", [0, 0, 0, 0], 0],
      ["as", [0, 0, 0, 0, 0, 0, 0, 0], 3],
      ["as", [3, 0, 0, 0, 0x61, 0x62, 0x63, 0], 0],
      ["ab", [1, 0, 0, 0], 0],
      ["at", [255, 255, 255, 255, 255, 255, 255, 255], 0],
      ["a(y)", [7, 0, 0, 0, 0, 0, 0, 0], 7],
      ["av", [1, 0x79, 0, 7], 0],
      ["a{yy}", [7, 7, 0, 0, 0, 0, 0, 0], 6],
    ];
    for (const [signature, element, padding] of packed) {
      it(`${signature} of ${element.join(" ")}`, () => {
        const elements = Buffer.alloc(SIZE, Buffer.from(element)).subarray(0, SIZE - padding);
        const length = new ReferenceEncoder(true).integer(4, elements.length);
        if (signature === "at" || signature === "a(y)" || signature === "a{yy}") length.align(8);
        assertModest(signature, Buffer.concat([Buffer.from(length.bytes), elements]));
      });
    }

    it("a{us} and a{sy} of ever new keys", () => {
      const entries = (key: (index: number) => unknown, value: unknown) =>
        Array.from({ length: SIZE / 16 }, (_, index) => [key(index), value]);
      for (const signature of ["a{us}", "a{sy}"]) {
        const numeric = signature === "a{us}";
        const body = entries(
          (index) => (numeric ? (index * 65_537) % 2 ** 32 : index.toString(36).padStart(3, "0")),
          numeric ? "" : 1,
        );
        const frame = referenceFrame({ little: true, signature, body: [body] });
        assertModest(signature, frame.subarray(frame.length - frame.readUInt32LE(4)));
      }
    });

    function assertModest(signature: string, body: Buffer): void {
      const message = decodeMessage(referenceFrame({ little: true, signature, body }));
      const used = () => {
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        return heapUsed + arrayBuffers;
      };
      const before = used();
      const values = message.body({ int64: "string", keepTypes: true });
      const times = (used() - before) / body.length;
      assert.equal(values.length, 1);
      assert.ok(times < MOST, `${times.toFixed(1)} times`);
    }
  });
});
