import assert from "node:assert/strict";
import { DBusNodeError } from "../../../lib/errors";
import { type AddressContext, resolveAddress } from "../../../lib/wire/address";
import { english } from "../../support/english";

const CONTEXT: AddressContext = { env: { XDG_RUNTIME_DIR: "/run/user/1000" }, nodeMajor: 22 };

function one(address: string, context = CONTEXT) {
  const [only, ...others] = resolveAddress(address, context);
  assert.equal(others.length, 0);
  assert.ok(only !== undefined);
  return only;
}

function refusal(address: string, context = CONTEXT): DBusNodeError {
  const found = one(address, context);
  assert.ok(found instanceof DBusNodeError, `${address} was accepted`);
  return found;
}

describe("wire: address", () => {
  it("takes a socket's path, percent escapes decoded", () => {
    const source = "unix:path=/tmp/with%20space%2Ccomma,guid=00";
    assert.deepEqual(one(source), { transport: "unix", source, path: "/tmp/with space,comma" });
  });

  it("takes an abstract name, after a NUL", () => {
    const source = "unix:abstract=/tmp/dbus-X";
    assert.deepEqual(one(source), { transport: "unix", source, path: "\0/tmp/dbus-X" });
  });

  it("refuses an abstract name on a Node.js that pads it", () => {
    const error = refusal("unix:abstract=/tmp/dbus-X", { ...CONTEXT, nodeMajor: 20 });
    assert.equal(error.code, "DBUS_INVALID_ADDRESS");
    assert.match(english(error.text), /abstract sockets need Node\.js 22 or later, this is Node\.js 20/);
  });

  it("finds runtime=yes in XDG_RUNTIME_DIR", () => {
    const source = "unix:runtime=yes";
    assert.deepEqual(one(source), { transport: "unix", source, path: "/run/user/1000/bus" });
    const error = refusal(source, { ...CONTEXT, env: {} });
    assert.equal(error.code, "DBUS_NO_BUS");
    assert.match(english(error.text), /XDG_RUNTIME_DIR is not set/);
  });

  it("takes host, port and family of tcp", () => {
    for (const [family, number] of [
      ["", 0],
      [",family=ipv4", 4],
      [",family=ipv6", 6],
    ] as const) {
      const source = `tcp:host=venus.local,port=78${family}`;
      assert.deepEqual(one(source), { transport: "tcp", source, host: "venus.local", port: 78, family: number });
    }
    assert.deepEqual(one("tcp:port=1"), {
      transport: "tcp",
      source: "tcp:port=1",
      host: "localhost",
      port: 1,
      family: 0,
    });
  });

  it("takes program and arguments of unixexec up to the first gap", () => {
    const source = "unixexec:path=ssh,argv1=host,argv2=systemd-stdio-bridge,argv4=lost";
    assert.deepEqual(one(source), {
      transport: "unixexec",
      source,
      file: "ssh",
      argv0: "ssh",
      args: ["host", "systemd-stdio-bridge"],
    });
    assert.equal(
      "argv0" in one("unixexec:path=a,argv0=b") && Reflect.get(one("unixexec:path=a,argv0=b"), "argv0"),
      "b",
    );
  });

  for (const [address, says] of [
    ["unix:", /exactly one of path=, abstract= and runtime=yes, and has nothing/],
    ["unix:path=/a,abstract=b", /and has path, abstract/],
    ["unix:tmpdir=/tmp", /and has tmpdir/],
    ["unix:path=", /needs the key “path”/],
    ["unix:runtime=no", /expected runtime=yes, got “no”/],
    ["unix:path=/a%00b", /NUL character/],
    [`unix:path=/${"x".repeat(107)}`, /at most 107 bytes, this one has 108/],
    [`unix:path=/${"%C3%A4".repeat(60)}`, /this one has 121/],
    ["tcp:host=a", /needs the key “port”/],
    ["tcp:host=a,port=0", /port from 1 to 65535, got “0”/],
    ["tcp:host=a,port=65536", /got “65536”/],
    ["tcp:host=a,port=-1", /got “-1”/],
    ["tcp:host=a,port=1e3", /got “1e3”/],
    ["tcp:host=a,port=1,family=ipx", /family=ipv4 or family=ipv6, got “ipx”/],
    ["unixexec:argv1=x", /needs the key “path”/],
    ["nonce-tcp:host=a,port=1,noncefile=/x", /nonce-tcp is not supported/],
    ["launchd:env=X", /“launchd” is not supported; expected one of unix, tcp, unixexec/],
    ["autolaunch:", /“autolaunch” is not supported/],
  ] as const) {
    it(`refuses ${address.length > 60 ? `${address.slice(0, 60)}...` : address}`, () => {
      const error = refusal(address);
      assert.equal(error.code, "DBUS_INVALID_ADDRESS");
      assert.match(english(error.text), says);
    });
  }

  it("keeps the order of alternatives, and the errors of those that cannot be used", () => {
    const [first, second, third] = resolveAddress("autolaunch:;unix:path=/a;tcp:host=b,port=2", CONTEXT);
    assert.ok(first instanceof DBusNodeError);
    assert.ok(second !== undefined && "path" in second && second.path === "/a");
    assert.ok(third !== undefined && "port" in third && third.port === 2);
  });

  for (const address of ["", ";", "unix", "unix:path", "unix:path=%4", "unix:path=a,path=b"]) {
    it(`refuses ${JSON.stringify(address)} as a whole`, () => {
      assert.throws(
        () => resolveAddress(address, CONTEXT),
        (error) => {
          assert.ok(error instanceof DBusNodeError);
          assert.equal(error.code, "DBUS_INVALID_ADDRESS");
          return english(error.text) !== "";
        },
      );
    });
  }
});
