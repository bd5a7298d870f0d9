import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findPolicyFile } from "../../../nodes/support/admin/policy-file";
import { makeTempDir } from "../../support/temp-dir";

const NAME = "com.example.Flow1.conf";

describe("where a policy file goes", () => {
  const folders = () => [makeTempDir(), makeTempDir()] as const;

  it("finds an administrator's file, else a package's", () => {
    const [own, packages] = folders();
    const find = () => findPolicyFile(NAME, "a", own, "here", packages);
    assert.deepEqual(find(), { state: "missing", file: path.join(own, NAME) });
    writeFileSync(path.join(packages, NAME), "b");
    assert.deepEqual(find(), { state: "packaged", file: path.join(packages, NAME) });
    writeFileSync(path.join(packages, NAME), "a");
    assert.deepEqual(find(), { state: "same", file: path.join(packages, NAME) });
    writeFileSync(path.join(own, NAME), "b");
    assert.deepEqual(find(), { state: "different", file: path.join(own, NAME) });
    writeFileSync(path.join(own, NAME), "a");
    assert.deepEqual(find(), { state: "same", file: path.join(own, NAME) });
  });

  it("knows of what it cannot see that it does not know", () => {
    const [own, packages] = folders();
    const file = path.join(own, NAME);
    assert.deepEqual(findPolicyFile(NAME, "a", own, "host", packages), { state: "unseen", bus: "host", file });
    writeFileSync(file, "a");
    assert.equal(findPolicyFile(NAME, "a", own, "host", packages).state, "same", "a bus in the container itself");
    assert.deepEqual(findPolicyFile(NAME, "a", own, "remote", packages), { state: "unseen", bus: "remote", file });
  });

  it("says why it cannot read one", () => {
    const [own, packages] = folders();
    mkdirSync(path.join(own, NAME));
    const found = findPolicyFile(NAME, "a", own, "here", packages);
    assert.ok(found.state === "unreadable" && found.reason.startsWith("EISDIR"), JSON.stringify(found));
  });
});
