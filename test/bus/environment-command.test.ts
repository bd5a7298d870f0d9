import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type PrivateBus, startBus } from "../support/private-bus";

const ROOT = join(__dirname, "../..");

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as a user does, in an environment of its own. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", join(ROOT, "cli/main.ts"), ...args], {
      cwd: ROOT,
      env: { PATH: process.env["PATH"], ...env },
      timeout: 20_000,
    });
    const said = { out: "", err: "" };
    child.stdout.on("data", (data) => {
      said.out += data;
    });
    child.stderr.on("data", (data) => {
      said.err += data;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...said }));
  });
}

describe("node-red-contrib-dbus environment", function () {
  this.timeout(30_000);
  let bus: PrivateBus;
  before(async () => {
    bus = await startBus({ type: "session" });
  });
  after(() => bus.stop());

  it("connects to the bus and counts the names on it", async () => {
    const { code, out, err } = await run(["environment", "--bus", "session"], {
      DBUS_SESSION_BUS_ADDRESS: bus.address,
    });
    assert.equal(err, "");
    assert.match(out, /^Session bus\n/);
    assert.ok(out.includes(`${bus.address} (DBUS_SESSION_BUS_ADDRESS): there`), out);
    assert.ok(out.includes(`Connected to ${bus.address}; well-known names on it: 1`), out);
    assert.doesNotMatch(out, /System bus|Error|__/);
    assert.equal(code, 0);
  });

  it("speaks the user's language", async () => {
    const env = { DBUS_SESSION_BUS_ADDRESS: bus.address, LANG: "de_DE.UTF-8" };
    const { code, out } = await run(["environment", "--bus", "session"], env);
    assert.match(out, /^Sitzungsbus\n/);
    assert.match(out, /Verbunden mit/);
    assert.equal(code, 0);
  });

  it("gives the same as JSON, for both buses", async () => {
    const env = { DBUS_SESSION_BUS_ADDRESS: bus.address, DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/nowhere/bus" };
    const { code, out } = await run(["environment", "--json"], env);
    const { system, session } = JSON.parse(out);
    assert.deepEqual(session.connection, { state: "connected", address: bus.address, names: 1 });
    assert.equal(system.connection, null);
    assert.equal(system.tried[0].state, "missing");
    assert.deepEqual(
      system.findings.map((found: { code: string; title: string }) => [found.code, found.title]),
      [["variable-wrong", "DBUS_SYSTEM_BUS_ADDRESS names no bus"]],
    );
    assert.equal(code, 1);
  });

  it("says that nobody listens on a socket that was left behind", async () => {
    const left = await startBus({ type: "session" });
    await left.kill();
    try {
      const env = { DBUS_SYSTEM_BUS_ADDRESS: left.address };
      const { code, out } = await run(["environment", "--bus", "system"], env);
      assert.match(out, /Could not connect: /);
      assert.match(out, /Error: No bus listens on its socket/);
      assert.equal(code, 1);
    } finally {
      await left.stop();
    }
  });

  it("finds something wrong with a bus that cannot be connected to, also where it does not know more", async () => {
    const { code, out } = await run(["environment"], {
      DBUS_SYSTEM_BUS_ADDRESS: "tcp:host=127.0.0.1,port=1",
      DBUS_SESSION_BUS_ADDRESS: bus.address,
    });
    assert.match(out, /^System bus\n.*: not checked beforehand\n {2}Could not connect: /);
    assert.doesNotMatch(out, /Error: /);
    assert.equal(code, 1);
  });

  it("tells wrong usage from a bus that is wrong", async () => {
    const usage = "Usage: node-red-contrib-dbus COMMAND";
    const hint = "`npx node-red-contrib-dbus --help` says how it is used.";
    for (const [args, message, help] of [
      [[], "expected a command", usage],
      [["enviroment"], 'expected a command, got "enviroment"', usage],
      [["environment", "--bus", "both"], '--bus: expected system or session, got "both"', hint],
      [["environment", "--json", "--colour"], "these options are not as they should be: --colour", hint],
    ] as const) {
      const { code, out, err } = await run(args);
      assert.deepEqual([code, out], [2, ""]);
      assert.ok(err.startsWith(`${message}\n\n${help}`), err);
    }
  });

  it("explains itself when asked", async () => {
    const { code, out } = await run(["--help"]);
    assert.match(out, /^Usage: node-red-contrib-dbus COMMAND/);
    assert.equal(code, 0);
  });
});
