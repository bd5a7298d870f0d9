import assert from "node:assert/strict";
import vm from "node:vm";
import { type DBusType, parseSignature } from "../../../lib/shared/signature";
import { argumentPlace, argumentsByName, fromArguments, toArguments } from "../../../lib/values/arguments";
import { english } from "../../support/english";
import { errorText } from "../../support/faults";

function typesOf(signature: string): readonly DBusType[] {
  const parsed = parseSignature(signature);
  assert.ok("types" in parsed);
  return parsed.types;
}

const refused = (payload: unknown, signature: string, names: string[] = []) =>
  errorText("DBUS_INVALID_ARGUMENT", () => toArguments(payload, typesOf(signature), names));

describe("arguments from a payload", () => {
  it("none: whatever the payload is", () => {
    for (const payload of [undefined, 1, [1, 2], { a: 1 }]) assert.deepEqual(toArguments(payload, []), []);
  });

  it("one: the payload itself, always", () => {
    for (const payload of ["x", [1], { name: 1 }, undefined]) {
      assert.deepEqual(toArguments(payload, typesOf("a{sv}"), ["name"]), [payload]);
    }
  });

  it("several: an array in order, of any realm", () => {
    assert.deepEqual(toArguments([1, "a"], typesOf("is")), [1, "a"]);
    assert.deepEqual([...toArguments(vm.runInNewContext("[1, 'a']"), typesOf("is"))], [1, "a"]);
  });

  it("several: an object keyed by their names", () => {
    const names = ["count", "__proto__"];
    const payload = JSON.parse('{"__proto__": "a", "count": 1}');
    assert.deepEqual(toArguments(payload, typesOf("is"), names), [1, "a"]);
  });

  it("says what was expected and what came", () => {
    assert.equal(refused([1], "is"), "expected 2 arguments for the signature “is”, got 1");
    assert.equal(refused([1, 2, 3], "is"), "expected 2 arguments for the signature “is”, got 3");
    assert.equal(refused("x", "is"), "expected an array of 2 arguments for the signature “is”, got the text “x”");
    assert.equal(
      refused(undefined, "is", ["count", "name"]),
      "expected an array of 2 arguments, or an object with the keys count, name for the signature “is”, got nothing (undefined)",
    );
    assert.equal(refused({ count: 1 }, "is", ["count", "name"]), "argument 2 (name) of type s is missing");
    assert.equal(
      refused({ count: 1, name: "x", mode: 1 }, "is", ["count", "name"]),
      "there is no argument “mode”; there are: count, name",
    );
  });

  it("takes no object where names are missing or the same", () => {
    assert.match(refused({ a: 1, b: 2 }, "is"), /^expected an array of 2 arguments for/);
    assert.match(refused({ a: 1, b: 2 }, "is", ["a"]), /^expected an array of 2 arguments for/);
    assert.match(refused({ a: 1, b: 2 }, "is", ["a", "a"]), /^expected an array of 2 arguments for/);
    assert.match(refused(new Date(), "is", ["a", "b"]), /got a Date$/);
  });
});

describe("received arguments", () => {
  it("none: undefined; one: itself; several: an array", () => {
    assert.equal(fromArguments([]), undefined);
    assert.deepEqual(fromArguments([[1]]), [1]);
    assert.deepEqual(fromArguments([1, 2]), [1, 2]);
  });

  it("by name where they have one", () => {
    assert.deepEqual(argumentsByName([1, 2, 3], ["a", "", "c"]), { a: 1, c: 3 });
    assert.equal(argumentsByName([1, 2], []), undefined);
    const hostile = argumentsByName([{ polluted: 1 }], ["__proto__"]);
    assert.deepEqual(Object.keys(hostile ?? {}), ["__proto__"]);
    assert.equal(hostile?.["polluted"], undefined);
  });

  it("are named in errors", () => {
    assert.equal(english(argumentPlace()(0)), "argument 1");
    assert.equal(english(argumentPlace(["a", "mode"])(1)), "argument 2 (mode)");
  });
});
