import assert from "node:assert/strict";
import { checkSelection, checkSignalConfig } from "../../../lib/shared/check-signal";
import { type DBusSignalConfig, dbusSignalDefaults } from "../../../lib/shared/dbus-signal-config";
import type { ArgumentCondition } from "../../../lib/shared/match-rule";
import { english } from "../../support/english";

/** `field: problem`, in English. */
function problems(fields: Partial<DBusSignalConfig>): string[] {
  const found = checkSignalConfig({ ...dbusSignalDefaults, ...fields });
  return found.map(({ field, problem }) => `${field}: ${english(problem)}`);
}

function one(fields: Partial<DBusSignalConfig>, expected: RegExp) {
  const found = problems(fields);
  assert.equal(found.length, 1, found.join("; ") || "there is no problem");
  assert.match(found[0] ?? "", expected);
}

const condition = (index: number, kind: ArgumentCondition["kind"], value: string) => ({ index, kind, value });

describe("checkSignalConfig", () => {
  it("takes a new node", () => assert.deepEqual(problems({}), []));

  it("refuses words that are none of the choices", () => {
    one({ bus: "msg" as "system" }, /^bus: expected one of system, session, address, got/);
    one({ listen: "signals" as "signal" }, /^listen: expected one of/);
    one({ listen: "properties", sender: "a.b", invalidated: "" as "fetch" }, /^invalidated: expected one of fetch/);
  });

  it("judges only the fields that the way of listening uses", () => {
    const wrong = { interface: "x", member: "a.b", args: [condition(99, "equal", "")], properties: [""] };
    const fields = (listen: DBusSignalConfig["listen"]) =>
      problems({ ...wrong, listen, sender: "a.b", path: "/" }).map((problem) => problem.split(":")[0]);
    assert.deepEqual(fields("signal"), ["interface", "member", "args"]);
    assert.deepEqual(fields("properties"), ["interface", "properties"]);
    assert.deepEqual(fields("objects"), []);
    assert.deepEqual(fields("names"), []);
  });

  it("needs the service for properties and objects, unless messages name it", () => {
    one({ listen: "properties" }, /^sender: the bus name of a service is needed/);
    one({ listen: "objects", sender: "org.bluez" }, /^path: the path of the ObjectManager is needed/);
    assert.deepEqual(problems({ listen: "objects", dynamic: true }), []);
    const selection = { ...dbusSignalDefaults, listen: "objects" as const };
    assert.deepEqual(
      checkSelection(selection, { complete: true }).map(({ field }) => field),
      ["sender", "path"],
    );
  });

  it("takes one element as the beginning of names, and only then", () => {
    assert.deepEqual(problems({ listen: "names", sender: "org", nameNamespace: true }), []);
    one({ listen: "names", sender: "org" }, /^sender: .*two or more elements/);
    one({ listen: "names", sender: ":1.2", nameNamespace: true }, /^sender: .*“:1”/);
    assert.deepEqual(problems({ listen: "names", sender: "" }), []);
  });

  it("takes every condition that the bus takes", () => {
    const args = [condition(0, "namespace", "org"), condition(1, "equal", ""), condition(63, "path", "a b")];
    assert.deepEqual(problems({ args }), []);
  });

  const wrong: readonly (readonly [string, readonly ArgumentCondition[], RegExp])[] = [
    ["an index that is too large", [condition(64, "equal", "")], /argument from 0 to 63, got “64”/],
    ["an index below 0", [condition(-1, "equal", "")], /got “-1”/],
    ["a fraction as index", [condition(0.5, "equal", "")], /got “0\.5”/],
    ["no index", [condition(Number.NaN, "equal", "")], /got “NaN”/],
    ["an index twice", [condition(1, "equal", "a"), condition(1, "path", "/")], /argument 1 has two conditions/],
    ["a namespace elsewhere", [condition(1, "namespace", "org")], /only argument 0/],
    ["a blank namespace", [condition(0, "namespace", "")], /argument 0: expected a value/],
    ["a broken namespace", [condition(0, "namespace", "org.")], /before and after every dot/],
    ["a blank path", [condition(0, "path", "")], /expected a value/],
    ["a NUL character", [condition(0, "equal", "a\0")], /NUL/],
    ["half a surrogate pair", [condition(0, "path", "/\ud800")], /surrogate/],
    ["an unknown kind", [condition(0, "is" as "equal", "")], /expected one of equal, path, namespace/],
    ["a value that is no text", [condition(0, "equal", 5 as unknown as string)], /expected text/],
  ];
  for (const [what, args, reason] of wrong) {
    it(`refuses a condition with ${what}`, () => one({ args }, new RegExp(`^args: .*${reason.source}`)));
  }

  it("counts the rule's bytes, as the bus does", () => {
    const value = (count: number) => ({ args: [condition(0, "equal", "ü".repeat(count))] });
    // type='signal',arg0='' has 21.
    assert.deepEqual(problems(value(501)), []);
    one(value(502), /^args: the match rule has 1025 bytes, the bus takes at most 1024/);
  });

  it("refuses properties that are blank or named twice", () => {
    const fields = { listen: "properties", sender: "a.b" } as const;
    one({ ...fields, properties: ["State", ""] }, /^properties: expected the name of a property, got nothing/);
    one({ ...fields, properties: ["State", "State"] }, /^properties: .*“State” is named twice/);
    one({ ...fields, properties: ["a b"] }, /^properties: .*no spaces/);
  });

  it("takes a rate limit in milliseconds from 0, or none", () => {
    for (const rateLimit of ["", 0, "250"]) assert.deepEqual(problems({ rateLimit }), []);
    for (const rateLimit of [-1, "often"]) one({ rateLimit }, /^rateLimit: expected milliseconds/);
  });
});
