import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import { renderPolicy } from "../../lib/policy/render";
import type { FailureAnswer, PolicyAnswer, RefusalAnswer } from "../../lib/shared/admin";
import { type PolicyOptions, policyDefaults } from "../../lib/shared/policy-options";
import { renderText, type Text } from "../../lib/shared/text";
import { askRuntime, tokenOf, withUsers } from "../support/admin-request";
import { busctl } from "../support/busctl";
import { english } from "../support/english";
import { button, node, OBSERVERS, TAB } from "../support/flow-parts";
import { startLamp } from "../support/lamp-service";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { platformOfSuite } from "../support/platform";
import { busconfig, EVERY_POLICY, INTERFACE, NAME, policy } from "../support/policies";
import { type PrivateBus, startBus } from "../support/private-bus";
import { eventuallyAsync } from "../support/until";

const USER = userInfo().username;
/** A user who is not the one of the tests, and so not Node-RED's. */
const OTHER = { name: "nobody", uid: 65534 };

describe("the endpoint dbus/policy", function () {
  this.timeout(60_000);
  let bus: PrivateBus;
  let red: NodeRed;
  before(async () => {
    bus = await startBus({ type: "system" });
    red = await startNodeRed({
      version: platformOfSuite(),
      flows: [TAB],
      env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address },
      settings: { dbusPolicyDirectory: bus.policyDir },
    });
  });
  beforeEach(async () => {
    for (const name of [`${NAME}.conf`, clientFile(USER)]) rmSync(path.join(bus.policyDir, name), { force: true });
    await bus.reload();
    await red.deploy([TAB]);
  });
  after(async () => {
    await red?.stop();
    await bus?.stop();
  });

  const ask = <Body>(fields: Partial<PolicyOptions>) => askRuntime<Body>(red, `policy?${queryOf(fields)}`);
  const answerTo = async (fields: Partial<PolicyOptions>) => {
    const { status, body } = await ask<PolicyAnswer>(fields);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const stateOf = async (fields: Partial<PolicyOptions>) => {
    const { state, file, bus: word } = (await answerTo(fields)).effect;
    return [state, file, word];
  };
  const install = (options: PolicyOptions, file = `${NAME}.conf`) =>
    writeFileSync(path.join(bus.policyDir, file), renderPolicy(options), { mode: 0o644 });

  it("renders every kind of file just as the command line does", async () => {
    for (const [kind, options] of EVERY_POLICY) {
      const { content, options: used } = await answerTo(options);
      assert.equal(content, renderPolicy(options), kind);
      assert.deepEqual(used, options, kind);
    }
  });

  it("takes the runtime's own user where none is given", async () => {
    const { content, file, options } = await answerTo({ name: NAME });
    assert.equal(options.user, USER);
    assert.equal(content, renderPolicy(policy({ user: USER })));
    assert.equal(file, path.join(bus.policyDir, `${NAME}.conf`));
  });

  it("gives commands that do what they say", async () => {
    const { content, file, install: command, installByHand } = await answerTo(policy({ user: USER }));
    const words = `sudo npx node-red-contrib-dbus policy install --name ${NAME} --user ${USER} --dir ${bus.policyDir}`;
    assert.equal(command, words);
    assert.match(installByHand, /^sudo install /);
    execFileSync("sh", ["-c", installByHand.replace(/^sudo /, "")]);
    assert.equal(readFileSync(file, "utf8"), content);
    assert.equal(statSync(file).mode & 0o7777, 0o644);
  });

  it("says what is wrong with options, and nothing else", async () => {
    const hostile = '"/><allow own="*"/><x a="';
    const cases: readonly (readonly [Partial<PolicyOptions>, RegExp])[] = [
      [{}, /^name: expected a name, got nothing$/],
      [{ name: "flow" }, /^name: expected two or more elements/],
      [policy({ user: hostile }), /^user: “"\/><allow own="\*"\/><x a="” is not the name of a user or group/],
      [policy({ group: hostile }), /^group: “"\/><allow/],
      [policy({ preset: "scoped", interfaces: ["a b"] }), /^interface: /],
      [
        { preset: "none" as "open" },
        /^preset: expected one of restricted, open, scoped, client, permissive, got “none”$/,
      ],
      [{ preset: "client", destination: ":1.5" }, /^destination: expected a well-known name/],
    ];
    for (const [fields, words] of cases) {
      const { status, body } = await ask<FailureAnswer>(fields);
      assert.equal(status, 400);
      const { code, problem, ...rest } = body;
      assert.deepEqual([code, rest], ["DBUS_INVALID_FIELD", {}]);
      assert.match(english(problem), words);
    }
  });

  it("warns of what the file would not do, and of permissive", async () => {
    const unknown = await answerTo(policy({ user: "nosuchuser", group: "nosuchgroup" }));
    assert.deepEqual(
      unknown.warnings.map((warning) => english(warning).split(" on ")[0]),
      ["there is no user nosuchuser", "there is no group nosuchgroup"],
    );
    const [permissive, ...others] = (await answerTo(policy({ preset: "permissive" }))).warnings;
    assert.match(english(permissive as Text), /^any program of any user on this machine may own/);
    assert.deepEqual(others, []);
    assert.deepEqual((await answerTo(policy({ group: "games" }))).warnings, []);
    const [reserved] = (await answerTo(policy({ name: "org.freedesktop.Mine" }))).warnings;
    assert.match(english(reserved as Text), /^names that begin with org\.freedesktop\. are reserved/);
  });

  it("tells: not there, refused, in place, in force", async () => {
    const options = policy({ user: USER });
    assert.deepEqual(await stateOf(options), ["missing", "missing", "unknown"]);
    await red.deploy([TAB, publisher()]);
    await eventuallyAsync(async () => (await stateOf(options))[2] === "refuses", { what: "the bus's refusal" });
    const refused = await answerTo(options);
    assert.deepEqual([refused.effect.state, refused.effect.file], ["missing", "missing"]);
    const said = refused.effect.says.map(english).join("\n");
    assert.match(said, /com\.example\.Flow1\.conf is not there\.\nThe bus refused the name .*\nInstall it /);
    // Nobody has asked for this user.
    assert.deepEqual(await stateOf(policy({ user: OTHER.name })), ["missing", "missing", "unknown"]);
    install(options);
    assert.deepEqual(await stateOf(options), ["not-taken", "same", "refuses"]);
    await eventuallyAsync(async () => (await stateOf(options))[0] === "effective", {
      within: 15_000,
      what: "the name, which is asked for again every 10 s",
    });
    const effective = await answerTo(options);
    assert.deepEqual([effective.effect.file, effective.effect.bus], ["same", "allows"]);
    assert.equal(effective.effect.says.length, 2, "nothing is left to do");
    assert.match(english(effective.effect.says[1] as Text), /this Node-RED owns it now/);
    // Other options than those of the file that is there.
    assert.deepEqual(await stateOf({ ...options, preset: "open" }), ["differs", "different", "allows"]);
    await red.deploy([TAB]);
    await eventuallyAsync(async () => (await stateOf(options))[0] === "in-place", { what: "the name's end" });
  });

  it("sees that other rules allow the name already", async () => {
    const file = path.join(bus.policyDir, "other.conf");
    writeFileSync(file, busconfig(`<policy user="${USER}"><allow own="${NAME}"/></policy>`));
    try {
      await bus.reload();
      await red.deploy([TAB, publisher()]);
      const options = policy({ user: USER });
      await eventuallyAsync(async () => (await stateOf(options))[0] === "allowed", { what: "the name" });
    } finally {
      rmSync(file);
    }
  });

  it("tells who else has the name", async () => {
    install(policy({ user: OTHER.name }));
    await bus.reload();
    const lamp = await startLamp(bus, OTHER.uid);
    try {
      assert.deepEqual(await stateOf(policy({ user: OTHER.name })), ["effective", "same", "allows"]);
      assert.deepEqual(await stateOf(policy({ user: String(OTHER.uid) })), ["differs", "different", "allows"]);
      assert.deepEqual(await stateOf(policy({ user: USER })), ["differs", "different", "other-owner"]);
      assert.deepEqual((await stateOf(policy({ preset: "permissive" })))[2], "allows");
    } finally {
      await lamp.kill();
    }
  });

  it("says of a file that it cannot read that it does not know", async () => {
    // A folder in its place can be read by nobody, root included.
    const long = `${"a".repeat(120)}.${"b".repeat(120)}.c1234567890`;
    const { state, file } = (await answerTo(policy({ name: long, user: USER }))).effect;
    assert.deepEqual([state, file], ["unseen", "unreadable"], "a name too long for a file");
  });

  it("tells a client's file, its refused call, and that it passes", async () => {
    const ownOnly = busconfig(`<policy user="${OTHER.name}"><allow own="${NAME}"/></policy>`);
    writeFileSync(path.join(bus.policyDir, `${NAME}.conf`), ownOnly);
    await bus.reload();
    const lamp = await startLamp(bus, OTHER.uid);
    const options: Partial<PolicyOptions> = { preset: "client", destination: NAME };
    const flow = [
      TAB,
      ...OBSERVERS,
      button("go", { topic: "go", payload: true }, "call"),
      node(
        "dbus-call",
        "call",
        {
          ...{ bus: "system", destination: NAME, path: "/lamp", interface: INTERFACE, member: "Switch" },
          ...{ signature: "b", args: "payload", argsType: "msg", timeout: 5 },
        },
        "out",
      ),
      { ...node("debug", "out", { name: "out", active: true, complete: "true" }), wires: [] },
    ];
    const refusal = async () => (await askRuntime<RefusalAnswer>(red, "refusal?node=call")).body;
    try {
      await red.deploy(flow);
      assert.deepEqual(await refusal(), {});
      assert.deepEqual(await stateOf(options), ["missing", "missing", "refuses"]);
      await red.inject("go");
      await red.messageAt("caught", ({ topic }) => topic === "go");
      assert.deepEqual(await refusal(), { refused: { user: USER, destination: NAME } });
      assert.deepEqual(await stateOf({ ...options, user: OTHER.name }), ["missing", "missing", "unknown"]);
      install(policy({ ...options, user: USER }), clientFile(USER));
      await bus.reload();
      assert.deepEqual(await stateOf(options), ["effective", "same", "allows"]);
      await red.inject("go");
      await red.messageAt("out", ({ topic }) => topic === "go");
      assert.deepEqual(await refusal(), {});
    } finally {
      await lamp.kill();
    }
    await eventuallyAsync(async () => (await stateOf(options))[0] === "in-place", { what: "the end of the service" });
  });

  it("changes nothing, and answers nothing but GET", async () => {
    const names = async () => (await busctl(bus, "list", "--no-legend")).stdout.replace(/^:.*\n/gm, "");
    const before = await names();
    for (const options of EVERY_POLICY.values()) await answerTo(options);
    assert.equal(await names(), before);
    assert.equal(existsSync(path.join(bus.policyDir, `${NAME}.conf`)), false);
    for (const method of ["POST", "PUT", "DELETE"]) {
      for (const route of ["policy", "refusal"])
        assert.equal((await red.api(`/dbus/${route}`, { method })).status, 404);
    }
  });

  it("is for those who may read", async () => {
    const closed = await startNodeRed({
      version: platformOfSuite(),
      flows: [TAB],
      env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address },
      settings: { ...withUsers({ reader: "dbus.read", other: "flows.read" }) },
    });
    try {
      const [reader, other] = [await tokenOf(closed, "reader"), await tokenOf(closed, "other")];
      for (const route of [`policy?name=${NAME}`, "refusal?node=a"]) {
        assert.equal((await askRuntime(closed, route)).status, 401, route);
        assert.equal((await askRuntime(closed, route, { token: other })).status, 401, route);
        assert.equal((await askRuntime(closed, route, { token: reader })).status, 200, route);
        const headers = { origin: "http://elsewhere.example" };
        assert.equal((await askRuntime(closed, route, { token: reader, headers })).status, 403, route);
      }
    } finally {
      await closed.stop();
    }
  });

  it("holds no placeholder in what it says", async () => {
    chmodSync(bus.policyDir, 0o755);
    for (const options of EVERY_POLICY.values()) {
      for (const said of (await answerTo(options)).effect.says) {
        const words = renderText(said, (key, params) => english({ key, params }));
        assert.doesNotMatch(words, /__|policy\.effect/);
      }
    }
  });
});

function publisher(): object {
  const fields = { bus: "system", action: "signal", busName: NAME, path: "/a", interface: INTERFACE, member: "Blink" };
  return { ...node("dbus-publish", "publish", fields), wires: [] };
}

function clientFile(user: string): string {
  return `${NAME}-client-${user}.conf`;
}

function queryOf(fields: Partial<PolicyOptions>): URLSearchParams {
  const { interfaces = [], writable, ...texts } = { ...policyDefaults, ...fields };
  const query = new URLSearchParams(texts);
  for (const name of interfaces) query.append("interface", name);
  if (writable) query.set("writable", "true");
  return query;
}
