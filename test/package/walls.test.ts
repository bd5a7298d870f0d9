import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/platform";
import { makeTempDir } from "../support/temp-dir";

/** A file of each room, what it may import, and what it must not. */
const ROOMS: readonly (readonly [file: string, allowed: readonly string[], refused: readonly string[]])[] = [
  ["lib/shared/x.ts", ["./names"], ["../errors", "../values/x", "node:fs", "dbus-next", "../wire/types"]],
  ["lib/errors.ts", ["./shared/text"], ["./values/x", "./wire/types", "node:fs", "./bus/pool"]],
  ["lib/values/x.ts", ["./y", "../shared/text", "../errors"], ["../wire/types", "../bus/pool", "node:fs", "dbus-next"]],
  ["lib/wire/x.ts", ["../values/x", "../errors", "node:net"], ["../bus/pool", "dbus-next", "../environment/x"]],
  ["lib/bus/x.ts", ["../wire/types", "node:os"], ["dbus-next", "../introspect/x", "../client/x", "../policy/x"]],
  ["lib/bus/transport.ts", ["dbus-next", "../wire/types"], ["../introspect/x", "node-red"]],
  ["lib/introspect/x.ts", ["../bus/pool", "saxes"], ["../export/x", "../client/x", "dbus-next", "../environment/x"]],
  ["lib/export/x.ts", ["../bus/pool"], ["../introspect/x", "saxes", "dbus-next", "../../nodes/dbus-call"]],
  ["lib/client/x.ts", ["../bus/pool", "../introspect/x"], ["dbus-next", "../environment/x", "node-red"]],
  ["lib/environment/x.ts", ["../shared/text", "../errors", "node:fs"], ["../bus/pool", "../values/x", "../policy/x"]],
  ["lib/policy/x.ts", ["../shared/text", "../errors"], ["../bus/pool", "../wire/types", "../environment/x", "saxes"]],
  ["lib/policy/parse-policy.ts", ["saxes", "../shared/text", "./finding"], ["../bus/pool", "node:fs", "dbus-next"]],
  ["cli/x.ts", ["../lib/environment/x", "../lib/bus/pool"], ["../lib/wire/types", "../nodes/dbus-call", "dbus-next"]],
  ["nodes/x.ts", ["../lib/client/x", "./support/status", "node-red"], ["dbus-next", "../cli/x", "../editor/kit"]],
  ["nodes/support/x.ts", ["../../lib/bus/pool", "./status"], ["../dbus-call", "dbus-next", "../../editor/kit"]],
  ["nodes/support/admin/x.ts", ["../../../lib/bus/pool", "../machine", "./y"], ["../../dbus-call", "dbus-next"]],
  ["editor/x.ts", ["../lib/shared/text", "./kit", "./components/x"], ["../lib/errors", "../lib/bus/pool", "node:fs"]],
  [
    "editor/components/x.ts",
    ["../../lib/shared/text", "../kit", "./y"],
    ["../../lib/errors", "../../nodes/x", "node:fs"],
  ],
];

describe("walls between rooms", () => {
  let refusedIn: ReadonlyMap<string, readonly string[]>;
  before(() => {
    refusedIn = lint(
      new Map(
        ROOMS.flatMap(([file, allowed, refused]) => [
          [`good/${file}`, allowed],
          [`bad/${file}`, refused],
        ]),
      ),
    );
  });

  for (const [file, allowed, refused] of ROOMS) {
    it(`${file} may import ${allowed.join(", ")}`, () => {
      assert.deepEqual(refusedIn.get(`good/${file}`) ?? [], []);
    });
    it(`${file} may not import ${refused.join(", ")}`, () => {
      assert.deepEqual(refusedIn.get(`bad/${file}`)?.toSorted(), refused.toSorted());
    });
  }
});

interface LintReport {
  readonly diagnostics: readonly {
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

/** Lints these files, given with what they import, by this project's rules: the refused imports of each. */
function lint(files: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const folder = makeTempDir();
  for (const side of ["good", "bad"]) {
    mkdirSync(path.join(folder, side));
    const config: Record<string, unknown> = JSON.parse(readFileSync(path.join(ROOT, "biome.json"), "utf8"));
    writeFileSync(path.join(folder, side, "biome.json"), JSON.stringify({ ...config, vcs: { enabled: false } }));
  }
  for (const [file, imports] of files) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), imports.map((from) => `import "${from}";\n`).join(""));
  }
  const refused = new Map<string, string[]>();
  for (const side of ["good", "bad"]) {
    const biome = path.join(ROOT, "node_modules/.bin/biome");
    const { stdout } = spawnSync(
      biome,
      ["lint", "--reporter=json", "--max-diagnostics=none", "--only=style/noRestrictedImports", "."],
      { cwd: path.join(folder, side), encoding: "utf8" },
    );
    const report: LintReport = JSON.parse(stdout);
    for (const { location } of report.diagnostics) {
      const file = `${side}/${location.path}`;
      const from = files.get(file)?.[location.start.line - 1] ?? "?";
      refused.set(file, [...(refused.get(file) ?? []), from]);
    }
  }
  return refused;
}
