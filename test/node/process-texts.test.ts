import assert from "node:assert/strict";
import { ECHO, ECHO_NAME, ECHO_PATH, type EchoService, startEcho } from "../support/echo-service";
import { button, debug, node, OBSERVERS, TAB } from "../support/flow-parts";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { platformOfSuite } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";

const PLACE = { destination: ECHO_NAME, path: ECHO_PATH, interface: ECHO };

/** What to send to a node with blank fields, and what is said then. */
const CASES: Readonly<Record<string, { readonly message: object; readonly en: RegExp; readonly de: RegExp }>> = {
  missing: {
    message: { dbus: { path: "/a" } },
    en: /^Destination is missing: fill in the field, or set msg\.dbus\.destination in the message$/,
    de: /^Ziel fehlt: .*msg\.dbus\.destination/,
  },
  value: {
    message: { payload: ["a", null], dbus: { ...PLACE, member: "Join" } },
    en: /^argument 2 \(second\) of type s: expected a string, got null$/,
    de: /^Argument 2 \(second\) .*Typ s: .*null/,
  },
  nobody: {
    message: {
      dbus: { ...PLACE, destination: "com.example.Nobody", member: "Join", signature: "ss" },
      payload: ["a", "b"],
    },
    en: /^Join was not carried out: nobody on this bus owns the name com\.example\.Nobody, .* What to do: is it the right bus/,
    de: /^Join wurde nicht ausgeführt: niemand auf diesem Bus besitzt den Namen com\.example\.Nobody, .* Was hilft: Ist/,
  },
  service: {
    message: {
      dbus: { ...PLACE, member: "Fail" },
      payload: ["com.example.Error.X", "$t(common.label.done) __member__ <b>"],
    },
    en: /^com\.example\.Service answered Fail with the error com\.example\.Error\.X: \$t \(common\.label\.done\) __member__ <b>$/,
    de: /^com\.example\.Service .*com\.example\.Error\.X beantwortet: \$t \(common\.label\.done\) __member__ <b>$/,
  },
  bus: {
    message: {
      dbus: {
        ...{ destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" },
        ...{ member: "GetNameOwner", signature: "s" },
      },
      payload: "com.example.Nobody",
    },
    en: /^the bus has no answer to GetNameOwner, because nobody on it owns that name: /,
    de: /^der Bus kann GetNameOwner nicht beantworten/,
  },
  method: {
    message: { dbus: { ...PLACE, member: "Joim" }, payload: [] },
    en: /^the interface “com\.example\.Echo” has no method “Joim”; did you mean Join\?$/,
    de: /“?com\.example\.Echo.*Joim.*Join/,
  },
};

for (const language of ["en-US", "de"] as const) {
  describe(`texts of a Node-RED that speaks ${language}`, function () {
    this.timeout(60_000);
    let bus: PrivateBus;
    let echo: EchoService;
    let nodeRed: NodeRed;
    before(async () => {
      bus = await startBus({ type: "session" });
      echo = await startEcho(bus);
      const own = { bus: "address", address: bus.address };
      const buttons = Object.entries(CASES).map(([id, { message }]) => button(id, { topic: id, ...message }, "call"));
      nodeRed = await startNodeRed({
        version: platformOfSuite(),
        settings: { lang: language },
        flows: [
          TAB,
          ...OBSERVERS,
          ...buttons,
          node("dbus-call", "call", own, "out"),
          debug("out"),
          node("dbus-call", "broken", { ...own, path: "nonsense", timeout: "soon" }),
          node("dbus-signal", "deaf", { bus: "address", address: `unix:path=${bus.directory}/none` }),
        ],
      });
    });
    after(async () => {
      await nodeRed?.stop();
      await echo?.stop();
      await bus?.stop();
    });

    for (const [id, { en, de }] of Object.entries(CASES)) {
      it(`are sentences: ${id}`, async () => {
        await nodeRed.inject(id);
        const { error, dbus } = await nodeRed.messageAt("caught", ({ topic }) => topic === id);
        const message = String(Object(error).message).replace(/^Error: /, "");
        assert.match(message, language === "de" ? de : en);
        assert.equal(Object(dbus).error.message, message);
      });
    }

    it("say what is wrong with a saved node, each field", async () => {
      const words = language === "de" ? [/^Pfad: /, /^Zeitlimit: /] : [/^Path: .*slash/, /^Timeout: expected seconds/];
      for (const word of words) {
        await nodeRed.log.first(({ level, id, msg }) => level === 20 && id === "broken" && word.test(textOf(msg)));
      }
    });

    it("say in the log that there is no bus", async () => {
      const start = language === "de" ? "D-Bus: keine Verbindung zum" : "D-Bus: no connection to the";
      const { msg } = await nodeRed.log.first(({ level, msg: text }) => level === 30 && textOf(text).startsWith(start));
      assert.match(textOf(msg), /\/none/);
    });

    it("hold no key of a catalogue", () => {
      const all = [
        ...nodeRed.log.items.map(({ msg }) => textOf(msg)),
        JSON.stringify(nodeRed.messages.items.filter(({ node: at }) => at === "caught")),
      ];
      for (const text of all) assert.doesNotMatch(text, /dbus-editor:|__\w+__(?<!__member__)/);
    });
  });
}

/** An error in the log is shown with its stack, which begins with its message. */
function textOf(msg: unknown): string {
  return String(msg).replace(/^\[?Error: /, "");
}
