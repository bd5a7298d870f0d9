import type { BusChoice, Int64Form } from "./bus-choice";

export type CallOperation = "call" | "get" | "set" | "get-all";

/** The typed inputs that `argsType` and the rows of `args` may have. */
export type ArgumentInputType = "str" | "num" | "bool" | "json" | "jsonata" | "msg" | "flow" | "global" | "env" | "bin";

/** One argument of `argsType: "list"`: a typed input's value and type. */
export interface ArgumentRow {
  readonly value: string;
  readonly type: ArgumentInputType;
}

/** The saved fields of a dbus-call node. Names and meanings are a contract with every saved flow. */
export interface DBusCallConfig extends BusChoice {
  readonly name: string;
  readonly operation: CallOperation;
  /** Blank text fields are taken from `msg.dbus`. */
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  /** The method, or the property with `get` and `set`; unused with `get-all`. */
  readonly member: string;
  /** The signature of the arguments (with `set`: the property's type). Blank: learnt by introspection. */
  readonly signature: string;
  /** A typed input's value, or rows with `argsType: "list"`. */
  readonly args: string | readonly ArgumentRow[];
  readonly argsType: ArgumentInputType | "list";
  /** The arguments' names with this member and signature, as introspection gave them to the dialog. */
  readonly argNames: readonly string[];
  /** Likewise the names of what a method returns. */
  readonly outNames: readonly string[];
  /** Seconds as the editor saves them; "" takes `msg.dbus.timeout` or 25; 0 waits for ever. */
  readonly timeout: string | number;
  readonly noReply: boolean;
  readonly noAutoStart: boolean;
  readonly interactiveAuthorization: boolean;
  readonly int64: Int64Form;
  readonly keepTypes: boolean;
}

export const DEFAULT_TIMEOUT_SECONDS = 25;
/** The longest wait that a timer can hold: 2^31 - 1 milliseconds, in whole seconds. */
export const MAX_TIMEOUT_SECONDS = 2_147_483;

export const dbusCallDefaults: DBusCallConfig = {
  name: "",
  bus: "system",
  address: "",
  operation: "call",
  destination: "",
  path: "",
  interface: "",
  member: "",
  signature: "",
  args: "payload",
  argsType: "msg",
  argNames: [],
  outNames: [],
  timeout: DEFAULT_TIMEOUT_SECONDS,
  noReply: false,
  noAutoStart: false,
  interactiveAuthorization: false,
  int64: "auto",
  keepTypes: false,
};
