#!/usr/bin/env node
/**
 * `npm test [-- suite ... [mocha options]]`: installs what is missing, then lint, type checks, build and
 * every suite; with suites named, only what they need. The last line on standard output is
 * `N passed, N failed`. A failure of any kind, and a suite that ran no test, ends in a non-zero exit.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { endLeftovers, LEFTOVER_MARK } from "./leftovers.mjs";
import { setup } from "./setup.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** A run of everything has at least these; any other folder of tests runs too. */
const SUITES = ["unit", "bus", "node", "editor", "package"];
const WITHOUT_BUILD = new Set(["unit", "bus"]);
/** The longest, that of the browser, takes half of it on two cores. */
const SUITE_LIMIT_MS = 40 * 60_000;

const total = { passed: 0, skipped: 0 };
const failures = [];

const args = process.argv.slice(2);
const optionsAt = args.findIndex((arg) => arg.startsWith("-"));
const named = optionsAt < 0 ? args : args.slice(0, optionsAt);
const mochaOptions = optionsAt < 0 ? [] : args.slice(optionsAt);

// What the editor looked like stays with the run that nobody watched.
if (process.env.CI) process.env.SCREENSHOTS ??= join(root, ".tmp/screenshots");
const treeBefore = untracked();
try {
  setup("test");
  await runEverything();
} catch (error) {
  fail(error.message);
}
const left = untracked().filter((path) => !treeBefore.includes(path));
// Where others work in the same tree, their new files would be taken for ours.
if (treeBefore.length === 0 && left.length > 0) fail(`the run left files that git does not ignore: ${left.join(", ")}`);
if (failures.length > 0) console.log(`\nFailures:\n${failures.map((text) => `  ${text}`).join("\n")}\n`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`${total.passed} passed, ${failures.length} failed${skipped}`);
process.exitCode = failures.length > 0 || total.passed === 0 ? 1 : 0;

async function runEverything() {
  const folders = readdirSync(join(root, "test"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const there = folders.map(({ name }) => name).filter(hasTests);
  const suites = named.length > 0 ? named : [...SUITES, ...there.filter((name) => !SUITES.includes(name))];
  const steps = named.length > 0 ? [] : ["lint", "check"];
  if (suites.some((name) => !WITHOUT_BUILD.has(name))) steps.push("build");
  for (const step of steps) {
    headline(step);
    if (!runScript(step)) {
      fail(`npm run ${step} failed`);
      return;
    }
  }
  (await import("tsx/cjs/api")).register();
  const { platform } = createRequire(import.meta.url)("../test/support/platform.ts");
  for (const suite of suites) {
    if (!there.includes(suite)) fail(`suite ${suite} has no test`);
    else for (const version of suite === "node" ? ["4", "5"] : ["4"]) await runSuite(suite, platform(version));
  }
}

/** Folders of `test/` that hold a test, in any depth. */
function hasTests(name) {
  if (name === "platforms" || name === "support") return false;
  return readdirSync(join(root, "test", name), { recursive: true }).some((file) => file.endsWith(".test.ts"));
}

/** As `npm run`, without npm's headlines. */
function runScript(name) {
  const path = [dirname(process.execPath), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const { status } = spawnSync(scripts[name], {
    cwd: root,
    shell: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PATH: path },
  });
  return status === 0;
}

/** Runs one suite by Mocha, on the Node.js that goes with the Node-RED version, and adds its result. */
async function runSuite(suite, { version, node }) {
  const title = suite === "node" ? `node, on Node-RED ${version}` : suite;
  headline(title);
  const folder = mkdtempSync(join(tmpdir(), "node-red-dbus-result-"));
  const resultFile = join(folder, "result.json");
  const mark = `${process.pid}-${suite}-${version}`;
  const mocha = [join(root, "node_modules/mocha/bin/mocha.js"), "--forbid-only", ...mochaOptions];
  const { code, late } = await runBounded(node, [...mocha, `test/${suite}/**/*.test.ts`], {
    ...process.env,
    NODE_RED_PLATFORM: version,
    // The machine's own Node.js, as npm names it: what Node-RED 4 runs on from within any suite.
    npm_node_execpath: process.execPath,
    TEST_RESULT: resultFile,
    [LEFTOVER_MARK]: mark,
  });
  const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, "utf8")) : undefined;
  rmSync(folder, { recursive: true });
  if (late) fail(`suite ${suite} took more than ${SUITE_LIMIT_MS / 60_000} minutes and was killed`);
  else if (result === undefined) fail(`suite ${suite} ended (${code}) before its tests did`);
  else if (code !== 0 && result.failures.length === 0) fail(`suite ${suite} ended with ${code}`);
  else if (result.passed + result.failures.length === 0) fail(`suite ${suite} ran no test`);
  total.passed += result?.passed ?? 0;
  total.skipped += result?.skipped ?? 0;
  failures.push(...(result?.failures ?? []).map((text) => `${title}: ${text}`));
  const leftovers = await endLeftovers(mark);
  if (leftovers.length > 0) fail(`suite ${suite} left processes behind: ${leftovers.join("; ")}`);
}

function runBounded(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, SUITE_LIMIT_MS);
    child.on("error", (error) => resolve({ code: error.message, late }));
    child.on("exit", (code, signal) => {
      clearTimeout(limit);
      resolve({ code: signal ?? code, late });
    });
  });
}

/** What git neither knows nor ignores; nothing where this is no git checkout. */
function untracked() {
  const { status, stdout } = spawnSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.split("\n").filter((line) => line !== "") : [];
}

function headline(text) {
  console.log(`\n=== ${text}`);
}

function fail(text) {
  failures.push(text);
  console.log(`FAILED: ${text}`);
}
