import assert from "node:assert/strict";
import { hostUid } from "../../../lib/environment/situation";
import { docker } from "./facts-of";

describe("hostUid", () => {
  for (const [what, uidMap, seen] of [
    ["maps to itself", [{ inside: 0, outside: 0, count: 4294967295 }], 1000],
    ["is one of the host's subordinate uids", [{ inside: 0, outside: 100000, count: 65536 }], 101000],
    ["was mapped by itself", [{ inside: 1000, outside: 1001, count: 1 }], 1001],
    ["is in no range", [{ inside: 0, outside: 100000, count: 10 }], 1000],
  ] as const) {
    it(`of a uid that ${what}`, () => assert.equal(hostUid(docker({ uid: 1000, uidMap })), seen));
  }

  it("is none where there are no uids", () => assert.equal(hostUid(docker({ uid: undefined })), undefined));
});
