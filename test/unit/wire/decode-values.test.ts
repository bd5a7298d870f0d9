import assert from "node:assert/strict";
import { encodeMessage } from "../../../lib/wire/encode-message";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import type { DecodeOptions } from "../../../lib/wire/types";
import { ReferenceEncoder, referenceFrame } from "../../support/reference-encoder";

const plain: DecodeOptions = { int64: "auto", keepTypes: false };

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

  describe("where not all of them are wanted", () => {
    const read = (signature: string, body: readonly unknown[], options: Partial<DecodeOptions>) =>
      decodeMessage(referenceFrame({ little: true, signature, body })).body({ ...plain, ...options });

    it("arrays and dicts end after so many elements in all, and what follows is read", () => {
      const numbers = [1, 2, 3, 4, 5];
      assert.deepEqual(read("aiu", [numbers, 7], { most: 3 }), [[1, 2, 3], 7]);
      assert.deepEqual(read("aiais", [numbers, numbers, "end"], { most: 7 }), [numbers, [1, 2], "end"]);
      assert.deepEqual(read("aais", [[numbers, numbers], "end"], { most: 4 }), [[[1, 2, 3]], "end"]);
      const dict = [
        ["a", 1],
        ["b", 2],
        ["c", 3],
      ];
      assert.deepEqual(read("a{si}s", [dict, "end"], { most: 2 }), [{ a: 1, b: 2 }, "end"]);
      assert.deepEqual(read("aiay", [[], [1, 2]], { most: 0 }), [[], Buffer.from([1, 2])]);
    });

    it("dicts of variants are passed over", () => {
      const values = [
        ["x", ["s", "text"]],
        ["y", ["ai", [1, 2]]],
      ];
      const objects = [
        [
          "/a",
          [
            ["com.example.A", values],
            ["com.example.B", []],
          ],
        ],
        ["/b", []],
      ];
      assert.deepEqual(read("a{oa{sa{sv}}}s", [objects, "end"], { outline: true }), [
        { "/a": { "com.example.A": {}, "com.example.B": {} }, "/b": {} },
        "end",
      ]);
    });
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
