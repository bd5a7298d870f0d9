import { type PolicyOptions, policyDefaults } from "../../lib/shared/policy-options";

export const NAME = "com.example.Flow1";
export const INTERFACE = "com.example.Flow1.Lamp";

/** Options with the defaults for what is left out; the name is `NAME`, the user `nobody`. */
export function policy(options: Partial<PolicyOptions> = {}): PolicyOptions {
  return { ...policyDefaults, name: NAME, user: "nobody", ...options };
}

/** Every kind of file that can be rendered, by what is special about it. */
export const EVERY_POLICY: ReadonlyMap<string, PolicyOptions> = new Map([
  ["restricted", policy()],
  ["restricted with a group", policy({ group: "games" })],
  ["restricted for root", policy({ user: "root" })],
  ["restricted by numbers", policy({ user: "65534", group: "60" })],
  ["open", policy({ preset: "open" })],
  ["scoped", policy({ preset: "scoped", interfaces: [INTERFACE] })],
  [
    "scoped for a group, writable",
    policy({ preset: "scoped", interfaces: [INTERFACE], group: "games", writable: true }),
  ],
  ["client", policy({ preset: "client", destination: NAME })],
  ["permissive", policy({ preset: "permissive" })],
]);

/** A policy file with this between its outermost tags, on line 2. */
export function busconfig(content: string): string {
  return `<busconfig>\n${content}\n</busconfig>\n`;
}
