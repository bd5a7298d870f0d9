#!/usr/bin/env node
/**
 * Installs what a command of this project needs and this machine does not have yet: npm packages, and
 * Debian packages where that is allowed. Runs before there is any node_modules: plain Node.js only.
 *
 *   node scripts/setup.mjs [start|test|bench]     (default: test)
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const MINIMUM_NODE = 20;

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const BUS = [
  { command: "dbus-daemon", package: "dbus" },
  { file: "/usr/share/dbus-1/system.conf", package: "dbus" },
];
/** What each command calls, and the Debian package that has it; of several files one is enough. */
const TOOLS = {
  start: [...BUS, { command: "setpriv", package: "util-linux" }],
  test: [
    ...BUS,
    { command: "setpriv", package: "util-linux" },
    { command: "dbus-send", package: "dbus" },
    { command: "busctl", package: "systemd" },
    { command: "gdbus", package: "libglib2.0-bin" },
    { command: "git", package: "git" },
    { file: CHROMIUM, package: "chromium" },
    { python: "dbusmock", package: "python3-dbusmock" },
    { command: "lintian", package: "lintian" },
    { command: "rpmlint", package: "rpmlint" },
  ],
  bench: [
    ...BUS,
    { command: "setpriv", package: "util-linux" },
    { command: "busctl", package: "systemd" },
    { file: CHROMIUM, package: "chromium" },
    { command: "gcc", package: "gcc" },
    { command: "pkg-config", package: "pkg-config" },
    { file: "/usr/include/systemd/sd-bus.h", package: "libsystemd-dev" },
    { file: "/usr/include/stdlib.h", package: "libc6-dev" },
  ],
};

/** Brings everything that `purpose` needs in place, or throws an error that says what to do. */
export function setup(purpose) {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < MINIMUM_NODE) throw new Error(`Node.js ${MINIMUM_NODE} or newer is needed, this is ${process.version}`);
  installSystemPackages(TOOLS[purpose]);
  installNpmPackages(root);
  // The optional packages there are other versions of Node.js, large and for tests only.
  installNpmPackages(join(root, "test/platforms"), { optional: purpose === "test" });
}

function installSystemPackages(tools) {
  const missing = [...new Set(tools.filter((tool) => !isThere(tool)).map((tool) => tool.package))];
  if (missing.length === 0) return;
  const install = ["apt-get", "install", "-y", "--no-install-recommends", ...missing];
  const prefix = process.getuid?.() === 0 ? [] : ["sudo"];
  const remedy = [...prefix, ...install].join(" ");
  if (!inPath("apt-get")) throw new Error(`missing: ${missing.join(", ")} (Debian package names); please install them`);
  if (prefix.length > 0 && (!inPath("sudo") || !succeeds("sudo", ["-n", "true"]))) {
    throw new Error(`missing Debian packages; please run:\n  ${remedy}`);
  }
  say(remedy);
  const asRoot = prefix.length > 0 ? ["sudo", "-n", "env"] : ["env"];
  const apt = (args) => run(asRoot[0], [...asRoot.slice(1), "DEBIAN_FRONTEND=noninteractive", ...args], root);
  // A machine that never ran `apt-get update` knows no package at all.
  if (!apt(install) && !(apt(["apt-get", "update"]) && apt(install)))
    throw new Error(`this did not work:\n  ${remedy}`);
  const still = tools.filter((tool) => !isThere(tool)).map((tool) => tool.command ?? tool.file ?? tool.python);
  if (still.length > 0)
    throw new Error(`installed ${missing.join(", ")}, but these are still missing: ${still.join(", ")}`);
}

function isThere({ command, file, python }) {
  if (command !== undefined) return inPath(command);
  if (file !== undefined) return [file].flat().some((one) => existsSync(one));
  return succeeds("/usr/bin/python3", ["-c", `import ${python}`]);
}

function inPath(command) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, command)));
}

function installNpmPackages(folder, { optional = true } = {}) {
  if (isInstalled(folder, optional)) return;
  say(`npm install in ${folder}`);
  // Not `npm ci`: it fails where a registry lacks an optional package for some other platform. With
  // `--no-save` this installs what the lock says and leaves the lock as it is. No package here needs its
  // install script, and npm may be set to block them.
  const args = [
    "install",
    "--no-save",
    "--ignore-scripts",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  if (!optional) args.push("--omit=optional");
  // Under npm, its own script, run by this Node.js: `npm` and `node` in PATH may be others.
  const npm = process.env.npm_execpath;
  const own = npm !== undefined && /npm-cli\.c?js$/.test(npm);
  const done = own ? run(process.execPath, [npm, ...args], folder) : run("npm", args, folder);
  if (!done || !isInstalled(folder, optional)) throw new Error(`npm install did not work in ${folder}`);
}

/** Whether node_modules holds what package-lock.json names, whichever way it got there. */
function isInstalled(folder, withOptional) {
  const installed = packagesOf(join(folder, "node_modules/.package-lock.json"));
  if (installed === undefined) return false;
  const wanted = packagesOf(join(folder, "package-lock.json")) ?? {};
  const chosen = Object.keys(wanted[""]?.optionalDependencies ?? {}).map((name) => `node_modules/${name}`);
  return Object.entries(wanted).every(([path, { version, optional, os, cpu }]) => {
    if (path === "") return true;
    if (installed[path] !== undefined) return installed[path].version === version && existsSync(join(folder, path));
    if (optional !== true) return false;
    // Those of our packages' own choice may be for another libc, or need another one: npm knows.
    return !(withOptional && chosen.includes(path) && isFor(os, process.platform) && isFor(cpu, process.arch));
  });
}

/** npm's `os` and `cpu` fields: one name or several; none means any. */
function isFor(field, value) {
  return field === undefined || [field].flat().includes(value);
}

function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, "utf8")).packages : undefined;
}

/** Output goes to standard error: a command's standard output is its result. */
function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, env: cleanEnvironment(), stdio: ["ignore", 2, 2] });
  return status === 0;
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/** Without what the npm that runs us says about this package: another npm would take it as its own. */
function cleanEnvironment() {
  const own = /^(npm_(package|lifecycle|config_local_prefix|node_execpath|execpath|command)|INIT_CWD$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

function say(text) {
  console.error(`setup: ${text}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const purpose = process.argv[2] ?? "test";
  if (!Object.hasOwn(TOOLS, purpose)) {
    console.error("usage: node scripts/setup.mjs [start|test|bench]");
    process.exit(2);
  }
  try {
    setup(purpose);
  } catch (error) {
    console.error(`setup: ${error.message}`);
    process.exit(1);
  }
}
