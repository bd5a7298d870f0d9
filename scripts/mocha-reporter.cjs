const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

/** How long a finished run may take to let go of its last handles, in milliseconds. */
const GRACE = 5000;

/**
 * Mocha's spec reporter, which also writes `{passed, skipped, failures}` to the file named by
 * `TEST_RESULT`, and ends a run that left sockets, timers or processes open as failed: Mocha's own
 * `--exit` would hide them, and without it the run would hang.
 */
module.exports = class ResultReporter extends reporters.Spec {
  done(count, callback) {
    const { passes: passed, pending: skipped } = this.stats;
    const failures = this.failures.map((test) => `${test.fullTitle()}: ${String(test.err?.message).split("\n")[0]}`);
    const write = () => {
      const file = process.env.TEST_RESULT;
      if (file) writeFileSync(file, JSON.stringify({ passed, skipped, failures }));
    };
    write();
    // Unreferenced: it fires only while something else keeps the process alive.
    setTimeout(() => {
      failures.push(`the tests left open: ${process.getActiveResourcesInfo().join(", ")}`);
      console.error(failures.at(-1));
      write();
      // Mocha sets its own exit code in an `exit` listener: a later one has the last word.
      process.on("exit", () => {
        process.exitCode = 1;
      });
      process.exit();
    }, GRACE).unref();
    callback(count);
  }
};
