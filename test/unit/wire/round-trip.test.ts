import assert from "node:assert/strict";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import type { DecodeOptions } from "../../../lib/wire/types";
import { referenceFrame } from "../../support/reference-encoder";

const plain: DecodeOptions = { int64: "auto", keepTypes: false };

/** Signature, values as the reference encoder takes them, values as a flow gets them (the same if left out). */
const cases: readonly (readonly [signature: string, sent: readonly unknown[], got?: readonly unknown[]])[] = [
  ["", []],
  ["y", [255]],
  ["b", [true]],
  ["b", [false]],
  ["n", [-32_768]],
  ["q", [65_535]],
  ["i", [-2_147_483_648]],
  ["u", [4_294_967_295]],
  ["x", [-(2n ** 63n)], ["-9223372036854775808"]],
  ["x", [-5n], [-5]],
  ["x", [BigInt(Number.MIN_SAFE_INTEGER)], [Number.MIN_SAFE_INTEGER]],
  ["t", [2n ** 64n - 1n], ["18446744073709551615"]],
  ["t", [2n ** 32n + 7n], [2 ** 32 + 7]],
  ["d", [-1.25e300]],
  ["d", [Number.NaN]],
  ["d", [Number.NEGATIVE_INFINITY]],
  ["s", [""]],
  ["s", ["héllo wörld 😀"]],
  ["s", ["x".repeat(64)]],
  ["s", ["x".repeat(65)]],
  ["s", ["é".repeat(10_000)]],
  ["s", ["\ufeffmark"]],
  ["o", ["/"]],
  ["o", ["/org/example/Object_1"]],
  ["g", [""]],
  ["g", ["a{s(iv)}ah"]],
  ["ay", [[1, 2, 3]], [Buffer.from([1, 2, 3])]],
  ["ay", [[]], [Buffer.alloc(0)]],
  ["aay", [[[1], [], [2, 3]]], [[Buffer.from([1]), Buffer.alloc(0), Buffer.from([2, 3])]]],
  ["as", [["a", "", "c"]]],
  ["yat", [1, []]],
  ["aaai", [[[[1, 2], []], [], [[3]]]]],
  ["(y(nx)s)", [[1, [2, 3n], "x"]], [[1, [2, 3], "x"]]],
  [
    "a(yx)",
    [
      [
        [1, 2n],
        [3, 4n],
      ],
    ],
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ],
  [
    "a{sv}",
    [
      [
        ["a", ["i", 1]],
        ["b", ["as", ["x"]]],
      ],
    ],
    [{ a: 1, b: ["x"] }],
  ],
  ["a{sa{sv}}", [[["a", [["b", ["v", ["y", 1]]]]]]], [{ a: { b: 1 } }]],
  [
    "a{uy}",
    [
      [
        [5, 1],
        [7, 2],
      ],
    ],
    [{ 5: 1, 7: 2 }],
  ],
  ["a{xy}", [[[-9_007_199_254_740_993n, 1]]], [{ "-9007199254740993": 1 }]],
  [
    "a{by}",
    [
      [
        [true, 1],
        [false, 0],
      ],
    ],
    [{ true: 1, false: 0 }],
  ],
  ["a{dy}", [[[0.5, 1]]], [{ "0.5": 1 }]],
  ["a{oy}", [[["/a", 1]]], [{ "/a": 1 }]],
  ["a{gy}", [[["as", 1]]], [{ as: 1 }]],
  ["v", [["(sv)", ["x", ["q", 1]]]], [["x", 1]]],
  ["yvyv", [1, ["t", 1n], 2, ["d", 0.5]], [1, 1, 2, 0.5]],
];

describe("what comes in", () => {
  for (const little of [true, false]) {
    describe(little ? "little-endian" : "big-endian", () => {
      for (const [signature, sent, got] of cases) {
        const shown = sent.map((value) => String(value).slice(0, 30)).join(", ");
        it(`${signature}: ${shown}`, () => {
          const frame = referenceFrame({ little, signature, body: sent });
          assert.deepEqual(decodeMessage(frame).body(plain), got ?? sent);
          // In the middle of a buffer, not on a boundary of any kind.
          const buffer = Buffer.concat([Buffer.from("abc"), frame, Buffer.from("behind")]);
          assert.deepEqual(decodeMessage(buffer, 3, 3 + frame.length).body(plain), got ?? sent);
        });
      }

      it("64-bit integers as text and as bigint", () => {
        const frame = referenceFrame({ little, signature: "xtaxa{ty}", body: [-5n, 2n ** 63n, [1n], [[3n, 1]]] });
        const body = (int64: DecodeOptions["int64"]) => decodeMessage(frame).body({ int64, keepTypes: false });
        assert.deepEqual(body("string"), ["-5", "9223372036854775808", ["1"], { 3: 1 }]);
        assert.deepEqual(body("bigint"), [-5n, 2n ** 63n, [1n], { 3: 1 }]);
      });

      it("types of variants, where they are asked for", () => {
        const frame = referenceFrame({
          little,
          signature: "va{sv}",
          body: [["av", [["y", 1]]], [["k", ["v", ["s", "x"]]]]],
        });
        assert.deepEqual(decodeMessage(frame).body({ int64: "auto", keepTypes: true }), [
          { signature: "av", value: [{ signature: "y", value: 1 }] },
          { k: { signature: "v", value: { signature: "s", value: "x" } } },
        ]);
      });
    });
  }
});
