import { isAppArmorRefusal } from "../shared/apparmor";

/**
 * What the texts of refusals say, of dbus-daemon 1.14 and dbus-broker. The one place that reads error
 * messages: no error name tells a policy's refusal from a service's own.
 */

export type Refusal =
  /** Asking for a name; undefined where the text does not say which. */
  | { readonly kind: "own"; readonly bus: BusProgram; readonly name: string | undefined }
  /** Sending a message; undefined where the text does not say what. */
  | { readonly kind: "send"; readonly bus: BusProgram; readonly message: RefusedMessage | undefined }
  /** The sender may send, and the destination's own rules keep it from receiving. */
  | { readonly kind: "receive"; readonly bus: BusProgram; readonly message: RefusedMessage | undefined }
  /** A security module of the kernel. `name`: what was asked for, where it was a name. */
  | {
      readonly kind: "apparmor" | "selinux";
      readonly message: RefusedMessage | undefined;
      readonly name: string | undefined;
    }
  /** By the service, which was called, mostly after it asked polkit. `asks`: a person could have given permission. */
  | { readonly kind: "polkit"; readonly asks: boolean }
  /** Nobody owns the name. `startable`: that the bus can start its owner is not ruled out. */
  | { readonly kind: "not-here"; readonly name: string | undefined; readonly startable: boolean };

export type BusProgram = "dbus-daemon" | "dbus-broker";

/** The fields of dbus-daemon's text; undefined is "(unset)". */
export interface RefusedMessage {
  readonly type: string;
  readonly sender: string | undefined;
  readonly uid: number | undefined;
  readonly interface: string | undefined;
  readonly member: string | undefined;
  readonly destination: string | undefined;
}

export interface ErrorReply {
  /** The D-Bus error name; undefined where only the text is known. */
  readonly dbusName?: string | undefined;
  readonly message: string;
  /** Whether the bus itself answered; undefined where that is not known. A service may say whatever it likes. */
  readonly byBus?: boolean | undefined;
}

const PREFIX = "org.freedesktop.DBus.Error.";
const OWN = /^Connection ".*?" is not allowed to own the service "([^"]+)" due to security policies/;
const SELINUX_OWN = /^Connection ".*?" is not allowed to own the service "([^"]+)" due to SELinux policy/;
const APPARMOR_OWN = /"([^"]*)" due to AppArmor policy/;
const NOT_HERE = /^The name (\S+) was not provided by any \.service files$/;
const INTERACTIVE = `${PREFIX}InteractiveAuthorizationRequired`;

/** What refused, and what; undefined for an error that is none of these. Longer texts are read as far as they matter. */
export function readRefusal(reply: ErrorReply): Refusal | undefined {
  const { dbusName, byBus } = reply;
  const message = reply.message.slice(0, 4096).trim();
  const refusal = byBus === false ? undefined : readBusRefusal(message);
  if (refusal !== undefined) return refusal;
  if (dbusName === INTERACTIVE || message.startsWith("Interactive authentication required")) {
    return { kind: "polkit", asks: true };
  }
  const denied = dbusName === `${PREFIX}AccessDenied` || dbusName === `${PREFIX}AuthFailed`;
  if (isPolkit(dbusName) || (denied && byBus === false)) return { kind: "polkit", asks: false };
  return readNotHere(dbusName, message);
}

/** What only a bus says. */
function readBusRefusal(message: string): Refusal | undefined {
  const owned = OWN.exec(message);
  if (owned !== null) return { kind: "own", bus: "dbus-daemon", name: owned[1] };
  if (message === "Request to own name refused by policy") return { kind: "own", bus: "dbus-broker", name: undefined };
  if (message.startsWith("Rejected send message,")) {
    return { kind: "send", bus: "dbus-daemon", message: readMessage(message) };
  }
  if (message.startsWith("Rejected receive message,")) {
    return { kind: "receive", bus: "dbus-daemon", message: readMessage(message) };
  }
  if (message === "Sender is not authorized to send message") {
    return { kind: "send", bus: "dbus-broker", message: undefined };
  }
  const name = SELINUX_OWN.exec(message)?.[1];
  if (name !== undefined || message.startsWith("An SELinux policy prevents this ")) {
    return { kind: "selinux", message: readMessage(message), name };
  }
  if (!isAppArmorRefusal(message)) return undefined;
  return { kind: "apparmor", message: readMessage(message), name: APPARMOR_OWN.exec(message)?.[1] };
}

function isPolkit(dbusName: string | undefined): boolean {
  if (dbusName === undefined) return false;
  // `org.freedesktop.UDisks2.Error.NotAuthorized`, `...NotAuthorizedCanObtain`, `org.bluez.Error.NotAuthorized`
  return dbusName.startsWith("org.freedesktop.PolicyKit1.Error.") || /\.NotAuthorized[A-Za-z]*$/.test(dbusName);
}

function readNotHere(dbusName: string | undefined, message: string): Refusal | undefined {
  const name = NOT_HERE.exec(message)?.[1];
  if (name === undefined && dbusName !== `${PREFIX}ServiceUnknown` && dbusName !== `${PREFIX}NameHasNoOwner`) {
    return undefined;
  }
  // ServiceUnknown: there is no service file either. NameHasNoOwner: the call, or the question, started nothing.
  return { kind: "not-here", name, startable: name === undefined && dbusName === `${PREFIX}NameHasNoOwner` };
}

const UNSET = "(unset)";

/**
 * `type="…", sender=":1.5" (uid=1000 pid=7 comm="…") interface="…" member="…" error name="…"
 * requested_reply="0" destination="…" (…)`. A program's name (`comm`) may hold anything: the first
 * fields that fit are the bus's, because the sender's program is the caller's own.
 */
function readMessage(message: string): RefusedMessage | undefined {
  const parts =
    /[;,] type="([^"]*)", sender="([^"]*)" \((.*?)\) interface="([^"]*)" member="([^"]*)" error name="[^"]*" requested_reply="[^"]*" destination="([^"]*)"/s.exec(
      message,
    );
  if (parts === null) return undefined;
  const [, type = "", sender, peer = "", interfaceName, member, destination] = parts.map((part) =>
    part === UNSET ? undefined : part,
  );
  const uid = /^uid=(\d+)/.exec(peer)?.[1];
  return {
    type,
    sender,
    uid: uid === undefined ? undefined : Number(uid),
    interface: interfaceName,
    member,
    destination,
  };
}
