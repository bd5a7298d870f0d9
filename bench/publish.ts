import type { InterfaceDefinition } from "../lib/shared/interface-definition";
import { compared, type Figure } from "./figures";
import { hasName, resetPeak } from "./observe";
import { runProgram } from "./programs";
import { emitInC, type Received, receiveInC, type SignalKind } from "./receive";
import { ask, BENCH_NAME, BENCH_PATH, type Stage } from "./stage";

/** The name that the nodes own; interface and path are those of the service in C. */
const OUR_NAME = "org.example.BenchFlow";
const OUR_PATH = `${BENCH_PATH}/Signals`;
const C_PATH = `${BENCH_PATH}/C`;
const IN_FLIGHT = 64;

interface Served {
  readonly what: string;
  /** The C caller's word for it. */
  readonly kind: "get" | "string";
  readonly count: number;
  /** Of the rate of the service in C. */
  readonly least: number;
}

const SERVED: readonly Served[] = [
  { what: "Get of an exported property, 64 in flight", kind: "get", count: 6000, least: 0.5 },
  { what: "method answered by a flow, 64 in flight", kind: "string", count: 4000, least: 0.25 },
];

interface Told {
  readonly what: string;
  readonly kind: SignalKind;
  readonly trigger: string;
  readonly path: string;
  readonly least: number;
}

/** Each from a function node that sends them all in one loop. */
const TOLD: readonly Told[] = [
  { what: "signals out, sss", kind: "ticks", trigger: "tick", path: OUR_PATH, least: 0.5 },
  { what: "signals out, declared, sss", kind: "ticks", trigger: "declared", path: BENCH_PATH, least: 0.5 },
  { what: "property updates", kind: "changes", trigger: "change", path: BENCH_PATH, least: 0.25 },
];
/** Of what Node-RED itself takes for so many messages: of the same loop in front of a node that counts them. */
const MOST_MEMORY = 1.5;

/** Objects and signals of dbus-publish nodes, against the same of a program in C, with the same peers. */
export async function benchPublish(
  stage: Stage,
  extent: { readonly rounds: number; readonly share: number; readonly signals: number; readonly signalRounds: number },
): Promise<readonly Figure[]> {
  await stage.nodeRed.deploy(flow());
  await hasName(stage.bus, OUR_NAME);
  return [...(await benchTold(stage, extent)), ...(await benchServed(stage, extent))];
}

async function benchServed(
  { bus, programs }: Stage,
  { rounds, share }: { readonly rounds: number; readonly share: number },
): Promise<readonly Figure[]> {
  const rate = async (destination: string, { kind }: Served, count: number) => {
    const args = [bus.address, destination, kind, String(IN_FLIGHT), String(count)];
    return count / Number(await runProgram(programs.caller, args));
  };
  const figures: Figure[] = [];
  for (const item of SERVED) {
    const measured: { ours: number; peer: number }[] = [];
    const count = Math.ceil(item.count * share);
    await rate(OUR_NAME, item, 3 * item.count);
    for (let round = 0; round < rounds; round++) {
      const before = round % 2 === 0 ? await rate(BENCH_NAME, item, count) : undefined;
      const ours = await rate(OUR_NAME, item, count);
      measured.push({ ours, peer: before ?? (await rate(BENCH_NAME, item, count)) });
    }
    const required = { of: "ratio", bound: "at least", limit: item.least } as const;
    figures.push(compared(item.what, "/s", measured, "C on sd-bus", required));
  }
  return figures;
}

async function benchTold(
  stage: Stage,
  { signals, signalRounds }: { readonly signals: number; readonly signalRounds: number },
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const item of TOLD) figures.push(...(await toldBy(stage, item, signals, signalRounds)));
  return figures;
}

async function toldBy(stage: Stage, item: Told, count: number, rounds: number): Promise<readonly Figure[]> {
  const { nodeRed } = stage;
  const { what, kind, trigger, path, least } = item;
  const byNode = (sent: number, from = trigger) =>
    receiveInC(stage, path, kind, sent, () => ask(nodeRed, "POST", `/bench/trigger/${from}/${sent}`));
  const byC = async () =>
    rateOf(await receiveInC(stage, C_PATH, kind, count, () => emitInC(stage, C_PATH, kind, count)));
  const measured: { ours: number; peer: number }[] = [];
  let lost = 0;
  let misplaced = 0;
  const peaks: { ours: number; peer: number }[] = [];
  // Until the code is compiled.
  for (let time = 0; time < 3; time++) await byNode(10_000);
  for (let round = 0; round < rounds; round++) {
    const before = round % 2 === 0 ? await byC() : undefined;
    resetPeak(nodeRed);
    const got = await byNode(count);
    const ours = nodeRed.memory().peak;
    lost += count - got.received;
    misplaced += got.misplaced;
    measured.push({ ours: rateOf(got), peer: before ?? (await byC()) });
    resetPeak(nodeRed);
    await ask(nodeRed, "POST", "/bench/signals");
    await ask(nodeRed, "POST", `/bench/trigger/plain-${trigger}/${count}`);
    await ask(nodeRed, "GET", `/bench/signals/${count}`);
    peaks.push({ ours: mebibytes(stage, ours), peer: mebibytes(stage, nodeRed.memory().peak) });
  }
  const none = { of: "value", bound: "at most", limit: 0 } as const;
  return [
    compared(`${what}, ${count.toLocaleString("en-US")} in a row`, "/s", measured, "C on sd-bus", {
      ...{ of: "ratio", bound: "at least", limit: least },
    }),
    { what: `${what}: lost`, unit: "", value: lost, required: none },
    { what: `${what}: out of order`, unit: "", value: misplaced, required: none },
    compared(`${what}: peak memory above idle Node-RED`, "MiB", peaks, "a node that counts", {
      ...{ of: "ratio", bound: "at most", limit: MOST_MEMORY },
    }),
  ];
}

/** Time runs from the first one. */
function rateOf({ received, seconds }: Received): number {
  return (received - 1) / seconds;
}

function mebibytes({ idleBytes }: Stage, bytes: number): number {
  return (bytes - idleBytes) / 1024 ** 2;
}

const DEFINITION: Omit<InterfaceDefinition, "name"> = {
  properties: [
    { name: "Text", signature: "s", access: "read", value: "a short string", emitsChanged: "true" },
    { name: "Number", signature: "u", access: "read", value: "4294967295", emitsChanged: "true" },
  ],
  methods: [
    {
      ...{ name: "EchoString", timeout: 25 },
      in: [{ name: "text", signature: "s" }],
      out: [{ name: "text", signature: "s" }],
    },
  ],
  signals: [{ name: "Tick", args: ["number", "text", "more"].map((name) => ({ name, signature: "s" })) }],
};

const TEXTS = `[String(index), "some text", "some more text"]`;

function flow(): readonly object[] {
  const at = { z: "tab", x: 100, y: 100 };
  const loop = (id: string, message: string, to: string) => {
    const func = `for (let index = 0; index < msg.count; index++) node.send(${message});`;
    return [
      { id, type: "bench-trigger", ...at, wires: [[`${id}-loop`]] },
      { id: `${id}-loop`, type: "function", ...at, outputs: 1, func, wires: [[to]] },
      { id: `plain-${id}`, type: "bench-trigger", ...at, wires: [[`plain-${id}-loop`]] },
      { id: `plain-${id}-loop`, type: "function", ...at, outputs: 1, func, wires: [["plain"]] },
    ];
  };
  const session = { ...at, type: "dbus-publish", bus: "session" };
  return [
    { id: "tab", type: "tab", label: "publish" },
    {
      ...{ ...session, id: "export", action: "export", busName: OUR_NAME, path: BENCH_PATH, interface: BENCH_NAME },
      ...{ ...DEFINITION, wires: [["answer"], []] },
    },
    { id: "answer", type: "function", ...at, outputs: 1, func: "return msg;", wires: [["reply"]] },
    { ...session, id: "reply", action: "reply", wires: [] },
    {
      ...{ ...session, id: "signal", action: "signal", path: OUR_PATH, interface: BENCH_NAME, member: "Tick" },
      ...{ signature: "sss", wires: [] },
    },
    { id: "plain", type: "bench-counter", ...at, wires: [] },
    ...loop("tick", `{ payload: ${TEXTS} }`, "signal"),
    ...loop("declared", `{ topic: "Tick", payload: ${TEXTS} }`, "export"),
    ...loop("change", `{ topic: "Number", payload: index }`, "export"),
  ];
}
