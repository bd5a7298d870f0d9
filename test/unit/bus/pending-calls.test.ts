import assert from "node:assert/strict";
import {
  type CallDetails,
  CallGroup,
  MAX_AT_BUS,
  MAX_IN_FLIGHT,
  MAX_UNANSWERED,
  MAX_WAITING,
  PendingCalls,
  type Settle,
} from "../../../lib/bus/pending-calls";
import { DBusNodeError } from "../../../lib/errors";
import { text } from "../../../lib/shared/text";
import { Collector } from "../../support/until";
import { methodReturn } from "./messages";

const LOST = new DBusNodeError("DBUS_DISCONNECTED", text("errors.disconnected"));
const LATE = new DBusNodeError("DBUS_TIMEOUT", text("errors.timeout"));

describe("PendingCalls", () => {
  /** The serials of what was written, in order. */
  let written: number[];
  let calls: PendingCalls;
  /** What the calls came to, in order: a code, "reply", or "sent". */
  let outcomes: Collector<{ serial: number; outcome: string }>;

  const settled = (serial: number): Settle => {
    return (outcome) => {
      const told = outcome === undefined ? "sent" : outcome instanceof DBusNodeError ? outcome.code : "reply";
      outcomes.add({ serial, outcome: told });
    };
  };
  const submit = (serial: number, details: Partial<CallDetails> = {}) => {
    calls.submit({
      serial,
      chunks: [Buffer.from(String(serial))],
      destination: "com.example.A",
      timeoutMs: 0,
      expectsReply: true,
      acceptsSender: () => true,
      timeoutError: () => LATE,
      settle: settled(serial),
      ...details,
    });
  };
  const submitMany = (from: number, count: number, details: Partial<CallDetails> = {}) => {
    for (let serial = from; serial < from + count; serial++) submit(serial, details);
  };
  const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
  const counts = () => [calls.inFlight, calls.waiting];

  beforeEach(() => {
    written = [];
    outcomes = new Collector();
    calls = new PendingCalls((chunks) => written.push(Number(Buffer.concat(chunks))));
    calls.open();
  });

  it("ends a call by its reply, once", () => {
    submit(1);
    submit(2);
    calls.reply(methodReturn(2));
    calls.reply(methodReturn(2));
    calls.reply(methodReturn(77));
    assert.deepEqual(outcomes.items, [{ serial: 2, outcome: "reply" }]);
    assert.deepEqual(counts(), [1, 0]);
    assert.ok(calls.has(1));
    assert.ok(!calls.has(2));
  });

  it("ignores a reply from somebody else than was asked", () => {
    let trusted = false;
    submit(1, { acceptsSender: () => trusted });
    calls.reply(methodReturn(1));
    assert.deepEqual(outcomes.items, []);
    trusted = true;
    calls.reply(methodReturn(1));
    assert.deepEqual(outcomes.items, [{ serial: 1, outcome: "reply" }]);
  });

  it("sends at most so many at a time, the rest in the order of their coming", () => {
    submitMany(1, MAX_IN_FLIGHT + 5);
    assert.deepEqual(written, range(1, MAX_IN_FLIGHT));
    assert.deepEqual(counts(), [MAX_IN_FLIGHT, 5]);
    calls.reply(methodReturn(50));
    calls.reply(methodReturn(1));
    assert.deepEqual(written.slice(MAX_IN_FLIGHT), [MAX_IN_FLIGHT + 1, MAX_IN_FLIGHT + 2]);
    assert.deepEqual(counts(), [MAX_IN_FLIGHT, 3]);
    for (const serial of range(1, MAX_IN_FLIGHT + 5)) calls.reply(methodReturn(serial));
    assert.equal(outcomes.items.length, MAX_IN_FLIGHT + 5);
    assert.deepEqual(written, range(1, MAX_IN_FLIGHT + 5));
    assert.deepEqual(counts(), [0, 0]);
  });

  it("keeps the order where a call's end brings another call", () => {
    submitMany(1, MAX_IN_FLIGHT - 1);
    submit(100, { settle: () => submit(200) });
    submitMany(101, 2);
    calls.reply(methodReturn(100));
    calls.reply(methodReturn(1));
    calls.reply(methodReturn(2));
    assert.deepEqual(written.slice(MAX_IN_FLIGHT), [101, 102, 200]);
  });

  it("waits for the bus, and has a limit on how many wait", () => {
    calls.lose(LOST);
    submitMany(1, MAX_WAITING);
    assert.deepEqual(counts(), [0, MAX_WAITING]);
    assert.throws(() => submit(MAX_WAITING + 1), { code: "DBUS_LIMITS_EXCEEDED" });
    calls.open();
    assert.deepEqual(written, range(1, MAX_IN_FLIGHT));
    submit(MAX_WAITING + 2);
    assert.deepEqual(counts(), [MAX_IN_FLIGHT, MAX_WAITING - MAX_IN_FLIGHT + 1]);
  });

  it("ends a call that expects no reply as soon as it is written", () => {
    submit(1, { expectsReply: false });
    assert.deepEqual(written, [1]);
    assert.deepEqual(outcomes.items, [{ serial: 1, outcome: "sent" }]);
    assert.deepEqual(counts(), [0, 0]);
  });

  it("sends ten thousand of these when the bus is back, in order", () => {
    calls.lose(LOST);
    submitMany(1, MAX_WAITING, { expectsReply: false });
    calls.open();
    assert.deepEqual(written, range(1, MAX_WAITING));
    assert.deepEqual(
      outcomes.items.map(({ serial }) => serial),
      range(1, MAX_WAITING),
    );
    assert.deepEqual(counts(), [0, 0]);
  });

  it("ends those in flight at once when the connection is lost; those that wait go on waiting", () => {
    submitMany(1, MAX_IN_FLIGHT + 2);
    calls.lose(LOST);
    assert.deepEqual(
      outcomes.items,
      range(1, MAX_IN_FLIGHT).map((serial) => ({ serial, outcome: "DBUS_DISCONNECTED" })),
    );
    assert.deepEqual(counts(), [0, 2]);
    assert.equal(written.length, MAX_IN_FLIGHT);
    calls.open();
    assert.deepEqual(written.slice(MAX_IN_FLIGHT), [MAX_IN_FLIGHT + 1, MAX_IN_FLIGHT + 2]);
  });

  it("ends all when the connection is closed", () => {
    submitMany(1, MAX_IN_FLIGHT + 2);
    calls.close(LOST);
    assert.equal(outcomes.items.length, MAX_IN_FLIGHT + 2);
    assert.deepEqual(counts(), [0, 0]);
  });

  describe("time", () => {
    it("runs out for a call in flight, and makes room", async () => {
      submit(1, { timeoutMs: 1 });
      submitMany(2, MAX_IN_FLIGHT);
      await outcomes.until(1);
      assert.deepEqual(outcomes.items, [{ serial: 1, outcome: "DBUS_TIMEOUT" }]);
      assert.equal(written.at(-1), MAX_IN_FLIGHT + 1);
      calls.reply(methodReturn(1));
      assert.equal(outcomes.items.length, 1);
      assert.deepEqual(counts(), [MAX_IN_FLIGHT, 0]);
    });

    it("runs out for a call that waits, which is never written then", async () => {
      calls.lose(LOST);
      submit(1, { timeoutMs: 1 });
      submit(2);
      await outcomes.until(1);
      calls.open();
      assert.deepEqual(written, [2]);
    });
  });

  describe("calls that were given up", () => {
    const HUNG = "com.example.Hung";
    const giveUp = (from: number, count: number, destination: string) => {
      const group = new CallGroup();
      submitMany(from, count, { group, destination });
      group.cancel();
    };

    it("keep their places at the bus until they are answered", () => {
      for (const index of range(0, 3)) giveUp(1000 + 40 * index, 40, `${HUNG}${index}`);
      submitMany(1, 2);
      assert.deepEqual(counts(), [0, 2]);
      calls.reply(methodReturn(1000));
      assert.deepEqual(written.slice(MAX_AT_BUS), [1]);
      calls.reply(methodReturn(1000));
      calls.reply(methodReturn(1001));
      assert.deepEqual(written.slice(MAX_AT_BUS), [1, 2]);
      assert.ok(calls.has(1002), "its serial is not to be used again");
      assert.ok(!calls.has(1001));
    });

    it("hold up further ones to the same destination, not those to others", () => {
      giveUp(1000, MAX_UNANSWERED, HUNG);
      submitMany(2000, 3, { destination: HUNG });
      submitMany(1, 2);
      assert.deepEqual(written.slice(MAX_UNANSWERED), [1, 2]);
      assert.deepEqual(counts(), [2, 3]);
      calls.reply(methodReturn(1000));
      submit(2003, { destination: HUNG });
      assert.deepEqual(written.slice(MAX_UNANSWERED + 2), [2000, 2001, 2002, 2003]);
      assert.deepEqual(counts(), [6, 0]);
    });

    it("let those that were held go before later ones to the same destination", () => {
      giveUp(1000, MAX_UNANSWERED, HUNG);
      submit(1, { destination: HUNG });
      submitMany(2000, MAX_AT_BUS - MAX_UNANSWERED);
      submit(2, { destination: HUNG });
      submit(3);
      calls.reply(methodReturn(1000));
      calls.reply(methodReturn(2000));
      calls.reply(methodReturn(2001));
      assert.deepEqual(written.slice(MAX_AT_BUS), [3, 1, 2]);
    });

    it("leave nothing behind where those that are held end too", async () => {
      giveUp(1000, MAX_UNANSWERED, HUNG);
      const group = new CallGroup();
      submit(1, { destination: HUNG, group });
      submit(2, { destination: HUNG, timeoutMs: 1 });
      submit(3, { destination: HUNG });
      assert.deepEqual(counts(), [0, 3]);
      group.cancel();
      await outcomes.first(({ serial }) => serial === 2);
      assert.deepEqual(counts(), [0, 1]);
      calls.close(LOST);
      assert.deepEqual(counts(), [0, 0]);
      assert.equal(written.length, MAX_UNANSWERED);
    });

    it("are no matter any more on the next connection", () => {
      giveUp(1000, MAX_UNANSWERED, HUNG);
      submit(1, { destination: HUNG });
      calls.lose(LOST);
      assert.deepEqual(counts(), [0, 1]);
      calls.open();
      assert.deepEqual(written.slice(MAX_UNANSWERED), [1]);
      assert.ok(!calls.has(1000));
    });
  });

  describe("a group", () => {
    it("is cancelled together, without sending what waits", () => {
      const group = new CallGroup();
      submitMany(1, MAX_IN_FLIGHT + 50, { group });
      submit(999);
      assert.equal(group.size, MAX_IN_FLIGHT + 50);
      group.cancel();
      assert.equal(outcomes.items.length, MAX_IN_FLIGHT + 50);
      assert.ok(outcomes.items.every(({ outcome }) => outcome === "DBUS_CANCELLED"));
      assert.deepEqual(written, [...range(1, MAX_IN_FLIGHT), 999]);
      assert.equal(group.size, 0);
      assert.deepEqual(counts(), [1, 0]);
    });

    it("takes no call any more", () => {
      const group = new CallGroup();
      group.cancel();
      assert.throws(() => submit(1, { group }), { code: "DBUS_CANCELLED" });
      assert.deepEqual(written, []);
      assert.deepEqual(counts(), [0, 0]);
    });

    it("forgets a call that has ended", () => {
      const group = new CallGroup();
      submit(1, { group });
      calls.reply(methodReturn(1));
      assert.equal(group.size, 0);
      group.cancel();
      assert.deepEqual(outcomes.items, [{ serial: 1, outcome: "reply" }]);
    });
  });

  it("goes on behind a callback that throws", async () => {
    const warnings = new Collector<Error>();
    process.on("warning", warnings.add);
    try {
      submit(1, {
        settle: () => {
          throw new Error("thrown by a caller");
        },
      });
      submit(2);
      calls.lose(LOST);
      assert.deepEqual(outcomes.items, [{ serial: 2, outcome: "DBUS_DISCONNECTED" }]);
      await warnings.first(({ message }) => message === "thrown by a caller");
    } finally {
      process.off("warning", warnings.add);
    }
  });
});
