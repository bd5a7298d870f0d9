import type { BusChoice, Int64Form } from "./bus-choice";
import type { ArgumentDefinition } from "./interface-definition";
import type { ArgumentCondition } from "./match-rule";

export type ListenKind = "signal" | "properties" | "objects" | "names";

/** What is listened to: the fields that a dynamic subscription also takes from `msg.dbus`. */
export interface SignalSelection {
  readonly listen: ListenKind;
  /** `signal`: a bus name, blank any. `properties`, `objects`: the service. `names`: the name, blank every well-known one. */
  readonly sender: string;
  readonly path: string;
  /** The path and everything below it. */
  readonly pathNamespace: boolean;
  /** `names`: the name and all below it. */
  readonly nameNamespace: boolean;
  readonly interface: string;
  readonly member: string;
  /** `signal`: conditions on arguments. */
  readonly args: readonly ArgumentCondition[];
  /** `properties`: names; empty means all. */
  readonly properties: readonly string[];
  /** `properties`, `objects`, `names`: the present state at start, on reconnect, and when the service appears. */
  readonly initial: boolean;
  /** Invalidated properties are read (`fetch`) or named in `msg.dbus.invalidated` (`report`). */
  readonly invalidated: "fetch" | "report";
  /** `properties`: a message with `msg.event` `vanished` when the owner goes. */
  readonly vanished: boolean;
}

/** The saved fields of a dbus-signal node. Names and meanings are a contract with every saved flow. */
export interface DBusSignalConfig extends BusChoice, SignalSelection {
  readonly bus: "system" | "session" | "address";
  readonly name: string;
  /** The arguments of the member, as introspection gave them to the dialog; empty where it was not picked. */
  readonly memberArgs: readonly ArgumentDefinition[];
  /** Milliseconds as the editor saves them; 0 or "" is off. */
  readonly rateLimit: string | number;
  /** The node has an input and subscribes by `msg.action`. */
  readonly dynamic: boolean;
  /** 1 with `dynamic`, else 0: Node-RED reads the number of ports from the saved node. */
  readonly inputs: 0 | 1;
  readonly int64: Int64Form;
  readonly keepTypes: boolean;
}

export const dbusSignalDefaults: DBusSignalConfig = {
  name: "",
  bus: "system",
  address: "",
  listen: "signal",
  sender: "",
  path: "",
  pathNamespace: false,
  nameNamespace: false,
  interface: "",
  member: "",
  args: [],
  properties: [],
  initial: true,
  invalidated: "fetch",
  vanished: false,
  memberArgs: [],
  rateLimit: 0,
  dynamic: false,
  inputs: 0,
  int64: "auto",
  keepTypes: false,
};
