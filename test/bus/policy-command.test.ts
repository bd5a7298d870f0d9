import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import { renderPolicy } from "../../lib/policy/render";
import { POLICY_PRESETS } from "../../lib/shared/policy-options";
import { run } from "../support/busctl";
import { cli } from "../support/cli";
import { ROOT } from "../support/platform";
import { busconfig, INTERFACE, NAME, policy } from "../support/policies";
import { makeTempDir } from "../support/temp-dir";

/** A file of this name with the mode that policy files have. */
function fileOf(name: string, content: string): string {
  const file = path.join(makeTempDir(), name);
  writeFileSync(file, content);
  chmodSync(file, 0o644);
  return file;
}

describe("node-red-contrib-dbus policy render", function () {
  this.timeout(30_000);

  it("prints the file, and nothing else", async () => {
    const args = ["--preset", "scoped", "--interface", INTERFACE, "--interface", "com.example.B", "--writable"];
    const { code, stdout, stderr } = await cli(["policy", "render", "--name", NAME, "--user", "nobody", ...args]);
    const interfaces = [INTERFACE, "com.example.B"];
    assert.equal(stdout, renderPolicy(policy({ preset: "scoped", interfaces, writable: true })));
    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("is for the one who runs it; behind sudo, for who called that", async () => {
    const mine = await cli(["policy", "render", "--name", NAME], { SUDO_USER: "" });
    assert.equal(mine.stdout, renderPolicy(policy({ user: userInfo().username })));
    const theirs = await cli(["policy", "render", "--name", NAME], { SUDO_USER: "games" });
    assert.equal(theirs.stdout, renderPolicy(policy({ user: "games" })));
    assert.match((await cli(["policy", "--help"])).stdout, /default: who runs this; behind sudo, who called that/);
  });

  it("warns of an unknown user and group, and goes on", async () => {
    const args = ["--name", NAME, "--user", "nosuchuser", "--group", "nosuchgroup"];
    const { code, stdout, stderr } = await cli(["policy", "render", ...args]);
    assert.equal(stdout, renderPolicy(policy({ user: "nosuchuser", group: "nosuchgroup" })));
    assert.match(stderr, /^Warning: there is no user nosuchuser .*\nWarning: there is no group nosuchgroup .*\n$/);
    assert.equal(code, 0);
  });

  it("says what is wrong with permissive, and what has no meaning", async () => {
    const args = ["--preset", "permissive", "--name", NAME, "--group", "games"];
    const { code, stdout, stderr } = await cli(["policy", "render", ...args]);
    assert.equal(stdout, renderPolicy(policy({ preset: "permissive" })));
    assert.match(stderr, /^Warning: --group has no meaning with the preset permissive$/m);
    assert.match(stderr, /^Warning: any program of any user/m);
    assert.equal(code, 0);
  });

  it("takes the names from a flow", async () => {
    const nodes = ["com.example.A", "com.example.B", "$" + "{NAME}"].map((busName, index) => ({
      id: `n${index}`,
      type: "dbus-publish",
      bus: "system",
      action: "export",
      busName,
    }));
    const { code, stdout, stderr } = await cli([
      ...["policy", "render", "--user", "nobody", "--flows", fileOf("flows.json", JSON.stringify(nodes))],
    ]);
    assert.equal(stdout, renderPolicy(policy({ name: "com.example.A" }), policy({ name: "com.example.B" })));
    assert.match(stderr, /^Warning: the name \$\{NAME\} of the node n2 is an environment variable/);
    assert.equal(code, 0);
    const none = await cli(["policy", "render", "--flows", fileOf("flows.json", "[]")]);
    assert.deepEqual([none.code, none.stdout], [1, ""]);
    assert.match(none.stderr, /^Warning: no dbus-publish node in .* publishes a name on the system bus\n$/);
  });
});

describe("node-red-contrib-dbus policy lint", function () {
  this.timeout(30_000);

  it("prints a finding a line, and exits by the worst of them", async () => {
    const good = fileOf(`${NAME}.conf`, renderPolicy(policy()));
    const warned = fileOf("other.conf", renderPolicy(policy()));
    const bad = fileOf("bad.conf", busconfig('<policy user="nobody">\n<allow send_type="method_call"/></policy>'));
    assert.deepEqual(await cli(["policy", "lint", good]), { code: 0, stdout: "", stderr: "" });
    const warning = await cli(["policy", "lint", warned]);
    assert.deepEqual([warning.code, warning.stderr], [0, ""]);
    assert.match(warning.stdout, /^\S+\/other\.conf:1: warning file-name by convention .*\n$/);
    const all = await cli(["policy", "lint", good, warned, bad]);
    assert.deepEqual([all.code, all.stderr], [1, ""]);
    assert.match(all.stdout, /^\S+\/other\.conf:1: warning file-name .*\n\S+\/bad\.conf:3: error no-destination .*\n$/);
  });

  it("looks users, groups and modes up", async () => {
    const file = fileOf(`${NAME}.conf`, renderPolicy(policy({ user: "nosuchuser", group: "nosuchgroup" })));
    chmodSync(file, 0o640);
    const { code, stdout } = await cli(["policy", "lint", file]);
    assert.equal(code, 1);
    const findings = [...stdout.matchAll(/conf:(\d+: \w+ [\w-]+) /g)].map(([, finding]) => finding);
    assert.deepEqual(findings, ["1: warning mode", "5: error unknown-user", "12: error unknown-group"]);
  });

  it("judges what comes through a pipe by its content alone", async () => {
    const piped = (command: string) => run("bash", ["-c", `set -o pipefail; ${command}`]);
    const program = `${process.execPath} --import ${ROOT}/node_modules/tsx/dist/loader.mjs ${ROOT}/cli/main.ts`;
    const rendered = `${program} policy render --name ${NAME} --user nobody`;
    const lint = `${program} policy lint /dev/stdin`;
    assert.deepEqual(await piped(`${rendered} | ${lint}`), { code: 0, stdout: "", stderr: "" });
    const endless = await piped(`${lint} < /dev/zero`);
    assert.deepEqual([endless.code, endless.stderr], [1, ""]);
    assert.match(endless.stdout, /^\/dev\/stdin:1: error broken-xml .*expected at most 1048576 characters/);
  });

  it("does not mind a reader who has seen enough", async () => {
    const program = `${process.execPath} --import ${ROOT}/node_modules/tsx/dist/loader.mjs ${ROOT}/cli/main.ts`;
    // `true` is gone long before anything is written.
    const command = `${program} policy --help | true; exit "\${PIPESTATUS[0]}"`;
    assert.deepEqual(await run("bash", ["-c", command]), { code: 0, stdout: "", stderr: "" });
  });

  it("tells where XML is broken, in the user's language", async () => {
    const file = fileOf("a.conf", "<busconfig>\n  <policy>\n</busconfig>\n");
    const { code, stdout } = await cli(["policy", "lint", file], { LC_ALL: "de_DE.UTF-8" });
    assert.equal(code, 1);
    assert.match(stdout, /a\.conf:3: error broken-xml kein wohlgeformtes XML in Zeile 3, Spalte 12 \(/);
  });
});

describe("node-red-contrib-dbus policy, used wrongly", function () {
  this.timeout(30_000);

  it("says what was expected and where the usage is, prints nothing, and exits with 2", async () => {
    const { code, stdout, stderr } = await cli(["policy", "render", "--name", "flow"]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(
      stderr,
      /^--name: expected two or more elements .*\n\n`npx .* policy --help` says how it is used\.\n$/,
    );
  });

  it("explains itself when asked", async () => {
    const { code, stdout } = await cli(["policy", "--help"]);
    assert.equal(code, 0);
    for (const preset of POLICY_PRESETS) assert.ok(stdout.includes(preset), preset);
    assert.match((await cli(["--help"])).stdout, /policy render\|install\|check\|lint/);
  });
});
