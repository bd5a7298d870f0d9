import assert from "node:assert/strict";
import { arrangeRows, type PlacedRow } from "../../../lib/shared/arrange-rows";
import { checkRow } from "../../../lib/shared/check-arguments";
import type { ArgumentInputType, ArgumentRow } from "../../../lib/shared/dbus-call-config";
import { blankRow, fittingInputs } from "../../../lib/shared/fitting-input";
import { type DBusType, parseSignature } from "../../../lib/shared/signature";
import { readVariantRow, VARIANT_TYPES, writeVariantRow } from "../../../lib/shared/variant-row";
import { english } from "../../support/english";

function typeOf(signature: string): DBusType {
  const parsed = parseSignature(signature);
  const [type] = "types" in parsed ? parsed.types : [];
  assert.ok(type, signature);
  return type;
}

const row = (type: ArgumentInputType, value: string): ArgumentRow => ({ value, type });
const problem = (signature: string, given: ArgumentRow) => {
  const found = checkRow(given, typeOf(signature));
  return found && english(found);
};

describe("the typed input for a type", () => {
  it("fits it", () => {
    const first = (signature: string) => fittingInputs(typeOf(signature))[0];
    for (const integer of "ynqiuxtd") assert.equal(first(integer), "num");
    for (const text of "sogv") assert.equal(first(text), "str");
    assert.equal(first("b"), "bool");
    assert.deepEqual(fittingInputs(typeOf("ay")), ["bin", "str"]);
    for (const container of ["as", "a{sv}", "(su)", "aay"]) assert.equal(first(container), "json");
    assert.deepEqual(fittingInputs(typeOf("h")), []);
  });

  it("begins with a value that is good, or with nothing", () => {
    const blank = (signature: string) => blankRow(typeOf(signature)).value;
    assert.deepEqual(["u", "d", "s", "o", "v"].map(blank), ["", "", "", "", ""]);
    assert.deepEqual(["b", "ay", "as", "a{sv}", "(sub)"].map(blank), ["false", "[]", "[]", "{}", '["text",0,false]']);
    for (const signature of ["b", "s", "g", "v", "ay", "as", "a{sv}", "(sub)", "((yo)d)"]) {
      assert.equal(problem(signature, blankRow(typeOf(signature))), undefined, signature);
    }
    for (const signature of ["y", "x", "d", "o"]) assert.ok(problem(signature, blankRow(typeOf(signature))), signature);
  });
});

describe("checkRow", () => {
  it("judges each integer at its limits", () => {
    for (const [type, least, most] of [
      ["y", "0", "255"],
      ["n", "-32768", "32767"],
      ["q", "0", "65535"],
      ["i", "-2147483648", "2147483647"],
      ["u", "0", "4294967295"],
      ["x", "-9223372036854775808", "9223372036854775807"],
      ["t", "0", "18446744073709551615"],
    ] as const) {
      for (const good of [least, most, "0", "+1"]) assert.equal(problem(type, row("num", good)), undefined, good);
      const below = String(BigInt(least) - 1n);
      const above = String(BigInt(most) + 1n);
      for (const bad of [below, above, "1.5"]) {
        assert.match(
          problem(type, row("num", bad)) ?? "",
          new RegExp(`^expected a whole number from ${least} to ${most}, got`),
        );
      }
      assert.equal(problem(type, row("num", "five")), "expected a number, got “five”");
    }
  });

  it("judges paths, signatures, booleans, bytes and JSON", () => {
    assert.match(problem("o", row("str", "a/b")) ?? "", /begins with a slash/);
    assert.match(problem("o", row("str", "")) ?? "", /./);
    assert.match(problem("g", row("str", "a{s")) ?? "", /./);
    assert.equal(problem("b", row("bool", "true")), undefined);
    assert.match(problem("b", row("str", "yes")) ?? "", /^expected true or false, got "yes"/);
    assert.equal(problem("ay", row("bin", "[0,255]")), undefined);
    assert.equal(problem("ay", row("str", "text")), undefined);
    assert.match(problem("ay", row("bin", "[256]")) ?? "", /from 0 to 255/);
    assert.match(problem("ay", row("bin", "[1")) ?? "", /^expected JSON/);
    assert.equal(problem("as", row("bin", "[1]")), "expected array of texts, got a Buffer");
    assert.equal(problem("v", row("bin", "[1]")), undefined);
    assert.match(problem("a{su}", row("json", '{"a":-1}')) ?? "", /from 0 to 4294967295, got -1/);
  });

  it("leaves what is looked up later to the runtime", () => {
    for (const type of ["msg", "flow", "global", "env", "jsonata"] as const) {
      assert.equal(problem("y", row(type, "a")), undefined);
      assert.match(problem("y", row(type, " ")) ?? "", /expected to be told what to take/);
    }
    assert.equal(checkRow(row("num", "${" + "LEVEL}"), typeOf("y"), { placeholders: "open" }), undefined);
    assert.match(problem("y", row("num", "${" + "LEVEL}")) ?? "", /LEVEL is not set/);
  });
});

describe("a variant's row", () => {
  const TAKEN_APART: readonly (readonly [string, ArgumentRow, string])[] = [
    ["u", row("num", "5"), '{"signature":"u","value":5}'],
    ["d", row("num", "0.5"), '{"signature":"d","value":0.5}'],
    ["d", row("num", "Infinity"), '{"signature":"d","value":"Infinity"}'],
    ["t", row("num", "18446744073709551615"), '{"signature":"t","value":"18446744073709551615"}'],
    ["b", row("bool", "false"), '{"signature":"b","value":false}'],
    ["s", row("str", 'a "b"'), '{"signature":"s","value":"a \\"b\\""}'],
    ["o", row("str", "/a"), '{"signature":"o","value":"/a"}'],
    ["ay", row("bin", "[1,255]"), '{"signature":"ay","value":[1,255]}'],
    ["a{sv}", row("json", '{"a":[1]}'), '{"signature":"a{sv}","value":{"a":[1]}}'],
    ["(ii)", row("json", "[1,2]"), '{"signature":"(ii)","value":[1,2]}'],
  ];

  for (const [signature, inner, value] of TAKEN_APART) {
    it(`is ${value}`, () => {
      assert.deepEqual(writeVariantRow({ signature, row: inner }), row("json", value));
      assert.deepEqual(readVariantRow(row("json", value)), { signature, row: inner });
      assert.equal(problem("v", row("json", value)), undefined);
    });
  }

  it("keeps what is not valid yet, as a fault", () => {
    for (const [signature, inner] of [
      ["u", row("num", "many")],
      ["y", row("num", "256")],
      ["as", row("json", "[1")],
      ["o", row("str", "a")],
    ] as const) {
      const written = writeVariantRow({ signature, row: inner });
      assert.ok(problem("v", written), written.value);
      assert.ok(written.value.includes(inner.value), written.value);
    }
  });

  it("is left alone where no type is stated, or taking it apart would lose something", () => {
    for (const whole of [
      row("json", '{"a":1}'),
      row("json", "{"),
      row("json", '{"signature":"ss","value":1}'),
      row("json", '{"signature":"t","value":18446744073709551615}'),
      row("str", '{"signature":"u","value":5}'),
      row("msg", "payload"),
    ]) {
      assert.deepEqual(readVariantRow(whole), { signature: "", row: whole });
      assert.deepEqual(writeVariantRow({ signature: "", row: whole }), whole);
    }
    assert.deepEqual(writeVariantRow({ signature: "u", row: row("msg", "payload") }), row("msg", "payload"));
  });

  it("offers types that exist", () => {
    for (const signature of VARIANT_TYPES) assert.ok(typeOf(signature));
  });
});

describe("arrangeRows", () => {
  const placed = (madeFor: string, type: ArgumentInputType, value: string): PlacedRow => ({
    row: row(type, value),
    madeFor,
  });
  const arrange = (old: readonly PlacedRow[], ...signatures: string[]) => {
    const { rows, extra } = arrangeRows(
      old,
      signatures.map((signature) => ({ name: "", signature })),
    );
    const values = (list: readonly PlacedRow[]) => list.map((at) => at.row.value).join(" ");
    return `${values(rows)} | ${values(extra)}`;
  };
  const old = [placed("s", "str", "eth0"), placed("u", "num", "5"), placed("s", "msg", "mode")];

  it("keeps rows by their type when arguments come or go", () => {
    assert.equal(arrange(old, "s", "u", "s"), "eth0 5 mode | ");
    assert.equal(arrange(old, "b", "s", "u", "s"), "false eth0 5 mode | ");
    assert.equal(arrange(old, "u", "s", "s"), "5 eth0 mode | ");
    assert.equal(arrange(old, "s"), "eth0 | 5 mode");
    assert.equal(arrange(old), " | eth0 5 mode");
  });

  it("puts what has no argument of its type where there is room, so that it is seen", () => {
    assert.equal(arrange(old, "s", "x", "s"), "eth0 5 mode | ");
    assert.equal(arrange(old, "u", "i", "y", "as"), "5 eth0 mode [] | ");
    assert.equal(arrange([placed("", "str", "a"), placed("", "num", "1")], "u", "s"), "a 1 | ");
  });

  it("drops only what nobody has filled in", () => {
    assert.equal(arrange([placed("u", "num", ""), placed("b", "bool", "false"), placed("", "str", "")], "s"), " | ");
    assert.equal(arrange([placed("b", "bool", "true")]), " | true");
  });

  it("brings a row back when its type is typed again", () => {
    const { rows, extra } = arrangeRows(old, [{ name: "", signature: "as" }]);
    assert.equal(arrange([...rows, ...extra], "s", "u", "s"), "eth0 5 mode | ");
  });
});
