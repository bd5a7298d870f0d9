import type { BrowserContext, Locator, Page, Response } from "playwright-core";
import { screenshotPath } from "./browser";
import type { NodeRed } from "./node-red";

/** What the dialogs ask the runtime about buses, which may well say no. */
const OF_LIVE_BUS = /\/dbus\/(names|objects|interfaces|start|listen)\b/;

/** Node-RED's editor in a browser, worked by mouse and keyboard. */
export class Editor {
  readonly page: Page;
  readonly nodeRed: NodeRed;
  /** What the page complained about in its console. */
  readonly complaints: string[] = [];

  constructor(page: Page, nodeRed: NodeRed) {
    this.page = page;
    this.nodeRed = nodeRed;
    page.setDefaultTimeout(10_000);
    page.on("pageerror", (error) => this.complaints.push(error.stack ?? error.message));
    page.on("console", (message) => {
      // The browser's own note of an answer of 400 and above; what is made of it, the dialog shows.
      if (/^Failed to load resource/.test(message.text()) && OF_LIVE_BUS.test(message.location().url)) return;
      // The editor reports what goes wrong in a node's code by console.log.
      const bad = message.type() === "error" || /error|oneditprepare|oneditsave/i.test(message.text());
      if (bad) this.complaints.push(message.text());
    });
  }

  /** The dialog's frame. */
  get dialog(): Locator {
    return this.page.locator(".red-ui-tray").last();
  }

  input(field: string): Locator {
    return this.dialog.locator(`#node-input-${field}`);
  }

  /** Types into a field as a person does: Node-RED judges at each key. */
  async type(field: string, value: string): Promise<void> {
    await this.input(field).fill("");
    await this.input(field).pressSequentially(value);
  }

  /** Drags a node from the palette into the flow and returns its id. */
  async drag(type: string, at: { readonly x: number; readonly y: number }): Promise<string> {
    const before = await this.#nodeIds();
    const source = this.page.locator(`#red-ui-palette .red-ui-palette-node[data-palette-type="${type}"]`);
    await source.scrollIntoViewIfNeeded();
    const from = await boxOf(source);
    const chart = await boxOf(this.page.locator("#red-ui-workspace-chart"));
    const { mouse } = this.page;
    await mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await mouse.down();
    await mouse.move(chart.x + at.x - 20, chart.y + at.y, { steps: 5 });
    await this.page.locator(".red-ui-palette-node.ui-draggable-dragging").waitFor();
    await mouse.move(chart.x + at.x, chart.y + at.y, { steps: 5 });
    await mouse.up();
    await this.page.locator(".red-ui-flow-node-group").nth(before.length).waitFor();
    const added = (await this.#nodeIds()).find((id) => !before.includes(id));
    if (added === undefined) throw new Error(`no ${type} was added`);
    return added;
  }

  /** Opens a node's dialog by a double click, and waits until it stands still. */
  async open(id: string): Promise<void> {
    await this.page.locator(`[id="${id}"]`).dblclick({ position: { x: 60, y: 15 } });
    await this.input("name").waitFor();
    const frame = await this.dialog.elementHandle();
    await frame?.waitForElementState("stable");
  }

  async save(): Promise<void> {
    await this.page.locator("#node-dialog-ok").click();
    await this.closed();
  }

  async cancel(): Promise<void> {
    await this.page.locator("#node-dialog-cancel").click();
    await this.closed();
  }

  async closed(): Promise<void> {
    await this.page.locator(".red-ui-tray").waitFor({ state: "detached" });
  }

  /** The answer to the next deploy. */
  deployed(): Promise<Response> {
    return this.page.waitForResponse(
      (response) => response.request().method() === "POST" && new URL(response.url()).pathname === "/flows",
    );
  }

  /** Deploys and returns the node as it was saved. */
  async deploy(id: string): Promise<Readonly<Record<string, unknown>>> {
    const posted = this.deployed();
    await this.page.locator("#red-ui-header-button-deploy").click();
    if (!(await posted).ok()) throw new Error("the deploy was refused");
    const flows: unknown = await (await this.nodeRed.api("/flows")).json();
    const node = Array.isArray(flows) ? flows.find((saved) => saved.id === id) : undefined;
    if (node === undefined) throw new Error(`the flows have no node ${id}`);
    return node;
  }

  /** Takes a picture where a person asked for pictures (`SCREENSHOTS=folder`). */
  async picture(name: string): Promise<void> {
    const file = screenshotPath(name);
    if (file !== undefined) await this.page.screenshot({ path: file });
  }

  /** Without asking what becomes of changes; the context stays. */
  close(): Promise<void> {
    return this.page.close();
  }

  #nodeIds(): Promise<string[]> {
    return this.page.locator(".red-ui-flow-node-group").evaluateAll((nodes) => nodes.map((node) => node.id));
  }
}

/** Opens the editor in a page of its own and waits until its palette has our nodes. */
export async function openEditor(context: BrowserContext, nodeRed: NodeRed): Promise<Editor> {
  const editor = new Editor(await context.newPage(), nodeRed);
  await editor.page.goto(nodeRed.url);
  await editor.page.locator('#red-ui-palette .red-ui-palette-node[data-palette-type="dbus-signal"]').waitFor();
  await editor.page.locator("#red-ui-loading-progress").waitFor({ state: "hidden" });
  return editor;
}

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`${locator} is not visible`);
  return box;
}
