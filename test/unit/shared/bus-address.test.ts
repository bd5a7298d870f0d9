import assert from "node:assert/strict";
import { parseAddress } from "../../../lib/shared/address";
import {
  type AddressInputs,
  addressCandidates,
  resolveAddress,
  unixPathAddress,
} from "../../../lib/shared/bus-address";

const inputs = (env: Record<string, string>, rest: Partial<AddressInputs> = {}): AddressInputs => ({
  env,
  uid: 1000,
  autolaunchAddress: undefined,
  ...rest,
});

describe("where the buses are looked for", () => {
  it("takes the system bus's well-known paths, /run first", () => {
    assert.equal(
      resolveAddress({ kind: "system" }, inputs({})),
      "unix:path=/run/dbus/system_bus_socket;unix:path=/var/run/dbus/system_bus_socket",
    );
  });

  it("uses a variable that is set alone, and an empty one not at all", () => {
    const env = { DBUS_SYSTEM_BUS_ADDRESS: "tcp:host=a,port=1;tcp:host=b,port=1", DBUS_SESSION_BUS_ADDRESS: "" };
    assert.equal(resolveAddress({ kind: "system" }, inputs(env)), env.DBUS_SYSTEM_BUS_ADDRESS);
    assert.deepEqual(addressCandidates("session", inputs(env)), [
      { address: "unix:path=/run/user/1000/bus", source: "runtime-directory" },
    ]);
  });

  it("looks for a session bus by XDG_RUNTIME_DIR, the uid, then the autolaunch file", () => {
    const found = addressCandidates(
      "session",
      inputs({ XDG_RUNTIME_DIR: "/tmp/run time/" }, { autolaunchAddress: "unix:abstract=/tmp/dbus-x,guid=1" }),
    );
    assert.deepEqual(found, [
      { address: "unix:path=/tmp/run%20time/bus", source: "XDG_RUNTIME_DIR" },
      { address: "unix:path=/run/user/1000/bus", source: "runtime-directory" },
      { address: "unix:abstract=/tmp/dbus-x,guid=1", source: "autolaunch" },
    ]);
  });

  it("names a place once, though two rules lead to it", () => {
    assert.deepEqual(addressCandidates("session", inputs({ XDG_RUNTIME_DIR: "/run/user/1000" })), [
      { address: "unix:path=/run/user/1000/bus", source: "XDG_RUNTIME_DIR" },
    ]);
  });

  it("ignores a runtime directory that is not absolute", () => {
    assert.equal(
      resolveAddress({ kind: "session" }, inputs({ XDG_RUNTIME_DIR: "run" })),
      "unix:path=/run/user/1000/bus",
    );
  });

  it("treats autolaunch: as libdbus does, as nothing set", () => {
    assert.equal(
      resolveAddress({ kind: "session" }, inputs({ DBUS_SESSION_BUS_ADDRESS: "autolaunch:" })),
      "unix:path=/run/user/1000/bus",
    );
  });

  it("has nowhere to look without uid and variables", () => {
    assert.equal(resolveAddress({ kind: "session" }, inputs({}, { uid: undefined })), "");
  });

  it("gives an address back as it was typed, without the blanks around it", () => {
    assert.equal(
      resolveAddress({ kind: "address", address: " unix:path=/a;unix:path=/b\n" }, inputs({})),
      "unix:path=/a;unix:path=/b",
    );
  });

  it("escapes paths so that parsing gives them back", () => {
    for (const path of ["/run/a b", "/tmp/ü;,=%", "/x/!~'()", "/emoji/😀", "/back\\slash"]) {
      const address = unixPathAddress(path);
      assert.match(address, /^unix:path=[-0-9A-Za-z_/.*%]+$/);
      const parsed = parseAddress(address);
      assert.ok("entries" in parsed);
      assert.deepEqual(
        parsed.entries.map((entry) => [entry.transport, entry.keys.get("path")]),
        [["unix", path]],
      );
    }
  });
});
