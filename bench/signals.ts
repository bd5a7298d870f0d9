import { eventuallyAsync } from "../test/support/until";
import type { SignalsResult } from "./driver";
import { compared, type Figure } from "./figures";
import { matchRulesOf, resetPeak } from "./observe";
import { emitInC, receiveInC } from "./receive";
import { ask, BENCH_NAME, BENCH_PATH, type Stage } from "./stage";

const LEAST_OF_C = 0.7;
const MOST_MIB = 200;
/** Signals to the one and to the other, so that nobody receives what is not measured. */
const OUR_PATH = `${BENCH_PATH}/NodeRed`;
const C_PATH = `${BENCH_PATH}/C`;

interface Measured {
  readonly rate: number;
  /** Seconds for 100,000. */
  readonly processor: number;
}

export async function benchSignals(stage: Stage, rounds: number, count: number): Promise<readonly Figure[]> {
  const { bus, nodeRed } = stage;
  await nodeRed.deploy(flow());
  await eventuallyAsync(async () => (await matchRulesOf(bus, nodeRed)).some((rule) => rule.includes(OUR_PATH)), {
    what: "the match rule of dbus-signal",
  });
  const ours: Measured[] = [];
  const peer: Measured[] = [];
  let lost = 0;
  let misplaced = 0;
  let peak = 0;
  for (let round = -1; round < rounds; round++) {
    // A short one to warm up.
    const emitted = round < 0 ? Math.min(count, 10_000) : count;
    const peerFirst = round % 2 === 0;
    const before = peerFirst ? await receivedByC(stage, emitted) : undefined;
    resetPeak(nodeRed);
    const { received, misplaced: wrong, ...result } = await receiveInNode(stage, emitted);
    peak = Math.max(peak, nodeRed.memory().peak);
    lost += emitted - received;
    misplaced += wrong;
    const other = before ?? (await receivedByC(stage, emitted));
    if (round < 0) continue;
    ours.push(measured(received, result.seconds, result.processorSeconds));
    peer.push(other);
  }
  const paired = (of: (item: Measured) => number) =>
    ours.map((item, round) => ({ ours: of(item), peer: peer[round] === undefined ? Number.NaN : of(peer[round]) }));
  return [
    compared(
      `signals in, sss, ${count.toLocaleString("en-US")} a round`,
      "/s",
      paired(({ rate }) => rate),
      "C on sd-bus",
      {
        ...{ of: "ratio", bound: "at least", limit: LEAST_OF_C },
      },
    ),
    { what: "signals lost, all rounds", unit: "", value: lost, required: { of: "value", bound: "at most", limit: 0 } },
    { what: "signals out of order", unit: "", value: misplaced, required: { of: "value", bound: "at most", limit: 0 } },
    compared(
      "processor time for 100,000 signals",
      "s",
      paired(({ processor }) => processor),
      "C on sd-bus",
    ),
    {
      ...{ what: "peak memory above idle Node-RED", unit: "MiB", value: (peak - stage.idleBytes) / 1024 ** 2 },
      required: { of: "value", bound: "below", limit: MOST_MIB },
    },
  ];
}

async function receiveInNode(stage: Stage, count: number): Promise<SignalsResult> {
  const { nodeRed } = stage;
  await ask(nodeRed, "POST", "/bench/signals");
  const result = ask<SignalsResult>(nodeRed, "GET", `/bench/signals/${count}`);
  await emitInC(stage, OUR_PATH, "ticks", count);
  return result;
}

async function receivedByC(stage: Stage, count: number): Promise<Measured> {
  const emit = () => emitInC(stage, C_PATH, "ticks", count);
  const { received, seconds, processorSeconds } = await receiveInC(stage, C_PATH, "ticks", count, emit);
  return measured(received, seconds, processorSeconds);
}

function measured(count: number, seconds: number, processor: number): Measured {
  // Time runs from the first one.
  return { rate: (count - 1) / seconds, processor: (processor * 100_000) / count };
}

function flow(): readonly object[] {
  const at = { z: "tab", x: 100, y: 100 };
  return [
    { id: "tab", type: "tab", label: "signals" },
    { id: "counter", type: "bench-counter", ...at, wires: [] },
    {
      ...{ id: "signal", type: "dbus-signal", ...at, bus: "session", listen: "signal" },
      ...{ path: OUR_PATH, interface: BENCH_NAME, member: "Tick", wires: [["counter"]] },
    },
  ];
}
