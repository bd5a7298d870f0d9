import type { Node, NodeStatus } from "node-red";
import type { ConnectionStatus } from "../../lib/bus/connection";
import type { NameState } from "../../lib/bus/owned-names";
import type { DBusErrorCode, DBusNodeError } from "../../lib/errors";
import type { FindingCode } from "../../lib/shared/finding";
import { statusKey } from "./texts";

/** Everything that a node can show. The texts are catalogue keys, under 20 characters in each language. */
export type Shown =
  | { readonly kind: "connection"; readonly status: ConnectionStatus }
  | { readonly kind: "idle" }
  | { readonly kind: "finding"; readonly code: FindingCode }
  | { readonly kind: "calling"; readonly calls: number }
  | ({ readonly kind: "received"; readonly topic: string } & Counts)
  | { readonly kind: "subscriptions"; readonly count: number }
  | { readonly kind: "name"; readonly name: string; readonly state: NameState }
  | { readonly kind: "waiting"; readonly calls: number }
  | { readonly kind: "error"; readonly code: DBusErrorCode }
  | { readonly kind: "invalid" };

/** What a node shows that cannot work. */
export function problemShown({ code }: DBusNodeError): Shown {
  return code === "DBUS_INVALID_FIELD" ? { kind: "invalid" } : { kind: "error", code };
}

/** What a listening node has done with what it heard. */
export interface Counts {
  readonly sent: number;
  /** Replaced by a later one, as the rate limit asks. */
  readonly limited: number;
  /** Lost, because the flow did not keep up. */
  readonly dropped: number;
}

/** However busy a node is, it changes its status only so often. */
const INTERVAL_MS = 300;
const LONGEST = 19;

/** The one caller of `node.status`. What comes too soon is shown later, and only the latest of it. */
export class Status {
  readonly #node: Node;
  #last = "";
  #next: Shown | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(node: Node) {
    this.#node = node;
  }

  show(shown: Shown): void {
    // What a closed node still waited for may come to its end later.
    if (this.#closed) return;
    this.#next = shown;
    if (this.#timer === undefined) this.#flush();
  }

  /** A node that closes shows nothing any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#node.status({});
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#next === undefined) return;
    const status = render(this.#next);
    this.#next = undefined;
    const text = JSON.stringify(status);
    if (text === this.#last) return;
    this.#last = text;
    this.#node.status(status);
    this.#timer = setTimeout(() => this.#flush(), INTERVAL_MS);
  }
}

function render(shown: Shown): NodeStatus {
  switch (shown.kind) {
    case "connection":
      return connection(shown.status);
    case "idle":
      return {};
    case "finding":
      return {
        fill: "yellow",
        shape: "ring",
        text: statusKey(shown.code === "session-root" ? "root-session" : "headless"),
      };
    case "calling":
      return { fill: "blue", shape: "dot", text: shown.calls === 1 ? statusKey("calling") : `${shown.calls} …` };
    case "received":
      return received(shown, shown.topic);
    case "subscriptions":
      return { fill: "green", shape: "dot", text: `${shown.count} ⇥` };
    case "name":
      return name(shown.name, shown.state);
    case "waiting":
      return { fill: "blue", shape: "dot", text: `${shown.calls} …` };
    case "error":
      return { fill: "red", shape: "ring", text: statusKey(ERRORS[shown.code] ?? "failed") };
    case "invalid":
      return { fill: "red", shape: "ring", text: statusKey("invalid") };
  }
}

function connection({ state, error }: ConnectionStatus): NodeStatus {
  if (state === "connected") return { fill: "green", shape: "dot", text: "node-red:common.status.connected" };
  if (error === undefined) return { fill: "yellow", shape: "ring", text: "node-red:common.status.connecting" };
  const key = CONNECTION_ERRORS[error.code];
  const text = key === undefined ? "node-red:common.status.disconnected" : statusKey(key);
  return { fill: "red", shape: "ring", text };
}

const CONNECTION_ERRORS: Readonly<Partial<Record<DBusErrorCode, string>>> = {
  DBUS_NO_BUS: "no-bus",
  DBUS_INVALID_ADDRESS: "bad-address",
  DBUS_AUTH_REFUSED: "refused",
  DBUS_HELLO_REFUSED: "refused",
};

const ERRORS: Readonly<Partial<Record<DBusErrorCode, string>>> = {
  ...CONNECTION_ERRORS,
  DBUS_ACCESS_DENIED: "refused",
  DBUS_TIMEOUT: "timeout",
  DBUS_NO_REPLY: "no-reply",
  DBUS_NAME_NOT_FOUND: "name-not-found",
  DBUS_INVALID_ARGUMENT: "bad-input",
  DBUS_INVALID_FIELD: "bad-input",
};

/** Owned by someone else: yellow, it may still come to us; refused by policy: red, somebody has to do something. */
function name(busName: string, state: NameState): NodeStatus {
  switch (state) {
    case "owned":
      return { fill: "green", shape: "dot", text: shortenFront(busName) };
    case "refused":
      return { fill: "red", shape: "ring", text: statusKey("name-refused") };
    case "queued":
      return { fill: "yellow", shape: "ring", text: statusKey("name-queued") };
    case "taken":
      return { fill: "yellow", shape: "ring", text: statusKey("name-taken") };
    case "pending":
      return { fill: "yellow", shape: "ring", text: "node-red:common.status.connecting" };
  }
}

/** Of a name the end tells most. The ellipsis keeps the editor from looking it up in a catalogue. */
function shortenFront(text: string): string {
  return `…${text.slice(-(LONGEST - 1))}`;
}

/** The count first: a digit keeps the editor from looking the text up in a catalogue. */
function received({ sent, limited, dropped }: Counts, topic: string): NodeStatus {
  if (dropped > 0) return { fill: "yellow", shape: "dot", text: shorten(`${sent} (−${dropped})`) };
  return {
    fill: "green",
    shape: "dot",
    text: shorten(limited > 0 ? `${sent}/${sent + limited} ${topic}` : `${sent} ${topic}`),
  };
}

/** What comes from the bus must not be taken for a reference to a catalogue key. */
function shorten(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  return short.replace(/\$+t\(/g, "t(");
}
