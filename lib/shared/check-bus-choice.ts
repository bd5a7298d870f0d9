import { parseAddress } from "./address";
import type { BusChoice } from "./bus-choice";
import { checkChoice, checkFilled, type FieldCheckOptions, type FieldProblem, FieldProblems } from "./field-problem";
import { type Text, text } from "./text";

/** The two fields that choose the bus. `choices`: the words that this node type knows. */
export function checkBusChoice(
  { bus, address }: BusChoice,
  choices: readonly BusChoice["bus"][],
  options: FieldCheckOptions,
): readonly FieldProblem<"bus" | "address">[] {
  const problems = new FieldProblems<"bus" | "address">();
  problems.add("bus", checkChoice(bus, choices, options));
  if (bus !== "address") return problems.found;
  problems.add(
    "address",
    address === "" ? text("fields.address-missing") : checkFilled(address, checkAddress, options),
  );
  return problems.found;
}

/** Why an address is not well-formed; undefined when it is. */
export function checkAddress(address: string): Text | undefined {
  const parsed = parseAddress(address);
  return "problem" in parsed ? parsed.problem : undefined;
}
