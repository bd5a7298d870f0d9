import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { LANGUAGES } from "../support/catalogues";
import { ROOT } from "../support/platform";
import { packTarball, type Tarball } from "../support/tarball";

interface Manifest {
  readonly name: string;
  readonly license: string;
  readonly repository: unknown;
  readonly bugs: unknown;
  readonly keywords: readonly string[];
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly "node-red": {
    readonly version: string;
    readonly nodes: Readonly<Record<string, string>>;
    readonly plugins: Readonly<Record<string, string>>;
  };
}

const manifest: Manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
const nodeTypes = Object.keys(manifest["node-red"].nodes);

describe("the tarball", function () {
  this.timeout(60_000);
  let tarball: Tarball;
  before(() => {
    tarball = packTarball();
  });

  it("holds what runs, the examples and the documents of a package, and nothing else", () => {
    const allowed = [
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
      /^dist\/(lib|cli|nodes)\/([a-z-]+\/)*[a-z0-9-]+\.js$/,
      /^dist\/nodes\/dbus-[a-z]+\.html$/,
      /^dist\/nodes\/icons\/[a-z-]+\.svg$/,
      /^dist\/nodes\/locales\/[A-Za-z-]+\/dbus-[a-z]+\.(json|html)$/,
      /^examples\/[^/]+\.json$/,
    ];
    const paths = tarball.files.map((file) => file.path);
    assert.deepEqual(
      paths.filter((file) => !allowed.some((pattern) => pattern.test(file))),
      [],
    );
    for (const file of ["README.md", "LICENSE", "CHANGELOG.md"]) assert.ok(paths.includes(file), `${file} is missing`);
  });

  it("holds every file that its package.json names, and the program is executable", () => {
    const paths = tarball.files.map((file) => file.path);
    const { nodes, plugins } = manifest["node-red"];
    const named = [...Object.values(nodes), ...Object.values(plugins), ...Object.values(manifest.bin)];
    const html = Object.values(nodes).map((file) => file.replace(/\.js$/, ".html"));
    assert.deepEqual(
      [...named, ...html].filter((file) => !paths.includes(file)),
      [],
    );
    for (const program of Object.values(manifest.bin)) {
      assert.equal(tarball.files.find((file) => file.path === program)?.mode, 0o755);
      assert.ok(statSync(path.join(ROOT, program)).mode & 0o111);
    }
  });

  it("has a catalogue and a help text of each node in each language", () => {
    const paths = tarball.files.map((file) => file.path);
    const wanted = LANGUAGES.flatMap((language) => [
      `dist/nodes/locales/${language}/dbus-editor.json`,
      ...nodeTypes.flatMap((type) => [".json", ".html"].map((end) => `dist/nodes/locales/${language}/${type}${end}`)),
    ]);
    assert.deepEqual(
      wanted.filter((file) => !paths.includes(file)),
      [],
    );
  });
});

/** The rules of `node-red-dev validate` that need no network; its names for them in front. */
describe("package.json", () => {
  it("P01: is licensed, as the LICENSE file says", () => {
    assert.equal(manifest.license, "MIT");
    assert.match(readFileSync(path.join(ROOT, "LICENSE"), "utf8"), /^MIT License\n\nCopyright \(c\) \d{4} /);
  });

  it("P03: says where the sources are and where to report", () => {
    assert.ok(manifest.repository);
    assert.ok(manifest.bugs);
  });

  it("P05: has the keyword by which Node-RED's library finds it", () => {
    assert.ok(manifest.keywords.includes("node-red"));
  });

  it("P06, P07: names the versions of Node-RED and Node.js that are tested", () => {
    assert.equal(manifest["node-red"].version, ">=4.1.0");
    assert.equal(manifest.engines.node, ">=20");
  });

  it("D01: has at most six dependencies, each pinned", () => {
    const versions = Object.values(manifest.dependencies);
    assert.ok(versions.length <= 6);
    for (const version of versions) assert.match(version, /^(npm:[@a-z/-]+@)?\d+\.\d+\.\d+$/);
    assert.equal(manifest.dependencies["dbus-next"], "npm:@jellybrick/dbus-next@0.11.3");
  });

  it("is CommonJS, which Node-RED 4.1 loads too", () => {
    assert.equal(manifest.type, undefined);
  });

  it("N02: has an example of each node", () => {
    const folder = path.join(ROOT, "examples");
    const flows = readdirSync(folder).map((file): { readonly type: string }[] =>
      JSON.parse(readFileSync(path.join(folder, file), "utf8")),
    );
    const used = new Set(flows.flat().map(({ type }) => type));
    assert.deepEqual(
      nodeTypes.filter((type) => !used.has(type)),
      [],
    );
  });
});
