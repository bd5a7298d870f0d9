import { lintPolicy } from "../lib/policy/lint";
import { renderPolicy } from "../lib/policy/render";
import { EVERY_POLICY } from "../test/support/policies";
import { type Figure, median } from "./figures";

const POLICIES = 2_000;
const LEAST_PER_SECOND = 1_000;

/** Policy files of every preset in turn, each rendered and what was rendered read and judged, one after another. */
export function benchPolicies(rounds: number): Figure {
  const all = [...EVERY_POLICY.values()];
  const rates = Array.from({ length: rounds }, () => {
    const start = performance.now();
    for (let count = 0; count < POLICIES; count += all.length) {
      for (const options of all) lintPolicy(renderPolicy(options));
    }
    return (Math.ceil(POLICIES / all.length) * all.length * 1_000) / (performance.now() - start);
  });
  return {
    what: "policy files rendered and linted",
    unit: "/s",
    value: median(rates),
    required: { of: "value", bound: "at least", limit: LEAST_PER_SECOND },
  };
}
