import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { hasErrors, lintPolicy } from "../../lib/policy/lint";
import { text } from "../../lib/shared/text";
import { busctl, run } from "../support/busctl";
import { english } from "../support/english";
import { busconfig } from "../support/policies";
import { type PrivateBus, startBus } from "../support/private-bus";

const DBUS = "org.freedesktop.DBus";
const NAME = "com.example.Canary";
/** In force only if the daemon takes the file as a whole. */
const CANARY = `<policy user="root"><allow own="${NAME}"/><allow send_destination="${NAME}"/></policy>`;

const inDefault = (rule: string) => `<policy context="default">${rule}</policy>`;

/** The daemon skips a file with any of these. */
const SKIPPED = [
  "<foo/>",
  "text",
  "<busconfig/>",
  '<allow own="com.example.A"/>',
  "<policy/>",
  '<policy user="root" group="root"/>',
  '<policy context="other"/>',
  '<policy at_console="maybe"/>',
  '<policy user="root" foo="x"/>',
  inDefault("text"),
  inDefault('<permit own="com.example.A"/>'),
  inDefault('<policy user="root"/>'),
  inDefault("<allow/>"),
  inDefault('<allow log="true"/>'),
  inDefault('<allow max_fds="3"/>'),
  inDefault('<allow foo="com.example.A"/>'),
  inDefault('<allow own="com.example.A">text</allow>'),
  inDefault('<allow own="com.example.A"><x/></allow>'),
  inDefault('<allow own="com.example.A" own_prefix="com.example.A"/>'),
  inDefault('<allow own="com.example.A" send_destination="com.example.A"/>'),
  inDefault('<allow own="com.example.A" user="root"/>'),
  inDefault('<allow own="com.example.A" eavesdrop="true"/>'),
  inDefault('<allow send_destination="com.example.A" receive_sender="com.example.A"/>'),
  inDefault('<allow send_destination="com.example.A" send_destination_prefix="com.example"/>'),
  inDefault('<allow send_destination="com.example.A" send_member="Get"/>'),
  inDefault('<allow send_destination="com.example.A" send_error="a.b" send_interface="a.b"/>'),
  inDefault('<allow send_destination="com.example.A" send_broadcast="true"/>'),
  inDefault('<allow send_destination="com.example.A" send_type="call"/>'),
  inDefault('<allow send_destination="com.example.A" eavesdrop="yes"/>'),
  inDefault('<allow send_destination="com.example.A" max_fds="x"/>'),
  inDefault('<allow send_destination="com.example.A" send_path_prefix="/a"/>'),
  inDefault('<allow send_broadcast="1"/>'),
  inDefault('<allow receive_member="Get"/>'),
  '<policy user="root"><allow user="root"/></policy>',
  inDefault('<allow own="com.example.A" own="com.example.B"/>'),
  inDefault('<allow own="a&b"/>'),
  inDefault("<allow own=a/>"),
  "<policy>",
  '<!ENTITY x "y">',
];

/** The daemon takes these, so lint must not say that the file is skipped. */
const TAKEN = [
  inDefault('<allow own="com.example.A" log="true"/>'),
  inDefault('<allow send_destination="com.example.A" send_type="*" send_interface="*" send_member="*"/>'),
  inDefault('<allow send_destination="com.example.A" send_path="/a" send_member="Get"/>'),
  inDefault('<allow send_destination="com.example.A" max_fds="3" min_fds="0"/>'),
  inDefault('<allow send_destination="com.example.A" send_broadcast="false"/>'),
  inDefault('<allow send_destination="com.example.A" send_requested_reply="true" send_error="a.b"/>'),
  inDefault('<allow receive_sender="com.example.A" receive_requested_reply="false" eavesdrop="false"/>'),
  inDefault('<allow user="root"/>'),
  '<policy at_console="true"><allow own="com.example.A"/></policy>',
  '<policy context="mandatory"/>',
  '<selinux><associate own="com.example.A" context="x"/></selinux>',
  "<!-- anything & all -->",
  "<![CDATA[ ]]>",
];

/** Of the findings that are errors, those that are about more than whether the daemon takes the file. */
const OTHER_ERRORS = new Set(["no-destination"]);

describe("lint and a real dbus-daemon", () => {
  let bus: PrivateBus;
  before(async () => {
    bus = await startBus({ type: "system" });
  });
  after(() => bus.stop());

  const isTaken = async (source: string) => {
    writeFileSync(path.join(bus.policyDir, "lint.conf"), source);
    await bus.reload();
    const { stdout, stderr } = await busctl(bus, "call", DBUS, "/", DBUS, "RequestName", "su", NAME, "4");
    if (stdout !== "u 1\n") assert.match(stderr, /Access denied/);
    return stdout === "u 1\n";
  };

  it("agree about files that the daemon skips", async () => {
    for (const content of SKIPPED) {
      const source = busconfig(CANARY + content);
      assert.equal(await isTaken(source), false, content);
      const findings = lintPolicy(source).filter(({ code }) => !OTHER_ERRORS.has(code));
      assert.ok(hasErrors(findings), content);
    }
  }).timeout(60_000);

  it("agree about files that the daemon takes", async () => {
    for (const content of TAKEN) {
      const source = busconfig(CANARY + content);
      assert.equal(await isTaken(source), true, content);
      assert.deepEqual(
        lintPolicy(source).filter(({ severity }) => severity === "error"),
        [],
        content,
      );
    }
  }).timeout(60_000);

  it("agree that nobody but root is let read what is meant for others", async () => {
    const bystander = ["--reuid=65534", "--clear-groups", "dbus-send", `--bus=${bus.address}`];
    const send = (...words: readonly string[]) =>
      run("setpriv", [...bystander, "--print-reply", `--dest=${DBUS}`, "/org/freedesktop/DBus", ...words]);
    const allowed = `<allow send_destination="${DBUS}" send_interface="${DBUS}.Monitoring"/><allow eavesdrop="true"/>`;
    const source = busconfig(`${CANARY}<policy user="nobody">${allowed}</policy>`);
    assert.equal(await isTaken(source), true);
    for (const [code, words] of [
      ["monitoring", [`${DBUS}.Monitoring.BecomeMonitor`, "array:string:", "uint32:0"]],
      ["eavesdrop", [`${DBUS}.AddMatch`, "string:eavesdrop=true"]],
    ] as const) {
      // It is not the policy that says so.
      assert.match((await send(...words)).stderr, /AccessDenied: rejected attempt to call .* with uid 65534/);
      const said = lintPolicy(source).filter((finding) => finding.code === code);
      assert.match(english(said[0]?.text ?? text("")), /^the bus lets only root read .* whatever a file allows/);
    }
  });

  it("agree that a glob, a bad name and an unknown account pass unseen, and do nothing", async () => {
    for (const [content, code] of [
      ['<policy user="root"><allow own="com.example.*"/></policy>', "glob"],
      ['<policy user="root"><allow own="com..example"/></policy>', "invalid-name"],
      [`<policy user="nosuchuser"><allow own="${NAME}"/></policy>`, "unknown-user"],
    ] as const) {
      const source = busconfig(content);
      assert.equal(await isTaken(source), false, content);
      const accounts = { hasUser: (name: string) => name === "root", hasGroup: () => false };
      assert.ok(
        lintPolicy(source, { accounts }).some((finding) => finding.code === code),
        content,
      );
    }
  });
});
