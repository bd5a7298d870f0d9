import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { renderPolicy } from "../../lib/policy/render";
import { busctl } from "../support/busctl";
import { cli } from "../support/cli";
import { startLamp } from "../support/lamp-service";
import { busconfig, NAME, policy } from "../support/policies";
import { type PrivateBus, startBus } from "../support/private-bus";
import { makeTempDir } from "../support/temp-dir";

const NOBODY = ["--name", NAME, "--user", "nobody"];

describe("node-red-contrib-dbus policy install and check", function () {
  this.timeout(60_000);
  let bus: PrivateBus;
  let file: string;
  beforeEach(async () => {
    bus = await startBus({ type: "system" });
    file = path.join(bus.policyDir, `${NAME}.conf`);
  });
  afterEach(() => bus.stop());

  const env = () => ({ DBUS_SYSTEM_BUS_ADDRESS: bus.address });
  const install = (...args: readonly string[]) => cli(["policy", "install", "--dir", bus.policyDir, ...args], env());
  const check = (...args: readonly string[]) => cli(["policy", "check", "--dir", bus.policyDir, ...args], env());

  it("installs a file that the running bus takes, and says so", async () => {
    const { code, stdout, stderr } = await install(...NOBODY);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`^Installed: ${file}\nIn force: the bus lets nobody own ${NAME}\n`));
    assert.match(stdout, /sudo systemctl reload dbus/);
    assert.equal(readFileSync(file, "utf8"), renderPolicy(policy()));
    assert.equal(statSync(file).mode & 0o7777, 0o644);
    assert.deepEqual(readdirSync(bus.policyDir), [`${NAME}.conf`]);
    // The name was asked for and given back.
    assert.doesNotMatch((await busctl(bus, "list")).stdout, new RegExp(NAME));
  });

  it("does nothing the second time, but mend the mode", async () => {
    await install(...NOBODY);
    const { ino } = statSync(file);
    assert.match((await install(...NOBODY)).stdout, /^There already: /);
    assert.equal(statSync(file).ino, ino);
    chmodSync(file, 0o666);
    assert.match((await install(...NOBODY)).stdout, /^Installed: /);
    assert.equal(statSync(file).mode & 0o7777, 0o644);
  });

  it("shows how a file that is there differs, and replaces it only by force", async () => {
    const old = busconfig(`<policy user="nobody"><allow own="${NAME}"/></policy>`);
    writeFileSync(file, old);
    const refused = await install(...NOBODY);
    assert.deepEqual([refused.code, refused.stdout], [1, ""]);
    assert.match(refused.stderr, /is there already, and different/);
    assert.match(refused.stderr, /^- <policy user="nobody"><allow own="com\.example\.Flow1"\/><\/policy>$/m);
    assert.match(refused.stderr, /^\+ {3}<policy user="root">$/m);
    assert.match(refused.stderr, /^ {2}<busconfig>$/m);
    assert.equal(readFileSync(file, "utf8"), old);
    assert.equal((await install(...NOBODY, "--force")).code, 0);
    assert.equal(readFileSync(file, "utf8"), renderPolicy(policy()));
  });

  it("installs a file of one's own, and asks the bus about the names in it", async () => {
    const own = path.join(makeTempDir(), `${NAME}.conf`);
    writeFileSync(own, renderPolicy(policy()));
    const { code, stdout } = await install(own);
    assert.equal(code, 0);
    assert.match(stdout, /In force: the bus lets nobody own com\.example\.Flow1/);
    assert.equal(readFileSync(file, "utf8"), renderPolicy(policy()));
  });

  it("refuses what lint calls an error, whatever is forced", async () => {
    const folder = makeTempDir();
    const cases = [
      ["broken.conf", "<busconfig>", /broken\.conf:1: error broken-xml /],
      ["any.conf", busconfig('<policy user="nobody"><allow own="*"/></policy>'), /any\.conf:2: error own-any /],
      ["policy.xml", renderPolicy(policy()), /policy\.xml:1: error file-extension /],
      ["who.conf", renderPolicy(policy({ user: "nosuchuser" })), /who\.conf:5: error unknown-user /],
    ] as const;
    for (const [name, content, message] of cases) {
      writeFileSync(path.join(folder, name), content);
      const { code, stderr } = await install(path.join(folder, name), "--force");
      assert.equal(code, 1, name);
      assert.match(stderr, message);
    }
    const { code, stderr } = await install("--name", NAME, "--user", "nobody", "--group", "nosuchgroup");
    assert.equal(code, 1);
    assert.match(stderr, /error unknown-group there is no group nosuchgroup/);
    assert.deepEqual(readdirSync(bus.policyDir), []);
  });

  it("installs one file for each name of a flow, all or none", async () => {
    const flows = path.join(makeTempDir(), "flows.json");
    const node = { type: "dbus-publish", bus: "system", action: "export", interface: "com.example.Lamp" };
    const names = ["com.example.Flow1", "com.example.Flow2"];
    writeFileSync(flows, JSON.stringify(names.map((busName, index) => ({ ...node, id: String(index), busName }))));
    const args = ["--flows", flows, "--user", "nobody", "--preset", "scoped"];
    const other = path.join(bus.policyDir, "com.example.Flow2.conf");
    writeFileSync(other, "something else");
    assert.equal((await install(...args)).code, 1);
    assert.deepEqual(readdirSync(bus.policyDir), ["com.example.Flow2.conf"]);
    const { code, stdout } = await install(...args, "--force");
    assert.equal(code, 0);
    for (const name of names) assert.ok(stdout.includes(`In force: the bus lets nobody own ${name}\n`), stdout);
    assert.match(
      readFileSync(other, "utf8"),
      /send_destination="com\.example\.Flow2" send_interface="com\.example\.Lamp"/,
    );
  });

  it("says what hindered it", async () => {
    const { code, stderr } = await cli(["policy", "install", ...NOBODY, "--dir", "/nowhere/at/all"], env());
    assert.equal(code, 1);
    assert.match(stderr, /nothing more was written: there is no folder \/nowhere\/at\/all\. /);
    const closed = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
    const denied = await cli(["policy", "install", ...NOBODY, "--dir", bus.policyDir], env(), ["setpriv", ...closed]);
    assert.equal(denied.code, 1);
    assert.match(denied.stderr, /nothing more was written \(EACCES: .*\): run it as root, with sudo/);
    mkdirSync(file);
    const folder = await install(...NOBODY);
    assert.equal(folder.code, 1);
    assert.match(folder.stderr, /nothing more was written: EISDIR: [^;]*read\n$/);
  });

  it("says once that there is no such user", async () => {
    const { code, stdout, stderr } = await install("--name", NAME, "--user", "nosuchuser");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^\S+:5: error unknown-user there is no user nosuchuser .*\n$/);
  });

  it("says that it cannot ask as another user, where it may not become one", async () => {
    await install(...NOBODY);
    const args = ["policy", "check", "--dir", bus.policyDir, ...NOBODY, "--try"];
    const { code, stdout } = await cli(args, env(), ["setpriv", "--bounding-set=-setgid", "--inh-caps=-setgid", "--"]);
    assert.match(stdout, /^Not known: only nobody or root can ask the bus that$/m);
    assert.equal(code, 0);
  });

  it("says that there is nobody to ask as, where there is no such user", async () => {
    const { stdout } = await check("--name", NAME, "--user", "nosuchuser", "--try");
    assert.match(stdout, /^Not known: there is no user nosuchuser on this machine, as whom the bus could be asked$/m);
  });

  it("checks: not there, there, in force", async () => {
    const missing = await check(...NOBODY, "--try");
    assert.equal(missing.code, 1);
    assert.match(
      missing.stdout,
      new RegExp(`^Not there: ${file}\\. To install it: sudo npx .* --user nobody --dir ${bus.policyDir}\n`),
    );
    assert.match(missing.stdout, /^Not in force: the bus's policy does not let the user nobody own the name /m);
    assert.doesNotMatch(missing.stdout, /reload/);
    await install(...NOBODY);
    const there = await check(...NOBODY);
    assert.deepEqual([there.code, there.stderr], [0, ""]);
    assert.match(there.stdout, /^In place: .*\nNot known: nobody owns com\.example\.Flow1 right now; --try asks/);
    const tried = await check(...NOBODY, "--try");
    assert.equal(tried.code, 0);
    assert.match(tried.stdout, /^In place: .*\nIn force: the bus lets nobody own com\.example\.Flow1\n$/);
  });

  it("checks: there, and not in force, with what to do about it", async () => {
    const folder = makeTempDir();
    await cli(["policy", "install", "--dir", folder, ...NOBODY], env());
    const { code, stdout } = await cli(["policy", "check", "--dir", folder, ...NOBODY, "--try"], env());
    assert.equal(code, 1);
    assert.match(stdout, /^In place: .*\nNot in force: .*\nThe bus reads new files at once\. .* systemctl reload dbus/);
  });

  it("checks: changed by hand, or by its mode", async () => {
    await install(...NOBODY);
    chmodSync(file, 0o600);
    const closed = await check(...NOBODY);
    assert.equal(closed.code, 1);
    assert.match(closed.stdout, /:1: warning mode expected the mode 0644, got 0600/);
    writeFileSync(file, renderPolicy(policy()).replace('user="root"', 'user="games"'));
    const changed = await check(...NOBODY);
    assert.equal(changed.code, 1);
    assert.match(changed.stdout, /^- {3}<policy user="games">\n\+ {3}<policy user="root">$/m);
  });

  it("never disturbs who owns the name", async () => {
    await install(...NOBODY);
    const lamp = await startLamp(bus, 65534);
    try {
      const owner = async () => (await busctl(bus, "status", NAME)).stdout.match(/^UniqueName=(.*)$/m)?.[1];
      const before = await owner();
      assert.ok(before);
      for (const run of [() => check(...NOBODY, "--try"), () => install(...NOBODY)]) {
        const { code, stdout } = await run();
        assert.equal(code, 0);
        assert.match(stdout, /In force: com\.example\.Flow1 is owned by the user with id 65534 right now/);
      }
      const other = await check("--name", NAME, "--user", "man", "--try");
      assert.equal(other.code, 1);
      assert.match(other.stdout, /Not as it should be: .* owned by the user with id 65534 right now, not by man/);
      assert.equal(await owner(), before);
    } finally {
      await lamp.kill();
    }
  });

  it("asks for a client by calling, where there is somebody to call", async () => {
    const client = ["--preset", "client", "--destination", NAME, "--user", "man"];
    await install(...NOBODY);
    assert.match((await install(...client)).stdout, /Not known: nobody owns .* so there is nobody to call/);
    const lamp = await startLamp(bus, 65534);
    try {
      const asked = await check(...client, "--try");
      assert.match(asked.stdout, /In force, as far as a ping tells: the bus lets man ping com\.example\.Flow1/);
      const unasked = await check(...client);
      assert.match(
        unasked.stdout,
        /Not known: --try asks the bus, by a ping, whether it lets man call com\.example\.Flow1/,
      );
      assert.doesNotMatch(unasked.stdout, /nobody owns/);
      const games = await check("--preset", "client", "--destination", NAME, "--user", "games", "--try");
      assert.equal(games.code, 1);
      assert.match(
        games.stdout,
        /Not in force: the bus's policy does not let the user games call com\.example\.Flow1 /,
      );
    } finally {
      await lamp.kill();
    }
  });

  it("works where there is no bus, and says that", async () => {
    const nowhere = { DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/nowhere/bus" };
    const installed = await cli(["policy", "install", "--dir", bus.policyDir, ...NOBODY], nowhere);
    assert.equal(installed.code, 0);
    assert.match(installed.stdout, /No system bus to ask: /);
    assert.ok(existsSync(file));
    assert.equal((await cli(["policy", "check", "--dir", bus.policyDir, ...NOBODY], nowhere)).code, 1);
  });
});
