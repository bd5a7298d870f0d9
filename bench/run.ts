import { writeFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { parseArgs } from "node:util";
import { run as runTool } from "../test/support/busctl";
import { benchBrowsing } from "./browsing";
import { benchCalls } from "./calls";
import { benchDialogs } from "./dialogs";
import { type Figure, formatTable, verdict } from "./figures";
import { benchManyNodes } from "./many-nodes";
import { benchPolicies } from "./policies";
import { benchPublish } from "./publish";
import { benchSignals } from "./signals";
import { openStage } from "./stage";

/**
 * `npm run bench [-- --quick] [-- --json FILE]`: the nodes in a running Node-RED beside programs in C on
 * sd-bus and beside a process per call, all on one private bus, in rounds that take turns. The table
 * goes to standard output; with `--json` the same figures go to a file, else they are its last line.
 */
const USAGE = "usage: npm run bench [-- --quick] [-- --json FILE]";

interface Extent {
  readonly rounds: number;
  /** Of the number of calls in a full run. */
  readonly share: number;
  readonly signals: number;
  readonly signalRounds: number;
}

const FULL: Extent = { rounds: 15, share: 1, signals: 100_000, signalRounds: 5 };
const QUICK: Extent = { rounds: 5, share: 0.5, signals: 25_000, signalRounds: 3 };

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: "boolean" }, json: { type: "string" } } });
  const extent = values.quick ? QUICK : FULL;
  const started = performance.now();
  const stage = await openStage();
  const figures: Figure[] = [];
  try {
    // Memory is measured before large messages have made the heap grow.
    figures.push(...(await benchSignals(stage, extent.signalRounds, extent.signals)));
    figures.push(...(await benchPublish(stage, extent)));
    figures.push(...(await benchManyNodes(stage, extent.signalRounds)));
    figures.push(...(await benchBrowsing(stage, extent.signalRounds)));
    figures.push(...(await benchCalls(stage, extent.rounds, extent.share)));
  } finally {
    await stage.close();
  }
  figures.push(...(await benchDialogs(extent.rounds)));
  figures.push(benchPolicies(extent.rounds));
  const machine = await describeMachine();
  console.log(formatTable(figures));
  const judged = figures.map(verdict).filter((word) => word !== undefined);
  const passed = judged.filter((word) => word === "pass").length;
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `\n${passed} of ${judged.length} requirements met, in ${seconds} s; medians of ${extent.signalRounds} to ${extent.rounds} rounds`,
  );
  console.log(Object.values(machine).join(", "));
  const json = JSON.stringify({
    machine,
    extent,
    figures: figures.map((item) => ({ ...item, verdict: verdict(item) })),
  });
  if (values.json === undefined) console.log(json);
  else writeFileSync(values.json, `${json}\n`);
}

async function describeMachine(): Promise<Readonly<Record<string, string>>> {
  const firstLine = async (command: string) => (await runTool(command, ["--version"])).stdout.split("\n")[0] ?? "";
  const processors = cpus();
  return {
    processor: `${processors.length} × ${processors[0]?.model.trim() ?? "?"}`,
    load: `load ${loadavg()[0]?.toFixed(1)}`,
    kernel: `Linux ${release()}`,
    node: `Node.js ${process.version}`,
    bus: await firstLine("dbus-daemon"),
    peer: await firstLine("busctl"),
  };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error && error.message.includes("option") ? `${error.message}\n${USAGE}` : error);
  // Not only the exit code: a bus or a Node-RED that was started would keep us waiting. They end with us.
  process.exit(1);
});
