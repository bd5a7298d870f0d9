import type { NodeAPI } from "node-red";
import type { BusLease } from "../../../lib/client/service";
import { findUserSoon, hasGroupSoon } from "../../../lib/environment/accounts";
import { installByHandCommand } from "../../../lib/policy/command-line";
import { NOT_NEEDED, policyEffect } from "../../../lib/policy/effect";
import { lintPolicy } from "../../../lib/policy/lint";
import type { Accounts } from "../../../lib/policy/lint-rules";
import { policyFileName, presetWarning, renderPolicy } from "../../../lib/policy/render";
import type { PolicyAnswer, RefusalAnswer } from "../../../lib/shared/admin";
import { installCommand, POLICY_DIRECTORY } from "../../../lib/shared/policy-command";
import { type PolicyOptions, type PolicyPreset, policyDefaults } from "../../../lib/shared/policy-options";
import type { Text } from "../../../lib/shared/text";
import { lastRefusal } from "../last-refusal";
import { type PolicyMachine, policyMachine, probeAgain } from "../machine";
import { answerGet } from "./endpoint";
import { findPolicyFile } from "./policy-file";
import { busWord } from "./policy-word";
import { refusedCall } from "./refused-call";
import { busOfRequest } from "./request-bus";

/**
 * The endpoints of the policy dialog. `dbusPolicyDirectory` in Node-RED's settings stands for the bus's
 * policy folder where that is not the usual one.
 */
export function policyRoutes(RED: NodeAPI): void {
  answerGet(RED, "/dbus/policy", (_fields, request) => {
    const bus = () => busOfRequest(RED, { bus: "system" }, request);
    return policyAnswer(queryOf(request.url), policyDirectory(RED), bus);
  });
  answerGet(RED, "/dbus/refusal", ({ node }) => refusalOf(String(node)));
}

function refusalOf(nodeId: string): RefusalAnswer {
  const refused = refusedCall(lastRefusal(nodeId)?.explanation);
  return refused === undefined ? {} : { refused };
}

/** Rejects with DBusNodeError DBUS_INVALID_FIELD where the options make no file. */
async function policyAnswer(
  query: URLSearchParams,
  directory: string,
  bus: () => Promise<BusLease>,
): Promise<PolicyAnswer> {
  probeAgain();
  // A folder that somebody has named is the bus's own, wherever the bus is.
  const machine = { ...policyMachine(), ...(directory === POLICY_DIRECTORY ? {} : { bus: "here" as const }) };
  const options = optionsOf(query, machine.user);
  const content = renderPolicy(options);
  const name = policyFileName(options);
  const found = findPolicyFile(name, content, directory, machine.bus);
  return {
    options,
    content,
    file: `${directory}/${name}`,
    install: installCommand(options, directory),
    installByHand: installByHandCommand(options, directory),
    warnings: await warningsOf(options, content, name, machine),
    effect: machine.needsNoFile ? NOT_NEEDED : policyEffect(options, found, await busWord(options, machine, bus)),
  };
}

/** What a preset warns of says all that lint would say of its rules. */
async function warningsOf(
  options: PolicyOptions,
  content: string,
  fileName: string,
  machine: PolicyMachine,
): Promise<readonly Text[]> {
  const warning = presetWarning(options);
  const accounts = machine.bus === "here" ? await accountsOf(options) : undefined;
  const findings = lintPolicy(content, { fileName, accounts }).filter(
    ({ severity }) => severity === "error" || warning === undefined,
  );
  return [...(warning === undefined ? [] : [warning]), ...findings.map(({ text }) => text)];
}

/** The accounts that the options name, looked up beforehand. */
async function accountsOf({ user, group }: PolicyOptions): Promise<Accounts> {
  const [account, isGroup] = await Promise.all([findUserSoon(user), hasGroupSoon(group)]);
  return {
    hasUser: (name) => name !== user || account !== undefined,
    hasGroup: (name) => name !== group || isGroup,
  };
}

function optionsOf(query: URLSearchParams, user: string): PolicyOptions {
  const field = (name: string) => query.get(name) ?? "";
  return {
    // What is none of them is refused by name when it is rendered.
    preset: (query.get("preset") ?? policyDefaults.preset) as PolicyPreset,
    name: field("name"),
    user: field("user") || user,
    group: field("group"),
    interfaces: query.getAll("interface"),
    writable: query.get("writable") === "true",
    destination: field("destination"),
  };
}

/** Read here: parsers of queries differ in what they make of a name that is there more than once. */
function queryOf(url: string): URLSearchParams {
  const at = url.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : url.slice(at));
}

function policyDirectory(RED: NodeAPI): string {
  const { dbusPolicyDirectory } = RED.settings as { readonly dbusPolicyDirectory?: unknown };
  return typeof dbusPolicyDirectory === "string" ? dbusPolicyDirectory : POLICY_DIRECTORY;
}
