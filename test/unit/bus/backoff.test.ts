import assert from "node:assert/strict";
import { Backoff } from "../../../lib/bus/backoff";

const waits = (backoff: Backoff, count: number) => Array.from({ length: count }, () => backoff.next());

describe("Backoff", () => {
  it("doubles from half a second to half a minute", () => {
    assert.deepEqual(waits(new Backoff(() => 0.5), 8), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it("spreads each wait by a fifth, and never beyond the longest", () => {
    assert.deepEqual(waits(new Backoff(() => 0), 7), [400, 800, 1600, 3200, 6400, 12_800, 24_000]);
    assert.deepEqual(waits(new Backoff(() => 1), 7), [600, 1200, 2400, 4800, 9600, 19_200, 30_000]);
  });

  it("begins anew after a success", () => {
    const backoff = new Backoff(() => 0.5);
    waits(backoff, 4);
    backoff.reset();
    assert.equal(backoff.next(), 500);
  });

  it("differs from one runtime to the next", () => {
    const firsts = new Set(Array.from({ length: 50 }, () => new Backoff().next()));
    assert.ok(firsts.size > 10);
  });
});
