import type { NamesAnswer, ObjectsAnswer } from "../lib/shared/admin";
import { askRuntime } from "../test/support/admin-request";
import { RawPeer } from "../test/support/raw-peer";
import { managedObjects, TreeService, wideTree } from "../test/support/tree-service";
import type { DelayResult } from "./driver";
import { type Figure, median } from "./figures";
import { ask, type Stage } from "./stage";

const NAMES = 200;
const OBJECTS = 1_000;
const MANAGED = 5_000;
const PROPERTIES = 20;

interface Question {
  readonly what: string;
  readonly route: string;
  readonly destination: string;
  readonly seconds: number;
}

const QUESTIONS: readonly Question[] = [
  { what: `${NAMES} bus names for the editor`, route: "names", destination: "", seconds: 0.15 },
  {
    ...{ what: `a tree of ${OBJECTS.toLocaleString("en-US")} objects, asked one by one`, route: "objects" },
    ...{ destination: "com.example.Tree", seconds: 1 },
  },
  {
    what: `${MANAGED.toLocaleString("en-US")} objects of an object manager, ${PROPERTIES} properties each`,
    ...{ route: "objects", destination: "com.example.Managed", seconds: 3 },
  },
];

const MOST_DELAY_MS = 50;

/** What the editor asks of a bus with 200 names, and how long Node-RED does nothing else meanwhile. */
export async function benchBrowsing(
  { bus, nodeRed }: Pick<Stage, "bus" | "nodeRed">,
  rounds: number,
): Promise<readonly Figure[]> {
  const peer = await RawPeer.join(bus);
  for (let index = 0; index < NAMES; index++) await peer.own(`com.example.Name${index}`);
  const tree = wideTree(OBJECTS);
  const managed = managedObjects(MANAGED, PROPERTIES);
  const services = [
    await TreeService.start(bus, "com.example.Tree", { xml: tree }),
    await TreeService.start(bus, "com.example.Managed", { xml: () => undefined, managed: () => managed }),
  ];
  const figures: Figure[] = [];
  for (const question of QUESTIONS) {
    const times: number[] = [];
    const delays: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await ask(nodeRed, "POST", "/bench/delay/start");
      const start = performance.now();
      await put(question, nodeRed);
      times.push((performance.now() - start) / 1_000);
      const { milliseconds } = await ask<DelayResult>(nodeRed, "POST", "/bench/delay/stop");
      delays.push(milliseconds);
    }
    figures.push(
      {
        ...{ what: question.what, unit: "s", value: median(times) },
        required: { of: "value", bound: "below", limit: question.seconds },
      },
      {
        ...{ what: "— Node-RED held up at most", unit: "ms", value: median(delays) },
        required: { of: "value", bound: "below", limit: MOST_DELAY_MS },
      },
    );
  }
  for (const service of services) service.stop();
  peer.close();
  return figures;
}

async function put({ route, destination }: Question, nodeRed: Stage["nodeRed"]): Promise<void> {
  const query = { bus: "session", ...(destination === "" ? {} : { destination }) };
  const { status, body } = await askRuntime<Partial<NamesAnswer & ObjectsAnswer>>(nodeRed, route, { query });
  const found = route === "names" ? (body.names?.length ?? 0) >= NAMES : (body.paths?.length ?? 0) >= OBJECTS;
  if (status !== 200 || !found || body.incomplete !== undefined) {
    throw new Error(`${route} ${destination}: ${status} ${JSON.stringify(body).slice(0, 300)}`);
  }
}
