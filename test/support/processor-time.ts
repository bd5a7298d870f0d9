import assert from "node:assert/strict";

/**
 * Runs something that hostile input must not keep from ending: what takes its time by the square of the
 * input or worse is far beyond `most` milliseconds. Counted is the processor's time, so that what else
 * the machine is doing matters little; `most` is ten times what it takes on a slow machine, as garbage
 * collection and compilation on other threads count too.
 */
export function withinProcessorTime<T>(most: number, run: () => T, what = ""): T {
  const start = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  assert.ok(took < most, `${what} took ${took} ms of processor time, at most ${most} were expected`);
  return result;
}
