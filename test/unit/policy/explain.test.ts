import assert from "node:assert/strict";
import { type Circumstances, type Explanation, explain } from "../../../lib/policy/explain";
import type { ErrorReply } from "../../../lib/policy/refusal";
import { english } from "../../support/english";
import { policy } from "../../support/policies";
import { withinProcessorTime } from "../../support/processor-time";

const DENIED = "org.freedesktop.DBus.Error.AccessDenied";
const ME: Circumstances = { user: "nodered", uid: 998 };

/** As dbus-daemon 1.14 writes it; `comm` is whatever the peers' programs call themselves. */
function rejected(
  {
    interface: interfaceName = "com.example.I",
    destination = "com.example.A",
    type = "method_call",
    ours = "node",
  } = {},
  verdict = "Rejected send message, 2 matched rules",
): ErrorReply {
  const message =
    `${verdict}; type="${type}", sender=":1.5" (uid=998 pid=41 comm="${ours}") interface="${interfaceName}" ` +
    `member="Switch" error name="(unset)" requested_reply="0" destination="${destination}" (uid=0 pid=7 comm="x")`;
  return { dbusName: DENIED, message };
}

function explained(reply: ErrorReply, circumstances: Circumstances = ME): Explanation {
  const explanation = explain(reply, circumstances);
  assert.ok(explanation, reply.message);
  for (const text of [explanation.meaning, explanation.advice]) assert.doesNotMatch(english(text), /__/);
  return explanation;
}

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

describe("explain: not the bus's policy", () => {
  it("AppArmor", () => {
    const verdict = "An AppArmor policy prevents this sender from sending this message to this recipient";
    const { kind, meaning, advice, remedy } = explained(rejected({}, verdict));
    assert.equal(kind, "apparmor");
    assert.match(english(meaning), /AppArmor, not the bus's policy, .*com\.example\.A/);
    assert.match(english(advice), /no policy file helps/);
    assert.equal(remedy, undefined);
  });

  for (const [kind, who] of [
    ["apparmor", "AppArmor"],
    ["selinux", "SELinux"],
  ] as const) {
    it(`${who}: a name, and a call`, () => {
      const message = `Connection ":1.5" is not allowed to own the service "com.example.A" due to ${who} policy`;
      const own = explained({ dbusName: DENIED, message });
      const verdict = `An ${who} policy prevents this sender from sending this message to this recipient`;
      for (const [what, { kind: found, meaning, remedy }] of [
        ["own", own],
        ["send", explained(rejected({}, verdict))],
      ] as const) {
        assert.deepEqual([found, remedy], [kind, undefined]);
        const does = what === "own" ? "owning the name com.example.A" : "sending to com.example.A";
        assert.equal(english(meaning), `${who}, not the bus's policy, keeps this program from ${does}`);
      }
    });
  }

  it("is not what a service says in the bus's words", () => {
    const reply = { ...rejected(), byBus: false };
    assert.equal(explained(reply, { ...ME, destination: "com.example.A" }).kind, "polkit");
    assert.equal(explain({ ...reply, dbusName: "com.example.Error.No" }, ME), undefined);
    assert.equal(explained({ ...reply, byBus: true }).kind, "send");
  });

  const CALL = {
    ...ME,
    destination: "org.freedesktop.systemd1",
    path: "/org/freedesktop/systemd1",
    interface: "org.freedesktop.systemd1.Manager",
    member: "RestartUnit",
    arguments: ["nginx.service", "replace"],
  };

  it("polkit, which would ask a person: the rule for unit, action and user", () => {
    for (const reply of [
      { dbusName: "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", message: "No." },
      { message: "Interactive authentication required." },
    ]) {
      const { kind, meaning, advice, remedy } = explained(reply, CALL);
      assert.equal(kind, "polkit");
      assert.match(english(meaning), /asked polkit, which wants a person's password/);
      assert.equal(remedy?.file, "/etc/polkit-1/rules.d/50-node-red.rules");
      assert.equal(
        remedy?.content,
        `polkit.addRule(function (action, subject) {
  if (action.id === "org.freedesktop.systemd1.manage-units" &&
      action.lookup("unit") === "nginx.service" &&
      subject.user === "nodered") {
    return polkit.Result.YES;
  }
});
`,
      );
      assert.ok(english(advice).includes(remedy.content));
    }
  });

  it("polkit, on a unit's own object", () => {
    const unit = { path: "/org/freedesktop/systemd1/unit/my_2dflow_2eservice", member: "Stop" };
    const interfaceName = "org.freedesktop.systemd1.Unit";
    const { remedy } = explained(
      { dbusName: "org.freedesktop.PolicyKit1.Error.NotAuthorized", message: "Not authorized" },
      { ...CALL, ...unit, interface: interfaceName, arguments: ["replace"] },
    );
    assert.match(remedy?.content ?? "", /action\.lookup\("unit"\) === "my-flow\.service"/);
  });

  it("polkit, by every error name that services use", () => {
    for (const dbusName of [
      "org.freedesktop.PolicyKit1.Error.Failed",
      "org.freedesktop.UDisks2.Error.NotAuthorized",
      "org.freedesktop.UDisks2.Error.NotAuthorizedCanObtain",
      "org.freedesktop.NetworkManager.Settings.Connection.NotAuthorized",
    ]) {
      const { kind, advice, remedy } = explained({ dbusName, message: "no" }, { ...ME, destination: "com.example.A" });
      assert.deepEqual([kind, remedy], ["polkit", undefined], dbusName);
      assert.match(english(advice), /pkaction/);
    }
  });

  it("polkit's rule holds values as literals only", () => {
    const arguments_ = ['x"; return polkit.Result.YES; //\n'];
    const { remedy } = explained(
      { message: "Interactive authentication required" },
      { ...CALL, arguments: arguments_ },
    );
    const allowed = allows(remedy?.content ?? "", { unit: "other.service", user: "nodered" });
    assert.equal(allowed, false);
    assert.equal(allows(remedy?.content ?? "", { unit: arguments_[0] ?? "", user: "nodered" }), true);
    assert.equal(allows(remedy?.content ?? "", { unit: arguments_[0] ?? "", user: "other" }), false);
  });

  it("nobody there", () => {
    const reply = {
      dbusName: "org.freedesktop.DBus.Error.ServiceUnknown",
      message: "The name com.example.A was not provided by any .service files",
    };
    for (const one of [
      explained(reply),
      explained({ message: reply.message }),
      explained(
        { dbusName: reply.dbusName, message: "The name is not activatable" },
        { ...ME, destination: "com.example.A" },
      ),
    ]) {
      assert.equal(one.kind, "not-here");
      assert.match(english(one.meaning), /nobody on this bus owns the name com\.example\.A/);
      assert.match(english(one.advice), /right bus .*running.*container/);
    }
  });

  it("nobody there, and why that may be", () => {
    const noOwner = { dbusName: "org.freedesktop.DBus.Error.NameHasNoOwner", message: "no such name" };
    const asked = { ...ME, destination: "com.example.A" };
    assert.match(english(explained(noOwner, asked).advice), /Do not start the service/);
    assert.equal(
      explain(noOwner, { ...ME, destination: "org.freedesktop.DBus" }),
      undefined,
      "not whom was asked about",
    );
    const gone = { message: "The name :1.7 was not provided by any .service files" };
    assert.match(english(explained(gone, { ...ME, destination: ":1.7" }).advice), /by its well-known name/);
    const there = explained(noOwner, { ...asked, alsoOn: "session" });
    assert.equal(
      english(there.advice),
      "the name com.example.A is on the session bus of this machine: choose that bus in the node",
    );
  });

  it("leaves other errors to themselves", () => {
    for (const reply of [
      { dbusName: DENIED, message: "the lamp is locked" },
      { dbusName: "com.example.Error.Failed", message: "no" },
      { message: "" },
    ]) {
      assert.equal(explain(reply, ME), undefined);
    }
  });
});

/** Runs a polkit rule as polkit does, with what it is asked. */
function allows(content: string, asked: { readonly unit: string; readonly user: string }): boolean {
  let answer: unknown;
  const polkit = {
    Result: { YES: "yes" },
    addRule: (rule: (action: unknown, subject: unknown) => unknown) => {
      const action = { id: "org.freedesktop.systemd1.manage-units", lookup: () => asked.unit };
      answer = rule(action, { user: asked.user });
    },
  };
  new Function("polkit", content)(polkit);
  return answer === "yes";
}
