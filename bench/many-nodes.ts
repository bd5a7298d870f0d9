import { dbusSignalDefaults, type SignalSelection } from "../lib/shared/dbus-signal-config";
import { formatMatchRule, nameOwnerRule } from "../lib/shared/match-rule";
import { matchRuleOf } from "../lib/shared/selection-rule";
import { eventuallyAsync } from "../test/support/until";
import { compared, type Figure } from "./figures";
import { connectionsOf, matchRulesOf } from "./observe";
import { BENCH_NAME, BENCH_PATH, type Stage } from "./stage";

const NODES_OF_EACH = 100;
const DISTINCT = 25;
const MOST_SECONDS = 1;

/** 100 dbus-call and 100 dbus-signal nodes, of which some listen to the same, against 200 core nodes. */
export async function benchManyNodes({ bus, nodeRed }: Stage, rounds: number): Promise<readonly Figure[]> {
  const times: { ours: number; peer: number }[] = [];
  const rules = distinctRules();
  let connections = 0;
  let held = 0;
  for (let round = 0; round < rounds; round++) {
    const peer = await seconds(() => nodeRed.deploy(coreFlow()));
    const ours = await seconds(() => nodeRed.deploy(flow()));
    times.push({ ours, peer });
    await eventuallyAsync(async () => (await matchRulesOf(bus, nodeRed)).length >= rules.size, {
      what: `${rules.size} match rules`,
    });
    connections = Math.max(connections, (await connectionsOf(bus, nodeRed)).length);
    held = Math.max(held, (await matchRulesOf(bus, nodeRed)).length);
  }
  const nodes = `${NODES_OF_EACH} dbus-call and ${NODES_OF_EACH} dbus-signal nodes`;
  return [
    compared(`deploy of ${nodes}`, "s", times, `${2 * NODES_OF_EACH} core nodes`, {
      ...{ of: "value", bound: "below", limit: MOST_SECONDS },
    }),
    {
      ...{ what: "connections of all of them", unit: "", value: connections },
      required: { of: "value", bound: "at most", limit: 1 },
    },
    {
      ...{ what: "match rules of all of them", unit: "", value: held },
      required: { of: "value", bound: "at most", limit: rules.size },
    },
  ];
}

function selection(index: number): SignalSelection {
  return {
    ...dbusSignalDefaults,
    ...{ sender: BENCH_NAME, path: BENCH_PATH, interface: BENCH_NAME, member: `Signal${index % DISTINCT}` },
  };
}

/** Those of the selections, and one that follows the owner of their common sender. */
function distinctRules(): ReadonlySet<string> {
  const selections = Array.from({ length: NODES_OF_EACH }, (_, index) =>
    formatMatchRule(matchRuleOf(selection(index))),
  );
  return new Set([...selections, formatMatchRule(nameOwnerRule(BENCH_NAME))]);
}

function flow(): readonly object[] {
  return tab((at, index) => {
    const call = {
      destination: BENCH_NAME,
      path: BENCH_PATH,
      interface: BENCH_NAME,
      member: "EchoString",
      signature: "s",
    };
    return index < NODES_OF_EACH
      ? { ...at, type: "dbus-call", bus: "session", ...call }
      : { ...at, type: "dbus-signal", ...selection(index), bus: "session" };
  });
}

function coreFlow(): readonly object[] {
  return tab((at) => ({ ...at, type: "change", rules: [] }));
}

interface Place {
  readonly id: string;
  readonly z: string;
  readonly x: number;
  readonly y: number;
  readonly wires: readonly (readonly string[])[];
}

function tab(node: (at: Place, index: number) => object): readonly object[] {
  const nodes = Array.from({ length: 2 * NODES_OF_EACH }, (_, index) =>
    node({ id: `node-${index}`, z: "tab", x: 100, y: 20 * index, wires: [[]] }, index),
  );
  return [{ id: "tab", type: "tab", label: "many" }, ...nodes];
}

async function seconds(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}
