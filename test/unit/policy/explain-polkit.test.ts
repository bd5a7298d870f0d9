import assert from "node:assert/strict";
import { english } from "../../support/english";
import { explained, ME } from "../../support/explained";

describe("explain: polkit's refusal", () => {
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

  it("polkit, of a service that asks about one of several actions", () => {
    const reply = { message: "Interactive authentication required." };
    const reboot = { interface: "org.freedesktop.login1.Manager", member: "Reboot", arguments: [false] };
    const { advice, remedy } = explained(reply, { ...ME, ...reboot });
    const rule = remedy?.content ?? "";
    for (const [id, expected] of [
      ["org.freedesktop.login1.reboot", true],
      ["org.freedesktop.login1.reboot-multiple-sessions", true],
      ["org.freedesktop.login1.reboot-ignore-inhibit", false],
      ["org.freedesktop.login1.power-off", false],
    ] as const) {
      assert.equal(allows(rule, { id, unit: "", user: ME.user }), expected, id);
      assert.equal(allows(rule, { id, unit: "", user: "other" }), false, id);
    }
    assert.match(english(advice), /login1\.reboot, org\.freedesktop\.login1\.reboot-multiple-sessions to nodered/);
    const mount = { interface: "org.freedesktop.UDisks2.Filesystem", member: "Mount", arguments: [{}] };
    const mounting = explained(reply, { ...ME, ...mount }).remedy?.content ?? "";
    const id = "org.freedesktop.udisks2.filesystem-mount-other-seat";
    assert.equal(allows(mounting, { id, unit: "", user: ME.user }), true);
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
});

/** Runs a polkit rule as polkit does, with what it is asked. */
function allows(
  content: string,
  asked: { readonly id?: string; readonly unit: string; readonly user: string },
): boolean {
  let answer: unknown;
  const polkit = {
    Result: { YES: "yes" },
    addRule: (rule: (action: unknown, subject: unknown) => unknown) => {
      const { id = "org.freedesktop.systemd1.manage-units" } = asked;
      const action = { id, lookup: () => asked.unit };
      answer = rule(action, { user: asked.user });
    },
  };
  new Function("polkit", content)(polkit);
  return answer === "yes";
}
