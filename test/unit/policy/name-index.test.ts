import assert from "node:assert/strict";
import { NameIndex, type NameRange } from "../../../lib/policy/name-index";
import { Random } from "../../support/random";

/** Whether two ranges have a name in common, as the specification of `own_prefix` says it. */
function overlap(one: NameRange, other: NameRange): boolean {
  const holds = (range: NameRange, name: string) =>
    range.name === "*" || range.name === name || (range.isPrefix && name.startsWith(`${range.name}.`));
  return holds(one, other.name) || holds(other, one.name);
}

describe("NameIndex", () => {
  it("finds the first range that shares a name", () => {
    const random = new Random(3);
    const name = () => Array.from({ length: 1 + random.below(4) }, () => random.pick(["a", "b", "ab"])).join(".");
    const range = (): NameRange => ({ name: random.below(30) === 0 ? "*" : name(), isPrefix: random.below(3) === 0 });
    for (let round = 0; round < 500; round++) {
      const ranges = Array.from({ length: 1 + random.below(4) }, range);
      const index = new NameIndex();
      for (const [place, one] of ranges.entries()) index.add(one, place);
      const asked = { name: name(), isPrefix: random.below(3) === 0 };
      const expected = ranges.findIndex((one) => overlap(one, asked));
      assert.equal(index.first(asked), expected < 0 ? Infinity : expected, JSON.stringify([ranges, asked]));
    }
  });

  it("takes a name of any length", () => {
    const name = "a.".repeat(500_000);
    const index = new NameIndex();
    index.add({ name, isPrefix: true }, 4);
    assert.equal(index.first({ name, isPrefix: false }), 4);
  });
});
