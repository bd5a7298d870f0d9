import assert from "node:assert/strict";
import { text } from "../../../lib/shared/text";
import { Authentication, type AuthenticationOptions, type AuthenticationStep } from "../../../lib/wire/authentication";
import { english } from "../../support/english";

const GUID = "1234deadbeef1234deadbeef12345678";
const UNIX: AuthenticationOptions = { transport: "unix", uid: 1000, address: "unix:path=/run/bus" };
const TCP: AuthenticationOptions = { ...UNIX, transport: "tcp", address: "tcp:host=a,port=1" };
const EXTERNAL_UID = "AUTH EXTERNAL 31303030\r\n";

function receive(authentication: Authentication, bytes: string): AuthenticationStep {
  return authentication.receive(Buffer.from(bytes, "latin1"));
}

function sent(step: AuthenticationStep): string {
  assert.equal(step.kind, "send");
  return "line" in step ? step.line : "";
}

function refusal(step: AuthenticationStep): string {
  assert.ok(step.kind === "refused", `got ${step.kind}`);
  assert.equal(step.error.code, "DBUS_AUTH_REFUSED");
  return english(step.error.text);
}

describe("wire: authentication", () => {
  it("begins with EXTERNAL without a uid, and answers the empty challenge", () => {
    const client = new Authentication(UNIX);
    assert.equal(client.start(), "\0AUTH EXTERNAL\r\n");
    assert.equal(sent(receive(client, "DATA\r\n")), "DATA\r\n");
    const step = receive(client, `OK ${GUID}\r\n`);
    assert.ok(step.kind === "done");
    assert.deepEqual([step.line, step.serverGuid, step.rest.length], ["BEGIN\r\n", GUID, 0]);
  });

  it("keeps what follows OK in the same chunk, however long", () => {
    const client = new Authentication(UNIX);
    client.start();
    const step = receive(client, `OK ${GUID}\r\n${"x".repeat(50_000)}\r\n`);
    assert.ok(step.kind === "done");
    assert.equal(step.rest.length, 50_002);
  });

  it("reads lines that come byte by byte", () => {
    const client = new Authentication(UNIX);
    client.start();
    const steps = Array.from(`DATA\r\nOK ${GUID}\r\n`, (byte) => receive(client, byte).kind);
    assert.deepEqual(
      steps.filter((kind) => kind !== "wait"),
      ["send", "done"],
    );
  });

  it("copies what it is given, because the read buffer is used again", () => {
    const client = new Authentication(UNIX);
    client.start();
    const buffer = Buffer.from("DA");
    client.receive(buffer);
    buffer.fill(0);
    assert.equal(sent(receive(client, "TA\r\n")), "DATA\r\n");
  });

  it("takes several lines of one chunk in turn", () => {
    const client = new Authentication(UNIX);
    client.start();
    assert.equal(sent(receive(client, `DATA\r\nOK ${GUID}\r\n`)), "DATA\r\n");
    assert.equal(client.next().kind, "done");
  });

  it("goes on with the uid, and then gives up, on a local socket", () => {
    const client = new Authentication(UNIX);
    client.start();
    assert.equal(sent(receive(client, "REJECTED EXTERNAL DBUS_COOKIE_SHA1 ANONYMOUS\r\n")), EXTERNAL_UID);
    assert.match(
      refusal(receive(client, "REJECTED EXTERNAL DBUS_COOKIE_SHA1 ANONYMOUS\r\n")),
      /unix:path=\/run\/bus refused authentication as user id 1000; tried: EXTERNAL; the bus offers: EXTERNAL, DBUS_COOKIE_SHA1, ANONYMOUS/,
    );
  });

  it("begins with the uid over tcp, and tries EXTERNAL without it last", () => {
    const client = new Authentication(TCP);
    assert.equal(client.start(), `\0${EXTERNAL_UID}`);
    const rejected = "REJECTED EXTERNAL DBUS_COOKIE_SHA1 ANONYMOUS\r\n";
    assert.equal(sent(receive(client, rejected)), "AUTH DBUS_COOKIE_SHA1 31303030\r\n");
    assert.match(sent(receive(client, rejected)), /^AUTH ANONYMOUS [0-9a-f]+\r\n$/);
    assert.equal(sent(receive(client, rejected)), "AUTH EXTERNAL\r\n");
    assert.match(refusal(receive(client, rejected)), /tried: EXTERNAL, DBUS_COOKIE_SHA1, ANONYMOUS/);
  });

  it("tries only what the server offers", () => {
    const client = new Authentication(TCP);
    client.start();
    assert.match(sent(receive(client, "REJECTED ANONYMOUS\r\n")), /^AUTH ANONYMOUS/);
  });

  it("never offers ANONYMOUS on a local socket or to a program", () => {
    for (const transport of ["unix", "unixexec"] as const) {
      const client = new Authentication({ ...UNIX, transport });
      client.start();
      assert.match(refusal(receive(client, "REJECTED ANONYMOUS\r\n")), /tried: EXTERNAL; the bus offers: ANONYMOUS/);
    }
  });

  it("does without a uid where the platform has none", () => {
    const client = new Authentication({ ...TCP, uid: undefined });
    assert.match(client.start(), /^\0AUTH ANONYMOUS [0-9a-f]+\r\n$/);
    assert.equal(sent(receive(client, "REJECTED EXTERNAL\r\n")), "AUTH EXTERNAL\r\n");
    assert.match(refusal(receive(client, "REJECTED EXTERNAL\r\n")), /as user id nothing/);
  });

  it("cancels on ERROR, as the protocol asks, and goes on", () => {
    const client = new Authentication(UNIX);
    client.start();
    assert.equal(sent(receive(client, 'ERROR "what?"\r\n')), "CANCEL\r\n");
    assert.equal(sent(receive(client, "REJECTED EXTERNAL\r\n")), EXTERNAL_UID);
  });

  it("goes on though the server answers CANCEL with another error", () => {
    const client = new Authentication(UNIX);
    client.start();
    receive(client, "ERROR\r\n");
    assert.equal(sent(receive(client, "ERROR\r\n")), EXTERNAL_UID);
    receive(client, "ERROR\r\n");
    assert.equal(receive(client, "ERROR\r\n").kind, "refused");
  });

  it("answers what it does not know with ERROR", () => {
    const client = new Authentication(UNIX);
    client.start();
    assert.equal(sent(receive(client, "AGREE_UNIX_FD\r\n")), "ERROR\r\n");
    assert.equal(sent(receive(client, "\r\n")), "ERROR\r\n");
    assert.equal(receive(client, `OK ${GUID}\r\n`).kind, "done");
  });

  it("asks for the cookie and answers with its hash", () => {
    const client = new Authentication({ ...TCP });
    client.start();
    receive(client, "REJECTED DBUS_COOKIE_SHA1\r\n");
    const challenge = Buffer.from("org_freedesktop_general 42 cafe").toString("hex");
    const step = receive(client, `DATA ${challenge}\r\n`);
    assert.ok(step.kind === "cookie");
    assert.deepEqual(step.request, { context: "org_freedesktop_general", id: "42", challenge: "cafe" });
    assert.equal(receive(client, "REJECTED\r\n").kind, "wait", "nothing is read until the cookie is there");
    assert.match(sent(client.answerCookie("c0ffee")), /^DATA [0-9a-f]+\r\n$/);
  });

  it("tells why there was no cookie when nothing else works either", () => {
    const client = new Authentication(TCP);
    client.start();
    receive(client, "REJECTED DBUS_COOKIE_SHA1\r\n");
    receive(client, `DATA ${Buffer.from("context 1 cafe").toString("hex")}\r\n`);
    const reason = text("link.keyring-open", { directory: "/home/me/.dbus-keyrings" });
    assert.equal(sent(client.skipMechanism(reason)), "CANCEL\r\n");
    assert.match(refusal(receive(client, "REJECTED\r\n")), /chmod 700/);
  });

  for (const data of ["", "zz", "one", "a/b 1 cafe", "../x 1 cafe", ". 1 cafe", "a -1 cafe", "a 1 ", "a 1 b c"]) {
    it(`gives the cookie up on the challenge ${JSON.stringify(data)}`, () => {
      const client = new Authentication(TCP);
      client.start();
      receive(client, "REJECTED DBUS_COOKIE_SHA1\r\n");
      assert.equal(sent(receive(client, `DATA ${Buffer.from(data).toString("hex")}\r\n`)), "CANCEL\r\n");
    });
  }

  it("ends on a line without end", () => {
    const client = new Authentication(UNIX);
    client.start();
    let step: AuthenticationStep = { kind: "wait" };
    let bytes = 0;
    for (; step.kind === "wait" && bytes < 100_000; bytes += 1000) step = receive(client, "x".repeat(1000));
    assert.match(refusal(step), /more than 16384 bytes/);
    assert.ok(bytes <= 18_000);
    assert.equal(receive(client, `OK ${GUID}\r\n`).kind, "wait", "nothing counts any more");
  });

  it("ends on lines without end", () => {
    const client = new Authentication(UNIX);
    client.start();
    let steps = 0;
    for (let step = receive(client, "DATA\r\n"); step.kind !== "refused"; step = receive(client, "DATA\r\n")) {
      assert.ok(++steps < 5_000);
    }
    assert.equal(steps, Math.floor(16_384 / 6));
  });

  it("shows a server's words without its control characters", () => {
    const client = new Authentication({ ...UNIX, uid: undefined });
    client.start();
    assert.match(refusal(receive(client, "REJECTED \x1b[31mRED\xff\r\n")), /offers: \?\[31mRED\?\./);
  });
});
