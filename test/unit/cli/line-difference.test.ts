import assert from "node:assert/strict";
import { lineDifference } from "../../../cli/line-difference";
import { Random } from "../../support/random";

describe("lineDifference", () => {
  it("shows what goes and what comes, among what stays", () => {
    assert.deepEqual(lineDifference("a\nb\nc\n", "a\nx\nc\nd\n"), ["  a", "- b", "+ x", "  c", "+ d"]);
    assert.deepEqual(lineDifference("a\n", "a\n"), ["  a"]);
  });

  it("gives back both texts, whatever they are", () => {
    const random = new Random(11);
    const some = () => Array.from({ length: 1 + random.below(12) }, () => random.pick(["a", "b", "c", ""]));
    for (let round = 0; round < 300; round++) {
      const [before, after] = [some(), some()];
      const shown = lineDifference(`${before.join("\n")}\n`, `${after.join("\n")}\n`);
      const side = (mark: string) => shown.filter((line) => line[0] !== mark).map((line) => line.slice(2));
      assert.deepEqual([side("+"), side("-")], [before, after]);
    }
  });

  it("shows control characters, which a terminal would obey", () => {
    assert.deepEqual(lineDifference("\u001b[2Ja\tb\r\n", "a\n"), ["- \u{fffd}[2Ja\tb\u{fffd}", "+ a"]);
  });

  it("takes long texts in its stride", () => {
    const long = "x\n".repeat(100_000);
    assert.equal(lineDifference(long, long).length, 200_000);
  });
});
