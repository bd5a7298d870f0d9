import type { BusChoice, Int64Form } from "./bus-choice";
import type { InterfaceDefinition } from "./interface-definition";

export type PublishAction = "export" | "signal" | "reply";

/** The saved fields of a dbus-publish node. Names and meanings are a contract with every saved flow. */
export interface DBusPublishConfig extends BusChoice, Omit<InterfaceDefinition, "name"> {
  readonly bus: "system" | "session" | "address";
  readonly name: string;
  readonly action: PublishAction;
  /** A well-known name to own; blank: none. */
  readonly busName: string;
  /** Other owners may take the name; take it from one that allows it; give up instead of queueing for it. */
  readonly allowReplacement: boolean;
  readonly replaceExisting: boolean;
  readonly doNotQueue: boolean;
  /** `export`: blank makes objects by `msg.dbus.path`. `signal`: blank takes `msg.dbus.path`. */
  readonly path: string;
  readonly interface: string;
  /** `signal`: the signal's name, its arguments' signature, and for unicast its destination. */
  readonly member: string;
  readonly signature: string;
  readonly destination: string;
  /** `export`: properties are announced also where a message sets them to what they were. */
  readonly emitUnchanged: boolean;
  /** `export`: property values are kept in the node's context, over a deploy and with a persistent store over a restart. */
  readonly keepValues: boolean;
  readonly int64: Int64Form;
  readonly keepTypes: boolean;
  /** 2 with `action: "export"`, else 0: Node-RED reads the number of ports from the saved node. */
  readonly outputs: 0 | 2;
}

export const dbusPublishDefaults: DBusPublishConfig = {
  name: "",
  bus: "session",
  address: "",
  action: "export",
  busName: "",
  allowReplacement: false,
  replaceExisting: false,
  doNotQueue: false,
  path: "",
  interface: "",
  properties: [],
  methods: [],
  signals: [],
  member: "",
  signature: "",
  destination: "",
  emitUnchanged: false,
  keepValues: false,
  int64: "auto",
  keepTypes: false,
  outputs: 2,
};
