import type { Node, NodeAPI, NodeMessage } from "node-red";
import { CallGroup } from "../lib/bus/pending-calls";
import { checkCallConfig } from "../lib/shared/check-call";
import { type DBusCallConfig, dbusCallDefaults } from "../lib/shared/dbus-call-config";
import { argumentInputs } from "./support/argument-inputs";
import { linkTo, showLink, targetOf } from "./support/bus-link";
import { callForMessage } from "./support/call-message";
import { RefusalMemory } from "./support/last-refusal";
import { busOfMessage } from "./support/message";
import { MessageBuses } from "./support/message-buses";
import { registerNode } from "./support/register-node";
import { flowError, noteError } from "./support/report-error";
import type { Status } from "./support/status";

export default function register(RED: NodeAPI): void {
  registerNode(RED, { type: "dbus-call", defaults: dbusCallDefaults, check: checkCallConfig, start: callNode });
}

function callNode(RED: NodeAPI, node: Node, config: DBusCallConfig, status: Status): void {
  const readArguments = argumentInputs(RED, node, config);
  const target = targetOf(config);
  const link = target === undefined ? undefined : linkTo(RED, target);
  const shown = link === undefined ? undefined : showLink(link, status);
  const buses = new MessageBuses(RED);
  const calls = new CallGroup();
  const memory = new RefusalMemory(node);
  let busy = 0;

  const handle = async (message: NodeMessage, send: (message: NodeMessage) => void): Promise<void> => {
    const bus = link ?? buses.linkTo(busOfMessage(message));
    const reply = await callForMessage(bus, config, message, readArguments, { group: calls, memory });
    if (reply !== undefined) send(reply);
  };

  const showBusy = (change: 1 | -1) => {
    busy += change;
    if (busy > 0) status.show({ kind: "calling", calls: busy });
    else if (shown === undefined) status.show({ kind: "idle" });
    else shown.show();
  };

  node.on("input", (message, send, done: (error?: Error) => void) => {
    showBusy(1);
    handle(message, send).then(
      () => {
        showBusy(-1);
        done();
      },
      (thrown: unknown) => {
        showBusy(-1);
        const error = flowError(RED, thrown);
        noteError(message, error);
        status.show({ kind: "error", code: error.code });
        done(error);
      },
    );
  });

  node.on("close", () => {
    calls.cancel();
    shown?.stop();
    link?.release();
    buses.close();
    status.close();
  });
}
