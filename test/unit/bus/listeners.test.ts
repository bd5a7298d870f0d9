import assert from "node:assert/strict";
import { guard, Listeners } from "../../../lib/bus/listeners";
import { Collector } from "../../support/until";

describe("Listeners", () => {
  const warnings = new Collector<Error>();
  before(() => process.on("warning", warnings.add));
  after(() => process.off("warning", warnings.add));

  it("tells everyone, in order", () => {
    const listeners = new Listeners<[string, number]>();
    const told: unknown[] = [];
    listeners.add((...args) => told.push(["one", ...args]));
    listeners.add((...args) => told.push(["two", ...args]));
    listeners.emit("x", 1);
    assert.deepEqual(told, [
      ["one", "x", 1],
      ["two", "x", 1],
    ]);
  });

  it("counts the same function as often as it was added, and takes back each by itself", () => {
    const listeners = new Listeners<[]>();
    let told = 0;
    const count = () => told++;
    const removeFirst = listeners.add(count);
    listeners.add(count);
    assert.equal(listeners.size, 2);
    removeFirst();
    removeFirst();
    assert.equal(listeners.size, 1);
    listeners.emit();
    assert.equal(told, 1);
  });

  it("does not tell one that is taken back meanwhile, nor one that is added meanwhile", () => {
    const listeners = new Listeners<[]>();
    const told: string[] = [];
    listeners.add(() => {
      told.push("first");
      removeSecond();
      listeners.add(() => told.push("third"));
    });
    const removeSecond = listeners.add(() => told.push("second"));
    listeners.emit();
    assert.deepEqual(told, ["first"]);
    listeners.emit();
    assert.deepEqual(told, ["first", "first", "third"]);
  });

  it("goes on behind one that throws, and shows what it threw", async () => {
    const listeners = new Listeners<[]>();
    let told = false;
    listeners.add(() => {
      throw new Error("thrown by a listener");
    });
    listeners.add(() => {
      told = true;
    });
    listeners.emit();
    assert.ok(told);
    await warnings.first(({ message }) => message === "thrown by a listener");
  });

  it("shows what is no error, too", async () => {
    guard(() => {
      throw "a mere string";
    });
    await warnings.first(({ message }) => message === "a mere string");
  });
});
