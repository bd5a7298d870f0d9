import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { LINT_CODES } from "../../lib/policy/finding";
import { POLICY_PRESETS } from "../../lib/shared/policy-options";
import { readDocument, runHelper, sectionsOf } from "../support/document";
import { type PrivateBus, startBus } from "../support/private-bus";
import { makeTempDir } from "../support/temp-dir";

const DOCUMENT = readDocument("policy.md");

describe("docs/policy.md", () => {
  it("names every finding, and every preset", () => {
    const findings = sectionsOf(DOCUMENT).find(({ title }) => title === "Judging files")?.text ?? "";
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

    const commands = [...DOCUMENT.matchAll(/^(?:sudo )?npx node-red-contrib-dbus .*$/gm)].map(([line]) => line);
    it("are found", () => assert.ok(commands.length >= 8));

    // In the order of the document, on a bus and in a folder of the test's own, for a user who exists.
    for (const command of commands) {
      it(command, async () => {
        const { code, stdout, stderr } = await runHelper(command, bus, { nodered: "nobody", "flows.json": flows });
        assert.deepEqual([code, stderr], [0, ""], stdout);
        if (command.includes(" policy check ")) assert.match(stdout, /^In force: /m);
      });
    }
  });
});
