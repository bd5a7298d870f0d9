import assert from "node:assert/strict";
import { LARGE_INTEGERS, SMALL_INTEGERS, type SmallIntegerType } from "../../../lib/shared/integer-range";
import {
  toBoolean,
  toDouble,
  toLargeInteger,
  toObjectPath,
  toSignature,
  toSmallInteger,
  toText,
} from "../../../lib/values/basic";
import { faultText } from "../../support/faults";

describe("basic types from flow values", () => {
  for (const type of Object.keys(SMALL_INTEGERS) as SmallIntegerType[]) {
    const [least, most] = SMALL_INTEGERS[type];

    it(`${type} takes numbers, bigints, decimal strings and booleans in its range`, () => {
      for (const edge of [least, most]) {
        assert.equal(toSmallInteger(type, edge), edge);
        assert.equal(toSmallInteger(type, BigInt(edge)), edge);
        assert.equal(toSmallInteger(type, String(edge)), edge);
      }
      assert.equal(toSmallInteger(type, "+7"), 7);
      assert.equal(toSmallInteger(type, "007"), 7);
      assert.equal(toSmallInteger(type, true), 1);
      assert.equal(toSmallInteger(type, false), 0);
    });

    it(`${type} refuses what is out of range, has a fraction, or is no number`, () => {
      const outside = [least - 1, most + 1, BigInt(most) + 1n, String(most + 1), 2n ** 70n];
      const others = [1.5, "1.5", "", " 1", "1e1", "0x10", "one", Number.NaN, Number.POSITIVE_INFINITY];
      for (const value of [...outside, ...others, null, undefined, {}, [1], Symbol("1"), () => 1]) {
        assert.match(
          faultText(() => toSmallInteger(type, value)),
          /^expected a whole number from -?\d+ to \d+, got /,
        );
      }
    });
  }

  it("x and t take the full 64-bit range", () => {
    for (const type of ["x", "t"] as const) {
      for (const edge of LARGE_INTEGERS[type]) {
        assert.equal(toLargeInteger(type, edge), edge);
        assert.equal(toLargeInteger(type, edge.toString()), edge);
      }
      const [least, most] = LARGE_INTEGERS[type];
      for (const value of [least - 1n, most + 1n, (most + 1n).toString(), 2 ** 64, 1.5, "1.5", "x", true, null]) {
        assert.match(
          faultText(() => toLargeInteger(type, value)),
          /^expected a whole number from -?\d+ to \d{19,}, got /,
        );
      }
    }
    assert.equal(toLargeInteger("x", -5), -5n);
    assert.equal(toLargeInteger("x", "+5"), 5n);
    assert.equal(toLargeInteger("x", -(2 ** 63)), -(2n ** 63n));
  });

  it("d takes numbers, decimal strings, and bigints that it holds exactly", () => {
    assert.equal(toDouble(1.5), 1.5);
    assert.ok(Number.isNaN(toDouble(Number.NaN)));
    assert.equal(toDouble(Number.NEGATIVE_INFINITY), Number.NEGATIVE_INFINITY);
    assert.ok(Object.is(toDouble(-0), -0));
    assert.equal(toDouble("-1.5e3"), -1500);
    assert.equal(toDouble(".5"), 0.5);
    assert.equal(toDouble("Infinity"), Number.POSITIVE_INFINITY);
    assert.equal(toDouble(2n ** 60n), 2 ** 60);
    for (const value of ["", "abc", "1,5", "0x1", "1e999", 2n ** 53n + 1n, true, null, undefined, [1]]) {
      assert.match(
        faultText(() => toDouble(value)),
        /^expected a number, got /,
      );
    }
  });

  it("b takes booleans, 0 and 1, true and false in words", () => {
    for (const value of [true, 1, 1n, "true"]) assert.equal(toBoolean(value), true);
    for (const value of [false, 0, 0n, "false"]) assert.equal(toBoolean(value), false);
    for (const value of [2, -1, "yes", "TRUE", "", null, undefined, {}]) {
      assert.match(
        faultText(() => toBoolean(value)),
        /^expected true or false, got /,
      );
    }
  });

  it("s takes strings, numbers and booleans", () => {
    assert.equal(toText("x"), "x");
    assert.equal(toText(1.5), "1.5");
    assert.equal(toText(false), "false");
    assert.equal(
      faultText(() => toText(null)),
      "expected a string, got null",
    );
    assert.equal(
      faultText(() => toText(undefined)),
      "expected a string, got nothing (undefined)",
    );
    assert.equal(
      faultText(() => toText(["x"])),
      "expected a string, got an array",
    );
    assert.equal(
      faultText(() => toText(new Date())),
      "expected a string, got a Date",
    );
    assert.equal(
      faultText(() => toText(Buffer.from("x"))),
      "expected a string, got a Buffer",
    );
  });

  it("o and g hold to the specification", () => {
    assert.equal(toObjectPath("/a/b_1"), "/a/b_1");
    assert.equal(toSignature("a{sv}i"), "a{sv}i");
    assert.equal(toSignature(""), "");
    assert.match(
      faultText(() => toObjectPath("/a/")),
      /does not end with a slash/,
    );
    assert.match(
      faultText(() => toObjectPath(1)),
      /^expected an object path such as .*, got 1$/,
    );
    assert.match(
      faultText(() => toSignature("a{vs}")),
      /a key is one basic type/,
    );
    assert.match(
      faultText(() => toSignature(true)),
      /^expected a signature such as .*, got true$/,
    );
  });

  it("what came is shown short and without control characters", () => {
    const long = faultText(() => toDouble(`${"x".repeat(50)}\n`));
    assert.equal(long, `expected a number, got the text “${"x".repeat(40)}…”`);
    assert.equal(
      faultText(() => toDouble("a\u0000b\ud800")),
      "expected a number, got the text “a\ufffdb\ufffd”",
    );
  });

  it("a proxy that throws at every touch is still only an object", () => {
    const touchy = new Proxy({}, { get: fail, has: fail, getPrototypeOf: fail, ownKeys: fail });
    assert.equal(
      faultText(() => toText(touchy)),
      "expected a string, got an object",
    );
  });
});

function fail(): never {
  throw new Error("touched");
}
