import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { renderPolicy } from "../../lib/policy/render";
import { callerFacts } from "../../nodes/support/machine";
import { cli } from "../support/cli";
import { button, debug, node, OBSERVERS, TAB } from "../support/flow-parts";
import { startLamp } from "../support/lamp-service";
import { type NodeRed, startNodeRed } from "../support/node-red";
import type { Peer } from "../support/peer";
import { platformOfSuite } from "../support/platform";
import { INTERFACE, NAME, policy } from "../support/policies";
import { type PrivateBus, startBus } from "../support/private-bus";
import { RawPeer } from "../support/raw-peer";

/** As this machine is: in a container the host has the accounts, and only their numbers are known. */
const { user: USER, container: IN_CONTAINER } = callerFacts({ kind: "system" });
const SYSTEMD = "org.freedesktop.systemd1";
const FREE = "com.example.Free1";
const SYSTEM = { bus: "system", address: "" };

/** What Catch gets, as far as it is looked at here. */
interface Caught {
  readonly message: string;
  readonly cause: {
    readonly explanation?: { readonly file?: string; readonly command?: string; readonly content?: string };
  };
}

for (const [language, words] of [
  [
    "en-US",
    { send: /does not let the user \S+ call/, polkit: /asked polkit/, own: /does not let the user \S+ own the name/ },
  ],
  [
    "de",
    {
      send: /lässt den Benutzer \S+ \S+ nicht aufrufen/,
      polkit: /fragte polkit/,
      own: /lässt den Benutzer \S+ den Namen/,
    },
  ],
] as const) {
  describe(`a Node-RED that speaks ${language} and is refused`, function () {
    this.timeout(90_000);
    let bus: PrivateBus;
    let lamp: Peer;
    let systemd: RawPeer;
    let nodeRed: NodeRed;
    before(async () => {
      bus = await startBus({ type: "system" });
      // Another user's service, which root may not call either, and one that polkit guards.
      const closed = renderPolicy(policy()).replace('user="root"', 'user="bin"');
      const open = renderPolicy(policy({ preset: "open", name: SYSTEMD, user: USER }));
      writeFileSync(path.join(bus.policyDir, `${NAME}.conf`), closed);
      writeFileSync(path.join(bus.policyDir, `${SYSTEMD}.conf`), open);
      await bus.reload();
      lamp = await startLamp(bus, 65534);
      systemd = await RawPeer.join(bus);
      await systemd.own(SYSTEMD);
      systemd.serve((call) => {
        const name = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired";
        systemd.refuse(call, name, "Interactive authentication required.");
      });
      const lampCall = { destination: NAME, path: "/lamp", interface: INTERFACE, member: "Switch", signature: "b" };
      const unitCall = { destination: SYSTEMD, path: "/org/freedesktop/systemd1", signature: "ss" };
      const manager = { ...unitCall, interface: `${SYSTEMD}.Manager`, member: "RestartUnit" };
      nodeRed = await startNodeRed({
        version: platformOfSuite(),
        env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address },
        settings: { lang: language },
        flows: [
          TAB,
          ...OBSERVERS,
          button("switch", { topic: "switch", payload: true }, "lamp"),
          node("dbus-call", "lamp", { ...SYSTEM, ...lampCall }, "out"),
          button("restart", { topic: "restart", payload: ["nginx.service", "replace"] }, "unit"),
          node("dbus-call", "unit", { ...SYSTEM, ...manager }, "out"),
          node("dbus-publish", "name", { ...SYSTEM, action: "signal", busName: FREE }),
          debug("out"),
        ],
      });
    });
    after(async () => {
      await nodeRed?.stop();
      systemd?.close();
      await lamp?.kill();
      await bus?.stop();
    });

    /** The error that Catch gets of this button's message, with its text as `msg.dbus.error` has it. */
    const refusal = async (topic: string): Promise<Caught> => {
      await nodeRed.inject(topic);
      const { error, dbus } = await nodeRed.messageAt("caught", (msg) => msg["topic"] === topic);
      return { ...(error as Caught), message: String(Object(dbus).error.message) };
    };
    /** Runs the command that a person was told, without the part that needs this package installed and root. */
    const obey = async (command = "") => {
      const [, words] = /^sudo npx node-red-contrib-dbus (policy install .*)$/.exec(command) ?? [];
      assert.ok(words, command);
      const args = [...words.split(" "), "--dir", bus.policyDir];
      const { code, stderr } = await cli(args, { DBUS_SYSTEM_BUS_ADDRESS: bus.address });
      assert.equal(code, 0, stderr);
    };
    const shows = (id: string, status: (shown: { readonly fill: string; readonly text: string }) => boolean) =>
      nodeRed.messageAt("status", ({ status: shown }) => Object(shown).source?.id === id && status(Object(shown)), {
        within: 15_000,
      });

    it("says by whom, what is missing and how to put it there; with that done, the same flow works", async () => {
      const { message, cause } = await refusal("switch");
      assert.match(message, words.send);
      const { file = "", command = "" } = cause.explanation ?? {};
      assert.ok(file !== "" && message.includes(file), message);
      assert.ok(message.includes(`\`${command}\``), message);
      assert.match(message, /\(Rejected send message, .{50,80}…\)/, "so much of the bus's own words");
      await shows("lamp", ({ fill, text }) => fill === "red" && /status\.refused$/.test(text));
      await obey(command);
      await nodeRed.inject("switch");
      assert.equal((await nodeRed.messageAt("out"))["payload"], true);
    });

    it("says that polkit asks for a person, and the rule that allows just this", async () => {
      const { message, cause } = await refusal("restart");
      assert.match(message, words.polkit);
      const { file, content = "", command } = cause.explanation ?? {};
      assert.ok(message.includes("/etc/polkit-1/rules.d/50-node-red.rules"), message);
      assert.equal(command, undefined);
      assert.equal(file === undefined, IN_CONTAINER);
      if (IN_CONTAINER) return assert.match(message, /container/i);
      assert.match(
        content,
        /"org\.freedesktop\.systemd1\.manage-units" &&\s+action\.lookup\("unit"\) === "nginx\.service"/,
      );
      assert.ok(message.includes(content.trim()), message);
    });

    it("says in the log what keeps a name from it, and owns it after that command", async () => {
      const { msg } = await nodeRed.log.first(({ level, msg: line }) => level === 30 && words.own.test(String(line)));
      const told = String(msg);
      assert.ok(told.includes(`/etc/dbus-1/system.d/${FREE}.conf`), told);
      await shows("name", ({ fill, text }) => fill === "red" && /status\.name-refused$/.test(text));
      await obey(/`(sudo [^`]*)`/.exec(told)?.[1]);
      await shows("name", ({ fill, text }) => fill === "green" && text.startsWith("…"));
    });

    it("holds no key of a catalogue", () => {
      const errors = nodeRed.messages.items.filter(({ node: at }) => at === "caught");
      for (const text of [...nodeRed.log.items.map(({ msg }) => String(msg)), JSON.stringify(errors)]) {
        assert.doesNotMatch(text, /dbus-editor:|__\w+__/);
      }
    });
  });
}
