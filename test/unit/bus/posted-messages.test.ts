import assert from "node:assert/strict";
import { MOST_POSTED, MOST_POSTED_BYTES, PostedMessages } from "../../../lib/bus/posted-messages";
import { eventually } from "../../support/until";

const WATCH = { asked: { destination: "com.example.A", member: "Do" }, refused: () => assert.fail("told") };
const SMALL = [Buffer.alloc(100)];

describe("posted messages", () => {
  it("are so many and so large at most, and the latest is always kept", () => {
    const posted = new PostedMessages();
    for (let serial = 1; serial <= 100_000; serial++) posted.add(serial, SMALL, WATCH);
    assert.equal(posted.size, MOST_POSTED);
    posted.add(100_001, [Buffer.alloc(MOST_POSTED_BYTES / 2), Buffer.alloc(MOST_POSTED_BYTES / 2 - 100)], WATCH);
    assert.equal(posted.size, 2);
    posted.add(100_002, [Buffer.alloc(MOST_POSTED_BYTES + 1)], WATCH);
    assert.equal(posted.size, 1);
    posted.add(100_003, SMALL, WATCH);
    assert.equal(posted.size, 1);
    posted.clear();
    assert.equal(posted.size, 0);
  });

  it("are forgotten one after another when their time is over, and watched anew after that", async () => {
    const posted = new PostedMessages(5);
    for (let round = 0; round < 3; round++) {
      posted.add(2 * round + 1, SMALL, WATCH);
      await new Promise((resolve) => setImmediate(resolve));
      posted.add(2 * round + 2, SMALL, WATCH);
      await eventually(() => posted.size === 0);
    }
  });
});
