import { checkWellKnownName } from "../shared/names";
import { installCommand, POLICY_DIRECTORY } from "../shared/policy-command";
import { checkAccount, checkOwnedName, type PolicyOptions, policyDefaults } from "../shared/policy-options";
import { type Text, text } from "../shared/text";
import { POLKIT_RULES_FILE, type PolkitCall, polkitActions, polkitRule } from "./polkit";
import { type ErrorReply, type Refusal, type RefusedMessage, readRefusal } from "./refusal";
import { policyFileName } from "./render";

/** What was asked of the bus, and by whom: what a refusal's text leaves out. */
export interface Circumstances {
  /** Login name or uid of this process. */
  readonly user: string;
  /** Its uid, where it has one: the bus may see another, as it does of a container's process. */
  readonly uid?: number | undefined;
  /** The name that was asked for. */
  readonly name?: string | undefined;
  readonly destination?: string | undefined;
  readonly path?: string | undefined;
  readonly interface?: string | undefined;
  readonly member?: string | undefined;
  readonly arguments?: readonly unknown[] | undefined;
  /** Which bus refused; by default this machine's system bus, the only one that policy files of `system.d` are for. */
  readonly bus?: "system" | "session" | "address" | undefined;
  /** This process is in a container: files belong on the host. `user` is then the uid that the host sees. */
  readonly container?: boolean | undefined;
  /** It was the answer to a call of `destination`. */
  readonly isAnswer?: boolean | undefined;
  /** Another bus of this machine that has the name that is not here. */
  readonly alsoOn?: "system" | "session" | undefined;
}

/** A file that would change the answer, ready to be written. */
export interface Remedy {
  readonly file: string;
  /** Of a policy file: what it is rendered from, and the command that installs it. */
  readonly policy?: { readonly options: PolicyOptions; readonly command: string };
  /** Of another file: its text. */
  readonly content?: string;
}

/** Why the bus, or who else, said no. */
export interface Explanation {
  readonly kind: Refusal["kind"];
  /** What the refusal means, in a sentence. */
  readonly meaning: Text;
  /** What to do about it. */
  readonly advice: Text;
  /** The missing rule itself; undefined where none is missing. */
  readonly rule?: string | undefined;
  /** Undefined where no file would help. */
  readonly remedy?: Remedy | undefined;
}

/**
 * From an error that the bus or a service answered with to what it means, the rule that is missing and
 * what to do. Undefined for an error that is no refusal. Pure; `circumstances` fill in what the text
 * does not tell, and nothing in the text is trusted: a name that is none makes no rule.
 */
export function explain(reply: ErrorReply, circumstances: Circumstances): Explanation | undefined {
  const explanation = explainRefusal(readRefusal(reply), circumstances);
  const ofAFile = explanation?.kind === "polkit" || explanation?.remedy !== undefined;
  if (circumstances.container !== true || !ofAFile) return explanation;
  const { advice, remedy } = explanation;
  const { user } = remedy?.policy?.options ?? circumstances;
  return { ...explanation, advice: text("policy.explain.container.advice", { advice, user }) };
}

function explainRefusal(refusal: Refusal | undefined, circumstances: Circumstances): Explanation | undefined {
  switch (refusal?.kind) {
    case undefined:
      return undefined;
    case "own":
      return explainOwn(refusal.name ?? circumstances.name, circumstances);
    case "send":
      return explainSend(refusal.message, circumstances);
    case "receive":
      return { kind: "receive", ...texts("receive", { destination: destinationOf(refusal.message, circumstances) }) };
    case "apparmor":
    case "selinux":
      return explainModule(refusal.kind, refusal.name ?? circumstances.name, refusal.message, circumstances);
    case "polkit":
      return explainPolkit(refusal.asks, circumstances);
    case "not-here":
      return explainNotHere(refusal.name, refusal.startable, circumstances);
  }
}

function explainOwn(name: string | undefined, circumstances: Circumstances): Explanation {
  const { user } = circumstances;
  if (name === undefined || checkOwnedName(name) !== undefined || checkAccount(user) !== undefined) {
    return { kind: "own", ...texts("own-unnamed", { user }) };
  }
  const rule = `<allow own="${name}"/>`;
  const params = { name, user, rule };
  if (!isSystem(circumstances)) {
    return { kind: "own", meaning: meaning("own-elsewhere", params), advice: advice(circumstances.bus, params), rule };
  }
  const remedy = policyRemedy({ ...policyDefaults, name, user });
  return { kind: "own", ...texts("own", { ...params, ...remedyParams(remedy) }), rule, remedy };
}

function explainSend(message: RefusedMessage | undefined, circumstances: Circumstances): Explanation {
  // A reply is refused where nobody waits for it any more, or never did: no rule is missing.
  const isSignal = message?.type === "signal";
  if (message !== undefined && message.type !== "method_call" && !isSignal) {
    return { kind: "send", ...texts("send-other", { type: message.type }) };
  }
  const destination = destinationOf(message, circumstances);
  const user = callerOf(message, circumstances);
  const member = message?.member ?? circumstances.member ?? "";
  const params = { destination, user, member, interface: message?.interface ?? circumstances.interface ?? "" };
  if (destination.startsWith(":")) {
    return { kind: "send", ...texts(isSignal ? "send-signal-unique" : "send-unique", params) };
  }
  if (checkWellKnownName(destination) !== undefined || checkAccount(user) !== undefined) {
    return { kind: "send", ...texts("send-unnamed", params) };
  }
  if (destination === BUS) return { kind: "send", ...texts("send-bus", params) };
  const rule = `<allow send_destination="${destination}"/>`;
  const missing = isSignal ? "send-signal" : params.interface === "" ? "send-without-interface" : "send";
  if (!isSystem(circumstances)) {
    const elsewhere = advice(circumstances.bus, { user, rule });
    return { kind: "send", meaning: meaning(missing, params), advice: elsewhere, rule };
  }
  const remedy = policyRemedy({ ...policyDefaults, preset: "client", destination, user });
  return { kind: "send", ...texts(missing, { ...params, rule, ...remedyParams(remedy) }), rule, remedy };
}

/** Not the bus's policy but a security module of the kernel, which the bus asks. */
function explainModule(
  kind: "apparmor" | "selinux",
  name: string | undefined,
  message: RefusedMessage | undefined,
  circumstances: Circumstances,
): Explanation {
  const params = { name: name ?? "", destination: destinationOf(message, circumstances) };
  const what = name === undefined ? kind : `${kind}-own`;
  return { kind, meaning: meaning(what, params), advice: text(`policy.explain.${kind}.advice`, params) };
}

function explainPolkit(asks: boolean, circumstances: Circumstances): Explanation {
  const { user, path, interface: interfaceName, member, destination = "", container } = circumstances;
  const call: PolkitCall = { user, path, interface: interfaceName, member, arguments: circumstances.arguments ?? [] };
  const actions = polkitActions(call);
  const means = meaning(asks ? "polkit-asks" : "polkit", { destination, user });
  // A rule names the user by login name, and a container does not know those of its host.
  if (actions === undefined || container === true || checkAccount(user) !== undefined) {
    const file = POLKIT_RULES_FILE;
    return { kind: "polkit", meaning: means, advice: text("policy.explain.polkit.advice", { user, file }) };
  }
  const content = polkitRule(call, actions);
  const params = { user, action: actions.join(", "), file: POLKIT_RULES_FILE, rule: content };
  const remedy = { file: POLKIT_RULES_FILE, content };
  return { kind: "polkit", meaning: means, advice: text("policy.explain.polkit-rule.advice", params), remedy };
}

function explainNotHere(
  told: string | undefined,
  startable: boolean,
  { destination, name: asked, alsoOn, isAnswer }: Circumstances,
): Explanation | undefined {
  const name = told ?? destination ?? asked ?? "";
  // The bus was asked about a name, and which is not known here.
  if (name === BUS) return undefined;
  const kind = "not-here";
  if (isAnswer === true) return { kind, ...texts("caller-gone", { name }) };
  if (name.startsWith(":")) return { kind, ...texts("not-here-unique", { name }) };
  const means = meaning(startable ? "not-running" : "not-here", { name });
  if (alsoOn !== undefined) {
    const bus = text(`buses.${alsoOn}`);
    return { kind, meaning: means, advice: text("policy.explain.other-bus.advice", { name, bus }) };
  }
  return { kind, meaning: means, advice: text(`policy.explain.${startable ? "not-running" : "not-here"}.advice`) };
}

const BUS = "org.freedesktop.DBus";

function isSystem({ bus = "system" }: Circumstances): boolean {
  return bus === "system";
}

/** Of a bus that no file in `system.d` is for. */
function advice(bus: Circumstances["bus"], params: Readonly<Record<string, string>>): Text {
  return text(`policy.explain.on-${bus === "session" ? "session" : "address"}.advice`, params);
}

function meaning(key: string, params: Readonly<Record<string, string>>): Text {
  return text(`policy.explain.${key}.meaning`, params);
}

function policyRemedy(options: PolicyOptions): Remedy & { readonly policy: { readonly command: string } } {
  const file = `${POLICY_DIRECTORY}/${policyFileName(options)}`;
  return { file, policy: { options, command: installCommand(options) } };
}

function remedyParams({ file, policy }: ReturnType<typeof policyRemedy>): Readonly<Record<string, string>> {
  return { file, command: policy.command };
}

/** The user that the bus has rules for: the uid that it sees, where that is not ours. */
function callerOf(message: RefusedMessage | undefined, { user, uid }: Circumstances): string {
  const isOther = message?.uid !== undefined && uid !== undefined && message.uid !== uid;
  return isOther ? String(message.uid) : user;
}

/** The name that was called; the text's own where circumstances are silent. */
function destinationOf(message: RefusedMessage | undefined, { destination }: Circumstances): string {
  return message?.destination ?? destination ?? "";
}

function texts(
  key: string,
  params: Readonly<Record<string, string>>,
): { readonly meaning: Text; readonly advice: Text } {
  return {
    meaning: meaning(key, params),
    advice: text(`policy.explain.${key}.advice`, params),
  };
}
