import type { NodeAPI } from "node-red";
import { describeObject } from "../../../lib/client/describe-object";
import { listNames } from "../../../lib/client/list-names";
import { listObjects } from "../../../lib/client/list-objects";
import { serviceState, startService } from "../../../lib/client/service-state";
import { asNodeError } from "../../../lib/errors";
import type { InterfacesAnswer, NamesAnswer, ObjectsAnswer, StartAnswer } from "../../../lib/shared/admin";
import { type BusLink, shownAddress } from "../bus-link";
import { explained } from "../explain-error";
import { answerGet, answerPost } from "./endpoint";
import { failureOf } from "./failure";
import { destinationOf, pathOf } from "./query";
import { busOfRequest } from "./request-bus";

/** Milliseconds that somebody who looks at a dialog waits for a service. */
const PATIENCE_MS = 3_000;
/** The same for a service to start: a bus gives up after 25 s. */
const START_PATIENCE_MS = 30_000;

/** What the editor asks of the buses as they are now. The shapes are in `lib/shared/admin`. */
export function liveBusRoutes(RED: NodeAPI): void {
  answerGet(RED, "/dbus/names", async (fields, request): Promise<NamesAnswer> => {
    const lease = await busOfRequest(RED, fields, request);
    return { address: shownAddress(lease), ...(await listNames(lease.connection, PATIENCE_MS)) };
  });

  answerGet(RED, "/dbus/objects", async (fields, request): Promise<ObjectsAnswer> => {
    const destination = destinationOf(fields);
    const bus = await busOfRequest(RED, fields, request);
    const state = await serviceState(bus.connection, destination, PATIENCE_MS);
    if (state === "not-running") return { state, paths: [], leftOut: 0 };
    const { paths, leftOut, incomplete } = await orExplained(bus, listObjects(bus, destination));
    if (incomplete === undefined) return { state, paths, leftOut };
    return { state, paths, leftOut, incomplete: failureOf(asNodeError(explained(incomplete, bus))) };
  });

  answerGet(RED, "/dbus/interfaces", async (fields, request): Promise<InterfacesAnswer> => {
    const destination = destinationOf(fields);
    const path = pathOf(fields);
    const bus = await busOfRequest(RED, fields, request);
    const state = await serviceState(bus.connection, destination, PATIENCE_MS);
    if (state === "not-running") return { state, interfaces: [], leftOut: 0 };
    return { state, ...(await orExplained(bus, describeObject(bus, destination, path, PATIENCE_MS))) };
  });

  answerPost(RED, "/dbus/start", async (fields, request): Promise<StartAnswer> => {
    const destination = destinationOf(fields);
    const bus = await busOfRequest(RED, fields, request);
    await orExplained(bus, startService(bus.connection, destination, START_PATIENCE_MS));
    return { state: "running" };
  });
}

/** A refusal says what it means here and what to do, as that of a node does. */
async function orExplained<Answer>(bus: BusLink, asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (thrown) {
    throw explained(thrown, bus);
  }
}
