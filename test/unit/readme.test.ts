import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { exampleFiles } from "../support/example";
import { ROOT } from "../support/platform";

const README = readFileSync(path.join(ROOT, "README.md"), "utf8");

/** The first cells of a table's rows, found by the row below its headline. */
function firstCells(heading: RegExp): string[] {
  const lines = README.split("\n");
  const start = lines.findIndex((line) => heading.test(line));
  assert.ok(start >= 0, `there is no table ${heading}`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end).map((line) => line.split("|")[1]?.trim() ?? "");
}

describe("README.md", () => {
  it("explains every error code, and no other", () => {
    const source = readFileSync(path.join(ROOT, "lib/errors.ts"), "utf8");
    const codes = [...source.matchAll(/^ {2}\| "(DBUS_\w+)"/gm)];
    assert.ok(codes.length > 20);
    const listed = firstCells(/^\| Code \| Meaning/).map((cell) => cell.replaceAll("`", ""));
    assert.deepEqual(listed.sort(), codes.map(([, code]) => code).sort());
  });

  it("names every example, in the order of the menu", () => {
    const listed = firstCells(/^\| Example \| Bus/).map((cell) => cell.replace(/ \(.*\)$/, ""));
    const files = exampleFiles().map((file) => file.slice("00 - ".length, -".json".length));
    assert.deepEqual(listed, files);
  });

  for (const file of ["README.md", "docs/system-service.md", "docs/policy.md"]) {
    it(`${file} links to files and sections that are there`, () => {
      const source = readFileSync(path.join(ROOT, file), "utf8");
      for (const [, target = ""] of source.matchAll(/\]\(([^)]+)\)/g)) {
        const [, name = "", section] = /^([^#]*)(?:#(.*))?$/.exec(target) ?? [];
        const linked = name === "" ? path.join(ROOT, file) : path.join(ROOT, path.dirname(file), name);
        assert.ok(existsSync(linked), target);
        if (section !== undefined) assert.ok(anchorsOf(linked).includes(section), target);
      }
    });
  }
});

/** The sections of a document, by the names that links give them. */
function anchorsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(" ", "-")
      .replace(/[^a-z0-9-]/g, ""),
  );
}
