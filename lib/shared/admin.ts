import type { BusChoice } from "./bus-choice";
import type { Finding } from "./finding";
import type { ArgumentDefinition, EmitsChanged, PropertyAccess } from "./interface-definition";
import type { PolicyOptions } from "./policy-options";
import type { Text } from "./text";

/**
 * Answers of the editor's endpoints (`nodes/support/admin-routes.ts`), as JSON. They answer jQuery in a page of
 * this Node-RED, and no other page: see `nodes/support/admin/own-page.ts`.
 */

/** `GET dbus/environment`, permission `dbus.read`: what the runtime's machine means for each choice of bus. */
export interface EnvironmentAnswer {
  /** The login name that the runtime runs as: whom a policy file has to allow. */
  readonly user: string;
  readonly system: BusEnvironment;
  readonly session: BusEnvironment;
}

export interface BusEnvironment {
  /** The address that a node would connect to; several alternatives are separated by `;`. "" where there is none. */
  readonly address: string;
  readonly findings: readonly Finding[];
}

/**
 * Which bus a request is about. An address counts where a deployed node uses it, or with permission `dbus.write`;
 * one that starts a program (`unixexec:`) or holds a variable needs `flows.write` as well: flows can do both.
 */
export interface BusQuery {
  readonly bus: Exclude<BusChoice["bus"], "msg">;
  /** With `bus: "address"`: as a node has it, `${VARIABLE}` included. */
  readonly address?: string;
}

/** What any of these endpoints answers where it cannot, with a status of 400 and above. */
export interface FailureAnswer {
  /**
   * As of a node's error (`DBUS_TIMEOUT`, `DBUS_ACCESS_DENIED`, ...), or of the request itself:
   * `ADDRESS_NOT_USED`, `FOREIGN_PAGE`, `NOT_JSON`.
   */
  readonly code: string;
  readonly problem: Text;
  /** What is to be minded on the runtime's machine, where there is no connection to the bus for that. */
  readonly finding?: Finding;
}

/** `GET dbus/names`, permission `dbus.read`: the bus names that can be called. */
export interface NamesAnswer {
  /** The address that answered. */
  readonly address: string;
  /** Well-known names first, then unique ones, each in the order of the alphabet and of its numbers. */
  readonly names: readonly BusNameEntry[];
  /** How many names more there are than an answer holds. */
  readonly leftOut: number;
}

export interface BusNameEntry {
  readonly name: string;
  /** Somebody has it now. */
  readonly owned: boolean;
  /** A call starts the service where nobody has it. */
  readonly activatable: boolean;
  /** The owner's process, where the bus and this machine tell: "bluetoothd". */
  readonly process?: string;
}

/** `destination`: the bus name whose objects are meant. */
export interface ObjectsQuery extends BusQuery {
  readonly destination: string;
}

/** `GET dbus/objects`, permission `dbus.read`: the paths of a service's objects. It starts no service. */
export interface ObjectsAnswer {
  /** `not-running`: nobody has the name, and it could be started (`POST dbus/start`). */
  readonly state: "running" | "not-running";
  /** In the order of the tree. */
  readonly paths: readonly ObjectEntry[];
  /** How many paths more were left out, at least, and what was not valid in their introspection. */
  readonly leftOut: number;
  /** Why a part of it may be missing: the service did not go on answering. */
  readonly incomplete?: FailureAnswer;
}

export interface ObjectEntry {
  readonly path: string;
  /** The object's own interfaces where they are known at once, the standard ones left out. */
  readonly interfaces?: readonly string[];
}

export interface InterfacesQuery extends ObjectsQuery {
  readonly path: string;
}

/** `GET dbus/interfaces`, permission `dbus.read`: what one object offers. It starts no service. */
export interface InterfacesAnswer {
  readonly state: "running" | "not-running";
  /** The object's own first, the standard ones last. */
  readonly interfaces: readonly InterfaceEntry[];
  /** How many interfaces and members were not valid. */
  readonly leftOut: number;
}

export interface InterfaceEntry {
  readonly name: string;
  /** One of `org.freedesktop.DBus`: Introspectable, Peer, Properties, ObjectManager. */
  readonly standard: boolean;
  readonly deprecated: boolean;
  readonly methods: readonly MethodEntry[];
  readonly properties: readonly PropertyEntry[];
  readonly signals: readonly SignalEntry[];
}

export interface MethodEntry {
  readonly name: string;
  readonly in: readonly ArgumentDefinition[];
  readonly out: readonly ArgumentDefinition[];
  readonly deprecated: boolean;
}

export interface PropertyEntry {
  readonly name: string;
  readonly signature: string;
  readonly access: PropertyAccess;
  readonly emitsChanged: EmitsChanged;
  readonly deprecated: boolean;
  /** The present value, as JSON; one of more than 1,000 characters ends with "…". Missing where it can't be read. */
  readonly value?: string;
}

export interface SignalEntry {
  readonly name: string;
  readonly args: readonly ArgumentDefinition[];
  readonly deprecated: boolean;
}

/** `POST dbus/start` with an `ObjectsQuery`, permission `dbus.write`: starts an activatable service. */
export interface StartAnswer {
  readonly state: "running";
}

/**
 * `GET dbus/policy`, permission `dbus.read`: a policy file of the system bus, and whether the bus goes by
 * it. The query has the fields of `PolicyOptions` by their names, but `interface` once for each interface
 * and `writable=true`. A blank user is the runtime's own. 400 for options that make no file.
 */
export interface PolicyAnswer {
  /** What the file was rendered from. */
  readonly options: PolicyOptions;
  readonly content: string;
  /** Where it goes on the machine of the bus. */
  readonly file: string;
  /** Commands that put it there: by this package, and without it. */
  readonly install: string;
  readonly installByHand: string;
  readonly warnings: readonly Text[];
  readonly effect: PolicyEffect;
}

/** As far as can be known without changing anything, and without asking anything of the one who owns the name. */
export interface PolicyEffect {
  readonly state: PolicyState;
  readonly file: PolicyFileState;
  readonly bus: PolicyBusState;
  /** What was found where the file goes, what the bus says, and what to do. */
  readonly says: readonly Text[];
}

export type PolicyState =
  /** The file is there as shown, and the bus goes by it. */
  | "effective"
  /** The file is there as shown; nothing is known yet of what the bus makes of it. */
  | "in-place"
  /** The file is there as shown, and the bus refuses all the same. */
  | "not-taken"
  /** Another file of that name is there. */
  | "differs"
  /** The bus allows it already, by other rules. */
  | "allowed"
  | "missing"
  /** The bus's machine is another one, and nothing else tells. */
  | "unseen"
  | "not-needed";

/** `packaged`: a package's file of that name is there, with other rules, which count beside an administrator's. */
export type PolicyFileState = "same" | "different" | "missing" | "packaged" | "unreadable" | "unseen";

/** `other-owner`: somebody else has the name. `unknown`: the bus was not asked for it, or there is no bus. */
export type PolicyBusState = "allows" | "refuses" | "other-owner" | "unknown";

/** `GET dbus/refusal?node=ID`, permission `dbus.read`: whether the bus's policy refused this node's last call. */
export interface RefusalAnswer {
  /** Missing where that call was not refused. */
  readonly refused?: RefusedCall;
}

/** A call that a policy file would let pass: who was not let, as the bus sees him, to call whom. */
export interface RefusedCall {
  readonly user: string;
  readonly destination: string;
}
