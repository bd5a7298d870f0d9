import assert from "node:assert/strict";
import { dbusCallDefaults } from "../../../lib/shared/dbus-call-config";
import { argumentNames, expectedArguments } from "../../../lib/shared/expected-arguments";
import { withDefaults } from "../../../lib/shared/with-defaults";

const NONE = { signature: "", argNames: [] };
const named = (name: string, signature: string) => ({ name, signature });
const LIVE = [named("text", "s"), named("times", "u")];

describe("expectedArguments", () => {
  it("goes by the signature, with the names that belong to it", () => {
    const call = { operation: "call", signature: "su" } as const;
    assert.deepEqual(expectedArguments(call, { saved: NONE }), [named("", "s"), named("", "u")]);
    assert.deepEqual(expectedArguments(call, { saved: NONE, live: LIVE }), LIVE);
    assert.deepEqual(expectedArguments(call, { saved: { signature: "su", argNames: ["text", "times"] } }), LIVE);
    const other = { saved: { signature: "us", argNames: ["a", "b"] }, live: [named("x", "s")] };
    assert.deepEqual(expectedArguments(call, other), [named("", "s"), named("", "u")]);
  });

  it("goes by introspection where the signature is blank or comes from the environment", () => {
    for (const signature of ["", "${" + "TYPES}"]) {
      const call = { operation: "call", signature } as const;
      assert.deepEqual(expectedArguments(call, { saved: NONE, live: LIVE }), LIVE);
      assert.deepEqual(expectedArguments(call, { saved: NONE, live: [] }), []);
      assert.equal(expectedArguments(call, { saved: NONE }), undefined);
    }
  });

  it("has one argument for a property, whatever its type", () => {
    assert.deepEqual(expectedArguments({ operation: "set", signature: "" }, { saved: NONE }), [named("", "")]);
    assert.deepEqual(expectedArguments({ operation: "set", signature: "d" }, { saved: NONE }), [named("", "d")]);
    assert.equal(expectedArguments({ operation: "set", signature: "dd" }, { saved: NONE }), "half-typed");
  });

  it("waits while a signature is typed", () => {
    for (const signature of ["a", "a{s", "(", "z"]) {
      assert.equal(expectedArguments({ operation: "call", signature }, { saved: NONE, live: LIVE }), "half-typed");
    }
  });

  it("takes a flow without names, or with something else in their place", () => {
    const old = withDefaults(dbusCallDefaults, { signature: "su" });
    assert.deepEqual(expectedArguments(old, { saved: old }), [named("", "s"), named("", "u")]);
    for (const argNames of ["text", { 0: "a" }, [5, null]]) {
      const saved = { signature: "su", argNames: argNames as unknown as readonly string[] };
      assert.deepEqual(expectedArguments(old, { saved }), [named("", "s"), named("", "u")]);
    }
  });

  it("saves names where there are any", () => {
    assert.deepEqual(argumentNames(LIVE), ["text", "times"]);
    assert.deepEqual(argumentNames([named("", "s"), named("b", "s")]), ["", "b"]);
    assert.deepEqual(argumentNames([named("", "s")]), []);
    assert.deepEqual(argumentNames(undefined), []);
  });
});
