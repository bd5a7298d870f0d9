import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import path from "node:path";
import { writePolicy } from "../../../cli/write-policy";
import { readInstalled } from "../../../lib/environment/installed-policy";
import { bounded, endChild, spawnChild } from "../../support/child";
import { ROOT } from "../../support/platform";
import { makeTempDir } from "../../support/temp-dir";

describe("writePolicy", () => {
  it("writes a new file with mode 0644, whatever the umask", () => {
    const file = path.join(makeTempDir(), "a.conf");
    const umask = process.umask(0o077);
    try {
      writePolicy(file, "content\n");
    } finally {
      process.umask(umask);
    }
    assert.deepEqual(readInstalled(file), { content: "content\n", mode: 0o644 });
    assert.deepEqual(readdirSync(path.dirname(file)), ["a.conf"]);
  });

  it("replaces a file as a whole: whoever has the old one open goes on reading that", () => {
    const file = path.join(makeTempDir(), "a.conf");
    writeFileSync(file, "old");
    chmodSync(file, 0o600);
    const before = statSync(file).ino;
    writePolicy(file, "new");
    assert.notEqual(statSync(file).ino, before);
    assert.deepEqual(readInstalled(file), { content: "new", mode: 0o644 });
  });

  it("is killed in the middle, and the file is whole: the old one or the new one", async () => {
    const folder = makeTempDir();
    const file = path.join(folder, "a.conf");
    const size = 1 << 26;
    const source = path.join(__dirname, "../../../cli/write-policy.ts");
    const program = `require(${JSON.stringify(source)}).writePolicy(${JSON.stringify(file)}, "n".repeat(${size}))`;
    for (let round = 0; round < 3; round++) {
      writeFileSync(file, "old");
      const watcher = watch(folder);
      const begun = once(watcher, "change");
      const child = spawnChild(process.execPath, ["--import", "tsx", "-e", program], { cwd: ROOT, stdio: "ignore" });
      await bounded(begun, "the first byte");
      await endChild(child, "SIGKILL");
      watcher.close();
      const content = readFileSync(file, "utf8");
      assert.ok(content === "old" || content === "n".repeat(size), `${content.length} bytes`);
    }
  });

  it("leaves everything as it was where it cannot finish", () => {
    const folder = makeTempDir();
    const file = path.join(folder, "a.conf");
    // A folder is in the file's place: the rename, the last step, fails.
    mkdirSync(file);
    writeFileSync(path.join(file, "inside"), "old");
    assert.throws(() => writePolicy(file, "new"));
    assert.deepEqual(readdirSync(folder), ["a.conf"]);
    assert.equal(readFileSync(path.join(file, "inside"), "utf8"), "old");
    assert.throws(() => writePolicy(path.join(folder, "no/such/a.conf"), "new"), /ENOENT/);
  });
});

describe("readInstalled", () => {
  it("does not wait for a pipe that is in the file's place", () => {
    const file = path.join(makeTempDir(), "a.conf");
    execFileSync("mkfifo", [file]);
    assert.equal(readInstalled(file)?.content, "");
  });

  it("ends where a file does not", () => {
    assert.equal(readInstalled("/dev/zero")?.content.length, 1 << 24);
  });

  it("tells what is not there from what cannot be read", () => {
    const folder = makeTempDir();
    assert.equal(readInstalled(path.join(folder, "a.conf")), undefined);
    assert.throws(() => readInstalled(folder), /EISDIR/);
  });
});
