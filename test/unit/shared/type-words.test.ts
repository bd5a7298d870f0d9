import assert from "node:assert/strict";
import { argumentWords, typeInFull, typeWords } from "../../../lib/shared/type-words";
import { english } from "../../support/english";

const WORDS: readonly (readonly [signature: string, words: string])[] = [
  ["s", "text"],
  ["d", "number"],
  ["v", "variant: any type"],
  ["h", "file descriptor"],
  ["as", "array of texts"],
  ["ay", "array of bytes (Buffer)"],
  ["a{sv}", "dict: texts to any values"],
  ["ao", "array of object path"],
  ["a{ys}", "dict: byte to text"],
  ["(so)", "(text, object path)"],
  ["a{oa{sa{sv}}}", "dict: object path to dict: text to dict: texts to any values"],
  ["a(ssb)", "array of (text, text, true or false)"],
  ["aaaaas", "array of array of array of array of array of texts"],
  ["aaaaax", "array of array of array of array of ax"],
];

describe("type-words", () => {
  for (const [signature, words] of WORDS) {
    it(`calls ${signature} “${words}”`, () => {
      assert.equal(english(typeWords(signature)), words);
    });
  }

  for (const broken of ["", "a", "ss", "a{vs}", "<b>"]) {
    it(`leaves “${broken}”, which is no complete type, as it is`, () => {
      assert.equal(english(typeWords(broken)), broken);
    });
  }

  it("says the range of a whole number in full", () => {
    const words = ["y", "n", "q", "i", "u", "x", "t", "d", "as", "a{yy}"].map((type) => english(typeInFull(type)));
    assert.deepEqual(words, [
      "whole number, 0 to 255",
      "whole number, -32768 to 32767",
      "whole number, 0 to 65535",
      "whole number, -2147483648 to 2147483647",
      "whole number, 0 to 4294967295",
      "whole number, -9223372036854775808 to 9223372036854775807",
      "whole number, 0 to 18446744073709551615",
      "number",
      "array of texts",
      "dict: byte to byte",
    ]);
  });

  it("puts names before the types of arguments that have one", () => {
    const args = [
      { name: "name", signature: "s" },
      { name: "", signature: "u" },
      { name: "options", signature: "a{sv}" },
    ];
    const words = argumentWords(args);
    assert.equal(words && english(words), "name: text, integer from 0, options: dict: texts to any values");
    assert.equal(argumentWords([]), undefined);
  });
});
