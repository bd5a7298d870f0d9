import assert from "node:assert/strict";
import { argumentWords, typeWords } from "../../../lib/shared/type-words";
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
