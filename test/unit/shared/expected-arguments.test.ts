import assert from "node:assert/strict";
import { dbusCallDefaults } from "../../../lib/shared/dbus-call-config";
import {
  argumentNames,
  expectedArguments,
  keysOfArguments,
  returnedNames,
} from "../../../lib/shared/expected-arguments";
import { withDefaults } from "../../../lib/shared/with-defaults";

const NONE = { member: "", signature: "", argNames: [], outNames: [] };
const named = (name: string, signature: string) => ({ name, signature });
const LIVE = [named("text", "s"), named("times", "u")];

describe("expectedArguments", () => {
  it("goes by the signature, with the names that belong to it", () => {
    const call = { operation: "call", member: "Say", signature: "su" } as const;
    assert.deepEqual(expectedArguments(call, { saved: NONE }), [named("", "s"), named("", "u")]);
    assert.deepEqual(expectedArguments(call, { saved: NONE, live: LIVE }), LIVE);
    const saved = { member: "Say", signature: "su", argNames: ["text", "times"], outNames: [] };
    assert.deepEqual(expectedArguments(call, { saved }), LIVE);
    for (const change of [{ signature: "us" }, { member: "Tell" }]) {
      const other = { saved: { ...saved, ...change }, live: [named("x", "s")] };
      assert.deepEqual(expectedArguments(call, other), [named("", "s"), named("", "u")]);
    }
  });

  it("goes by introspection where the signature is blank or comes from the environment", () => {
    for (const signature of ["", "${" + "TYPES}"]) {
      const call = { operation: "call", member: "Say", signature } as const;
      assert.deepEqual(expectedArguments(call, { saved: NONE, live: LIVE }), LIVE);
      assert.deepEqual(expectedArguments(call, { saved: NONE, live: [] }), []);
      assert.equal(expectedArguments(call, { saved: NONE }), undefined);
    }
  });

  it("has one argument for a property, whatever its type", () => {
    const write = (signature: string) =>
      expectedArguments({ operation: "set", member: "Level", signature }, { saved: NONE });
    assert.deepEqual(write(""), [named("", "")]);
    assert.deepEqual(write("d"), [named("", "d")]);
    assert.equal(write("dd"), "half-typed");
  });

  it("waits while a signature is typed", () => {
    for (const signature of ["a", "a{s", "(", "z"]) {
      const call = { operation: "call", member: "Say", signature } as const;
      assert.equal(expectedArguments(call, { saved: NONE, live: LIVE }), "half-typed");
    }
  });

  it("takes a flow without names, or with something else in their place", () => {
    const old = withDefaults(dbusCallDefaults, { signature: "su" });
    assert.deepEqual(expectedArguments(old, { saved: old }), [named("", "s"), named("", "u")]);
    for (const argNames of ["text", { 0: "a" }, [5, null]]) {
      const saved = { ...old, argNames: argNames as unknown as readonly string[] };
      assert.deepEqual(expectedArguments(old, { saved }), [named("", "s"), named("", "u")]);
    }
  });

  it("saves the names of what is returned for as long as member and signature are the same", () => {
    const saved = { member: "Say", signature: "su", argNames: [], outNames: ["id"] };
    const live = { in: LIVE, out: [named("number", "u"), named("", "s")] };
    assert.deepEqual(returnedNames(saved, { saved }), ["id"]);
    assert.deepEqual(returnedNames(saved, { saved, live }), ["number", ""]);
    assert.deepEqual(returnedNames({ member: "Say", signature: "" }, { saved, live }), ["number", ""]);
    assert.deepEqual(returnedNames({ member: "Say", signature: "us" }, { saved, live }), []);
    assert.deepEqual(returnedNames({ member: "Tell", signature: "su" }, { saved }), []);
  });

  it("saves names where there are any", () => {
    assert.deepEqual(argumentNames(LIVE), ["text", "times"]);
    assert.deepEqual(argumentNames([named("", "s"), named("b", "s")]), ["", "b"]);
    assert.deepEqual(argumentNames([named("", "s")]), []);
    assert.deepEqual(argumentNames(undefined), []);
  });
});

describe("keysOfArguments", () => {
  it("are the names, where each argument has one of its own", () => {
    assert.deepEqual(keysOfArguments(["a", "b"]), ["a", "b"]);
    for (const names of [
      ["a", ""],
      ["a", undefined],
      ["a", "a"],
    ])
      assert.equal(keysOfArguments(names), undefined);
  });
});
