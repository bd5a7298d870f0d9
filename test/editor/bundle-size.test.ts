import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/platform";

/** Bytes. Every page of the editor loads them, on a small machine too. */
const MOST_CODE = 120_000;

describe("the editor's code", () => {
  it("is small, all nodes and the plugin together", () => {
    const folder = path.join(ROOT, "dist/nodes");
    const sizes = readdirSync(folder)
      .filter((name) => name.endsWith(".html"))
      .map((name) => [name, codeOf(readFileSync(path.join(folder, name), "utf8"))] as const);
    assert.equal(sizes.length, 4, "the build has the three nodes and the plugin");
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    console.log(`      ${sizes.map(([name, size]) => `${name} ${size}`).join(", ")}: ${total} bytes`);
    assert.ok(total < MOST_CODE, `${total} bytes`);
  });
});

function codeOf(html: string): number {
  const scripts = Array.from(
    html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g),
    ([, code]) => code,
  );
  assert.equal(scripts.length, 1);
  return Buffer.byteLength(scripts.join(""));
}
