import type { NodeAPI } from "node-red";
import { describeObject } from "../../../lib/client/describe-object";
import { listNames } from "../../../lib/client/list-names";
import { listObjects } from "../../../lib/client/list-objects";
import { serviceState, startService } from "../../../lib/client/service-state";
import type { InterfacesAnswer, NamesAnswer, ObjectsAnswer, StartAnswer } from "../../../lib/shared/admin";
import { shownAddress } from "../bus-link";
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
    const lease = await busOfRequest(RED, fields, request);
    const state = await serviceState(lease.connection, destination, PATIENCE_MS);
    if (state === "not-running") return { state, paths: [], leftOut: 0 };
    const { paths, leftOut, incomplete } = await listObjects(lease, destination);
    return { state, paths, leftOut, ...(incomplete === undefined ? {} : { incomplete: failureOf(incomplete) }) };
  });

  answerGet(RED, "/dbus/interfaces", async (fields, request): Promise<InterfacesAnswer> => {
    const destination = destinationOf(fields);
    const path = pathOf(fields);
    const lease = await busOfRequest(RED, fields, request);
    const state = await serviceState(lease.connection, destination, PATIENCE_MS);
    if (state === "not-running") return { state, interfaces: [], leftOut: 0 };
    return { state, ...(await describeObject(lease, destination, path, PATIENCE_MS)) };
  });

  answerPost(RED, "/dbus/start", async (fields, request): Promise<StartAnswer> => {
    const destination = destinationOf(fields);
    const { connection } = await busOfRequest(RED, fields, request);
    await startService(connection, destination, START_PATIENCE_MS);
    return { state: "running" };
  });
}
