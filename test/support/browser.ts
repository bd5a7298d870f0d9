import { existsSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";

/** Debian's package, and Google's. */
const PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** What a container without a screen needs, and nothing that talks to the network by itself. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Pages of one context and host share a process, so that each finds the code that another has compiled.
  "--process-per-site",
];

/** Starts the machine's Chromium without a window. It ends with this process. */
export function startBrowser(): Promise<Browser> {
  const executablePath = PROGRAMS.find(existsSync);
  if (executablePath === undefined) throw new Error("Chromium is not installed; please run: apt-get install chromium");
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}

/** Where screenshots go when SCREENSHOTS names a folder; nobody looks at them otherwise. */
export function screenshotPath(name: string): string | undefined {
  const folder = process.env["SCREENSHOTS"];
  return folder === undefined ? undefined : path.join(folder, `${name}.png`);
}
