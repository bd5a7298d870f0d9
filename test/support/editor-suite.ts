import assert from "node:assert/strict";
import { type Editor, openEditor } from "./editor";
import { EditorContexts, type EditorOptions } from "./editor-contexts";
import { type NodeRed, startNodeRed } from "./node-red";
import type { NodeRedVersion } from "./platform";
import { type PrivateBus, startBus } from "./private-bus";
import { suiteBrowser } from "./suite-browser";

export const TAB = { id: "tab", type: "tab", label: "Flow" };

/** What the tests of one suite work with. */
export interface EditorSuite {
  readonly version: NodeRedVersion;
  readonly bus: PrivateBus;
  readonly nodeRed: NodeRed;
  /** Deploys these flows, by default an empty one, and opens the editor in a new page that remembers nothing. */
  open(flows?: readonly object[], options?: EditorOptions): Promise<Editor>;
}

export interface EditorSuiteOptions {
  /** Whether Node-RED's system bus lets everybody do everything, or nothing but what a policy file allows. */
  readonly bus?: "session" | "system";
  /** Variables of Node-RED's process, over those of the suite. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Describes tests of the editor for each Node-RED. Node-RED runs with a system bus of its own, and as a
 * service does, without a session. A test in which the page complains in its console fails.
 */
export function describeEditor(
  title: string,
  tests: (suite: EditorSuite) => void,
  { bus: type = "session", env: own }: EditorSuiteOptions = {},
): void {
  for (const version of ["4", "5"] as const) {
    describe(`${title} in Node-RED ${version}`, function () {
      this.timeout(60_000);
      const running: { bus?: PrivateBus; nodeRed?: NodeRed; contexts?: EditorContexts } = {};
      /** By the test that runs; only the last of them is still open. */
      const opened: Editor[] = [];
      const suite: EditorSuite = {
        version,
        get bus() {
          return there(running.bus);
        },
        get nodeRed() {
          return there(running.nodeRed);
        },
        async open(flows = [TAB], options) {
          await opened.at(-1)?.close();
          await suite.nodeRed.deploy(flows);
          const editor = await openEditor(await there(running.contexts).fresh(options), suite.nodeRed);
          opened.push(editor);
          return editor;
        },
      };

      before(async () => {
        running.bus = await startBus({ type });
        const env = { DBUS_SYSTEM_BUS_ADDRESS: running.bus.address, ...own };
        const settings = { dbusPolicyDirectory: running.bus.policyDir };
        running.nodeRed = await startNodeRed({ version, flows: [TAB], env, settings });
        await withoutTips(running.nodeRed);
        running.contexts = new EditorContexts(await suiteBrowser(), running.nodeRed.url);
      });
      afterEach(async function () {
        const editors = opened.splice(0);
        await editors.at(-1)?.close();
        // What went wrong may be the browser's: the next test starts from nothing.
        if (this.currentTest?.state === "failed") await running.contexts?.close();
        assert.deepEqual(
          editors.flatMap(({ complaints }) => complaints),
          [],
        );
      });
      after(async () => {
        await running.contexts?.close();
        await running.nodeRed?.stop();
        await running.bus?.stop();
      });

      tests(suite);
    });
  }
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the suite has not started");
  return value;
}

/** On a slow machine Node-RED's sidebar shows its first tip before it has a place for it, and throws. */
async function withoutTips(nodeRed: NodeRed): Promise<void> {
  const answer = await nodeRed.api("/settings/user", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ editor: { view: { "view-show-tips": false } } }),
  });
  assert.ok(answer.ok, `settings: ${answer.status}`);
}
