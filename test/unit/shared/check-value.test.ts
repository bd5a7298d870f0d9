import assert from "node:assert/strict";
import { checkValue } from "../../../lib/shared/check-value";
import { jsonTemplate } from "../../../lib/shared/json-template";
import { type DBusType, parseSignature } from "../../../lib/shared/signature";
import { encodeMessage } from "../../../lib/wire/encode-message";
import { SIGNAL } from "../../../lib/wire/types";
import { english } from "../../support/english";

const MESSAGE = { type: SIGNAL, flags: 0, path: "/", interface: "a.b", member: "C" } as const;

const TYPES = [
  ..."ynqiuxtdbsogv",
  ...[
    "as",
    "ai",
    "ay",
    "ab",
    "av",
    "aas",
    "a{sv}",
    "a{ss}",
    "a{yb}",
    "a{ot}",
    "a{bv}",
    "a{dn}",
    "(su)",
    "(v(ay))",
    "a(sv)",
  ],
] as const;

const NUMBERS = [
  0,
  1,
  -1,
  255,
  256,
  32767,
  32768,
  -32768,
  -32769,
  65535,
  65536,
  0.5,
  Number.POSITIVE_INFINITY,
  -(2 ** 31),
  2 ** 31,
];
const LARGE = [2 ** 31 - 1, 2 ** 32, 2 ** 32 - 1, 2 ** 53, 2 ** 63, -(2 ** 63), 2 ** 64, 2 ** 65];
const NUMERALS = [
  "0",
  "+5",
  "-1",
  "256",
  "0x10",
  " 5",
  "1.5",
  ".5",
  "1e3",
  "1e999",
  "NaN",
  "Infinity",
  "+Infinity",
  "five",
];
const LARGE_NUMERALS = ["18446744073709551615", "18446744073709551616", "-9223372036854775808", "-9223372036854775809"];
const TEXTS = ["", "/", "/a/b", "a/b", "/a/", "a{sv}", "{", "true", "false", "é", "a\0b", "\ud800", "\u{1f600}"];
const LISTS = [
  [],
  [1, 2],
  ["a", "b"],
  ["a", null],
  [[]],
  [["a"]],
  [true, "x"],
  ["a", 1],
  [["x", "y"]],
  [256],
  ["s", [1, 2]],
  [1, [[255]]],
];
const OBJECTS = [
  {},
  { a: "b" },
  { a: null },
  { 1: true },
  { "/a": 5 },
  { true: 1 },
  { "0.5": 7 },
  { a: { b: [null] } },
];
const VARIANTS = [
  { signature: "u", value: 5 },
  { signature: "u", value: -5 },
  { signature: "ss", value: "a" },
  { signature: "", value: "a" },
  { signature: "h", value: 1 },
  { signature: "as", value: ["a"] },
  { signature: "as", value: "a" },
  { signature: "v", value: { signature: "y", value: 256 } },
  { signature: "v", value: 7 },
  { signature: 5, value: 5 },
  { signature: "s", value: "a", more: 1 },
];
const VALUES: readonly unknown[] = [
  ...[null, true, false],
  ...NUMBERS,
  ...LARGE,
  ...NUMERALS,
  ...LARGE_NUMERALS,
  ...TEXTS,
  ...LISTS,
  ...OBJECTS,
  ...VARIANTS,
  ...VARIANTS.map((value) => ({ value })),
  ...VARIANTS.map((value) => [value]),
];

function typeOf(signature: string): DBusType {
  const parsed = parseSignature(signature);
  const [type] = "types" in parsed ? parsed.types : [];
  assert.ok(type, signature);
  return type;
}

function canBeSent(signature: string, value: unknown): boolean {
  try {
    encodeMessage({ ...MESSAGE, signature, body: [value] }, 1);
    return true;
  } catch {
    return false;
  }
}

const problem = (signature: string, value: unknown) => {
  const found = checkValue(typeOf(signature), value);
  return found && english(found);
};

describe("checkValue", () => {
  for (const signature of TYPES) {
    it(`judges values for ${signature} as the encoder does`, () => {
      const judged = VALUES.map((value) => checkValue(typeOf(signature), value) === undefined);
      const sent = VALUES.map((value) => canBeSent(signature, value));
      const differing = VALUES.filter((_, at) => judged[at] !== sent[at]);
      assert.deepEqual(
        differing.map((value) => JSON.stringify(value) ?? String(value)),
        [],
      );
      assert.ok(sent.includes(true) && sent.includes(false), "the values try both");
    });
  }

  it("says what is expected and what came", () => {
    assert.equal(problem("y", 256), "expected a whole number from 0 to 255, got 256");
    assert.equal(problem("t", true), "expected a whole number from 0 to 18446744073709551615, got true");
    assert.equal(
      problem("a{sv}", { a: { signature: "y", value: -1 } }),
      "expected a whole number from 0 to 255, got -1",
    );
    assert.match(problem("v", { a: [null] }) ?? "", /^expected a value that D-Bus has a type for: .*, got null$/);
    assert.match(problem("v", { signature: "ss", value: 1 }) ?? "", /^expected one complete type/);
  });

  it("does not go deeper than a message may", () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`);
    assert.match(problem("v", deep) ?? "", /nested deeper than 64 levels/);
  });

  it("takes every template", () => {
    for (const signature of [...TYPES, "a{oa{sa{sv}}}", "(ssa(ybv)a{ux})"]) {
      const template = jsonTemplate(typeOf(signature));
      assert.equal(problem(signature, template), undefined, signature);
      assert.ok(canBeSent(signature, template), signature);
    }
    assert.deepEqual(jsonTemplate(typeOf("a{sv}")), { key: "value" });
    assert.deepEqual(jsonTemplate(typeOf("a(sib)")), [["text", 0, false]]);
  });
});
