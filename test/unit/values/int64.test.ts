import assert from "node:assert/strict";
import type { Int64Form } from "../../../lib/shared/bus-choice";
import { int64 } from "../../../lib/values/int64";

function of(value: bigint, form: Int64Form): number | string | bigint {
  const low = Number(BigInt.asUintN(32, value));
  return int64(Number(value >> 32n), low, form);
}

describe("received 64-bit integers", () => {
  const safe = BigInt(Number.MAX_SAFE_INTEGER);

  it("auto: a number as long as it is a safe integer, else decimal text", () => {
    for (const value of [0n, 1n, -1n, 2n ** 32n, -(2n ** 32n), safe, -safe])
      assert.equal(of(value, "auto"), Number(value));
    for (const value of [safe + 1n, -safe - 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n]) {
      assert.equal(of(value, "auto"), value.toString());
    }
  });

  it("string and bigint: always so", () => {
    for (const value of [0n, -1n, safe, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n]) {
      assert.equal(of(value, "string"), value.toString());
      assert.equal(of(value, "bigint"), value);
    }
  });
});
