import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { WatchEvent } from "../lib/client/watch";
import { DBusNodeError } from "../lib/errors";
import { checkSignalConfig } from "../lib/shared/check-signal";
import { type DBusSignalConfig, dbusSignalDefaults } from "../lib/shared/dbus-signal-config";
import { text } from "../lib/shared/text";
import { linkTo, showLink, shownAddress } from "./support/bus-link";
import { explained } from "./support/explain-error";
import { whenFlowsStarted } from "./support/flows-started";
import { onInput } from "./support/on-input";
import { MOST_WAITING, Outbox } from "./support/outbox";
import { RateLimit } from "./support/rate-limit";
import { registerNode } from "./support/register-node";
import { flowError, noteError } from "./support/report-error";
import { messageSelection, namesSelection, selectionOf } from "./support/selection";
import { signalMessage } from "./support/signal-message";
import type { Status } from "./support/status";
import { Subscriber } from "./support/subscriber";
import { translate } from "./support/texts";

export default function register(RED: NodeAPI): void {
  registerNode(RED, { type: "dbus-signal", defaults: dbusSignalDefaults, check: checkSignalConfig, start: signalNode });
}

function signalNode(RED: NodeAPI, node: Node, config: DBusSignalConfig, status: Status): void {
  const link = linkTo(
    RED,
    config.bus === "address" ? { kind: config.bus, address: config.address } : { kind: config.bus },
  );
  const shown = showLink(link, status);
  const counts = { sent: 0, limited: 0, dropped: 0 };

  const outbox = new Outbox<WatchEvent>(
    (event) => {
      counts.sent++;
      status.show({ kind: "received", topic: event.topic, ...counts });
      node.send(signalMessage(event, link.target.kind, shownAddress(link)));
    },
    (count) => {
      if (counts.dropped === 0) node.warn(translate(RED, text("log.dropped", { most: MOST_WAITING })));
      counts.dropped += count;
    },
  );
  const limit = new RateLimit(
    Number(config.rateLimit),
    (event) => outbox.push(event),
    () => counts.limited++,
  );
  const failed = (error: DBusNodeError) => {
    const shownError = flowError(RED, explained(error, link));
    status.show({ kind: "error", code: shownError.code });
    const message: NodeMessage = {};
    noteError(message, shownError);
    node.error(shownError, message);
  };
  const subscriber = new Subscriber({
    connection: link.connection,
    introspection: link.introspection,
    decode: { int64: config.int64, keepTypes: config.keepTypes },
    sink: { event: (event) => limit.push(event), failed },
  });

  const stopWaiting = config.dynamic
    ? () => {}
    : whenFlowsStarted(RED, () => subscriber.subscribe(selectionOf(config)));
  if (config.dynamic) {
    onInput(RED, node, status, (message, send) => {
      const answer = act(config, subscriber, message);
      status.show({ kind: "subscriptions", count: subscriber.size });
      if (answer !== undefined) send(answer);
    });
  }

  node.on("close", () => {
    stopWaiting();
    subscriber.close();
    limit.close();
    outbox.close();
    shown.stop();
    link.release();
    status.close();
  });
}

/** Does what a message to a dynamic node asks; `list` is answered. */
function act(config: DBusSignalConfig, subscriber: Subscriber, message: NodeMessage): NodeMessage | undefined {
  switch (message["action"]) {
    case "subscribe":
      subscriber.subscribe(messageSelection(config, message));
      return undefined;
    case "unsubscribe":
      if (namesSelection(message)) subscriber.unsubscribe(messageSelection(config, message));
      else subscriber.close();
      return undefined;
    case "list":
      message.payload = subscriber.selections.map((selection) => ({ ...selection }));
      return message;
    default:
      throw new DBusNodeError(
        "DBUS_INVALID_FIELD",
        text("errors.unknown-action", { action: String(message["action"]), actions: "subscribe, unsubscribe, list" }),
      );
  }
}
