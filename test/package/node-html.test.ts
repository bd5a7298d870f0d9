import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { dbusCallDefaults } from "../../lib/shared/dbus-call-config";
import { dbusPublishDefaults } from "../../lib/shared/dbus-publish-config";
import { dbusSignalDefaults } from "../../lib/shared/dbus-signal-config";
import { platform, ROOT } from "../support/platform";

/** A syntax tree's node, as far as it is read here. */
interface Syntax {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: string;
  readonly operator?: string;
  readonly argument?: Syntax;
  readonly key?: Syntax;
  readonly callee?: Syntax;
  readonly property?: Syntax;
  readonly arguments?: readonly Syntax[];
  readonly properties?: readonly (Syntax & { readonly value: Syntax })[];
  readonly elements?: readonly Syntax[];
}

const load = createRequire(path.join(platform("4").nodeRed, "red.js"));
const acorn: { parse(source: string, options: object): Syntax } = load("acorn");
const walk: { simple(tree: Syntax, visitors: Record<string, (node: Syntax) => void>): void } = load("acorn-walk");

const DEFAULTS = {
  "dbus-call": dbusCallDefaults,
  "dbus-signal": dbusSignalDefaults,
  "dbus-publish": dbusPublishDefaults,
};

for (const [nodeType, defaults] of Object.entries(DEFAULTS)) {
  /** As `node-red-dev validate` and the flow library read a node: from its html, without running it. */
  describe(`${nodeType}.html, read by a static checker`, () => {
    const html = readFileSync(path.join(ROOT, `dist/nodes/${nodeType}.html`), "utf8");
    const scripts = [...html.matchAll(/<script.+?type=['"]text\/javascript['"].*?>([\S\s]*?)<\/script>/gi)];

    it("has one script, inline", () => {
      assert.equal(scripts.length, 1);
      assert.doesNotMatch(html, /<script[^>]*\ssrc=/i);
    });

    it("registers its type with literals", () => {
      const { category, color, icon, outputs } = definition();
      for (const field of [category, color, icon, outputs]) assert.equal(field?.type, "Literal");
      assert.equal(category?.value, "dbus");
    });

    it("has its defaults inline, the same as the runtime's", () => {
      const inline = definition()["defaults"];
      assert.equal(inline?.type, "ObjectExpression");
      const entries = (inline?.properties ?? []).map((property) => {
        assert.equal(property.key?.type, "Identifier");
        const value = property.value.properties?.find(({ key }) => key?.name === "value");
        return [property.key?.name, value && literalOf(value.value)];
      });
      assert.deepEqual(Object.fromEntries(entries), defaults);
    });

    function definition(): Readonly<Record<string, Syntax>> {
      const found: Syntax[] = [];
      walk.simple(acorn.parse(scripts[0]?.[1] ?? "", { ecmaVersion: "latest" }), {
        CallExpression(node) {
          if (node.callee?.property?.name === "registerType") found.push(node);
        },
      });
      assert.equal(found.length, 1);
      const [type, second] = found[0]?.arguments ?? [];
      assert.equal(type?.value, nodeType);
      assert.equal(second?.type, "ObjectExpression");
      return Object.fromEntries((second?.properties ?? []).map(({ key, value }) => [key?.name, value]));
    }
  });
}

/** The value of a literal; minified, `false` is `!1`. */
function literalOf(node: Syntax): unknown {
  if (node.type === "Literal") return node.value;
  if (node.type === "UnaryExpression" && node.operator === "!" && node.argument) return !literalOf(node.argument);
  if (node.type === "ArrayExpression") return node.elements?.map(literalOf);
  return assert.fail(`not a literal: ${node.type}`);
}
