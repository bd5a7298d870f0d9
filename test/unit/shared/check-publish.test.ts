import assert from "node:assert/strict";
import { checkPublishConfig } from "../../../lib/shared/check-publish";
import { type DBusPublishConfig, dbusPublishDefaults } from "../../../lib/shared/dbus-publish-config";
import type { MethodDefinition, PropertyDefinition } from "../../../lib/shared/interface-definition";
import { english } from "../../support/english";

const EXPORT: DBusPublishConfig = { ...dbusPublishDefaults, interface: "com.example.Thing" };

/** `field: problem`, in English. */
function problems(fields: Partial<DBusPublishConfig>): string[] {
  return checkPublishConfig({ ...EXPORT, ...fields }).map(({ field, problem }) => `${field}: ${english(problem)}`);
}

function one(fields: Partial<DBusPublishConfig>, expected: RegExp) {
  const found = problems(fields);
  assert.equal(found.length, 1, found.join("; ") || "there is no problem");
  assert.match(found[0] ?? "", expected);
}

function property(fields: Partial<PropertyDefinition>): PropertyDefinition {
  return { name: "Level", signature: "u", access: "read", value: "", emitsChanged: "true", ...fields };
}

function method(fields: Partial<MethodDefinition>): MethodDefinition {
  return { name: "Do", in: [], out: [], timeout: 25, ...fields };
}

const arg = (name: string, signature: string) => ({ name, signature });

describe("checkPublishConfig", () => {
  it("takes an interface without anything in it", () => assert.deepEqual(problems({}), []));

  it("needs an interface, but not one of D-Bus itself", () => {
    one({ interface: "" }, /^interface: an interface is needed/);
    one({ interface: "org.freedesktop.DBus.Properties" }, /^interface: .* belongs to D-Bus itself/);
    one({ busName: "org.freedesktop.DBus" }, /^busName: .* belongs to D-Bus itself/);
    one({ busName: ":1.5" }, /^busName: expected a well-known name/);
    assert.deepEqual(problems({ interface: "org.freedesktop.DBusish" }), []);
  });

  it("judges only the fields that the action uses", () => {
    const wrong = { busName: "x", path: "x", interface: "x", member: "a.b", signature: "(", destination: "x" };
    const fields = (action: DBusPublishConfig["action"]) =>
      problems({ ...wrong, action, properties: [property({ name: "" })] }).map((problem) => problem.split(":")[0]);
    assert.deepEqual(fields("export"), ["busName", "path", "interface", "properties"]);
    assert.deepEqual(fields("signal"), ["busName", "path", "interface", "member", "signature", "destination"]);
    assert.deepEqual(fields("reply"), []);
  });

  it("says which row is wrong, and why", () => {
    const rows = (...properties: PropertyDefinition[]) => ({ properties });
    one(rows(property({}), property({ name: "" })), /^properties: row 2: expected a name, got nothing/);
    one(rows(property({}), property({})), /^properties: row 2: the name “Level” is there twice/);
    one(rows(property({ name: "a-b" })), /row 1: “a-b” is not a member name/);
    one(rows(property({ signature: "" })), /row 1: a type is needed/);
    one(rows(property({ signature: "ss" })), /row 1: expected one complete type/);
    one(rows(property({ signature: "ah" })), /row 1: .*file descriptors are not supported/);
    one(rows(property({ access: "" as "read" })), /row 1: expected one of read, write, readwrite/);
    one(rows(property({ emitsChanged: "yes" as "true" })), /row 1: expected one of true, invalidates, const, false/);
  });

  it("judges rows that no editor has saved", () => {
    const rows = (field: "properties" | "methods" | "signals", ...given: unknown[]) => ({ [field]: given });
    assert.deepEqual(problems(rows("methods", { name: "Do" }, { name: "Ask", in: [{ signature: "s" }] })), []);
    assert.deepEqual(problems(rows("signals", { name: "Done" })), []);
    assert.deepEqual(problems(rows("properties", { name: "Level", signature: "u" })), []);
    for (const none of [null, "Level", 5]) one(rows("properties", none), /row 1: expected a name, got nothing/);
    one(rows("properties", { name: 5, signature: "u" }), /row 1: expected text, got number/);
    one(rows("properties", { name: "Level" }), /row 1: a type is needed/);
    one(rows("properties", { name: "Level", signature: 5 }), /row 1: expected text, got number/);
    one(rows("methods", { name: "Do", in: "s" }), /row 1: expected an array, got string/);
    one(rows("signals", { name: "Done", args: ["s"] }), /row 1: argument 1: a type is needed/);
  });

  it("judges arguments and timeouts of methods", () => {
    const rows = (...methods: MethodDefinition[]) => ({ methods });
    assert.deepEqual(problems(rows(method({ in: [arg("a", "s"), arg("", "u")], out: [arg("a", "a{sv}")] }))), []);
    one(rows(method({ in: [arg("a", "s"), arg("b", "")] })), /^methods: row 1: argument 2: a type is needed/);
    one(rows(method({ out: [arg("a", "s"), arg("a", "s")] })), /argument 2: the name “a” is there twice/);
    one(rows(method({ out: [arg("a b", "s")] })), /argument 1: “a b” is not an argument’s name/);
    for (const timeout of [0, -1, Number.NaN, 2_147_484]) {
      one(rows(method({ timeout })), /^methods: row 1: expected seconds above 0 and up to 2147483, got/);
    }
  });

  it("judges arguments of signals", () => {
    one({ signals: [{ name: "S", args: [arg("a", "{ss}")] }] }, /^signals: row 1: argument 1: the signature/);
  });
});

describe("a property’s first value", () => {
  const good: readonly (readonly [signature: string, value: string])[] = [
    ["s", ""],
    ["s", "{ not JSON"],
    ["o", "/a"],
    ["u", ""],
    ["u", "4294967295"],
    ["n", "-32768"],
    ["x", "-9223372036854775808"],
    ["t", "18446744073709551615"],
    ["d", "1e3"],
    ["d", "NaN"],
    ["b", "true"],
    ["b", "0"],
    ["v", "a word"],
    ["v", '{"signature": "u", "value": 5}'],
    ["as", '["a", "b"]'],
    ["ay", '"text"'],
    ["ay", "[1, 255]"],
    ["a{sv}", '{"a": 1, "b": [true]}'],
    ["a{us}", '{"7": "seven"}'],
    ["(sua(ii))", '["a", 1, [[1, 2]]]'],
  ];
  for (const [signature, value] of good) {
    it(`“${value}” goes with ${signature}`, () => {
      assert.deepEqual(problems({ properties: [property({ signature, value })] }), []);
    });
  }

  const bad: readonly (readonly [signature: string, value: string, problem: RegExp])[] = [
    ["u", "many", /expected a whole number from 0 to 4294967295, got "many"/],
    ["u", "-1", /expected a whole number from 0 to 4294967295, got -1/],
    ["y", "256", /from 0 to 255, got 256/],
    ["i", "1.5", /from -2147483648 to 2147483647, got 1\.5/],
    ["x", "9223372036854775808", /to 9223372036854775807, got "9223372036854775808"/],
    ["t", "18446744073709551616", /to 18446744073709551615, got "18446744073709551616"/],
    ["d", "warm", /expected a number, got "warm"/],
    ["b", "yes", /expected true or false, got "yes"/],
    ["o", "a/b", /an object path begins with a slash/],
    ["g", "(", /the signature “\(”/],
    ["v", "null", /expected a value that D-Bus has a type for/],
    ["as", "a, b", /expected JSON, got “a, b”/],
    ["as", "{}", /expected an array, got {}/],
    ["as", '["a", null]', /expected a string, got null/],
    ["a{sv}", "[]", /expected an object or a Map, got \[\]/],
    ["a{us}", '{"a": "x"}', /expected a whole number from 0 to 4294967295, got "a"/],
    ["(su)", '["a"]', /expected an array of 2 elements, got \["a"\]/],
    ["(su)", '["a", -1]', /expected a whole number from 0/],
  ];
  for (const [signature, value, problem] of bad) {
    it(`“${value}” does not go with ${signature}`, () => {
      one({ properties: [property({ signature, value })] }, /^properties: row 1: first value: /);
      one({ properties: [property({ signature, value })] }, problem);
    });
  }
});
