import assert from "node:assert/strict";
import { Deadlines } from "../../../lib/bus/deadlines";
import { Collector } from "../../support/until";

describe("deadlines", () => {
  it("tell each item when its time is over, whatever the order in which they came", async () => {
    const expired = new Collector<string>();
    const deadlines = new Deadlines(expired.add);
    const start = performance.now();
    deadlines.add("late", 60);
    deadlines.add("early", 20);
    deadlines.add("middle", 40);
    assert.deepEqual(new Set(await expired.until(3)), new Set(["early", "middle", "late"]));
    assert.ok(performance.now() >= start + 60);
  });

  it("never tell an item before its time", async () => {
    const early: number[] = [];
    const expired = new Collector<number>();
    const deadlines = new Deadlines<number>((due) => {
      if (performance.now() < due) early.push(due);
      expired.add(due);
    });
    for (let index = 0; index < 50; index++) {
      const due = performance.now() + index;
      deadlines.add(due, index);
    }
    await expired.until(50);
    assert.deepEqual(early, []);
  });

  it("say nothing of an item that was taken back, and go on for the others", async () => {
    const expired = new Collector<string>();
    const deadlines = new Deadlines(expired.add);
    deadlines.add("gone", 5);
    deadlines.add("there", 10);
    deadlines.delete("gone");
    assert.deepEqual(await expired.until(1), ["there"]);
  });

  it("pass over an item that another's end has taken back", async () => {
    const expired = new Collector<string>();
    const deadlines = new Deadlines<string>((item) => {
      deadlines.delete("other");
      expired.add(item);
    });
    deadlines.add("one", 1);
    deadlines.add("other", 1);
    deadlines.add("last", 30);
    assert.deepEqual(await expired.until(2), ["one", "last"]);
  });
});
