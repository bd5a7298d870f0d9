import type { Locator } from "playwright-core";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "./echo-service";
import type { Editor } from "./editor";
import { type EditorSuite, TAB } from "./editor-suite";

const CALL = {
  id: "call",
  type: "dbus-call",
  z: "tab",
  x: 300,
  y: 100,
  wires: [["out"]],
  destination: ECHO_NAME,
  path: ECHO_PATH,
  interface: ECHO,
  member: "Echo",
  keepTypes: true,
};
const INJECT = { id: "in", type: "inject", z: "tab", x: 100, y: 100, wires: [["call"]], props: [{ p: "payload" }] };
const LEVEL = {
  ...INJECT,
  payload: "7",
  payloadType: "num",
  topic: "",
  repeat: "",
  crontab: "",
  once: false,
  onceDelay: 0.1,
};
const DEBUG = { id: "out", type: "debug", z: "tab", x: 500, y: 100, wires: [], complete: "true" };

/** What came of a message that was sent through the node. */
interface Called {
  /** As the service got it. */
  readonly signature: unknown;
  /** What it gave back. */
  readonly payload: unknown;
}

/** The dialog of a dbus-call whose service gives back what it gets. */
export class ArgumentsStage {
  readonly #suite: EditorSuite;
  #echo: EchoService | undefined;

  /** To be made within `describe`. */
  constructor(suite: EditorSuite) {
    this.#suite = suite;
    before(async () => {
      this.#echo = await startEcho(suite.bus);
    });
    after(() => this.#echo?.stop());
  }

  get echo(): EchoService {
    if (this.#echo === undefined) throw new Error("the service has not started");
    return this.#echo;
  }

  /** Opens the dialog of a node with these fields. */
  async open(fields: object = {}): Promise<Editor> {
    const editor = await this.#suite.open([TAB, { ...CALL, ...fields }, LEVEL, DEBUG]);
    await editor.open("call");
    return editor;
  }

  send(): Promise<void> {
    return this.#suite.nodeRed.inject("in");
  }

  /** Sends a message through the node. */
  async call(member = "Echo"): Promise<Called> {
    const { messages } = this.#suite.nodeRed;
    const before = messages.items.length;
    const calls = this.echo.lines.items.length;
    await this.send();
    await messages.until(before + 1);
    const seen = this.echo.lines.items.slice(calls).find((line) => line.call === member);
    return { signature: seen?.signature, payload: messages.items[before]?.msg["payload"] };
  }
}

export function fillIn(editor: Editor): Locator {
  return editor.dialog.getByLabel("Fill in the arguments here");
}

export function rows(editor: Editor): Locator {
  return editor.dialog.locator("#dbus-call-list .dbus-argument");
}

export function row(editor: Editor, at: number): Locator {
  return rows(editor).nth(at);
}

/** What is said at the rows and below them; the checks run with each key, so it is there at once. */
export async function problems(editor: Editor): Promise<string[]> {
  const said = await editor.dialog.locator("#dbus-call-list .dbus-problem, #dbus-call-args-problem").allInnerTexts();
  return said.filter((words) => words !== "");
}
