import assert from "node:assert/strict";
import {
  checkArgumentName,
  checkBusName,
  checkErrorName,
  checkInterfaceName,
  checkMemberName,
  checkNamespace,
  checkObjectPath,
  checkPropertyName,
  checkUniqueName,
  checkWellKnownName,
  type NameProblem,
} from "../../../lib/shared/names";
import { english } from "../../support/english";

/** Names of the longest valid length, and one longer. */
const LONGEST = `a.${"b".repeat(253)}`;
const TOO_LONG = `${LONGEST}b`;

/** D-Bus specification, "Message Protocol: Valid Names" and "Type System: Valid Object Paths". */
function table(
  title: string,
  check: (name: string) => NameProblem,
  valid: readonly string[],
  invalid: Readonly<Record<string, RegExp>>,
) {
  describe(title, () => {
    for (const name of valid) {
      it(`takes ${JSON.stringify(name.slice(0, 40))}`, () => assert.equal(check(name), undefined));
    }
    for (const [name, reason] of Object.entries(invalid)) {
      it(`refuses ${JSON.stringify(name.slice(0, 40))} and says why`, () => {
        const problem = check(name);
        assert.ok(problem !== undefined, "it was taken");
        assert.match(english(problem), reason);
      });
    }
  });
}

describe("names", () => {
  table(
    "well-known name",
    checkWellKnownName,
    ["org.freedesktop.DBus", "com.example.backup1", "org._7_zip.Archive", "a.b", "com.a-b.c", LONGEST],
    {
      "": /expected a name, got nothing/,
      org: /two or more elements.*org\.freedesktop\.UPower.*“org”/,
      "org.": /before and after every dot/,
      ".org.x": /before and after every dot/,
      "org..x": /before and after every dot/,
      "org.7zip.Archive": /“7zip”/,
      "org.ex ample.X": /“ex ample”/,
      "org.exämple.X": /“exämple”/,
      ":1.42": /well-known name/,
      [TOO_LONG]: /at most 255 characters, got 256/,
    },
  );
  table("unique name", checkUniqueName, [":1.42", ":1.2.3", ":a.0-_b", `:1.${"2".repeat(252)}`], {
    "1.42": /unique name such as :1\.42/,
    ":1": /two or more elements.*:1\.42/,
    ":": /two or more elements/,
    ":1.": /before and after every dot/,
    ":1.4 2": /“4 2”/,
    [`:1.${"2".repeat(253)}`]: /at most 255 characters, got 256/,
  });
  table("bus name", checkBusName, [":1.42", "org.freedesktop.DBus"], { DBus: /two or more/, ":x": /two or more/ });
  table("interface name", checkInterfaceName, ["org.freedesktop.DBus.Properties", "a._1", LONGEST], {
    DBus: /org\.freedesktop\.UPower\.Device/,
    "org.a-b": /“a-b”/,
    "org.1a": /“1a”/,
    "": /got nothing/,
    [TOO_LONG]: /at most 255/,
  });
  table("error name", checkErrorName, ["org.freedesktop.DBus.Error.Failed"], {
    Failed: /com\.example\.Error\.Failed/,
    "org.x-y": /error name/,
  });
  table("member name", checkMemberName, ["NameOwnerChanged", "_x1", "a".repeat(255)], {
    "": /got nothing/,
    "a.b": /no dot/,
    "1a": /digits/,
    "a-b": /member name/,
    ["a".repeat(256)]: /got 256/,
  });
  table("property name", checkPropertyName, ["Percentage", "a-b", "x.y", "Größe"], {
    "": /got nothing/,
    "a b": /no spaces/,
    "a\0": /property name/,
  });
  table("argument's name", checkArgumentName, ["text", "platform-data", "x.y", "Größe", "a".repeat(255)], {
    "a b": /no spaces/,
    "a:": /colons/,
    "a,b": /commas/,
    "a\0": /argument’s name/,
    "\ud800": /argument’s name/,
    ["a".repeat(256)]: /got 256/,
  });
  table("namespace", checkNamespace, ["com", "com.example", "a-b"], {
    "": /got nothing/,
    ":1": /“:1”/,
    "com.": /before and after every dot/,
    "1a": /“1a”/,
  });
  table("object path", checkObjectPath, ["/", "/a", "/org/bluez/hci0/dev_00_11", "/1/2/_", `/${"a".repeat(400)}`], {
    "": /got nothing/,
    "org/bluez": /begins with a slash/,
    "/org/": /does not end with a slash/,
    "//": /does not end with a slash/,
    "/a//b": /between any two slashes/,
    "/a-b": /holds -$/,
    "/a b": /holds U\+0020$/,
    "/ä": /holds U\+00E4$/,
  });
});
