import assert from "node:assert/strict";
import { formatArguments, parseArguments } from "../../../lib/shared/argument-text";

describe("arguments in one line", () => {
  const written: readonly (readonly [line: string, args: readonly (readonly [name: string, signature: string])[]])[] = [
    ["", []],
    ["s", [["", "s"]]],
    [
      "text: s, count: u",
      [
        ["text", "s"],
        ["count", "u"],
      ],
    ],
    [
      "a{sv}, hints: a{s(iu)}",
      [
        ["", "a{sv}"],
        ["hints", "a{s(iu)}"],
      ],
    ],
  ];

  for (const [line, args] of written) {
    const definitions = args.map(([name, signature]) => ({ name, signature }));
    it(`reads “${line}” and writes it the same`, () => {
      assert.deepEqual(parseArguments(line), definitions);
      assert.equal(formatArguments(definitions), line);
    });
  }

  it("does not mind spaces", () => {
    assert.deepEqual(parseArguments("  text :s ,count:  u "), parseArguments("text: s, count: u"));
    assert.deepEqual(parseArguments(" \t"), []);
  });

  it("keeps what is half typed, so that the checks can say what is missing", () => {
    assert.deepEqual(parseArguments("text:"), [{ name: "text", signature: "" }]);
    assert.deepEqual(parseArguments("s,"), [
      { name: "", signature: "s" },
      { name: "", signature: "" },
    ]);
    assert.deepEqual(parseArguments(":s"), [{ name: "", signature: "s" }]);
    assert.deepEqual(parseArguments("a: b: s"), [{ name: "a", signature: "b: s" }]);
  });
});
