import type { FailureAnswer, RefusedCall } from "./admin";
import { takesArguments } from "./check-call";
import type { DBusCallConfig } from "./dbus-call-config";
import type { DBusSignalConfig } from "./dbus-signal-config";

/** Requests and answers of what a dialog tries out (`nodes/support/admin/try.ts`), as JSON. */

/** `POST dbus/try`, permission `dbus.write`: does once what a dbus-call node with these fields would do. */
export interface TryRequest {
  /** The node's id: where it is deployed, its contexts and environment variables count. */
  readonly id: string;
  readonly config: Partial<DBusCallConfig>;
  /** `msg.payload` of the message that the node would get. */
  readonly payload?: unknown;
}

/** Whether anything of `msg.payload` is among the arguments, as one value, in a row, or in an expression. */
export function usesPayload({ operation, args, argsType }: DBusCallConfig): boolean {
  const inputs = typeof args === "string" ? [{ value: args, type: argsType }] : args;
  return (
    takesArguments(operation) &&
    inputs.some(
      ({ value, type }) =>
        (type === "msg" && /^payload\b/.test(value)) || (type === "jsonata" && /\bpayload\b/.test(value)),
    )
  );
}

export interface TryAnswer {
  readonly tookMs: number;
  /** The message that the node would send; missing where it failed, or waits for no reply. */
  readonly message?: ShownMessage;
  readonly failure?: FailureAnswer;
  /** Where it failed because the system bus's policy refused it. */
  readonly refused?: RefusedCall;
}

/** A message as Node-RED's debug sidebar shows it: `RED.util.encodeObject`, at most 1,000 characters or items of anything. */
export interface ShownMessage {
  readonly format: string;
  readonly msg: string;
}

/** `POST dbus/listen`, permission `dbus.write`: listens for a while as a dbus-signal node with these fields would. */
export interface ListenRequest {
  /** As in `TryRequest`. */
  readonly id: string;
  readonly config: Partial<DBusSignalConfig>;
}

/** The answer comes in lines of JSON while it listens. */
export type ListenLine =
  /** The first line: it listens now. */
  | { readonly begun: true }
  | { readonly message: ShownMessage }
  | { readonly failure: FailureAnswer }
  /** The last line: listening has ended, by time or because there was so much. */
  | { readonly end: "time" | "enough" };

/** The label of the button (`try.listen`) says so too. */
export const LISTEN_SECONDS = 10;
