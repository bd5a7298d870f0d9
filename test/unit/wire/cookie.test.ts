import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DBusNodeError } from "../../../lib/errors";
import { cookieResponse, readCookie } from "../../../lib/wire/cookie";
import { english } from "../../support/english";
import { makeTempDir } from "../../support/temp-dir";

function keyring(content: string, mode = 0o700): string {
  const directory = path.join(makeTempDir(), "keyrings");
  mkdirSync(directory);
  chmodSync(directory, mode);
  writeFileSync(path.join(directory, "general"), content);
  return directory;
}

const refusedWith = (says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof DBusNodeError);
  assert.equal(error.code, "DBUS_AUTH_REFUSED");
  assert.match(english(error.text), says);
  return true;
};

describe("wire: cookie", () => {
  it("hashes both challenges and the cookie", () => {
    const hash = createHash("sha1").update("server:client:cookie").digest("hex");
    assert.equal(cookieResponse("server", "cookie", "client"), `client ${hash}`);
  });

  it("makes a challenge of its own each time", () => {
    assert.notEqual(cookieResponse("server", "cookie"), cookieResponse("server", "cookie"));
  });

  it("finds the cookie by its id", async () => {
    const directory = keyring("7 1700000000 aa\n42 1700000001 bb\n");
    assert.equal(await readCookie({ context: "general", id: "42", challenge: "x" }, directory), "bb");
  });

  it("says which cookie is missing", async () => {
    const directory = keyring("7 1700000000 aa\n8\n");
    const missing = readCookie({ context: "general", id: "8", challenge: "x" }, directory);
    await assert.rejects(missing, refusedWith(/asks for the cookie 8 from .*general, which is not there/));
  });

  it("says which file is missing", async () => {
    const missing = readCookie({ context: "other", id: "1", challenge: "x" }, keyring(""));
    await assert.rejects(missing, refusedWith(/could not be read \(ENOENT\)/));
  });

  for (const mode of [0o750, 0o705, 0o720]) {
    it(`does not use a folder of mode ${mode.toString(8)}`, async () => {
      const directory = keyring("1 1700000000 aa\n", mode);
      const open = readCookie({ context: "general", id: "1", challenge: "x" }, directory);
      await assert.rejects(open, refusedWith(/other users have access/));
    });
  }
});
