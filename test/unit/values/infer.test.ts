import assert from "node:assert/strict";
import { inspect } from "node:util";
import vm from "node:vm";
import { Inference } from "../../../lib/values/infer";
import { faultText } from "../../support/faults";

const infer = (value: unknown) => new Inference().signatureOf(value);

describe("inference of a variant's type", () => {
  const cases: readonly (readonly [value: unknown, signature: string, what?: string])[] = [
    [true, "b"],
    ["text", "s"],
    [0, "i"],
    [-(2 ** 31), "i"],
    [2 ** 31 - 1, "i"],
    [2 ** 31, "x"],
    [-(2 ** 31) - 1, "x"],
    [Number.MAX_SAFE_INTEGER, "x"],
    [2 ** 62, "x"],
    [-(2 ** 63), "x"],
    [2 ** 63, "d"],
    [2 ** 70, "d"],
    [1.5, "d"],
    [Number.NaN, "d"],
    [Number.NEGATIVE_INFINITY, "d"],
    [5n, "i"],
    [2n ** 31n, "x"],
    [2n ** 63n - 1n, "x"],
    [-(2n ** 63n), "x"],
    [2n ** 63n, "t"],
    [2n ** 64n - 1n, "t"],
    [Buffer.from("x"), "ay"],
    [new Uint8Array(0), "ay"],
    [[], "av"],
    [[1, 2], "ai"],
    [["a"], "as"],
    [[1, "a"], "av"],
    [[[1], [2, 3]], "aai"],
    [[[1], ["a"]], "av"],
    [[[], [1]], "av"],
    [[1, 2.5], "ad", "numbers widen"],
    [[1, 5_000_000_000, 2], "ax", "numbers widen"],
    [[[1], [2.5]], "aad", "numbers widen inside too"],
    [[2n ** 62n, 0.5], "av", "a double might not hold it"],
    [[{ a: 1 }, { b: "x" }], "aa{sv}"],
    [[Buffer.from("x")], "aay"],
    [new Float64Array([1, 2.5]), "ad"],
    [{}, "a{sv}"],
    [{ signature: "s", value: "x", more: 1 }, "a{sv}"],
    [new Map([["a", 1]]), "a{sv}"],
    [{ signature: "q", value: 1 }, "v"],
    [[{ signature: "q", value: 1 }], "av"],
    [vm.runInNewContext("[new Map()]"), "aa{sv}"],
    [vm.runInNewContext("new Uint8Array(3)"), "ay"],
  ];
  for (const [value, signature, what] of cases) {
    it(`${inspect(value, { breakLength: Number.POSITIVE_INFINITY })} is ${signature}${what === undefined ? "" : ` (${what})`}`, () =>
      assert.equal(infer(value), signature));
  }

  it("refuses what D-Bus has no type for", () => {
    for (const value of [null, undefined, () => 1, Symbol("x"), new Date(), /x/, new Set([1]), [null]]) {
      assert.match(
        faultText(() => infer(value)),
        /^expected a value that D-Bus has a type for: .*, got /,
      );
    }
    for (const value of [2n ** 64n, -(2n ** 63n) - 1n]) {
      assert.match(
        faultText(() => infer(value)),
        /^expected a whole number of at most 64 bits, got /,
      );
    }
  });

  it("ends at a cycle", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    assert.match(
      faultText(() => infer(cycle)),
      /deeper than 32 levels/,
    );
  });

  it("looks at each element once, however deep", () => {
    // 31 arrays of two elements, each also asked for its length: a search without memory would take 2^30 steps.
    let touched = 0;
    let value: unknown = counted([1, "a"]);
    for (let depth = 0; depth < 30; depth++) value = counted([value, value]);
    assert.equal(infer(value), `${"a".repeat(31)}v`);

    function counted(list: unknown[]): unknown[] {
      return new Proxy(list, {
        get(target, key, receiver) {
          if (++touched > 1000) throw new Error("looked at too often");
          return Reflect.get(target, key, receiver);
        },
      });
    }
  });
});
