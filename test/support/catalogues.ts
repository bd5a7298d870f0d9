import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./platform";

const LOCALES = path.join(ROOT, "locales");

/** The language that every other one is held against; Node-RED falls back to it. */
export const REFERENCE = "en-US";
export const LANGUAGES = readdirSync(LOCALES);
/** `dbus-editor`, and one for each node type. */
export const CATALOGUES = namesOf(REFERENCE, ".json");

export function namesOf(language: string, extension: ".json" | ".html"): string[] {
  return readdirSync(path.join(LOCALES, language))
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .sort();
}

/** A catalogue's texts by their full keys, `names.too-long`. */
export function textsOf(language: string, catalogue: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const collect = (entry: unknown, key: string): void => {
    if (typeof entry === "string") {
      texts.set(key, entry);
      return;
    }
    if (typeof entry !== "object" || entry === null) throw new Error(`${language}/${catalogue}: ${key} is no text`);
    for (const [name, inner] of Object.entries(entry)) collect(inner, key === "" ? name : `${key}.${name}`);
  };
  const file = path.join(LOCALES, language, `${catalogue}.json`);
  if (existsSync(file)) collect(JSON.parse(readFileSync(file, "utf8")), "");
  return texts;
}

/** A node's help, as it is written. */
export function helpOf(language: string, node: string): string {
  return readFileSync(path.join(LOCALES, language, `${node}.html`), "utf8");
}

/** The names of a text's placeholders, `__name__`. */
export function placeholdersOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/__(.+?)__/g), ([, name]) => name ?? ""))].sort();
}

/** The sources of some of the project's folders, by their path within it. */
export function sourcesOf(folders: readonly string[], extension: ".ts" | ".html"): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const name of readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(extension)) continue;
      const file = path.join(folder, name);
      sources.set(file, readFileSync(path.join(ROOT, file), "utf8"));
    }
  }
  return sources;
}
