import type { Browser } from "playwright-core";
import { startBrowser } from "../test/support/browser";
import { type Editor, openEditor } from "../test/support/editor";
import { editorContext } from "../test/support/editor-contexts";
import { type NodeRed, startNodeRed } from "../test/support/node-red";
import { startBus } from "../test/support/private-bus";
import { RawPeer } from "../test/support/raw-peer";
import { type Figure, median } from "./figures";

const NAMES = 200;
/** Milliseconds that a dialog may take longer than the core's smallest. */
const MOST_MORE = 200;
/** Milliseconds from the focus to the list. */
const MOST_TO_LIST = 150;

const CORE = "comment";
const TYPES = ["dbus-call", "dbus-signal", "dbus-publish"] as const;

/** How soon the edit dialogs are there, and what a field offers, in Chromium, with 200 names on the bus. */
export async function benchDialogs(rounds: number): Promise<readonly Figure[]> {
  const bus = await startBus({ type: "session" });
  const peer = await RawPeer.join(bus);
  for (let index = 0; index < NAMES; index++) await peer.own(`com.example.Name${index}`);
  const nodeRed = await startNodeRed({
    version: "5",
    env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address },
    flows: flow(),
    messages: false,
  });
  let browser: Browser | undefined;
  try {
    browser = await startBrowser();
    return await measured(browser, nodeRed, rounds);
  } finally {
    await browser?.close();
    await nodeRed.stop();
    peer.close();
    await bus.stop();
  }
}

async function measured(browser: Browser, nodeRed: NodeRed, rounds: number): Promise<readonly Figure[]> {
  const context = await editorContext(browser, { viewport: { width: 1280, height: 900 } });
  const editor = await openEditor(context, nodeRed);
  // Our functions are compiled to call it, wherever they run.
  await editor.page.evaluate("globalThis.__name = (value) => value");
  const more = new Map<string, number[]>(TYPES.map((type) => [type, []]));
  const lists: number[] = [];
  // One to warm up.
  for (let round = -1; round < rounds; round++) {
    const core = await opening(editor, CORE);
    await editor.cancel();
    for (const type of TYPES) {
      const time = await opening(editor, type);
      if (round >= 0) more.get(type)?.push(time - core);
      if (type === "dbus-call") {
        const list = await listing(editor);
        if (round >= 0) lists.push(list);
      }
      await editor.cancel();
    }
  }
  await editor.close();
  const below = (limit: number) => ({ of: "value", bound: "below", limit }) as const;
  return [
    ...TYPES.map((type) => ({
      ...{ what: `dialog of ${type} opens, more than that of ${CORE}`, unit: "ms" },
      ...{ value: median(more.get(type) ?? []), required: below(MOST_MORE) },
    })),
    {
      ...{ what: `list of ${NAMES} bus names after the focus`, unit: "ms" },
      ...{ value: median(lists), required: below(MOST_TO_LIST) },
    },
  ];
}

/** Milliseconds in the page from the command to edit a node until its form is filled in and painted. */
function opening({ page }: Editor, type: string): Promise<number> {
  return page.evaluate(async (id) => {
    const { RED } = globalThis as unknown as { readonly RED: EditorApi };
    const node = RED.nodes.node(id);
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const start = performance.now();
    RED.editor.edit(node);
    // Node-RED fetches translations and credentials before it builds the form.
    while (document.querySelector("#node-input-name")?.checkVisibility() !== true) {
      if (performance.now() - start > 10_000) throw new Error("the dialog does not open");
      await painted();
    }
    await painted();
    return performance.now() - start;
  }, type);
}

interface EditorApi {
  readonly nodes: { node(id: string): unknown };
  readonly editor: { edit(node: unknown): void };
}

/** Milliseconds in the page from the focus on the destination until names are offered and painted. */
async function listing({ page, dialog }: Editor): Promise<number> {
  await (await dialog.elementHandle())?.waitForElementState("stable");
  return page.evaluate(async () => {
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const rows = () => document.querySelectorAll('.dbus-completion [role="option"]').length;
    const field = document.querySelector<HTMLInputElement>("#node-input-destination");
    const begun = performance.now();
    let start = begun;
    while (rows() === 0) {
      // Node-RED gives a dialog the focus once more when it stands.
      if (document.activeElement !== field) {
        start = performance.now();
        field?.focus();
      }
      if (start - begun > 10_000 || performance.now() - start > 10_000) throw new Error("no names are offered");
      await painted();
    }
    await painted();
    return performance.now() - start;
  });
}

/** A node of each type, which goes by its type. */
function flow(): readonly object[] {
  const node = (type: string, index: number) => ({
    ...{ id: type, type, z: "tab", x: 200, y: 60 + 80 * index, wires: type === "dbus-publish" ? [[], []] : [[]] },
    ...(type === CORE ? {} : { bus: "system" }),
  });
  return [{ id: "tab", type: "tab", label: "dialogs" }, ...[CORE, ...TYPES].map(node)];
}
