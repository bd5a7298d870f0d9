import assert from "node:assert/strict";
import vm from "node:vm";
import { Variant } from "dbus-next";
import { encodeMessage } from "../../../lib/wire/encode-message";
import { SIGNAL } from "../../../lib/wire/types";
import { referenceFrame, SIGNAL_FIELDS } from "../../support/reference-encoder";

const signal = {
  type: SIGNAL,
  flags: 1,
  path: "/org/example",
  interface: "org.example.Interface",
  member: "Member",
} as const;

const encoded = (signature: string, body: readonly unknown[]) =>
  Buffer.concat(encodeMessage({ ...signal, signature, body }, 1));

/** What the values are on the wire, next to the reference encoder's idea of them. */
function assertBytes(signature: string, body: readonly unknown[], reference: readonly unknown[]): void {
  const expected = referenceFrame({ little: true, fields: SIGNAL_FIELDS, signature, body: reference });
  assert.equal(encoded(signature, body).toString("hex"), expected.toString("hex"));
}

describe("encoding of values", () => {
  it("the specification's own example of strings", () => {
    const body = encoded("sss", ["foo", "+", "bar"]).subarray(-24);
    assert.equal(body.toString("hex"), "03000000666f6f00010000002b0000000300000062617200");
  });

  it("the specification's own example of an array of 64-bit integers", () => {
    const body = encoded("ax", [[5]]).subarray(-16);
    assert.equal(body.toString("hex"), "08000000000000000500000000000000");
  });

  it("every basic type", () => {
    const values = [1, true, -2, 3, -4, 5, -6n, 7n, 1.5, "text", "/path", "a{sv}"];
    assertBytes("ybnqiuxtdsog", values, values);
  });

  it("extremes of integers", () => {
    const edges = [0xff, -0x8000, 0xffff, -0x80000000, 0xffffffff, -(2n ** 63n), 2n ** 64n - 1n];
    assertBytes("ynqiuxt", edges, edges);
    assertBytes("ynqiuxt", edges.map(String), edges);
  });

  it("text of every length, in ASCII and beyond", () => {
    for (const length of [0, 1, 39, 40, 41, 100, 5000]) {
      for (const unit of ["a", "é", "😀"]) assertBytes("sy", [unit.repeat(length), 1], [unit.repeat(length), 1]);
    }
    assertBytes("s", [`${"a".repeat(39)}é`], [`${"a".repeat(39)}é`]);
  });

  it("containers with their padding", () => {
    assertBytes("ya(yx)", [1, [[2, 3n]]], [1, [[2, 3n]]]);
    assertBytes("yaxy", [1, [], 2], [1, [], 2]);
    assertBytes("ya{sv}y", [1, {}, 2], [1, [], 2]);
    assertBytes(
      "aay",
      [[Buffer.from([1, 2, 3]), [4, "5"], "é"]],
      [
        [
          [1, 2, 3],
          [4, 5],
          [0xc3, 0xa9],
        ],
      ],
    );
    assertBytes(
      "a{s(ii)}",
      [{ a: [1, 2], b: [3, 4] }],
      [
        [
          ["a", [1, 2]],
          ["b", [3, 4]],
        ],
      ],
    );
    assertBytes("ad", [Float64Array.of(1, 2.5)], [[1, 2.5]]);
  });

  it("keys of every basic type, from an object or a Map", () => {
    assertBytes(
      "a{us}",
      [{ 1: "a", 2: "b" }],
      [
        [
          [1, "a"],
          [2, "b"],
        ],
      ],
    );
    assertBytes("a{bs}", [{ true: "a" }], [[[true, "a"]]]);
    assertBytes("a{xy}", [{ "-9007199254740993": 1 }], [[[-9_007_199_254_740_993n, 1]]]);
    assertBytes("a{dy}", [new Map([[0.5, 1]])], [[[0.5, 1]]]);
    assertBytes("a{oy}", [new Map([["/a", 1]])], [[["/a", 1]]]);
    assertBytes("a{sy}", [vm.runInNewContext("new Map([['k', 7]])")], [[["k", 7]]]);
    assertBytes("a{sy}", [JSON.parse('{"__proto__": 1}')], [[["__proto__", 1]]]);
  });

  it("variants: inferred, stated, dbus-next's, nested", () => {
    assertBytes("v", ["x"], [["s", "x"]]);
    assertBytes("v", [[1, 2.5]], [["ad", [1, 2.5]]]);
    assertBytes(
      "v",
      [[1, "a"]],
      [
        [
          "av",
          [
            ["i", 1],
            ["s", "a"],
          ],
        ],
      ],
    );
    assertBytes("v", [{ a: { b: true } }], [["a{sv}", [["a", ["a{sv}", [["b", ["b", true]]]]]]]]);
    assertBytes("v", [{ signature: "q", value: "5" }], [["q", 5]]);
    assertBytes("v", [new Variant("a{sv}", { x: new Variant("y", 1) })], [["a{sv}", [["x", ["y", 1]]]]]);
    assertBytes("v", [{ signature: "v", value: { signature: "g", value: "s" } }], [["v", ["g", "s"]]]);
    assertBytes("av", [[{ signature: "o", value: "/" }]], [[["o", "/"]]]);
  });

  it("flow values of another realm", () => {
    assertBytes(
      "a{sv}",
      [vm.runInNewContext("({a: new Uint8Array([1]), b: [1], c: new Map([['d', 'e']])})")],
      [
        [
          ["a", ["ay", [1]]],
          ["b", ["ai", [1]]],
          ["c", ["a{sv}", [["d", ["s", "e"]]]]],
        ],
      ],
    );
  });

  it("large bytes go out as they are, in their place", () => {
    const large = Buffer.alloc(20_000, 7);
    const list = [...large];
    const chunks = encodeMessage(
      { ...signal, signature: "yaayxa{say}", body: [1, [large, Buffer.from([1]), large], 5, { k: large }] },
      1,
    );
    assert.equal(chunks.filter((chunk) => chunk.buffer === large.buffer && chunk.length === 20_000).length, 3);
    const expected = referenceFrame({
      little: true,
      fields: SIGNAL_FIELDS,
      signature: "yaayxa{say}",
      body: [1, [list, [1], list], 5, [["k", list]]],
    });
    assert.ok(Buffer.concat(chunks).equals(expected));
  });

  it("bytes that may yet shrink are copied", () => {
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: object,
    ) => ArrayBuffer & { resize(length: number): void };
    const memory = new Resizable(20_000, { maxByteLength: 20_000 });
    const chunks = encodeMessage({ ...signal, signature: "ay", body: [new Uint8Array(memory)] }, 1);
    const before = Buffer.concat(chunks).length;
    memory.resize(1);
    assert.equal(Buffer.concat(chunks).length, before);
  });

  it("what is handed out stays as it is while the next message is made", () => {
    const first = encodeMessage({ ...signal, signature: "s", body: ["first"] }, 1);
    const before = Buffer.concat(first).toString("hex");
    encodeMessage({ ...signal, signature: "s", body: ["other"] }, 2);
    assert.equal(Buffer.concat(first).toString("hex"), before);
  });
});
