import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { LINT_CODES } from "../../lib/policy/finding";
import { POLICY_PRESETS } from "../../lib/shared/policy-options";
import { cli } from "../support/cli";
import { ROOT } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";
import { makeTempDir } from "../support/temp-dir";

const DOCUMENT = readFileSync(path.join(ROOT, "docs/policy.md"), "utf8");

describe("docs/policy.md", () => {
  it("names every finding, and every preset", () => {
    const [, findings = ""] = /## Judging files\n([\s\S]*?)\n## /.exec(DOCUMENT) ?? [];
    const named = Array.from(findings.matchAll(/`([a-z-]+)`/g), ([, code]) => code).filter(
      (code) => code !== "install",
    );
    assert.deepEqual(named.toSorted(), [...LINT_CODES].toSorted());
    for (const preset of POLICY_PRESETS) assert.ok(DOCUMENT.includes(`| \`${preset}\``), preset);
  });

  describe("commands", function () {
    this.timeout(30_000);
    let bus: PrivateBus;
    let flows: string;
    before(async () => {
      bus = await startBus({ type: "system" });
      flows = path.join(makeTempDir(), "flows.json");
      const node = { id: "a", type: "dbus-publish", bus: "system", action: "export", busName: "com.example.Flow1" };
      writeFileSync(flows, JSON.stringify([node]));
    });
    after(() => bus.stop());

    const commands = [...DOCUMENT.matchAll(/^(?:sudo )?npx node-red-contrib-dbus (.*)$/gm)].map(
      ([, rest = ""]) => rest,
    );
    it("are found", () => assert.ok(commands.length >= 8));

    // In the order of the document, on a bus and in a folder of the test's own, for a user who exists.
    for (const command of commands) {
      it(command, async () => {
        const words = command
          .replace("/etc/dbus-1/system.d", bus.policyDir)
          .replace("--user nodered", "--user nobody")
          .replace("flows.json", flows)
          .split(" ");
        const elsewhere = ["install", "check"].includes(words[1] ?? "") ? ["--dir", bus.policyDir] : [];
        const { code, stdout, stderr } = await cli([...words, ...elsewhere], { DBUS_SYSTEM_BUS_ADDRESS: bus.address });
        assert.deepEqual([code, stderr], [0, ""], stdout);
        if (words[1] === "check") assert.match(stdout, /^In force: /m);
      });
    }
  });
});
