import assert from "node:assert/strict";

/** Fails every test of the enclosing suite in which the process warned, or a promise or an exception got away. */
export function watchProcess(): void {
  const seen: string[] = [];
  const note = (kind: string) => (what: unknown) => {
    seen.push(`${kind}: ${what instanceof Error ? what.stack : String(what)}`);
  };
  const listeners = {
    warning: note("warning"),
    unhandledRejection: note("unhandled rejection"),
    uncaughtExceptionMonitor: note("uncaught exception"),
  };
  beforeEach(() => {
    seen.length = 0;
    process.on("warning", listeners.warning);
    process.on("unhandledRejection", listeners.unhandledRejection);
    process.on("uncaughtExceptionMonitor", listeners.uncaughtExceptionMonitor);
  });
  afterEach(() => {
    process.off("warning", listeners.warning);
    process.off("unhandledRejection", listeners.unhandledRejection);
    process.off("uncaughtExceptionMonitor", listeners.uncaughtExceptionMonitor);
    assert.deepEqual(seen, []);
  });
}
