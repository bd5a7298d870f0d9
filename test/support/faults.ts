import assert from "node:assert/strict";
import { type DBusErrorCode, DBusNodeError } from "../../lib/errors";
import { ValueFault } from "../../lib/values/fault";
import { english } from "./english";

/** Runs what has to fail with a DBusNodeError of this code, and gives back its text in English. */
export function errorText(code: DBusErrorCode, run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof DBusNodeError, `not a DBusNodeError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    return english(error.text);
  }
  assert.fail(`expected ${code}, nothing was thrown`);
}

/** The same for a value's own rules, which do not know yet whose value it is. */
export function faultText(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ValueFault, `not a ValueFault: ${String(error)}`);
    return english(error.problem);
  }
  assert.fail("expected a fault, nothing was thrown");
}
