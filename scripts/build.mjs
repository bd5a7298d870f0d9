#!/usr/bin/env node
/**
 * Builds `dist`: the runtime by tsc (CommonJS), the editor's code and styles by esbuild, inlined into each html.
 * Everything is built beside `dist` and takes its place only when all of it worked; any error ends
 * the build with a non-zero exit.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const staging = join(root, `.tmp/build-${process.pid}`);
const dist = join(root, "dist");
const require = createRequire(import.meta.url);
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * Static checkers of Node-RED packages read a node's defaults from the html without running it, so
 * `dbusCallDefaults.timeout` in editor code becomes the value itself, from `lib/shared`.
 */
const literalDefaults = {
  name: "literal-defaults",
  setup(esbuild) {
    esbuild.onLoad({ filter: /\/editor\/dbus-[a-z]+\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: readFileSync(path, "utf8").replace(/\bdbus(Call|Signal|Publish)Defaults\.(\w+)/g, (_, node, field) => {
        const defaults = require(join(staging, `lib/shared/dbus-${node.toLowerCase()}-config.js`))[
          `dbus${node}Defaults`
        ];
        if (!Object.hasOwn(defaults, field)) throw new Error(`${basename(path)}: dbus${node}Defaults has no ${field}`);
        return JSON.stringify(defaults[field]);
      }),
    }));
  },
};

try {
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(join(staging, "nodes"), { recursive: true });
  compileRuntime();
  for (const file of readdirSync(join(root, "nodes")).filter((name) => name.endsWith(".html"))) await buildHtml(file);
  copyIfThere("locales", "nodes/locales");
  copyIfThere("nodes/icons", "nodes/icons");
  for (const path of Object.values(manifest.bin)) chmodSync(inStaging(path), 0o755);
  checkDeclaredFiles();
  rmSync(dist, { recursive: true, force: true });
  renameSync(staging, dist);
} catch (error) {
  rmSync(staging, { recursive: true, force: true });
  console.error(`build: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

function compileRuntime() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status, signal } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.json", "--outDir", staging], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error(`tsc ended with ${signal ?? `exit code ${status}`}`);
}

/** The html's one script tag, `<script type="text/javascript" src="../editor/X.ts"></script>`, becomes the bundle itself. */
async function buildHtml(file) {
  const markup = readFileSync(join(root, "nodes", file), "utf8");
  const tags = [...markup.matchAll(/<script type="text\/javascript" src="\.\.\/editor\/([a-z-]+)\.ts"><\/script>/g)];
  if (tags.length !== 1) {
    throw new Error(
      `nodes/${file}: expected one <script type="text/javascript" src="../editor/….ts"></script>, found ${tags.length}`,
    );
  }
  const code = await bundleCode(`editor/${tags[0][1]}.ts`);
  const withCode = markup.replace(tags[0][0], () => `<script type="text/javascript">\n${code}</script>`);
  const html = await inlineStyles(withCode);
  const rest = html.replace(code, "");
  if (/<script[^>]*\ssrc=/i.test(rest))
    throw new Error(`nodes/${file}: a script tag with a src hangs the editor when it is missing`);
  writeFileSync(join(staging, "nodes", file), html);
}

/** `<link rel="stylesheet" href="../editor/styles/X.css" />` becomes the styles themselves. */
async function inlineStyles(markup) {
  const link = /<link rel="stylesheet" href="\.\.\/(editor\/styles\/[a-z-]+\.css)" \/>/.exec(markup);
  if (link === null) return markup;
  const styles = await bundle(link[1], {});
  return markup.replace(link[0], () => `<style>\n${styles}</style>`);
}

function bundleCode(file) {
  return bundle(file, { tsconfig: "editor/tsconfig.json", format: "iife", plugins: [literalDefaults] });
}

async function bundle(file, options) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    ...options,
  });
  if (result.warnings.length > 0) throw new Error(`${file}: esbuild has warnings`);
  const text = result.outputFiles[0].text;
  // esbuild writes `</script` as `<\/script`; `<!--` would start a comment that swallows the end tag.
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`${file}: the bundle cannot stand inside its tag`);
  return text;
}

function copyIfThere(from, to) {
  if (existsSync(join(root, from))) cpSync(join(root, from), join(staging, to), { recursive: true });
}

/** package.json path ("dist/cli/main.js") to the same file in the folder that will become dist. */
function inStaging(path) {
  return join(staging, path.replace(/^dist\//, ""));
}

function checkDeclaredFiles() {
  const declared = [...Object.values(manifest["node-red"].nodes), ...Object.values(manifest["node-red"].plugins)];
  const nodes = Object.values(manifest["node-red"].nodes).map((path) => path.replace(/\.js$/, ".html"));
  const missing = [...declared, ...nodes].filter((path) => !existsSync(inStaging(path)));
  if (missing.length > 0) throw new Error(`package.json names files that were not built: ${missing.join(", ")}`);
}
