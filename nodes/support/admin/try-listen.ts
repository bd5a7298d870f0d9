import type { Node, NodeAPI } from "node-red";
import type { WatchEvent } from "../../../lib/client/watch";
import { DBusNodeError } from "../../../lib/errors";
import { checkSignalConfig } from "../../../lib/shared/check-signal";
import { dbusSignalDefaults } from "../../../lib/shared/dbus-signal-config";
import { text } from "../../../lib/shared/text";
import { LISTEN_SECONDS, type ListenLine, type ListenRequest } from "../../../lib/shared/trial";
import { shownAddress } from "../bus-link";
import { RateLimit } from "../rate-limit";
import { selectionOf } from "../selection";
import { signalMessage } from "../signal-message";
import { Subscriber } from "../subscriber";
import { failureAnswer } from "./failure";
import { type FindBus, formConfig } from "./form-config";
import { shownMessage } from "./shown-message";

/** More than a person reads. */
const MOST_LINES = 200;

type End = "time" | "enough" | "gone";

/**
 * Listens for a while as a dbus-signal node with these fields would, and tells each message as it comes.
 * Rejects where it cannot begin.
 */
export async function tryListen(
  RED: NodeAPI,
  request: ListenRequest,
  findBus: FindBus,
  tell: (line: ListenLine) => void,
  gone: AbortSignal,
): Promise<void> {
  const node = RED.nodes.getNode(request.id) as Node | null;
  const config = formConfig(RED, node, dbusSignalDefaults, checkSignalConfig, request.config);
  if (config.dynamic) throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.try-dynamic"));
  const bus = await findBus(config);
  let end: (why: End) => void = () => {};
  const ended = new Promise<End>((resolve) => {
    end = resolve;
  });
  gone.addEventListener("abort", () => end("gone"));
  // Whoever went while the bus was connected is not told of again.
  if (gone.aborted) end("gone");
  let lines = 0;
  const line = (what: ListenLine) => {
    if (++lines <= MOST_LINES) tell(what);
    else end("enough");
  };
  const show = (event: WatchEvent) =>
    line({ message: shownMessage(RED, signalMessage(event, bus.target.kind, shownAddress(bus))) });
  const limit = new RateLimit(Number(config.rateLimit), show, () => {});
  const subscriber = new Subscriber({
    connection: bus.connection,
    introspection: bus.introspection,
    decode: { int64: config.int64, keepTypes: config.keepTypes },
    sink: {
      event: (event) => limit.push(event),
      failed: (error) => line({ failure: failureAnswer(error).answer }),
    },
  });
  const timer = setTimeout(() => end("time"), LISTEN_SECONDS * 1000);
  try {
    tell({ begun: true });
    subscriber.subscribe(selectionOf(config));
    const why = await ended;
    if (why !== "gone") tell({ end: why });
  } finally {
    clearTimeout(timer);
    subscriber.close();
    limit.close();
    bus.release();
  }
}
