import assert from "node:assert/strict";
import { parseAddress } from "../../../lib/shared/address";
import { checkAddress } from "../../../lib/shared/check-bus-choice";
import { english } from "../../support/english";

/** D-Bus specification, "Server Addresses". */
describe("address", () => {
  const entriesOf = (address: string) => {
    const parsed = parseAddress(address);
    assert.ok("entries" in parsed, "problem" in parsed ? english(parsed.problem) : "");
    return parsed.entries.map(({ transport, keys, source }) => ({ transport, keys: Object.fromEntries(keys), source }));
  };

  it("reads a transport with its keys", () => {
    assert.deepEqual(entriesOf("unix:path=/tmp/dbus-test,guid=aa"), [
      { transport: "unix", keys: { path: "/tmp/dbus-test", guid: "aa" }, source: "unix:path=/tmp/dbus-test,guid=aa" },
    ]);
  });

  it("reads alternatives in order, and passes over empty ones", () => {
    const entries = entriesOf("unix:path=/a;;tcp:host=127.0.0.1,port=1234;");
    assert.deepEqual(
      entries.map(({ transport, keys }) => [transport, keys]),
      [
        ["unix", { path: "/a" }],
        ["tcp", { host: "127.0.0.1", port: "1234" }],
      ],
    );
  });

  it("decodes escapes, those of UTF-8 and of separators too", () => {
    const [entry] = entriesOf("unix:path=/tmp/a%20b%3bc%2Cd%3d%C3%A4");
    assert.deepEqual(entry?.keys, { path: "/tmp/a b;c,d=ä" });
  });

  it("takes a transport without keys, and a value with an equals sign", () => {
    assert.deepEqual(
      entriesOf("autolaunch:;unixexec:path=ssh,argv1=a=b").map(({ transport, keys }) => [transport, keys]),
      [
        ["autolaunch", {}],
        ["unixexec", { path: "ssh", argv1: "a=b" }],
      ],
    );
  });

  const invalid: Readonly<Record<string, RegExp>> = {
    "": /got nothing/,
    ";;": /got nothing/,
    "/run/dbus/system_bus_socket": /begin with a transport and a colon/,
    ":path=/a": /begin with a transport/,
    "unix:path": /“path” in “unix:path” is not of the form key=value/,
    "unix:=x": /key=value/,
    "unix:path=/a,path=/b": /the key “path” twice/,
    "unix:path=/a%2": /not followed by two hexadecimal digits/,
    "unix:path=/a%zz": /not followed by two hexadecimal digits/,
    "unix:path=/a%ff": /UTF-8/,
    "unix:path=/a;tcp": /“tcp” does not begin with a transport/,
  };
  for (const [address, reason] of Object.entries(invalid)) {
    it(`refuses ${JSON.stringify(address)} and says why`, () => {
      const problem = checkAddress(address);
      assert.ok(problem !== undefined, "it was taken");
      assert.match(english(problem), reason);
    });
  }
});
