import assert from "node:assert/strict";
import { explain } from "../../../lib/policy/explain";
import { english } from "../../support/english";
import { DENIED, explained, ME, rejected } from "../../support/explained";

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
