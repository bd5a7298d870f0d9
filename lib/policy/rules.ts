/** A policy file of the message bus as data ("dbus-daemon(1): CONFIGURATION FILE", `<policy>`). */
export type PolicyFile = readonly PolicyBlock[];

/** Whom a block is about: the value of `<policy>`'s one attribute. */
export interface PolicyScope {
  readonly kind: "user" | "group" | "context";
  readonly name: string;
}

export interface PolicyBlock {
  readonly scope: PolicyScope;
  readonly rules: readonly PolicyRule[];
}

export interface PolicyRule {
  readonly effect: "allow" | "deny";
  /** Attribute to value; all of them have to match. */
  readonly conditions: Readonly<Record<string, string>>;
}

export const EVERYONE: PolicyScope = { kind: "context", name: "default" };

export function user(name: string): PolicyScope {
  return { kind: "user", name };
}

export function group(name: string): PolicyScope {
  return { kind: "group", name };
}

export function allow(conditions: Readonly<Record<string, string>>): PolicyRule {
  return { effect: "allow", conditions };
}

/** The same rules with one block for each scope, and each rule in it once, in order of first mention. */
export function mergeBlocks(blocks: PolicyFile): PolicyFile {
  const merged = new Map<string, { readonly scope: PolicyScope; readonly rules: Map<string, PolicyRule> }>();
  for (const { scope, rules } of blocks) {
    const key = JSON.stringify([scope.kind, scope.name]);
    const block = merged.get(key) ?? { scope, rules: new Map<string, PolicyRule>() };
    for (const rule of rules) block.rules.set(JSON.stringify(rule), rule);
    merged.set(key, block);
  }
  return Array.from(merged.values(), ({ scope, rules }) => ({ scope, rules: [...rules.values()] }));
}
