import type { CallKind, CallsOrder, CallsResult } from "./driver";
import { compared, type Figure, type Requirement } from "./figures";
import { runOnce, runProgram } from "./programs";
import { ask, BENCH_NAME, BENCH_PATH, type Stage } from "./stage";

interface Case extends CallsOrder {
  readonly what: string;
  /** Of the rate of the caller in C. */
  readonly least?: number;
}

/** Counts make a short measurement, so that both of a pair have the same weather. */
const CASES: readonly Case[] = [
  { what: "call, short string, 1 in flight", kind: "string", inFlight: 1, count: 2000, least: 0.5 },
  { what: "call, short string, 64 in flight", kind: "string", inFlight: 64, count: 6000, least: 0.6 },
  { what: "call, a{sv} of 20, 1 in flight", kind: "dict", inFlight: 1, count: 1500 },
  { what: "call, a{sv} of 20, 64 in flight", kind: "dict", inFlight: 64, count: 2500 },
  { what: "call, 64 KiB ay, 1 in flight", kind: "bytes", inFlight: 1, count: 300, least: 0.4 },
  { what: "call, 64 KiB ay, 64 in flight", kind: "bytes", inFlight: 64, count: 300, least: 0.4 },
];

/** Processes at a time, and how many in one measurement. */
const PROCESSES = [
  { atATime: 1, count: 12 },
  { atATime: 4, count: 24 },
] as const;
const PROCESS_LEAST = 40;
const MEMBERS: Readonly<Record<CallKind, string>> = { string: "EchoString", bytes: "EchoBytes", dict: "EchoDict" };
const SIGNATURES: Readonly<Record<CallKind, string>> = { string: "s", bytes: "ay", dict: "a{sv}" };

export async function benchCalls(stage: Stage, rounds: number, share: number): Promise<readonly Figure[]> {
  await stage.nodeRed.deploy(flow());
  const rates = new Map<Case, { ours: number; peer: number }[]>(CASES.map((item) => [item, []]));
  const processes: { atATime: number; rate: number }[] = [];
  // Until the code is compiled.
  for (const item of CASES) await rateOfNode(stage, { ...item, count: 3 * item.count });
  for (let round = 0; round < rounds; round++) {
    for (const [item, measured] of rates) {
      const order = { kind: item.kind, inFlight: item.inFlight, count: Math.ceil(item.count * share) };
      // Whoever comes first in one round comes second in the next.
      const peerFirst = round % 2 === 0;
      const before = peerFirst ? await rateOfC(stage, order) : 0;
      const ours = await rateOfNode(stage, order);
      const peer = peerFirst ? before : await rateOfC(stage, order);
      measured.push({ ours, peer });
    }
    for (const { atATime, count } of PROCESSES) {
      processes.push({ atATime, rate: await rateOfProcesses(stage, atATime, Math.ceil(count * share)) });
    }
  }
  const figures = Array.from(rates, ([{ what, least }, measured]) =>
    compared(what, "/s", measured, "C on sd-bus", atLeast(least)),
  );
  const [one, many] = rates.values();
  return [...figures, againstProcesses(one, processes, 1, 1), againstProcesses(many, processes, 64, 4, PROCESS_LEAST)];
}

function againstProcesses(
  calls: readonly { readonly ours: number }[] = [],
  processes: readonly { readonly atATime: number; readonly rate: number }[],
  inFlight: number,
  atATime: number,
  least?: number,
): Figure {
  const rates = processes.filter((item) => item.atATime === atATime).map(({ rate }) => rate);
  const rounds = calls.map(({ ours }, round) => ({ ours, peer: rates[round] ?? Number.NaN }));
  const peer = `busctl, ${atATime === 1 ? "one after the other" : `${atATime} at a time`}`;
  return compared(`call, short string, ${inFlight} in flight`, "/s", rounds, peer, atLeast(least));
}

function atLeast(limit: number | undefined): Requirement | undefined {
  return limit === undefined ? undefined : { of: "ratio", bound: "at least", limit };
}

async function rateOfNode({ nodeRed }: Stage, order: CallsOrder): Promise<number> {
  const { seconds } = await ask<CallsResult>(nodeRed, "POST", "/bench/calls", order);
  return order.count / seconds;
}

async function rateOfC({ bus, programs }: Stage, { kind, inFlight, count }: CallsOrder): Promise<number> {
  return (
    count / Number(await runProgram(programs.caller, [bus.address, BENCH_NAME, kind, String(inFlight), String(count)]))
  );
}

/** What a flow does without these nodes: an exec node, a process for each call. */
async function rateOfProcesses({ bus }: Stage, atATime: number, count: number): Promise<number> {
  const args = [
    `--address=${bus.address}`,
    "call",
    BENCH_NAME,
    BENCH_PATH,
    BENCH_NAME,
    "EchoString",
    "s",
    "a short string",
  ];
  let left = count;
  const worker = async () => {
    while (left-- > 0) await runOnce("busctl", args);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: atATime }, worker));
  return (count * 1000) / (performance.now() - start);
}

function flow(): readonly object[] {
  const at = { z: "tab", x: 100, y: 100 };
  const kinds: readonly CallKind[] = ["string", "bytes", "dict"];
  return [
    { id: "tab", type: "tab", label: "calls" },
    { id: "caller", type: "bench-caller", ...at, wires: kinds.map((kind) => [kind]) },
    { id: "catch", type: "catch", ...at, scope: null, wires: [["caller"]] },
    ...kinds.map((kind) => ({
      ...{ id: kind, type: "dbus-call", ...at, bus: "session", destination: BENCH_NAME, path: BENCH_PATH },
      ...{ interface: BENCH_NAME, member: MEMBERS[kind], signature: SIGNATURES[kind], wires: [["caller"]] },
    })),
  ];
}
