import type { NodeAPI } from "node-red";
import { acquireBus } from "../../../lib/client/service";
import { text } from "../../../lib/shared/text";
import type { ListenRequest, TryRequest } from "../../../lib/shared/trial";
import { targetOf } from "../bus-link";
import { answerLines, answerPost, type Fields } from "./endpoint";
import type { Request } from "./express";
import { RequestRefused } from "./failure";
import type { FindBus } from "./form-config";
import { hasPermission } from "./permission";
import { busOfRequest } from "./request-bus";
import { tryCall } from "./try-call";
import { tryListen } from "./try-listen";

/** Trying from a dialog what a node would do. */
export function tryRoutes(RED: NodeAPI): void {
  answerPost(RED, "/dbus/try", async (fields, request, gone) => {
    await asFlow(RED, request);
    return tryCall(RED, tryRequest(fields), findBus(RED, request), gone);
  });

  answerLines(RED, "/dbus/listen", async (fields, request, tell, gone) => {
    await asFlow(RED, request);
    await tryListen(RED, listenRequest(fields), findBus(RED, request), tell, gone);
  });
}

/** It does and reads what a flow could: contexts, environment variables, any bus. */
async function asFlow(RED: NodeAPI, request: Request): Promise<void> {
  if (await hasPermission(RED, request, "flows.write")) return;
  throw new RequestRefused(403, "NOT_ALLOWED", text("try.forbidden"));
}

function findBus(RED: NodeAPI, request: Request): FindBus {
  return async (choice) => {
    const target = targetOf(choice);
    if (target === undefined) throw new RequestRefused(400, "DBUS_INVALID_FIELD", text("errors.try-bus"));
    const { connection } = await busOfRequest(RED, { ...choice }, request);
    return { ...acquireBus(connection.address), target };
  };
}

function tryRequest({ id, config, payload }: Fields): TryRequest {
  return { id: idOf(id), config: Object(config), payload };
}

function listenRequest({ id, config }: Fields): ListenRequest {
  return { id: idOf(id), config: Object(config) };
}

function idOf(id: unknown): string {
  return typeof id === "string" ? id : "";
}
