import assert from "node:assert/strict";
import vm from "node:vm";
import { Variant } from "dbus-next";
import { isTypedVariant } from "../../../lib/shared/typed-variant";
import { asBytes, isBytes, isList, isMap, isPlainObject, setOwn } from "../../../lib/values/containers";

/** Made in another realm, as a function node's values are. */
const elsewhere = (source: string): unknown => vm.runInNewContext(source);

describe("containers among flow values", () => {
  it("are told apart also when they come from another realm", () => {
    assert.ok(isMap(elsewhere("new Map([[1, 2]])")));
    assert.ok(isList(elsewhere("[1]")));
    assert.ok(isList(elsewhere("new Int16Array(2)")));
    assert.ok(isBytes(elsewhere("new Uint8Array(2)")));
    assert.deepEqual(asBytes(elsewhere("Uint8Array.from([1, 2])")), Buffer.from([1, 2]));
    assert.ok(isPlainObject(elsewhere("({a: 1})")));
    assert.ok(isPlainObject(elsewhere("new (class Thing {})")));
    assert.ok(isTypedVariant(elsewhere("({signature: 's', value: 1})")));
    for (const other of ["new Date()", "[]", "new Map()", "() => 1", "/x/", "new Uint8Array(1)", "null", "'s'"]) {
      assert.ok(!isPlainObject(elsewhere(other)), other);
    }
  });

  it("a view of bytes keeps its place in a larger buffer, and is not a copy", () => {
    const whole = Buffer.from([1, 2, 3, 4]);
    const view = asBytes(whole.subarray(1, 3));
    assert.deepEqual(view, Buffer.from([2, 3]));
    whole[1] = 9;
    assert.equal(view?.[0], 9);
    assert.equal(asBytes(new Uint16Array(2)), undefined);
    assert.equal(asBytes({ length: 2, [Symbol.toStringTag]: "Uint8Array" }), undefined);
  });

  it("a typed variant has exactly the keys signature and value", () => {
    assert.ok(isTypedVariant({ value: null, signature: "i" }));
    assert.ok(isTypedVariant(new Variant("i", 1)));
    assert.ok(!isTypedVariant({ signature: "i" }));
    assert.ok(!isTypedVariant({ signature: "i", value: 1, more: 2 }));
    assert.ok(!isTypedVariant({ signature: 5, value: 1 }));
    assert.ok(!isTypedVariant(Object.create({ signature: "i", value: 1 })));
    assert.ok(!isTypedVariant(null));
  });

  it("__proto__ becomes an own key and changes no prototype", () => {
    const target: Record<string, unknown> = {};
    setOwn(target, "__proto__", { polluted: true });
    setOwn(target, "other", 1);
    assert.deepEqual(Object.keys(target), ["__proto__", "other"]);
    assert.equal(Object.getPrototypeOf(target), Object.prototype);
    assert.equal(target["polluted"], undefined);
    assert.equal(Reflect.get({}, "polluted"), undefined);
  });
});
