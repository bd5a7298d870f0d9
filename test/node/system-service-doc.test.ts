import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { userInfo } from "node:os";
import { run, type ToolResult } from "../support/busctl";
import { blocksOf, isHelperCommand, readDocument, runHelper, sectionsOf, tableOf } from "../support/document";
import { readExample } from "../support/example";
import { debug, node, type SavedNode } from "../support/flow-parts";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { platformOfSuite } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";
import { eventually } from "../support/until";

const DOCUMENT = readDocument("system-service.md");
/** What a reader asks the helper when it did not work. */
const QUESTION = /`(sudo npx [^`…]* --try)`/;
const PUBLISHES = "ex17-02";
/** `nobody` and the group `games` of every Linux machine stand for the document's guest and group. */
const GUEST = 65534;
const GAMES = 60;

describe("docs/system-service.md", function () {
  // A refused name is asked for again after 10 s.
  this.timeout(60_000);
  const running: { session?: PrivateBus; system?: PrivateBus; nodeRed?: NodeRed } = {};
  let guestGroups: number[] = [];

  before(async () => {
    running.session = await startBus({ type: "session" });
    running.system = await startBus({ type: "system" });
    running.nodeRed = await start();
  });
  after(async () => {
    await running.nodeRed?.stop();
    await running.session?.stop();
    await running.system?.stop();
  });

  const start = (userDir?: string) =>
    startNodeRed({ version: platformOfSuite(), env: addresses(), ...(userDir === undefined ? {} : { userDir }) });
  const addresses = () => ({
    DBUS_SESSION_BUS_ADDRESS: there(running.session).address,
    DBUS_SYSTEM_BUS_ADDRESS: there(running.system).address,
  });

  /** What the publishing node shows now, such as `green …com.example.Flow1`. */
  const shown = () => {
    const { items } = there(running.nodeRed).messages;
    const last = items.findLast(
      ({ node: at, msg }) => at === "status" && Object(msg["status"]).source?.id === PUBLISHES,
    );
    const { fill, text } = Object(last?.msg["status"]);
    return `${fill} ${text}`;
  };
  const shows = (expected: RegExp) =>
    eventually(() => expected.test(shown()), { within: 15_000, what: `the status ${expected}` });
  const ownsItsName = () => shows(/^green …com\.example\.Flow1$/);

  /** What a reader does in the editor, by the section's headline. */
  const inTheEditor: Readonly<Record<string, () => Promise<void>>> = {
    "On the session bus, in two minutes": async () => {
      await there(running.nodeRed).deploy(flow("session"));
      await ownsItsName();
    },
    "On the system bus": async () => {
      await there(running.nodeRed).deploy(flow("system"));
      await shows(/^red .*name-refused$/);
      const [command = ""] = /sudo npx .* policy install .*/.exec(DOCUMENT) ?? [];
      const said = command.replace("nodered", userInfo().username);
      assert.ok(
        there(running.nodeRed).log.items.some(({ msg }) => String(msg).includes(said)),
        "the log's command",
      );
    },
    "And away with it": () => there(running.nodeRed).deploy([]),
  };

  /** Commands that would change this machine: why each is not run, and what stands for it. */
  const notRun: Readonly<Record<string, { readonly why: string; readonly instead: () => Promise<void> }>> = {
    "cd ~/.node-red": { why: "the helper runs from this checkout", instead: async () => {} },
    "sudo groupadd flow1": { why: "it makes a group on this machine", instead: async () => {} },
    "sudo usermod -aG flow1 guest": {
      why: "it changes a user of this machine",
      instead: async () => {
        guestGroups = [GAMES];
      },
    },
    "sudo systemctl restart nodered": {
      why: "Node-RED is no service of systemd here; the machine's restart is one of the bus and of Node-RED",
      instead: async () => {
        const { userDir } = there(running.nodeRed);
        await there(running.nodeRed).stop();
        await there(running.system).restart();
        running.nodeRed = await start(userDir);
        await ownsItsName();
      },
    },
  };

  const execute = async (line: string): Promise<ToolResult> => {
    const system = there(running.system);
    if (notRun[line] !== undefined) {
      await notRun[line].instead();
      return { code: 0, stdout: "", stderr: "" };
    }
    if (isHelperCommand(line)) {
      const result = await runHelper(line, system, { nodered: userInfo().username, flow1: "games" });
      if (line.includes(" policy install ")) await ownsItsName();
      return result;
    }
    const [, user, program, rest = ""] = /^(sudo (?:-u guest )?)?(busctl|rm) (.*)$/.exec(line) ?? [];
    if (program === "rm") {
      rmSync(rest.replace("/etc/dbus-1/system.d", system.policyDir));
      return { code: 0, stdout: "", stderr: "" };
    }
    assert.equal(program, "busctl", `the test does not know how to run: ${line}`);
    const guest = user?.includes("guest") ? { uid: GUEST, groups: guestGroups } : {};
    return run("busctl", rest.split(" "), { ...guest, env: addresses() });
  };

  it("describes the flow of the example that it names, field by field", () => {
    const { properties, methods, ...fields } = Object(flow("session").find(({ id }) => id === PUBLISHES));
    assert.deepEqual(tableOf(DOCUMENT, "Field"), {
      Action: "Export an object",
      Bus: "Session bus",
      "Bus name": fields.busName,
      Path: fields.path,
      Interface: fields.interface,
    });
    const [{ name, signature, value }] = properties;
    const access = "read, write";
    assert.deepEqual(tableOf(DOCUMENT, "Properties"), { name, type: signature, access, "first value": value });
    const [ping] = methods;
    const typed = ([argument]: typeof ping.in) => `${argument.name}: ${argument.signature}`;
    assert.deepEqual(tableOf(DOCUMENT, "Methods"), {
      name: ping.name,
      takes: typed(ping.in),
      returns: typed(ping.out),
    });
    assert.deepEqual([properties.length, methods.length, fields.action], [1, 1, "export"]);
  });

  for (const { title, text } of sectionsOf(DOCUMENT)) {
    const blocks = blocksOf(text);
    if (blocks.length === 0) continue;
    it(`${title}: does what it says, and prints what it shows`, async () => {
      await inTheEditor[title]?.();
      let printed = "";
      for (const { language, lines } of blocks) {
        if (language === "js")
          assert.equal(lines.join("\n"), Object(EXAMPLE.find(({ type }) => type === "function")).func);
        else if (language === "text") assert.match(printed, shownAs(lines), `it printed:\n${printed}`);
        else printed = "";
        if (language !== "sh") continue;
        for (const line of lines) {
          const { stdout, stderr } = await execute(line);
          printed += (stdout + stderr).replaceAll(there(running.system).policyDir, "/etc/dbus-1/system.d");
        }
      }
    });
  }

  it("lists only commands that it has among those that are not run", () => {
    for (const line of Object.keys(notRun)) assert.ok(DOCUMENT.includes(line), line);
  });

  it("has no command in its text that is neither run nor listed", () => {
    for (const [, line = ""] of DOCUMENT.matchAll(/`((?:sudo|npx|busctl) [^`]*)`/g)) {
      assert.ok(QUESTION.exec(DOCUMENT)?.[1] === line || notRun[line] !== undefined, line);
    }
  });

  it("ends with a question that the helper answers", async () => {
    const [, line = ""] = QUESTION.exec(DOCUMENT) ?? [];
    const { code, stdout } = await execute(line);
    assert.equal(code, 1);
    assert.match(stdout, /^Not there: .*\nNot in force: /);
  });
});

const EXAMPLE = readExample("17");

/** The example's flow on this bus, with what a reader of the document sees of it. */
function flow(bus: "session" | "system"): SavedNode[] {
  const nodes = EXAMPLE.map((one) => (one.id === PUBLISHES ? { ...one, bus } : one));
  return [
    ...nodes,
    { ...node("status", "statuses", { scope: null }, "status"), z: "ex17-tab" },
    { ...debug("status"), z: "ex17-tab" },
  ];
}

/** What a document shows, with `…` for anything, where every machine and version prints something else. */
function shownAs(lines: readonly string[]): RegExp {
  const patterns = lines.map((line) => line.split("…").map(literally).join(".*"));
  return new RegExp(`^${patterns.join("\n")}\n$`);
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("it does not run yet");
  return value;
}
