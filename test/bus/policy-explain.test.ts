import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type Circumstances, explain } from "../../lib/policy/explain";
import { renderPolicy } from "../../lib/policy/render";
import { run } from "../support/busctl";
import { startLamp } from "../support/lamp-service";
import { INTERFACE, NAME, policy } from "../support/policies";
import { type PrivateBus, startBus } from "../support/private-bus";

const MAN: Circumstances = { user: "man", uid: 6 };

describe("explain, of what a real dbus-daemon says", () => {
  let bus: PrivateBus;
  before(async () => {
    bus = await startBus({ type: "system" });
  });
  after(() => bus.stop());

  /** Calls as the user `man`; the error name and text that come back, or undefined. */
  const refusal = async (destination: string, member: string, ...args: readonly string[]) => {
    const call = [
      "call",
      "--address",
      bus.address,
      "--dest",
      destination,
      "--object-path",
      "/lamp",
      "--method",
      member,
    ];
    const { code, stderr } = await run("gdbus", [...call, ...args], { uid: 6 });
    const [, dbusName, message] = /^Error: GDBus\.Error:([\w.]+): (.*)\n/.exec(stderr) ?? [];
    if (code === 0 || message === undefined) return undefined;
    return { dbusName, message };
  };

  it("a name refused: the remedy's file makes the bus give it", async () => {
    const request = () => refusal("org.freedesktop.DBus", "org.freedesktop.DBus.RequestName", "com.example.Man", "4");
    const reply = await request();
    assert.ok(reply);
    const remedy = explain(reply, MAN)?.remedy;
    assert.equal(remedy?.file, "/etc/dbus-1/system.d/com.example.Man.conf");
    assert.ok(remedy.policy);
    writeFileSync(path.join(bus.policyDir, path.basename(remedy.file)), renderPolicy(remedy.policy.options));
    await bus.reload();
    assert.equal(await request(), undefined);
  });

  it("a call refused: the remedy's file lets it through", async () => {
    writeFileSync(path.join(bus.policyDir, `${NAME}.conf`), renderPolicy(policy()));
    await bus.reload();
    const lamp = await startLamp(bus, 65534);
    try {
      const call = () => refusal(NAME, `${INTERFACE}.Switch`, "true");
      const reply = await call();
      assert.ok(reply);
      const explanation = explain(reply, MAN);
      const params = explanation?.meaning.params;
      assert.deepEqual([params?.["interface"], params?.["member"]], [INTERFACE, "Switch"]);
      const remedy = explanation?.remedy;
      assert.ok(remedy?.policy);
      writeFileSync(path.join(bus.policyDir, path.basename(remedy.file)), renderPolicy(remedy.policy.options));
      await bus.reload();
      assert.equal(await call(), undefined);
    } finally {
      await lamp.kill();
    }
  });

  it("a call that the receiver's rules stop", async () => {
    const rules =
      `<policy context="default"><allow own="${NAME}"/><allow send_destination="${NAME}"/></policy>` +
      `<policy user="nobody"><deny receive_interface="${INTERFACE}"/></policy>`;
    writeFileSync(path.join(bus.policyDir, "receive.conf"), `<busconfig>${rules}</busconfig>`);
    await bus.reload();
    const lamp = await startLamp(bus, 65534);
    try {
      const reply = await refusal(NAME, `${INTERFACE}.Switch`, "true");
      assert.ok(reply);
      assert.equal(explain(reply, MAN)?.kind, "receive");
    } finally {
      await lamp.kill();
    }
  });

  it("nobody there", async () => {
    const reply = await refusal("com.example.Nobody", "com.example.A.B");
    assert.ok(reply);
    assert.equal(explain(reply, MAN)?.kind, "not-here");
    assert.equal(explain(reply, MAN)?.meaning.params?.["name"], "com.example.Nobody");
  });
});
