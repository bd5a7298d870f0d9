import assert from "node:assert/strict";
import { Outbox } from "../../../nodes/support/outbox";
import { eventually } from "../../support/until";

function recording(most?: number) {
  const sent: number[] = [];
  const dropped: number[] = [];
  const outbox = new Outbox<number>(
    (item) => sent.push(item),
    (count) => dropped.push(count),
    most,
  );
  return { sent, dropped, outbox };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe("Outbox", () => {
  it("sends at once what comes one by one", () => {
    const { sent, outbox } = recording();
    outbox.push(1);
    assert.deepEqual(sent, [1]);
    outbox.close();
  });

  it("sends a burst in order, a part in each turn", async () => {
    const { sent, outbox } = recording();
    for (const item of numbers(0, 5000)) outbox.push(item);
    assert.equal(sent.length, 500);
    const turns = new Set<number>();
    await eventually(() => {
      turns.add(sent.length);
      return sent.length === 5000;
    });
    assert.deepEqual(sent, numbers(0, 5000));
    assert.ok(turns.size >= 9, `${turns.size} turns`);
    assert.equal(outbox.waiting, 0);
  });

  it("keeps the order when more comes while some wait", async () => {
    const { sent, outbox } = recording();
    for (const item of numbers(0, 700)) outbox.push(item);
    await eventually(() => sent.length >= 600);
    outbox.push(700);
    await eventually(() => sent.length === 701);
    assert.deepEqual(sent, numbers(0, 701));
  });

  it("beyond its bound drops the oldest, and tells how many", async () => {
    const { sent, dropped, outbox } = recording(1000);
    for (const item of numbers(0, 5000)) outbox.push(item);
    assert.equal(outbox.waiting, 1000);
    await eventually(() => outbox.waiting === 0);
    assert.deepEqual(sent, [...numbers(0, 500), ...numbers(4000, 5000)]);
    assert.deepEqual(dropped, [3500], "told once for the turn");
  });

  it("sends nothing any more once it is closed", async () => {
    const { sent, outbox } = recording();
    for (const item of numbers(0, 2000)) outbox.push(item);
    outbox.close();
    assert.equal(outbox.waiting, 0);
    let turns = 0;
    await eventually(() => ++turns > 5);
    assert.equal(sent.length, 500);
  });
});
