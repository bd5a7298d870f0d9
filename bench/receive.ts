import { spawnPeer } from "../test/support/peer";
import { runProgram } from "./programs";
import type { Stage } from "./stage";

/** `Tick` with three strings, or PropertiesChanged of a number. */
export type SignalKind = "ticks" | "changes";

export interface Received {
  readonly received: number;
  /** Signals that did not have the number that was next. */
  readonly misplaced: number;
  /** From the first to the last. */
  readonly seconds: number;
  /** Processor time of the receiver in that time. */
  readonly processorSeconds: number;
}

const LIMIT_MS = 60_000;

/** What the subscriber in C receives of the numbered signals that `emit` makes somebody emit from a path. */
export async function receiveInC(
  { bus, programs }: Stage,
  path: string,
  kind: SignalKind,
  count: number,
  emit: () => Promise<unknown>,
): Promise<Received> {
  const subscriber = await spawnPeer(programs.subscriber, [bus.address, path, kind, String(count)]);
  try {
    await emit();
    const [line = ""] = await subscriber.lines.until(1, { within: LIMIT_MS, what: "the subscriber in C" });
    const [received = 0, misplaced = 0, seconds = 0, processorSeconds = 0] = line.split(" ").map(Number);
    return { received, misplaced, seconds, processorSeconds };
  } finally {
    await subscriber.kill();
  }
}

export async function emitInC({ bus, programs }: Stage, path: string, kind: SignalKind, count: number): Promise<void> {
  await runProgram(programs.emitter, [bus.address, path, kind, String(count)]);
}
