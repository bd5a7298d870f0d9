import assert from "node:assert/strict";

/**
 * Runs something that must not hold up the event loop for longer than `most` milliseconds. Counted is
 * the processor's time, so that what else the machine is doing does not matter.
 */
export function withinProcessorTime<T>(most: number, run: () => T, what = ""): T {
  const start = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  assert.ok(took < most, `${what} took ${took} ms of processor time, at most ${most} were expected`);
  return result;
}
