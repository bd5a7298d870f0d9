import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { interpolate } from "../lib/shared/interpolate";
import type { Translate } from "../lib/shared/text";

const FALLBACK = "en-US";

/** Chinese in traditional characters is not read by the catalogue of the simplified ones. */
const IN_ANOTHER_SCRIPT: readonly string[] = ["zh-TW", "zh-HK", "zh-MO"];

/**
 * The texts of the `dbus-editor` catalogue in the first of `languages` that has them, else in
 * English. A language without a region takes the catalogue of any of its regions: `es` reads `es-ES`.
 * A key that no catalogue has comes back as it is.
 */
export function loadCatalogue(languages: readonly string[], directory = localesDirectory()): Translate {
  const there = existsSync(directory) ? readdirSync(directory) : [];
  const folders = new Set([...languages.map((language) => folderOf(language, there)), FALLBACK]);
  const catalogues = Array.from(folders, (folder) => readCatalogue(directory, folder));
  return (key, params) => {
    for (const catalogue of catalogues) {
      const template = lookUp(catalogue, key);
      if (template !== undefined) return interpolate(template, params);
    }
    return key;
  };
}

/** What "Locale: Environment Variables" of POSIX, and GNU's LANGUAGE, ask for: `de_AT.UTF-8` gives de-AT, de. */
export function languagesOf(env: {
  readonly LANGUAGE?: string | undefined;
  readonly LC_ALL?: string | undefined;
  readonly LC_MESSAGES?: string | undefined;
  readonly LANG?: string | undefined;
}): readonly string[] {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || "C";
  if (/^(?:C|POSIX)(?:\.|$)/.test(locale)) return [];
  const wanted = [...(env.LANGUAGE ?? "").split(":"), locale].flatMap((name) => {
    const found = /^([A-Za-z]{2,3})(?:_([A-Za-z]{2}))?(?:[.@]|$)/.exec(name);
    const [, language, region] = found ?? [];
    if (language === undefined) return [];
    if (region === undefined) return [language];
    const whole = `${language}-${region}`;
    return IN_ANOTHER_SCRIPT.includes(whole) ? [whole] : [whole, language];
  });
  // Whoever reads any English is served by the fallback; a later language must not come before it.
  const english = wanted.findIndex((language) => language.startsWith("en"));
  return [...new Set(english < 0 ? wanted : wanted.slice(0, english))];
}

/** Beside the nodes in the built package, at the top in the sources. */
function localesDirectory(): string {
  const built = join(__dirname, "../nodes/locales");
  return existsSync(built) ? built : join(__dirname, "../locales");
}

function folderOf(language: string, there: readonly string[]): string {
  if (there.includes(language)) return language;
  return there.find((name) => name.startsWith(`${language}-`)) ?? language;
}

function readCatalogue(directory: string, folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(directory, folder, "dbus-editor.json"), "utf8"));
  } catch {
    return undefined;
  }
}

function lookUp(catalogue: unknown, key: string): string | undefined {
  let entry = catalogue;
  for (const part of key.split(".")) {
    if (typeof entry !== "object" || entry === null || !Object.hasOwn(entry, part)) return undefined;
    entry = (entry as Readonly<Record<string, unknown>>)[part];
  }
  return typeof entry === "string" ? entry : undefined;
}
