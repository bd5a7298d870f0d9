import assert from "node:assert/strict";
import { dbusCallDefaults } from "../../lib/shared/dbus-call-config";
import { dbusPublishDefaults } from "../../lib/shared/dbus-publish-config";
import { dbusSignalDefaults } from "../../lib/shared/dbus-signal-config";
import {
  CATALOGUES,
  helpOf,
  LANGUAGES,
  namesOf,
  placeholdersOf,
  REFERENCE,
  sourcesOf,
  textsOf,
} from "../support/catalogues";

const MARKUP = sourcesOf(["nodes"], ".html");
const CODE = sourcesOf(["lib", "nodes", "cli", "editor"], ".ts");
const NODES = CATALOGUES.filter((name) => name !== "dbus-editor");

/** Every text, as code and markup name it: those of a node by `dbus-call.…`, those of `dbus-editor` by their key. */
const KEYS = new Set(CATALOGUES.flatMap((name) => [...textsOf(REFERENCE, name).keys()]));
const SECTIONS = new Set(Array.from(KEYS, (key) => key.split(".")[0] ?? ""));

/** Names that Node-RED itself looks up. */
const OF_NODE_RED = /^palette\.label\./;

/** Node-RED's own status of a connection. */
const SHOWN_BY_NODE_RED = ["connected", "verbunden", "Connecté", "conectado", "接続済", "已连接"];

describe("catalogues", () => {
  it("are in English and in one more language at least", () => {
    assert.ok(LANGUAGES.includes(REFERENCE));
    assert.ok(LANGUAGES.length > 1);
    assert.ok(CATALOGUES.includes("dbus-editor") && CATALOGUES.includes("dbus-call"));
  });

  for (const language of LANGUAGES) {
    describe(language, () => {
      it("has the same files", () => {
        assert.deepEqual(namesOf(language, ".json"), CATALOGUES);
        assert.deepEqual(namesOf(language, ".html"), NODES);
      });

      for (const catalogue of CATALOGUES) {
        const texts = textsOf(language, catalogue);
        const reference = textsOf(REFERENCE, catalogue);

        it(`has the same keys in ${catalogue}`, () => {
          const missing = [...reference.keys()].filter((key) => !texts.has(key));
          const extra = [...texts.keys()].filter((key) => !reference.has(key));
          assert.deepEqual({ missing, extra }, { missing: [], extra: [] });
        });

        it(`has the same placeholders in ${catalogue}, and no empty text`, () => {
          for (const [key, text] of texts) {
            assert.notEqual(text.trim(), "", key);
            assert.deepEqual(placeholdersOf(text), placeholdersOf(reference.get(key) ?? ""), key);
            // Letters and digits only: i18next and lib/shared/interpolate read them alike.
            for (const name of placeholdersOf(text)) assert.match(name, /^[A-Za-z0-9]+$/, key);
            assert.doesNotMatch(text, /\$t\(/, `${key} would have another text put into it`);
          }
        });
      }

      it("names the palette's category in every node", () => {
        for (const node of NODES) assert.ok(textsOf(language, node).has("palette.label.dbus"), node);
      });

      it("keeps status texts under 20 characters", () => {
        for (const [key, text] of textsOf(language, "dbus-editor")) {
          if (key.startsWith("status.")) assert.ok(text.length < 20, `${key}: “${text}” has ${text.length}`);
        }
      });

      it("has a label for every field that may be wrong", () => {
        const texts = textsOf(language, "dbus-editor");
        const fields = [dbusCallDefaults, dbusSignalDefaults, dbusPublishDefaults].flatMap(Object.keys);
        // Those are the editor's to set.
        const named = fields.filter((field) => field !== "inputs" && field !== "outputs");
        const missing = named.filter((field) => !texts.has(`labels.${field}`));
        assert.deepEqual(missing, []);
      });

      for (const node of NODES) {
        it(`has help for ${node} with the same parts as in English`, () => {
          const help = helpOf(language, node);
          assert.match(help, new RegExp(`^<script type="text/html" data-help-name="${node}">`));
          const parts = (source: string) => source.match(/<(h3|p|dl|dt|dd|ul|li)[ >]/g);
          assert.deepEqual(parts(help), parts(helpOf(REFERENCE, node)));
          assert.equal(help.match(/<h3>/g)?.length, 4, "Inputs, Outputs, Details, References");
        });

        it(`calls things in the help for ${node} as the editor does`, () => {
          const shown = ["dbus-editor", ...NODES].flatMap((catalogue) => [...textsOf(language, catalogue).values()]);
          const texts = [...shown, ...SHOWN_BY_NODE_RED].map((text) => text.replaceAll(/\s+/g, " "));
          const named = [...helpOf(language, node).matchAll(/<i>([^<]*)<\/i>/g)].map(([, name = ""]) => name);
          const unknown = named
            .map((name) => name.replaceAll(/\s+/g, " "))
            .filter((name) => !texts.some((text) => text.startsWith(name)));
          assert.deepEqual(unknown, []);
        });
      }
    });
  }
});

describe("texts", () => {
  /** Each use, by where it is: `text("names.empty")`, `this._("dbus-call.input-label")`, `data-i18n="[title]…"`. */
  const uses = [...usesInCode(), ...usesInMarkup()];
  const statuses = [...wordsOfStatus()].map((word) => `status.${word}`);

  it("are all in the catalogues", () => {
    const unknown = uses.filter(({ fits }) => ![...KEYS].some(fits)).map(({ file, key }) => `${file}: ${key}`);
    assert.deepEqual(unknown, []);
    assert.ok(uses.length > 100, "the test finds the uses");
  });

  it("are all used", () => {
    const used = (key: string) => OF_NODE_RED.test(key) || statuses.includes(key) || uses.some(({ fits }) => fits(key));
    const unused = [...KEYS].filter((key) => !used(key));
    assert.deepEqual(unused, []);
  });

  for (const [file, source] of MARKUP) {
    it(`stand nowhere else in ${file}`, () => {
      const markup = source.replace(/<style>[\s\S]*?<\/style>/g, "");
      assert.equal(markup.replace(/<[^>]*>/g, "").trim(), "", "text outside of tags");
      for (const attribute of ["placeholder", "title", "aria-label", "alt"]) {
        assert.doesNotMatch(markup, new RegExp(`\\s${attribute}="[^"]`), `a literal ${attribute}`);
      }
      assert.doesNotMatch(markup, /\sstyle=|\son[a-z]+=|javascript:/, "inline style or script");
    });
  }
});

interface Use {
  readonly file: string;
  readonly key: string;
  readonly fits: (key: string) => boolean;
}

function use(file: string, key: string): Use {
  // A part of the key that is only known as it runs: `findings.${code}.title`.
  const pattern = key.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(".", "\\."));
  const whole = new RegExp(`^${pattern.join("[A-Za-z0-9-]+")}$`);
  return { file, key, fits: (known) => whole.test(known) };
}

/** String literals that begin with a section of the catalogues and look like a key. */
function usesInCode(): Use[] {
  const literal = /(["`])([a-z][A-Za-z0-9-]*)((?:\.(?:[A-Za-z0-9-]|\$\{[^}`"]*\})+)+)\1/g;
  return [...CODE].flatMap(([file, source]) =>
    Array.from(withoutComments(source).matchAll(literal), ([, , section = "", rest = ""]) => section + rest)
      .filter((key) => SECTIONS.has(key.split(".")[0] ?? "") && !key.endsWith(".svg"))
      .map((key) => use(file, key)),
  );
}

/** The status room names its texts by the last part of their keys. */
function wordsOfStatus(): Set<string> {
  const source = CODE.get("nodes/support/status.ts") ?? "";
  return new Set(Array.from(source.matchAll(/"([a-z-]+)"/g), ([, word = ""]) => word));
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
}

/** `data-i18n="[placeholder]namespace:key;[title]key"`: without a namespace it is the node's own. */
function usesInMarkup(): Use[] {
  return [...MARKUP].flatMap(([file, source]) =>
    Array.from(source.matchAll(/data-i18n="([^"]*)"/g), ([, value = ""]) => value.split(";"))
      .flat()
      .map((part) => {
        const [, namespace = "", key = ""] = /^(?:\[[a-z-]+\])?(?:([^:]*):)?(.*)$/.exec(part) ?? [];
        assert.ok(["", "node-red-contrib-dbus/dbus-editor"].includes(namespace), `${file}: ${part}`);
        return use(file, key);
      }),
  );
}
