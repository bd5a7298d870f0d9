import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { POLICY_USAGE, UsageError } from "../../../cli/command";
import { policyCommand } from "../../../cli/policy-command";
import { readPolicyRequest } from "../../../cli/policy-request";
import { policyFor } from "../../../lib/policy/presets";
import { english } from "../../support/english";
import { ROOT } from "../../support/platform";
import { INTERFACE, NAME, policy } from "../../support/policies";
import { makeTempDir } from "../../support/temp-dir";

const LOCALES = path.join(ROOT, "locales");

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

describe("commands in the texts", () => {
  const commands = new Map<string, string>();
  for (const language of readdirSync(LOCALES)) {
    const catalogue = readFileSync(path.join(LOCALES, language, "dbus-editor.json"), "utf8");
    for (const [, command = ""] of catalogue.matchAll(/`([^`]*node-red-contrib-dbus [^`]*)`/g)) {
      if (!command.includes("__")) commands.set(command, language);
    }
  }

  it("are found", () => assert.ok(commands.size >= 2));
  for (const [command, language] of commands) {
    it(`can be pasted, with names of one's own filled in: ${command} (${language})`, () => {
      const words = /^(?:sudo )?npx node-red-contrib-dbus policy install (.*)$/.exec(command)?.[1]?.split(" ");
      assert.ok(words, command);
      const filled = words.map((word) => ({ NAME, USER: "nobody" })[word] ?? word);
      assert.equal(readPolicyRequest(filled, ["force", "dir"], true).policies.length, 1);
    });
  }
});

describe("the usage of policy", () => {
  it("says of --group what the file does: one of those who call, or the only ones", () => {
    const callers = (preset: "restricted" | "scoped") =>
      policyFor(policy({ preset, group: "games", interfaces: [INTERFACE] }))
        .filter(({ rules }) => rules.some(({ conditions }) => conditions["send_destination"] !== undefined))
        .map(({ scope }) => scope.name);
    assert.deepEqual(callers("restricted"), ["nobody", "root", "games"]);
    assert.deepEqual(callers("scoped"), ["games"]);
    const said = /^ +--group GROUP +(.*)$/m.exec(english(POLICY_USAGE))?.[1];
    assert.equal(said, "with restricted: who may call it, too; with scoped: who alone may");
  });
});
