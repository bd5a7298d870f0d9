import type { Browser, BrowserContext, Page } from "playwright-core";

export interface EditorOptions {
  readonly language?: string;
  /** Node-RED 5 has a dark theme of its own. */
  readonly dark?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
}

interface Kept {
  readonly context: BrowserContext;
  /** Keeps the process alive that pages of this Node-RED share, with the code that it has compiled. */
  readonly keeper: Page;
}

/**
 * Browser contexts for the editor of the Node-RED at one URL, one for each set of options. They are kept
 * because loading the editor takes half as long where its code was compiled before.
 */
export class EditorContexts {
  readonly #browser: Browser;
  readonly #url: string;
  readonly #kept = new Map<string, Kept>();

  constructor(browser: Browser, url: string) {
    this.#browser = browser;
    this.#url = url;
  }

  /** A context that remembers nothing of the pages before, which have to be closed. */
  async fresh(options: EditorOptions = {}): Promise<BrowserContext> {
    const key = JSON.stringify(options);
    const { context, keeper } = this.#kept.get(key) ?? (await this.#open(key, options));
    // The editor stores nothing elsewhere, but for the user's settings, which Node-RED has.
    await keeper.evaluate("localStorage.clear()");
    await context.clearCookies();
    await context.clearPermissions();
    return context;
  }

  async close(): Promise<void> {
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    await Promise.all(kept.map(({ context }) => context.close()));
  }

  async #open(key: string, options: EditorOptions): Promise<Kept> {
    const context = await editorContext(this.#browser, options);
    const keeper = await context.newPage();
    const kept = { context, keeper };
    this.#kept.set(key, kept);
    await keeper.goto(`${this.#url}/favicon.ico`);
    return kept;
  }
}

/** A new context, in which the editor looks as these options say. */
export async function editorContext(browser: Browser, options: EditorOptions = {}): Promise<BrowserContext> {
  const { language = "en-US", dark = false, viewport = { width: 1280, height: 1100 } } = options;
  const context = await browser.newContext({ locale: language, viewport, colorScheme: dark ? "dark" : "light" });
  if (dark) await context.addInitScript({ content: 'localStorage.setItem("view-dark-theme", "dark");' });
  return context;
}
