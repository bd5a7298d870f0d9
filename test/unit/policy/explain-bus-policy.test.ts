import assert from "node:assert/strict";
import { type Circumstances, explain } from "../../../lib/policy/explain";
import { english } from "../../support/english";
import { DENIED, explained, ME, rejected } from "../../support/explained";
import { policy } from "../../support/policies";
import { withinProcessorTime } from "../../support/processor-time";

describe("explain: a signal or an answer refused", () => {
  it("a signal has the rule of a call, in words of its own", () => {
    const signal = explained(rejected({ type: "signal" }));
    assert.deepEqual([signal.rule, signal.remedy], [explained(rejected()).rule, explained(rejected()).remedy]);
    assert.match(english(signal.meaning), /send the signal Switch \(interface com\.example\.I\) to com\.example\.A/);
    assert.ok(english(signal.advice).includes(signal.remedy?.policy?.command ?? "-"));
    const elsewhere = explained(rejected({ type: "signal" }), { ...ME, bus: "session" });
    assert.deepEqual([elsewhere.remedy, elsewhere.advice.key], [undefined, "policy.explain.on-session.advice"]);
  });

  it("a signal to a unique name has none", () => {
    const { rule, remedy, advice } = explained(rejected({ type: "signal", destination: ":1.7" }));
    assert.deepEqual([rule, remedy], [undefined, undefined]);
    assert.match(english(advice), /well-known name/);
  });

  it("an answer to a caller that is gone lacks no rule", () => {
    const message = "The name :1.7 was not provided by any .service files";
    const reply = { dbusName: "org.freedesktop.DBus.Error.ServiceUnknown", message };
    const { kind, meaning, rule } = explained(reply, { ...ME, isAnswer: true });
    assert.deepEqual([kind, rule], ["not-here", undefined]);
    assert.match(english(meaning), /^the caller :1\.7 is not on this bus any more/);
  });
});

describe("explain: a name refused", () => {
  const byDaemon = (name: string) =>
    `Connection ":1.5" is not allowed to own the service "${name}" due to security policies in the configuration file`;

  it("by dbus-daemon", () => {
    const { kind, meaning, advice, rule, remedy } = explained({ dbusName: DENIED, message: byDaemon("com.example.A") });
    const command = "sudo npx node-red-contrib-dbus policy install --name com.example.A --user nodered";
    assert.equal(kind, "own");
    assert.match(english(meaning), /does not let the user nodered own the name com\.example\.A/);
    assert.equal(rule, '<allow own="com.example.A"/>');
    assert.deepEqual(remedy, {
      file: "/etc/dbus-1/system.d/com.example.A.conf",
      policy: { options: policy({ name: "com.example.A", user: "nodered" }), command },
    });
    for (const part of [rule, command, "/etc/dbus-1/system.d/com.example.A.conf"]) {
      assert.ok(english(advice).includes(part), part);
    }
  });

  it("by dbus-broker, which does not name it", () => {
    const reply = { dbusName: DENIED, message: "Request to own name refused by policy" };
    assert.equal(explained(reply, { ...ME, name: "com.example.A" }).rule, '<allow own="com.example.A"/>');
    assert.equal(explained(reply).remedy, undefined);
  });

  it("is no way to have a rule of another's making", () => {
    const hostile = explained({ message: byDaemon("com.example.A'/><allow own='*'/>") });
    assert.deepEqual([hostile.kind, hostile.rule, hostile.remedy], ["own", undefined, undefined]);
    assert.equal(explained({ message: byDaemon("com.example.A") }, { user: "*" }).remedy, undefined);
  });
});

describe("explain: a call refused", () => {
  it("by dbus-daemon: parsed into the rule", () => {
    const { kind, meaning, advice, rule, remedy } = explained(rejected());
    assert.equal(kind, "send");
    assert.match(
      english(meaning),
      /does not let the user nodered call com\.example\.A \(interface com\.example\.I, member Switch\)/,
    );
    assert.equal(rule, '<allow send_destination="com.example.A"/>');
    assert.equal(remedy?.file, "/etc/dbus-1/system.d/com.example.A-client-nodered.conf");
    assert.equal(
      remedy?.policy?.command,
      "sudo npx node-red-contrib-dbus policy install --preset client --user nodered --destination com.example.A",
    );
    assert.ok(english(advice).includes(rule) && english(advice).includes(remedy.policy.command));
  });

  it("by dbus-broker: what was called is the caller's to say", () => {
    const reply = { dbusName: DENIED, message: "Sender is not authorized to send message" };
    const asked = { ...ME, destination: "com.example.A", interface: "com.example.I", member: "Switch" };
    assert.deepEqual(explained(reply, asked), explained(rejected()));
    assert.equal(explained(reply).remedy, undefined);
  });

  it("for the user that the bus sees, where a container has another", () => {
    assert.equal(explained(rejected(), { user: "node-red", uid: 1000 }).remedy?.policy?.options.user, "998");
  });

  it("without an interface: says that a rule for one does not match it", () => {
    const { advice, rule } = explained(rejected({ interface: "(unset)" }));
    assert.match(english(advice), /does not match a call without one/);
    assert.equal(rule, '<allow send_destination="com.example.A"/>');
  });

  it("to a unique name: no rule can allow it", () => {
    const { advice, remedy } = explained(rejected({ destination: ":1.9" }));
    assert.match(english(advice), /by its well-known name/);
    assert.equal(remedy, undefined);
  });

  it("to the bus itself", () => {
    const { meaning, remedy } = explained(rejected({ destination: "org.freedesktop.DBus" }));
    assert.match(english(meaning), /its own method Switch/);
    assert.equal(remedy, undefined);
  });

  it("of a reply that nobody waits for", () => {
    assert.match(english(explained(rejected({ type: "method_return" })).advice), /No rule is missing/);
  });

  it("believes no program that calls itself by the fields of the text", () => {
    const ours = 'x") interface="a.b" member="c';
    const { rule, remedy } = explained(rejected({ ours }));
    assert.ok(rule === undefined || rule === '<allow send_destination="com.example.A"/>');
    assert.ok(remedy?.policy === undefined || remedy.policy.options.destination === "com.example.A");
    const theirs = rejected();
    const lie = '" interface="x.y" destination="com.example.Evil" (';
    const tail = { ...theirs, message: theirs.message.replace('comm="x"', `comm="${lie}"`) };
    assert.equal(explained(tail).rule, '<allow send_destination="com.example.A"/>');
  });

  it("at the receiver", () => {
    const { kind, advice, remedy } = explained(rejected({}, "Rejected receive message, 1 matched rules"));
    assert.equal(kind, "receive");
    assert.match(english(advice), /receive_/);
    assert.equal(remedy, undefined);
  });

  it("answers texts of any length in no time", () => {
    const message = `Rejected send message, 1 matched rules; ${'type="a", sender="b" ('.repeat(50_000)}`;
    withinProcessorTime(1_000, () => explain({ message }, ME));
  });
});

describe("explain: on another bus, or in a container", () => {
  const OWN = 'Connection ":1.5" is not allowed to own the service "com.example.A" due to security policies in …';
  const own = (circumstances: Partial<Circumstances>) => explained({ message: OWN }, { ...ME, ...circumstances });

  for (const bus of ["session", "address"] as const) {
    it(`${bus}: no file of the system bus, whatever is refused`, () => {
      const send = explained(rejected(), { ...ME, bus });
      for (const { rule, remedy, meaning, advice } of [own({ bus }), send]) {
        assert.match(rule ?? "", /^<allow /);
        assert.equal(remedy, undefined);
        assert.doesNotMatch(english(meaning), /default is to deny/);
        assert.ok(english(advice).includes(rule ?? "–"));
        assert.doesNotMatch(english(advice), /policy install/);
      }
    });
  }

  it("a container: the file is for the host, and for whom the host sees", () => {
    const { advice, remedy } = own({ user: "100998", uid: 100998, container: true });
    assert.equal(remedy?.policy?.options.user, "100998");
    assert.match(english(advice), /--user 100998.*in a container: that file belongs where the bus runs.* user 100998$/);
  });

  it("a container: no rule for polkit, which knows users by their names there", () => {
    const call = { interface: "org.freedesktop.systemd1.Manager", member: "StartUnit", arguments: ["a.service"] };
    const reply = { message: "Interactive authentication required" };
    assert.ok(explained(reply, { ...ME, ...call }).remedy);
    const { advice, remedy } = explained(reply, { ...ME, ...call, user: "100998", container: true });
    assert.equal(remedy, undefined);
    assert.match(english(advice), /50-node-red\.rules.*container/);
  });
});
