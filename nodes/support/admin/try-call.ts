import type { Node, NodeAPI, NodeMessage } from "node-red";
import { CallGroup } from "../../../lib/bus/pending-calls";
import { DBusNodeError } from "../../../lib/errors";
import { checkCallConfig } from "../../../lib/shared/check-call";
import { type DBusCallConfig, dbusCallDefaults } from "../../../lib/shared/dbus-call-config";
import { text } from "../../../lib/shared/text";
import type { TryAnswer, TryRequest } from "../../../lib/shared/trial";
import { argumentInputs } from "../argument-inputs";
import { callForMessage } from "../call-message";
import { RefusedError } from "../refused-error";
import { failureAnswer } from "./failure";
import { type FindBus, formConfig } from "./form-config";
import { refusedCall } from "./refused-call";
import { shownMessage } from "./shown-message";

/**
 * Does once what a dbus-call node with these fields would do, until it is answered or nobody waits any
 * more. Never rejects: what fails is in the answer.
 */
export async function tryCall(
  RED: NodeAPI,
  request: TryRequest,
  findBus: FindBus,
  gone: AbortSignal,
): Promise<TryAnswer> {
  const group = new CallGroup();
  gone.addEventListener("abort", () => group.cancel());
  let started = performance.now();
  const tookMs = () => performance.now() - started;
  try {
    const node = RED.nodes.getNode(request.id) as Node | null;
    const config = formConfig(RED, node, dbusCallDefaults, checkCallConfig, request.config);
    const readArguments = argumentInputs(RED, contexts(node, config), config);
    const sent: NodeMessage = { _msgid: RED.util.generateId(), payload: request.payload };
    const bus = await findBus(config);
    try {
      started = performance.now();
      const message = await callForMessage(bus, config, sent, readArguments, { group });
      return { tookMs: tookMs(), ...(message === undefined ? {} : { message: shownMessage(RED, message) }) };
    } finally {
      bus.release();
    }
  } catch (thrown) {
    const refused = refusedCall(thrown instanceof RefusedError ? thrown.explanation : undefined);
    const failure = failureAnswer(thrown).answer;
    return { tookMs: tookMs(), failure, ...(refused === undefined ? {} : { refused }) };
  }
}

/** What is read from contexts is there for a deployed node alone. */
function contexts(node: Node | null, { args, argsType }: DBusCallConfig): Node {
  const types = typeof args === "string" ? [argsType] : args.map(({ type }) => type);
  const needed = types.find((type) => type === "flow" || type === "global");
  if (node === null && needed !== undefined) {
    throw new DBusNodeError("DBUS_INVALID_ARGUMENT", text("errors.try-undeployed", { type: needed }));
  }
  // Without contexts nothing asks it for anything.
  return node as Node;
}
