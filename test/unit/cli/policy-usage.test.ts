import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { POLICY_USAGE, UsageError } from "../../../cli/command";
import { policyCommand } from "../../../cli/policy-command";
import { english } from "../../support/english";
import { NAME } from "../../support/policies";
import { makeTempDir } from "../../support/temp-dir";

describe("policyCommand, used wrongly", () => {
  const file = path.join(makeTempDir(), "flows.json");
  writeFileSync(file, "{}");
  const cases: readonly (readonly [args: string, message: RegExp])[] = [
    ["", /^policy: expected one of render, lint, install, check, got ""/],
    ["rendr", /got "rendr"/],
    ["render", /^--name: expected a name, got nothing/],
    ["render --name flow", /^--name: expected two or more elements/],
    [`render --name ${NAME} --user *`, /^--user: “\*” is not the name of a user or group/],
    [
      `render --name ${NAME} --preset closed`,
      /^--preset: expected one of restricted, open, scoped, client, permissive/,
    ],
    [`render --name ${NAME} --preset scoped --interface Lamp`, /^--interface: expected two or more elements/],
    [`render --name ${NAME} --preset client`, /^--destination: expected a name, got nothing/],
    [`render --name ${NAME} --force`, /^these options are not as they should be: --force$/],
    [`render --name ${NAME} --flows ${file}`, /^--flows gives the names itself: leave out --name/],
    [`render --preset client --flows ${file}`, /^--flows is about names to own/],
    [`render --flows ${file}`, /is not a flow file: expected JSON, an array of nodes/],
    ["render --flows /nowhere", /^\/nowhere cannot be read: ENOENT/],
    [`render ${file}`, /^these options are not as they should be: \/\S+\/flows\.json$/],
    ["render --user nobody --name", /^these options are not as they should be: --name <value>$/],
    ["lint", /^expected one or more files/],
    ["lint /nowhere", /^\/nowhere cannot be read: ENOENT/],
    [`lint --strict ${file}`, /^these options are not as they should be: --strict$/],
    ["install /nowhere", /^\/nowhere cannot be read: ENOENT/],
    [`install --name ${NAME} ${file}`, /^expected either one file or options/],
    [`check ${file}`, /^these options are not as they should be: /],
  ];
  for (const [args, message] of cases) {
    it(args.replaceAll(file, "FILE") || "nothing", async () => {
      const said: string[] = [];
      const add = (line: string) => {
        said.push(line);
      };
      const words = args.split(" ").filter((word) => word !== "");
      const context = { translate: (key: string) => key, print: add, warn: add };
      await assert.rejects(policyCommand(words, context), (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(english(error.text), message);
        // Whoever named no command sees them all; whoever made a slip sees that, and no page of text below it.
        if (/^rendr|^$/.test(args)) assert.equal(error.usage, POLICY_USAGE);
        else assert.equal(english(error.usage), "`npx node-red-contrib-dbus policy --help` says how it is used.");
        return true;
      });
      assert.deepEqual(said, []);
    });
  }
});
