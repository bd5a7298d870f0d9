import assert from "node:assert/strict";
import { DBusNodeError } from "../../../lib/errors";
import { installByHandCommand } from "../../../lib/policy/command-line";
import { parseConfig } from "../../../lib/policy/parse-policy";
import { policyFileName, policyXml, renderPolicy } from "../../../lib/policy/render";
import { allow, user } from "../../../lib/policy/rules";
import { installCommand } from "../../../lib/shared/policy-command";
import { POLICY_PRESETS, type PolicyField, policyFields } from "../../../lib/shared/policy-options";
import { policy } from "../../support/policies";
import { Random } from "../../support/random";

const HOSTILE = [
  '"/><allow own="*"/><x a="',
  "'/><allow own='*'/><x a='",
  '"><allow own="*"/></policy><policy user="root',
  "]]><allow own='*'/>",
  "--><policy context='default'><allow own='*'/></policy><!--",
  "&quot;/&gt;",
  "&#34;",
  "a&b",
  "<!DOCTYPE x>",
  "com.example.A\n<allow own='*'/>",
  "com.example.A\u0000",
  "com.example.A\t",
  "com.example.*",
  "*",
  "../../etc/passwd",
  "com.example.A/../../B",
  " ",
  "",
  "-rf",
  "$(reboot)",
  "`reboot`",
  "a;b",
  "a:b",
  "\ud800",
];

describe("options with markup in them", () => {
  for (const preset of POLICY_PRESETS) {
    const fields = policyFields(preset).filter((field) => field !== "preset" && field !== "writable");
    for (const field of fields) {
      it(`${preset}: refused as ${field}`, () => {
        for (const value of HOSTILE) {
          // No group is a choice.
          if (field === "group" && value === "") continue;
          const good = policy({
            preset,
            destination: "com.example.Flow2",
            interfaces: ["com.example.I"],
            group: "staff",
          });
          const bad = { ...good, [field]: field === "interfaces" ? [value] : value };
          assert.throws(() => renderPolicy(bad), isInvalidField(field), JSON.stringify(value));
        }
      });
    }
  }

  it("refuses a preset that is none", () => {
    // As it may come from a flow file or an HTTP request.
    const options = { ...policy(), ...JSON.parse('{"preset": "__proto__"}') };
    assert.throws(() => renderPolicy(options), isInvalidField("preset"));
  });

  it("refuses the bus's own name, and names that do not exist", () => {
    for (const name of [
      "org.freedesktop.DBus",
      ":1.5",
      "flow",
      "com..example",
      "com.1example",
      `com.${"a".repeat(255)}`,
    ]) {
      assert.throws(() => renderPolicy(policy({ name })), isInvalidField("name"), name);
    }
  });
});

describe("accounts", () => {
  it("may be any that directories hand out, and come back from the file as they went in", () => {
    for (const account of [
      "nodered",
      "_apt",
      "jörg",
      "EXAMPLE\\jane",
      "jane@example.com",
      "domain users",
      "pc1$",
      "a+b",
      "0",
    ]) {
      const parsed = parseConfig(renderPolicy(policy({ user: account, group: account })));
      assert.ok(parsed.ok);
      const scopes = parsed.root.children.map(({ attributes }) => attributes["user"] ?? attributes["group"]);
      assert.ok(scopes.filter((scope) => scope === account).length === 2, account);
    }
  });

  it("may be a number that the kernel can have", () => {
    for (const user of ["0", "1000", "4294967294"]) assert.doesNotThrow(() => renderPolicy(policy({ user })));
    for (const user of ["4294967295", "007", "-1", "99999999999999999999"]) {
      assert.throws(() => renderPolicy(policy({ user })), isInvalidField("user"), user);
    }
  });
});

describe("policyXml", () => {
  it("brings every value back as it was, whatever is in it", () => {
    const random = new Random(7);
    const alphabet = [
      "<",
      ">",
      "&",
      '"',
      "'",
      "\n",
      "\t",
      "\r",
      "]]>",
      "--",
      "&lt;",
      "&#60;",
      "a",
      "é",
      "𐍈",
      " ",
      "/",
      "=",
    ];
    for (let round = 0; round < 500; round++) {
      const value = Array.from({ length: 1 + random.below(12) }, () => alphabet[random.below(alphabet.length)]).join(
        "",
      );
      const parsed = parseConfig(policyXml([{ scope: user(value), rules: [allow({ own: value })] }]));
      assert.ok(parsed.ok, JSON.stringify(value));
      const [block, ...more] = parsed.root.children;
      assert.deepEqual(more, []);
      assert.deepEqual({ ...block?.attributes }, { user: value });
      assert.deepEqual(
        block?.children.map(({ name, attributes }) => [name, { ...attributes }]),
        [["allow", { own: value }]],
      );
    }
  });
});

describe("commands to copy", () => {
  it("are quoted for the shell", () => {
    const options = policy({ user: "EXAMPLE\\jane doe", group: "pc$" });
    assert.equal(
      installCommand(options),
      "sudo npx node-red-contrib-dbus policy install --name com.example.Flow1 --user 'EXAMPLE\\jane doe' --group 'pc$'",
    );
    assert.doesNotMatch(policyFileName(policy({ preset: "client", destination: "a.b", user: "a\\b c" })), /[^\w.-]/);
  });

  it("say what differs from the defaults, and nothing else", () => {
    assert.equal(
      installCommand(policy({ preset: "scoped", interfaces: ["com.example.A", "com.example.B"], writable: true })),
      "sudo npx node-red-contrib-dbus policy install --preset scoped --name com.example.Flow1 --user nobody " +
        "--interface com.example.A --interface com.example.B --writable",
    );
    assert.equal(
      installCommand(policy({ preset: "client", destination: "org.bluez" })),
      "sudo npx node-red-contrib-dbus policy install --preset client --user nobody --destination org.bluez",
    );
  });

  it("hold the whole file where this package is not at hand", () => {
    assert.equal(
      installByHandCommand(policy()),
      `sudo install -m 644 /dev/stdin /etc/dbus-1/system.d/com.example.Flow1.conf <<'EOF'\n${renderPolicy(policy())}EOF`,
    );
  });
});

function isInvalidField(field: PolicyField) {
  return (error: unknown) => {
    assert.ok(error instanceof DBusNodeError);
    assert.equal(error.code, "DBUS_INVALID_FIELD");
    assert.deepEqual(error.text.params?.["field"], { key: `policy.fields.${field}` });
    return true;
  };
}
