import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { platform, ROOT } from "../support/platform";

const FOLDER = path.join(ROOT, "editor/styles");
const STYLE = readdirSync(FOLDER)
  .map((file) => readFileSync(path.join(FOLDER, file), "utf8"))
  .join("\n")
  .replace(/\/\*[\s\S]*?\*\/|@import .*;/g, "");

describe("styles", () => {
  for (const version of ["4", "5"] as const) {
    it(`use only variables that Node-RED ${version} has`, () => {
      const client = path.dirname(
        require.resolve("@node-red/editor-client/package.json", { paths: [platform(version).nodeRed] }),
      );
      const theirs = readFileSync(path.join(client, "public/red/style.min.css"), "utf8");
      const used = [...new Set(STYLE.match(/--red-ui-[a-z-]+/g))];
      assert.ok(used.length > 3);
      assert.deepEqual(
        used.filter((name) => !theirs.includes(`${name}:`)),
        [],
      );
    });
  }

  it("name no colour of their own, and no element that is not ours", () => {
    assert.doesNotMatch(STYLE, /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i);
    const selectors = STYLE.replace(/\{[^}]*\}/g, ",")
      .split(",")
      .map((selector) => selector.trim());
    assert.deepEqual(
      selectors.filter((selector) => selector !== "" && !/^\.dbus-/.test(selector)),
      [],
    );
  });
});
