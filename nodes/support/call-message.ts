import type { NodeMessage } from "node-red";
import type { CallGroup } from "../../lib/bus/pending-calls";
import { perform } from "../../lib/client/operations";
import type { DBusCallConfig } from "../../lib/shared/dbus-call-config";
import type { ReadArguments } from "./argument-inputs";
import { type BusLink, shownAddress } from "./bus-link";
import { explainedCall } from "./explain-error";
import type { RefusalMemory } from "./last-refusal";
import { operationFields, replyMessage } from "./message";

/**
 * What a dbus-call node does with one message. Resolves to the message to send on, or to undefined where
 * no reply is waited for. Rejects with DBusNodeError.
 */
export async function callForMessage(
  bus: BusLink,
  config: DBusCallConfig,
  message: NodeMessage,
  readArguments: ReadArguments,
  { group, memory }: { readonly group: CallGroup; readonly memory?: RefusalMemory },
): Promise<NodeMessage | undefined> {
  const fields = operationFields(config, message);
  const args = await readArguments(message);
  const result = await explainedCall(perform(bus, { args, group, ...fields }), fields.destination, bus, memory);
  if (result === undefined) return undefined;
  return replyMessage(message, { kind: bus.target.kind, address: shownAddress(bus) }, fields, result);
}
