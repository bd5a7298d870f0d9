const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

/** How long a finished run may take to let go of its last handles, in milliseconds. */
const GRACE = 5000;

/**
 * Mocha's spec reporter, which also writes `{passed, failed, skipped}` to the file named by
 * `TEST_COUNTS`, and ends a run that left sockets, timers or processes open as failed: Mocha's own
 * `--exit` would hide them, and without it the run would hang.
 */
module.exports = class CountingReporter extends reporters.Spec {
  done(failures, callback) {
    const { passes: passed, pending: skipped } = this.stats;
    const write = (failed) => {
      const file = process.env.TEST_COUNTS;
      if (file) writeFileSync(file, JSON.stringify({ passed, failed, skipped }));
    };
    write(failures);
    // Unreferenced: it fires only while something else keeps the process alive.
    setTimeout(() => {
      console.error(`The tests left open: ${process.getActiveResourcesInfo().join(", ")}`);
      write(failures + 1);
      // Mocha sets its own exit code in an `exit` listener: a later one has the last word.
      process.on("exit", () => {
        process.exitCode = 1;
      });
      process.exit();
    }, GRACE).unref();
    callback(failures);
  }
};
