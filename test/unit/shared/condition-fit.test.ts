import assert from "node:assert/strict";
import { checkConditionFits, conditionKinds, savedArguments } from "../../../lib/shared/condition-fit";
import type { ArgumentCondition } from "../../../lib/shared/match-rule";
import { english } from "../../support/english";

const ARGUMENTS = [
  { name: "name", signature: "s" },
  { name: "old", signature: "s" },
  { name: "path", signature: "o" },
  { name: "count", signature: "u" },
  { name: "names", signature: "as" },
];

const problem = (index: number, kind: ArgumentCondition["kind"]) => {
  const found = checkConditionFits({ index, kind, value: "" }, ARGUMENTS);
  return found && english(found);
};

describe("conditions by an argument's type", () => {
  it("compare texts and paths, and the first text with the beginning of a name", () => {
    assert.deepEqual(conditionKinds("s", 0), ["equal", "path", "namespace"]);
    assert.deepEqual(conditionKinds("s", 1), ["equal", "path"]);
    assert.deepEqual(conditionKinds("o", 0), ["path"]);
    for (const other of ["g", "u", "as", "v", "b", "(s)", ""]) assert.deepEqual(conditionKinds(other, 0), []);
  });

  it("say why one can never be met", () => {
    for (const kind of ["equal", "path", "namespace"] as const) assert.equal(problem(0, kind), undefined);
    assert.equal(problem(1, "path"), undefined);
    assert.match(problem(1, "namespace") ?? "", /cannot be compared in this way/);
    assert.match(problem(2, "equal") ?? "", /object path/);
    assert.match(problem(3, "equal") ?? "", /whole number, 0 to 4294967295/);
    assert.match(problem(4, "path") ?? "", /array of texts/);
    assert.match(problem(5, "equal") ?? "", /the signal has 5 arguments/);
    assert.equal(problem(Number.NaN, "equal"), undefined, "told by the check of the field");
  });

  it("take saved arguments, and nothing else in their place", () => {
    assert.deepEqual(savedArguments(ARGUMENTS), ARGUMENTS);
    for (const other of [undefined, null, [], "text", [null], [{ name: 5, signature: "s" }], [{ name: "a" }]]) {
      assert.equal(savedArguments(other), undefined);
    }
  });
});
