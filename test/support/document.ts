import { readFileSync } from "node:fs";
import path from "node:path";
import type { ToolResult } from "./busctl";
import { cli } from "./cli";
import { ROOT } from "./platform";
import type { PrivateBus } from "./private-bus";

/** A document of `docs/`, by its file name. */
export function readDocument(name: string): string {
  return readFileSync(path.join(ROOT, "docs", name), "utf8");
}

export interface DocumentSection {
  readonly title: string;
  readonly text: string;
}

/** What stands below each headline of the second level. */
export function sectionsOf(document: string): DocumentSection[] {
  return document
    .split(/^## /m)
    .slice(1)
    .map((source) => ({ title: source.slice(0, source.indexOf("\n")), text: source.slice(source.indexOf("\n") + 1) }));
}

export interface FencedBlock {
  readonly language: string;
  readonly lines: readonly string[];
}

/** The fenced blocks, without the indentation that a list gives them. */
export function blocksOf(text: string): FencedBlock[] {
  return Array.from(
    text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm),
    ([, indent = "", language = "", body = ""]) => ({
      language,
      lines: body
        .trimEnd()
        .split("\n")
        .map((line) => line.slice(indent.length)),
    }),
  );
}

/** Second cells by the first ones, of the table whose first headline this is. */
export function tableOf(text: string, headline: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").map((line) => line.trim());
  const start = lines.findIndex((line) => line.startsWith(`| ${headline} |`));
  if (start < 0) throw new Error(`there is no table “${headline}”`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return Object.fromEntries(
    rows.slice(0, end < 0 ? undefined : end).map((row) => {
      const [, name = "", value = ""] = row.split("|").map((cell) => cell.trim().replaceAll("`", ""));
      return [name, value];
    }),
  );
}

const HELPER = /^(?:sudo )?npx node-red-contrib-dbus /;

export function isHelperCommand(line: string): boolean {
  return HELPER.test(line);
}

/**
 * Runs a document's `npx node-red-contrib-dbus …` on this bus and in its policy folder, for users and
 * groups that this machine has: `replaced` says which words stand for which.
 */
export function runHelper(
  line: string,
  bus: PrivateBus,
  replaced: Readonly<Record<string, string>>,
): Promise<ToolResult> {
  const words = line
    .replace(HELPER, "")
    .replace("/etc/dbus-1/system.d", bus.policyDir)
    .split(" ")
    .map((word) => (Object.hasOwn(replaced, word) ? (replaced[word] ?? word) : word));
  const elsewhere = ["install", "check"].includes(words[1] ?? "") ? ["--dir", bus.policyDir] : [];
  return cli([...words, ...elsewhere], { DBUS_SYSTEM_BUS_ADDRESS: bus.address });
}
