import { readFileSync } from "node:fs";
import path from "node:path";
import { interpolate } from "../../lib/shared/interpolate";
import { renderText, type Text } from "../../lib/shared/text";

const CATALOGUE: unknown = JSON.parse(
  readFileSync(path.join(__dirname, "../../locales/en-US/dbus-editor.json"), "utf8"),
);

/** The text as a reader of English sees it. A key that the catalogue does not have fails the test. */
export function english(source: Text): string {
  return renderText(source, (key, params) => {
    let entry: unknown = CATALOGUE;
    for (const part of key.split(".")) entry = Object(entry)[part];
    if (typeof entry !== "string") throw new Error(`locales/en-US/dbus-editor.json has no text ${key}`);
    return interpolate(entry, params);
  });
}
