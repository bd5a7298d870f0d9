import assert from "node:assert/strict";
import { LINT_CODES, type LintCode } from "../../../lib/policy/finding";
import { hasErrors, type LintCircumstances, lintPolicy } from "../../../lib/policy/lint";
import { renderPolicy } from "../../../lib/policy/render";
import { english } from "../../support/english";
import { busconfig, EVERY_POLICY } from "../../support/policies";
import { withinProcessorTime } from "../../support/processor-time";

/** What is found: `code` for an error, `(code)` for a warning, each with its line. */
function found(source: string, circumstances?: LintCircumstances): readonly string[] {
  return lintPolicy(source, circumstances).map(({ code, severity, line }) =>
    severity === "error" ? `${line} ${code}` : `${line} (${code})`,
  );
}

const CALL = '<allow send_destination="com.example.A"/>';
const OWN = '<allow own="com.example.A"/>';
const inDefault = (rules: string) => `<policy context="default">${rules}</policy>`;
const inUser = (rules: string) => `<policy user="nobody">${rules}</policy>`;

/** Each finding with an example, which has no other. */
const EXAMPLES: readonly (readonly [expected: string, content: string, circumstances?: LintCircumstances])[] = [
  ["2 unknown-element", `<polcy/>${inDefault(CALL)}`],
  ["2 unknown-element", inDefault(`<permit own="com.example.A"/>${CALL}`)],
  ["2 unknown-element", inDefault(`<allow send_destination="com.example.A"><x/></allow>`)],
  ["2 unknown-attribute", inDefault('<allow send_destination="com.example.A" send_path_prefix="/"/>')],
  ["2 unknown-attribute", `<policy user="nobody" when="now">${CALL}</policy>`],
  ["2 stray-text", inDefault(`allow${CALL}`)],
  ["2 stray-text", inDefault('<allow send_destination="com.example.A">please</allow>')],
  ["2 policy-scope", `<policy>${CALL}</policy>`],
  ["2 policy-scope", `<policy user="nobody" group="staff">${CALL}</policy>`],
  ["2 bad-value", `<policy context="optional">${CALL}</policy>`],
  ["2 bad-value", inDefault('<allow send_destination="com.example.A" send_type="call"/>')],
  ["2 bad-value", inDefault('<allow send_destination="com.example.A" eavesdrop="yes"/>')],
  ["2 bad-value", inDefault('<allow send_destination="com.example.A" max_fds="many"/>')],
  ["2 no-condition", inDefault(`<allow/>${CALL}`)],
  ["2 mixed-conditions", inUser('<allow own="com.example.A" send_destination="com.example.A"/>')],
  ["2 member-alone", inDefault('<allow send_destination="com.example.A" send_member="Get"/>')],
  ["2 never-matches", inDefault('<allow send_destination="com.example.A" send_broadcast="true"/>')],
  ["2 daemon-setting", `<listen>unix:path=/tmp/x</listen>${inDefault(CALL)}`],
  ["2 daemon-setting", `<auth>ANONYMOUS</auth>${inDefault(CALL)}`],
  ["2 daemon-setting", `<user>root</user>${inDefault(CALL)}`],
  ["2 daemon-setting", `<limit name="max_replies_per_connection">1</limit>${inDefault(CALL)}`],
  ["2 own-any", inUser('<allow own="*"/>')],
  ["2 own-any", inDefault('<deny own="*"/>')],
  ["2 any-destination", inUser('<allow send_destination="*"/>')],
  ["2 glob", inUser('<allow send_destination="com.example.*"/>')],
  ["2 no-destination", inUser('<allow send_interface="com.example.A"/>')],
  ["2 no-destination", inUser('<allow send_type="method_call"/>')],
  ["2 deny-no-destination", inDefault('<deny send_interface="com.example.A"/>')],
  ["2 deny-no-destination", inDefault('<deny send_type="method_call"/>')],
  ["2 eavesdrop", inUser('<allow eavesdrop="true"/>')],
  [
    "2 monitoring",
    inUser('<allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Monitoring"/>'),
  ],
  ["2 invalid-name", inUser('<allow send_destination="com..example"/>')],
  ["2 invalid-name", inUser('<allow send_destination="com.example.A" send_interface="A"/>')],
  ["2 invalid-name", inUser('<allow send_destination="com.example.A" send_path="a/b"/>')],
  ["2 unique-name", inUser('<allow send_destination=":1.2"/>')],
  ["2 unknown-user", inUser(CALL), { accounts: { hasUser: () => false, hasGroup: () => true } }],
  [
    "2 unknown-group",
    `<policy group="staff">${CALL}</policy>`,
    { accounts: { hasUser: () => true, hasGroup: () => false } },
  ],
  ["2 not-global | 2 (connect-rule)", inUser('<allow user="nobody"/>')],
  ["1 file-extension", inUser(CALL), { fileName: "com.example.A.xml" }],
  ["2 (reserved-name)", inUser('<allow own="org.freedesktop.A"/><allow send_destination="org.freedesktop.A"/>')],
  ["2 (anyone-owns)", inDefault(OWN + CALL)],
  ["2 (receive)", inDefault('<allow receive_sender="com.example.A"/>')],
  ["2 (at-console)", `<policy at_console="true">${CALL}</policy>`],
  ["2 (destination-prefix)", inUser('<allow send_destination_prefix="com.example"/>')],
  ["2 (destination-prefix)", inUser(`${OWN}<allow send_destination_prefix="com.example"/>`)],
  ["2 (connect-rule)", inDefault('<deny user="nobody"/>')],
  ["2 (own-only)", inUser(OWN)],
  ["2 (own-only)", inUser('<allow own="com.example.A"/><allow send_destination="com.example.B"/>')],
  ["2 (redundant-deny)", inDefault('<deny send_destination="com.example.A"/>') + inUser(CALL)],
  ["2 (redundant-deny)", inDefault('<deny own="com.example.A"/>') + inUser(OWN + CALL)],
  ["1 (no-rules)", ""],
  ["1 (no-rules)", '<policy context="default"/>'],
  ["2 (rule-in-comment)", `<!-- ${OWN} -->${inUser(CALL)}`],
  ["1 (file-name)", inUser(OWN + CALL), { fileName: "flow.conf" }],
  ["1 (mode)", inUser(CALL), { mode: 0o100664 }],
  ["1 (mode)", inUser(CALL), { mode: 0o100600 }],
];

describe("lintPolicy", () => {
  for (const [expected, content, circumstances] of EXAMPLES) {
    it(`${expected}: ${content || "nothing"}`, () => {
      assert.equal(found(busconfig(content), circumstances).join(" | "), expected);
    });
  }

  it("finds not-busconfig", () => {
    assert.deepEqual(found("<policy/>"), ["1 not-busconfig"]);
  });

  it("has an example of every finding", () => {
    const shown = new Set(
      EXAMPLES.flatMap(([expected]) => expected.split(" | ").map((one) => one.replace(/^\d+ |[()]/g, ""))),
    );
    const elsewhere: readonly LintCode[] = ["broken-xml", "not-busconfig"];
    assert.deepEqual(
      LINT_CODES.filter((code) => !shown.has(code)),
      elsewhere,
    );
  });

  it("says each in words, with what it is about", () => {
    for (const [, content, circumstances] of EXAMPLES) {
      for (const { text, code } of lintPolicy(busconfig(content), circumstances)) {
        assert.doesNotMatch(english(text), /__|\n/, code);
      }
    }
  });

  it("has nothing to say about what this package renders", () => {
    for (const [title, options] of EVERY_POLICY) {
      const findings = found(renderPolicy(options));
      assert.deepEqual(findings, options.preset === "permissive" ? ["6 (anyone-owns)", "8 (receive)"] : [], title);
    }
  });

  it("leaves alone what is in order", () => {
    for (const content of [
      // A prefix covers its names, both ways.
      inUser('<allow own_prefix="com.example"/><allow send_destination="com.example.A"/>'),
      // Taking back what another file allows.
      inUser('<deny send_destination="org.bluez"/><deny own="org.freedesktop.A"/>'),
      // Taking back what was allowed just before.
      inDefault(`${CALL}<deny send_destination="com.example.A" send_interface="com.example.I"/>`),
      inDefault(CALL) + inUser('<deny send_destination="com.example.A"/>'),
      `${inUser(CALL)}<policy context="mandatory"><deny send_destination="com.example.A"/></policy>`,
      // `*` is the same as no such condition.
      inUser('<allow send_destination="com.example.A" send_interface="*" send_member="*"/>'),
      inUser('<allow send_destination="com.example.A" eavesdrop="false" log="true"/>'),
      `<selinux><associate own="com.example.A" context="x"/></selinux>${inUser(CALL)}`,
      `<!-- who may call -->${inUser(CALL)}`,
    ]) {
      assert.deepEqual(found(busconfig(content)), [], content);
    }
  });

  it("keeps what a file says on one line, and short", () => {
    const value = `com.example&#10;x.conf:1: error forged&#9;${"a".repeat(100_000)}`;
    for (const content of [
      inUser(`<allow send_destination="${value}"/>`),
      inUser(`<allow send_destination="com.example.A" send_path="${value}"/>`),
      inDefault(`<allow send_destination="com.example.A" send_type="${value}"/>`),
    ]) {
      for (const { text } of lintPolicy(busconfig(content))) {
        assert.doesNotMatch(english(text), /[\p{Cc}]/u);
        assert.ok(english(text).length < 1_000);
      }
    }
  });

  it("is linear in what a file holds", () => {
    const many = (rule: (index: number) => string) => Array.from({ length: 5_000 }, (_, index) => rule(index)).join("");
    const owned = many((index) => `<allow own="com.example.A${index}"/>`);
    const called = many((index) => `<allow send_destination="com.example.B${index}"/>`);
    const denied = many((index) => `<deny own="com.example.A${index}"/>`);
    const findings = withinProcessorTime(5_000, () => found(busconfig(inDefault(denied) + inUser(owned + called))));
    assert.equal(findings.length, 10_000);
  });

  it("tells lines where the tag begins", () => {
    const content = '<policy\n  context="default">\n\n  <allow\n    own="*"/>\n  <deny own="*"\n/>\n</policy>';
    assert.deepEqual(found(busconfig(content)), ["5 own-any", "7 own-any"]);
    assert.deepEqual(found(busconfig(content).replaceAll("\n", "\r\n")), ["5 own-any", "7 own-any"]);
    assert.deepEqual(found(`\ufeff<?xml version="1.0"?>${busconfig(content)}`), ["5 own-any", "7 own-any"]);
  });
});

describe("lintPolicy on broken XML", () => {
  const BROKEN: readonly (readonly [source: string, line: number, column: number])[] = [
    ["<busconfig>\n  <policy>\n</busconfig>", 3, 12],
    ['<busconfig>\n<policy user="a" user="b"/></busconfig>', 2, 27],
    ['<busconfig>\n  <allow own="a&b"/>\n</busconfig>', 2, 16],
    ["<busconfig>\n  <!-- a & b -->\n</busconfig", 3, 11],
    ["<busconfig>\n  <allow own=a/>\n</busconfig>", 2, 14],
    ["<busconfig>", 1, 11],
    ["<busconfig/><busconfig/>", 1, 23],
    ["no XML at all", 1, 13],
    ["", 1, 1],
    ['<!DOCTYPE busconfig [<!ENTITY a "b">]>\n<busconfig><allow own="&a;"/></busconfig>', 2, 26],
  ];
  for (const [source, line, column] of BROKEN) {
    it(JSON.stringify(source), () => {
      const [finding, ...more] = lintPolicy(source);
      assert.deepEqual(more, []);
      assert.equal(finding?.code, "broken-xml");
      const { params } = finding.text;
      assert.deepEqual([finding.line, params?.["line"], params?.["column"]], [line, line, column]);
      assert.ok(english(finding.text).includes(`line ${line}, column ${column} (`), english(finding.text));
      assert.ok(hasErrors([finding]));
    });
  }

  it("is bounded in size and depth", () => {
    const deep = lintPolicy(`${"<a>".repeat(100_000)}`);
    assert.match(english(deep[0]?.text ?? { key: "" }), /nested deeper than 64/);
    const large = lintPolicy(`<busconfig>${" ".repeat(1 << 21)}</busconfig>`);
    assert.match(english(large[0]?.text ?? { key: "" }), /at most 1048576 characters/);
  });
});
