import assert from "node:assert/strict";
import type { WatchEvent } from "../../../lib/client/watch";
import { RateLimit } from "../../../nodes/support/rate-limit";
import { Collector } from "../../support/until";

function event(key: string, payload: unknown, more: Partial<WatchEvent> = {}): WatchEvent {
  const place = { sender: ":1.1", path: "/a", interface: "a.b", member: "C", signature: "u" };
  return { event: "signal", topic: "C", payload, ...place, key, additive: false, ...more };
}

function limited(intervalMs: number, most?: number) {
  const passed = new Collector<WatchEvent>();
  let replaced = 0;
  const limit = new RateLimit(intervalMs, passed.add, () => replaced++, most);
  return { passed, limit, replaced: () => replaced };
}

describe("RateLimit", () => {
  it("of 0 lets everything pass", () => {
    const { passed, limit, replaced } = limited(0);
    for (const payload of [1, 2, 3]) limit.push(event("a", payload));
    assert.deepEqual([passed.items.map(({ payload }) => payload), replaced()], [[1, 2, 3], 0]);
  });

  it("lets the first pass at once, and of those that follow the latest at the interval's end", async () => {
    const { passed, limit, replaced } = limited(20);
    for (const payload of [1, 2, 3]) limit.push(event("a", payload));
    limit.push(event("b", 4));
    assert.deepEqual(
      passed.items.map(({ payload }) => payload),
      [1, 4],
    );
    await passed.until(3);
    assert.equal(passed.items[2]?.payload, 3);
    assert.equal(replaced(), 1);
    limit.close();
  });

  it("begins a new interval with each that passes", async () => {
    const { passed, limit } = limited(20);
    const times: number[] = [];
    passed.onItem(() => times.push(performance.now()));
    const stop = passed.onItem(({ payload }) => limit.push(event("a", (payload as number) + 1)));
    limit.push(event("a", 0));
    await passed.until(4);
    stop();
    limit.close();
    for (let index = 1; index < 4; index++) assert.ok((times[index] ?? 0) - (times[index - 1] ?? 0) > 15);
  });

  it("adds up what is additive: a name is known or invalidated, as was told last", async () => {
    const { passed, limit } = limited(20);
    const change = (payload: object, invalidated?: string[]) =>
      limit.push(event("a", payload, { additive: true, ...(invalidated ? { details: { invalidated } } : {}) }));
    change({});
    change({ A: 1, B: 1 }, ["X", "Y"]);
    change({ A: 2, X: 3 });
    change({ C: 1 }, ["B", "X"]);
    change({ X: 4 });
    await passed.until(2);
    const [, sum] = passed.items;
    assert.deepEqual(sum?.payload, { A: 2, X: 4, C: 1 });
    assert.deepEqual(sum?.details, { invalidated: ["Y", "B"] });
    assert.equal(sum?.topic, "A,C,X,Y,B");
    limit.close();
  });

  it("tells so many keys apart, and the oldest passes early for a new one", () => {
    const { passed, limit } = limited(60_000, 2);
    for (const [key, payload] of [
      ["a", 1],
      ["a", 2],
      ["b", 3],
      ["c", 4],
      ["a", 5],
    ] as const)
      limit.push(event(key, payload));
    assert.deepEqual(
      passed.items.map(({ payload }) => payload),
      [1, 3, 2, 4, 5],
    );
    limit.close();
  });

  it("lets nothing pass once it is closed", async () => {
    const { passed, limit } = limited(10);
    const other = limited(10);
    for (const payload of [1, 2]) {
      limit.push(event("a", payload));
      other.limit.push(event("a", payload));
    }
    limit.close();
    await other.passed.until(2);
    assert.equal(passed.items.length, 1);
    other.limit.close();
  });
});
