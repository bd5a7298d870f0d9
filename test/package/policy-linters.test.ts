import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { renderPolicy } from "../../lib/policy/render";
import { run } from "../support/busctl";
import { PYTHON } from "../support/peer";
import { busconfig, EVERY_POLICY, policy } from "../support/policies";
import { makeTempDir } from "../support/temp-dir";

/** Where packages put policy files; both checkers look only there. */
const SYSTEM_D = "usr/share/dbus-1/system.d";

/** A package's folder with these policy files in it, by their names. */
function packageOf(files: ReadonlyMap<string, string>): string {
  const folder = makeTempDir();
  mkdirSync(path.join(folder, SYSTEM_D), { recursive: true });
  for (const [name, content] of files) writeFileSync(path.join(folder, SYSTEM_D, name), content);
  return folder;
}

/** lintian's tags of its check `desktop/dbus`, over a real Debian package. */
async function lintian(folder: string): Promise<readonly string[]> {
  mkdirSync(path.join(folder, "DEBIAN"));
  const fields = [
    "Package: policies",
    "Version: 1",
    "Architecture: all",
    "Maintainer: T <t@example.com>",
    "Description: x",
  ];
  writeFileSync(path.join(folder, "DEBIAN/control"), `${fields.join("\n")}\n`);
  const file = path.join(makeTempDir(), "policies.deb");
  const built = await run("dpkg-deb", ["--root-owner-group", "--build", folder, file]);
  assert.equal(built.code, 0, built.stderr);
  const { stdout } = await run("lintian", [
    "--no-cfg",
    "--check-part",
    "desktop/dbus",
    "--tag-display-limit",
    "0",
    file,
  ]);
  return stdout.split("\n").filter((line) => line !== "");
}

/** rpmlint's DBusPolicyCheck itself: an .rpm around the files would need the whole of rpmbuild. */
async function rpmlint(folder: string): Promise<readonly string[]> {
  const source = `
import os, sys
from types import SimpleNamespace
from rpmlint.checks.DBusPolicyCheck import DBusPolicyCheck
from rpmlint.config import Config

folder, below = sys.argv[1:]
names = ["/" + below + "/" + name for name in sorted(os.listdir(os.path.join(folder, below)))]
package = SimpleNamespace(is_source=False, files=dict.fromkeys(names), ghost_files={}, dir_name=lambda: folder)
output = SimpleNamespace(add_info=lambda level, package, *details: print(level, *details), error_details={})
print("checking", len(names))
DBusPolicyCheck(Config(), output).check(package)
`;
  const { code, stdout, stderr } = await run(PYTHON, ["-c", source, folder, SYSTEM_D]);
  assert.equal(code, 0, stderr);
  const [first = "", ...findings] = stdout.split("\n").filter((line) => line !== "");
  assert.match(first, /^checking [1-9]/);
  return findings;
}

const CHECKERS = { lintian, rpmlint } as const;

describe("policy files and the checkers of distributions", function () {
  this.timeout(60_000);

  const rendered = [...EVERY_POLICY.values()].map((options) => [options, renderPolicy(options)] as const);
  const several = renderPolicy(policy(), policy({ name: "com.example.Flow2" }));
  const files = new Map(
    [...rendered.filter(([{ preset }]) => preset !== "permissive").map(([, content]) => content), several].map(
      (content, index) => [`policy-${index}.conf`, content],
    ),
  );

  for (const [name, check] of Object.entries(CHECKERS)) {
    it(`${name} has nothing to say about any file that is rendered, permissive aside`, async () => {
      assert.deepEqual(await check(packageOf(files)), []);
    });

    it(`${name} does see a rule without a destination`, async () => {
      const bad = busconfig('<policy user="nobody"><allow send_interface="com.example.I"/></policy>');
      const findings = await check(packageOf(new Map([["bad.conf", bad]])));
      assert.equal(findings.length, 1);
      assert.match(findings[0] ?? "", /without-(send-)?destination/);
    });
  }
});
