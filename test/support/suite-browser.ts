import type { Browser } from "playwright-core";
import { startBrowser } from "./browser";

let started: Promise<Browser> | undefined;

after(async () => {
  await (await started)?.close();
});

/** The one browser of a test run; every suite works in contexts of its own. It ends with the run. */
export async function suiteBrowser(): Promise<Browser> {
  started ??= startBrowser();
  const browser = await started;
  if (browser.isConnected()) return browser;
  // It has crashed; what that suite made of it is known by now.
  started = startBrowser();
  return started;
}
