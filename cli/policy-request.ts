import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  checkPolicyOptions,
  POLICY_PRESETS,
  type PolicyField,
  type PolicyOptions,
  policyDefaults,
  policyFields,
} from "../lib/shared/policy-options";
import { type Text, text } from "../lib/shared/text";
import { currentUser } from "./accounts";
import { badOptions, policyUsageError, reasonOf, type UsageError } from "./command";
import { containerWarning } from "./policy-output";
import { type PublishedName, publishedNames } from "./published-names";

/** What a command line asks for. */
export interface PolicyRequest {
  /** One for each file; none only where `file` is given. */
  readonly policies: readonly PolicyOptions[];
  /** Arguments that are no options. */
  readonly files: readonly string[];
  /** What was left out, or is worth saying. */
  readonly notes: readonly Text[];
  readonly switches: { readonly force: boolean; readonly try: boolean; readonly dir: string | undefined };
}

const STRING = { type: "string" } as const;
const SWITCH = { type: "boolean" } as const;
const POLICY_OPTIONS = {
  name: STRING,
  user: STRING,
  group: STRING,
  preset: STRING,
  interface: { type: "string", multiple: true },
  writable: SWITCH,
  destination: STRING,
  flows: STRING,
} as const;
const OTHER_OPTIONS = { force: SWITCH, try: SWITCH, dir: STRING } as const;
type Extra = keyof typeof OTHER_OPTIONS;

/** Command-line words and the fields that they fill. */
const FIELD_OF = {
  name: "name",
  user: "user",
  group: "group",
  interface: "interfaces",
  writable: "writable",
  destination: "destination",
} as const satisfies Readonly<Record<string, PolicyField>>;

interface GivenOptions {
  readonly name?: string | undefined;
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  readonly preset?: string | undefined;
  readonly interface?: readonly string[] | undefined;
  readonly writable?: boolean | undefined;
  readonly destination?: string | undefined;
  readonly flows?: string | undefined;
}

/** Reads `render`'s options, and of the others those that the command has (`extra`). Throws UsageError. */
export function readPolicyRequest(args: readonly string[], extra: readonly Extra[], takesFile: boolean): PolicyRequest {
  const { values, positionals } = parse(args, extra, takesFile);
  const switches = { force: values.force ?? false, try: values.try ?? false, dir: values.dir };
  if (positionals.length > 0) {
    const given = Object.keys(values).filter((name) => Object.hasOwn(POLICY_OPTIONS, name));
    if (positionals.length > 1 || given.length > 0) throw policyUsageError(text("cli.policy.file-or-options"));
    return { policies: [], files: positionals, notes: [], switches };
  }
  const preset = POLICY_PRESETS.find((known) => known === (values.preset ?? policyDefaults.preset));
  if (preset === undefined) {
    const choices = POLICY_PRESETS.join(", ");
    throw wrong("--preset", text("fields.not-a-choice", { value: values.preset ?? "", choices }));
  }
  const base: PolicyOptions = {
    preset,
    name: values.name ?? "",
    user: values.user ?? currentUser(),
    group: values.group ?? "",
    interfaces: values.interface ?? [],
    writable: values.writable ?? false,
    destination: values.destination ?? "",
  };
  const { policies, notes } = values.flows === undefined ? { policies: [base], notes: [] } : fromFlows(values, base);
  for (const options of policies) {
    const [first] = checkPolicyOptions(options);
    if (first !== undefined) throw wrong(wordOf(first.field), first.problem);
  }
  const isGuess =
    values.user === undefined && policies.some((options) => policyFields(options.preset).includes("user"));
  const warning = isGuess ? containerWarning() : undefined;
  const all = [...unused(values, preset), ...notes, ...(warning === undefined ? [] : [warning])];
  return { policies, files: [], notes: all, switches };
}

function parse(args: readonly string[], extra: readonly Extra[], takesFile: boolean) {
  const others = Object.fromEntries(extra.map((name) => [name, OTHER_OPTIONS[name]]));
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      // Those that this command has not are refused as unknown ones are.
      options: { ...POLICY_OPTIONS, ...(others as typeof OTHER_OPTIONS) },
      allowPositionals: takesFile,
    });
    return { values, positionals };
  } catch (error) {
    throw policyUsageError(badOptions(args, error));
  }
}

/** What a flow publishes comes before what the command line says of interfaces: it is added to it. */
function fromFlows(given: GivenOptions, base: PolicyOptions) {
  const file = given.flows ?? "";
  if (given.name !== undefined) throw policyUsageError(text("cli.policy.name-and-flows"));
  if (base.preset === "client") throw policyUsageError(text("cli.policy.client-and-flows"));
  const found = publishedNames(readFlows(file));
  if (found === undefined) throw policyUsageError(text("cli.policy.not-flows", { file }));
  const policies = found.names.map(({ name, interfaces, writable }: PublishedName) => ({
    ...base,
    name,
    interfaces: [...new Set([...interfaces, ...base.interfaces])],
    writable: writable || base.writable,
  }));
  const none = policies.length === 0 ? [text("cli.policy.no-names", { file })] : [];
  return { policies, notes: [...found.skipped, ...none] };
}

function readFlows(file: string): unknown {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** A file named on the command line that cannot be read. */
export function unreadable(file: string, error: unknown): UsageError {
  return policyUsageError(text("cli.policy.unreadable", { file, reason: reasonOf(error) }));
}

/** Options that were given and have no meaning with this preset. */
function unused(given: GivenOptions, preset: PolicyOptions["preset"]): readonly Text[] {
  const used = policyFields(preset);
  return Object.entries(FIELD_OF)
    .filter(([word, field]) => given[word as keyof typeof FIELD_OF] !== undefined && !used.includes(field))
    .map(([word]) => text("cli.policy.unused-option", { option: `--${word}`, preset }));
}

function wordOf(field: PolicyField): string {
  const [word = field] = Object.entries(FIELD_OF).find(([, filled]) => filled === field) ?? [];
  return `--${word}`;
}

function wrong(option: string, problem: Text): UsageError {
  return policyUsageError(text("errors.field", { field: option, problem }));
}
