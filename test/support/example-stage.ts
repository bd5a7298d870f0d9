import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type ExampleNode, type RunningExample, runExample } from "./example";
import { type NodeRed, startNodeRed } from "./node-red";
import { platformOfSuite } from "./platform";
import { type PrivateBus, startBus } from "./private-bus";

/** What a service's own policy file allows on a system bus: root owns the name, everybody may call. */
function policyOf(name: string): string {
  return `<busconfig>
  <policy user="root"><allow own="${name}"/></policy>
  <policy context="default"><allow send_destination="${name}"/></policy>
</busconfig>
`;
}

const WARNING = 30;

/** Private buses and a real Node-RED on them, in which a test file's examples run one after the other. */
export class ExampleStage {
  #system: PrivateBus | undefined;
  #session: PrivateBus | undefined;
  #nodeRed: NodeRed | undefined;

  get system(): PrivateBus {
    return there(this.#system);
  }

  get session(): PrivateBus {
    return there(this.#session);
  }

  get nodeRed(): NodeRed {
    return there(this.#nodeRed);
  }

  /** Mocha hooks: everything runs before the tests and has ended after them. A warning in the log fails a test. */
  use(): void {
    let logged = 0;
    before(async () => {
      this.#system = await startBus({ type: "system" });
      this.#session = await startBus({ type: "session" });
      this.#nodeRed = await startNodeRed({
        version: platformOfSuite(),
        env: {
          DBUS_SYSTEM_BUS_ADDRESS: this.system.address,
          DBUS_SESSION_BUS_ADDRESS: this.session.address,
        },
      });
    });
    beforeEach(() => {
      logged = this.nodeRed.log.items.length;
    });
    afterEach(() => {
      const entries = this.nodeRed.log.items.slice(logged).filter(({ level }) => level <= WARNING);
      assert.deepEqual(
        entries.map(({ msg }) => String(msg)),
        [],
        "Node-RED's log has warnings",
      );
    });
    after(async () => {
      await this.#nodeRed?.stop();
      await this.#session?.stop();
      await this.#system?.stop();
    });
  }

  /** Lets services of these names onto the system bus. */
  async allow(...names: readonly string[]): Promise<void> {
    for (const name of names) writeFileSync(path.join(this.system.policyDir, `${name}.conf`), policyOf(name));
    await this.system.reload();
  }

  run(number: string, change?: (nodes: ExampleNode[]) => ExampleNode[]): Promise<RunningExample> {
    return runExample(this.nodeRed, number, change);
  }
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the stage is not set yet");
  return value;
}
