import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { policyFileName, renderPolicy } from "../../lib/policy/render";
import type { PolicyOptions } from "../../lib/shared/policy-options";
import { run, type ToolResult } from "../support/busctl";
import { startLamp } from "../support/lamp-service";
import { type Peer, PYTHON } from "../support/peer";
import { INTERFACE, NAME, policy } from "../support/policies";
import { type PrivateBus, startBus } from "../support/private-bus";
import { eventuallyAsync } from "../support/until";

/** Real accounts that every Debian has; the group `games` is only ever a supplementary one here. */
const USERS = {
  nobody: { uid: 65534 },
  root: { uid: 0 },
  man: { uid: 6 },
  "man in games": { uid: 6, groups: [60] },
} as const;
type User = keyof typeof USERS;

const DBUS = "org.freedesktop.DBus";
const PROPERTY = [INTERFACE, "On"];
const CALLS = {
  Switch: [INTERFACE, "Switch", "b", "true"],
  Reveal: [`${NAME}.Secret`, "Reveal"],
  Get: [`${DBUS}.Properties`, "Get", "ss", ...PROPERTY],
  Set: [`${DBUS}.Properties`, "Set", "ssv", ...PROPERTY, "b", "true"],
  Introspect: [`${DBUS}.Introspectable`, "Introspect"],
  Ping: [`${DBUS}.Peer`, "Ping"],
} as const;
type Call = keyof typeof CALLS | "Switch without interface";
const ALL: readonly Call[] = ["Switch", "Reveal", "Get", "Set", "Introspect", "Ping", "Switch without interface"];
const SCOPED: readonly Call[] = ["Switch", "Get", "Introspect", "Ping"];

interface Expected {
  readonly title: string;
  readonly options: PolicyOptions;
  readonly owns: readonly User[];
  /** Who may make which calls; whoever is not named may make none. */
  readonly calls: Partial<Record<User, readonly Call[]>>;
}

const EVERYONE = { nobody: ALL, root: ALL, man: ALL, "man in games": ALL };
const PRESETS: readonly Expected[] = [
  { title: "restricted", options: policy(), owns: ["nobody"], calls: { nobody: ALL, root: ALL } },
  {
    title: "restricted with a group",
    options: policy({ group: "games" }),
    owns: ["nobody"],
    calls: { nobody: ALL, root: ALL, "man in games": ALL },
  },
  {
    title: "restricted by numbers",
    options: policy({ user: "65534", group: "60" }),
    owns: ["nobody"],
    calls: { nobody: ALL, root: ALL, "man in games": ALL },
  },
  { title: "open", options: policy({ preset: "open" }), owns: ["nobody"], calls: EVERYONE },
  {
    title: "scoped",
    options: policy({ preset: "scoped", interfaces: [INTERFACE] }),
    owns: ["nobody"],
    calls: { nobody: SCOPED, root: SCOPED, man: SCOPED, "man in games": SCOPED },
  },
  {
    title: "scoped for a group, writable",
    options: policy({ preset: "scoped", interfaces: [INTERFACE], group: "games", writable: true }),
    owns: ["nobody"],
    calls: { "man in games": [...SCOPED, "Set"] },
  },
  {
    title: "client",
    options: policy({ preset: "client", user: "man", destination: NAME }),
    owns: [],
    calls: { man: ALL, "man in games": ALL },
  },
  {
    title: "permissive",
    options: policy({ preset: "permissive" }),
    owns: ["nobody", "root", "man", "man in games"],
    calls: EVERYONE,
  },
];

describe("policy presets on a real system bus", function () {
  this.timeout(60_000);
  let bus: PrivateBus;
  beforeEach(async () => {
    bus = await startBus({ type: "system" });
  });
  afterEach(() => bus.stop());

  const install = async (options: PolicyOptions) => {
    writeFileSync(path.join(bus.policyDir, policyFileName(options)), renderPolicy(options));
    await bus.reload();
  };
  const as = (user: User, ...args: readonly string[]) =>
    run("busctl", [`--address=${bus.address}`, "--no-pager", "--timeout=5", ...args], USERS[user]);
  const requestName = (user: User) => as(user, "call", DBUS, "/", DBUS, "RequestName", "su", NAME, "4");
  const owners = async () => {
    const found: User[] = [];
    for (const user of Object.keys(USERS) as User[]) if (isAllowed(await requestName(user))) found.push(user);
    return found;
  };
  const call = (user: User, name: Call) =>
    name === "Switch without interface"
      ? callWithoutInterface(bus, user)
      : as(user, "call", NAME, "/lamp", ...CALLS[name]);

  it("nobody owns a name without a file, not even root", async () => {
    assert.deepEqual(await owners(), []);
  });

  it("a file counts as soon as it is there, and until it goes", async () => {
    assert.ok(!isAllowed(await requestName("nobody")));
    const file = path.join(bus.policyDir, policyFileName(policy()));
    writeFileSync(file, renderPolicy(policy()));
    await eventuallyAsync(async () => isAllowed(await requestName("nobody")), { what: "the daemon to take the file" });
    rmSync(file);
    await eventuallyAsync(async () => !isAllowed(await requestName("nobody")), { what: "the daemon to drop it" });
  });

  it("a file with several names is in force for each", async () => {
    const both = [policy({ name: "com.example.Other" }), policy()];
    writeFileSync(path.join(bus.policyDir, "both.conf"), renderPolicy(...both));
    await bus.reload();
    assert.deepEqual(await owners(), ["nobody"]);
  });

  for (const { title, options, owns, calls } of PRESETS) {
    it(`${title}: who owns, who calls what`, async () => {
      await install(options);
      assert.deepEqual(await owners(), owns);
      if (owns.length === 0) {
        // Somebody has to be there to be called; nobody is allowed that by this file.
        writeFileSync(path.join(bus.policyDir, "owner.conf"), OWNER_ONLY);
        await bus.reload();
      }
      const lamp: Peer = await startLamp(bus, USERS.nobody.uid);
      try {
        for (const user of Object.keys(USERS) as User[]) {
          const results = await Promise.all(ALL.map(async (name) => ({ name, result: await call(user, name) })));
          const allowed = results.filter(({ result }) => isAllowed(result)).map(({ name }) => name);
          assert.deepEqual(allowed.toSorted(), [...(calls[user] ?? [])].toSorted(), user);
        }
      } finally {
        await lamp.kill();
      }
    });
  }
});

const OWNER_ONLY = `<busconfig><policy user="nobody"><allow own="${NAME}"/></policy></busconfig>`;

/** Refused by policy, or let through; anything else fails the test. */
function isAllowed({ code, stderr, stdout }: ToolResult): boolean {
  if (code === 0) return true;
  assert.match(stderr, /Access denied|AccessDenied/, stdout);
  return false;
}

/** Legal, and something that the tools cannot do. */
function callWithoutInterface(bus: PrivateBus, user: User): Promise<ToolResult> {
  const source = `
import dbus, dbus.lowlevel, sys
bus = dbus.bus.BusConnection(sys.argv[1])
call = dbus.lowlevel.MethodCallMessage(sys.argv[2], "/lamp", None, "Switch")
call.append(True, signature="b")
bus.send_message_with_reply_and_block(call, 5)
`;
  return run(PYTHON, ["-c", source, bus.address, NAME], USERS[user]);
}
