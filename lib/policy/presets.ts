import type { PolicyOptions } from "../shared/policy-options";
import { allow, EVERYONE, group, mergeBlocks, type PolicyFile, type PolicyRule, user } from "./rules";

/**
 * The rules of these options, which `checkPolicyOptions` has passed. Nothing is about receiving, and
 * no rule about sending goes without its destination: receiving is allowed by default, and such a
 * rule would open other services too (CVE-2014-8148).
 */
export function policyFor(options: PolicyOptions): PolicyFile {
  return mergeBlocks(BLOCKS[options.preset](options));
}

const BLOCKS: Readonly<Record<PolicyOptions["preset"], (options: PolicyOptions) => PolicyFile>> = {
  restricted: ({ name, ...options }) => {
    const callers = [user(options.user), user("root"), ...(options.group === "" ? [] : [group(options.group)])];
    return [
      { scope: user(options.user), rules: [allow({ own: name })] },
      ...callers.map((scope) => ({ scope, rules: [allow({ send_destination: name })] })),
    ];
  },
  open: ({ name, ...options }) => [
    { scope: user(options.user), rules: [allow({ own: name })] },
    { scope: EVERYONE, rules: [allow({ send_destination: name })] },
  ],
  scoped: (options) => [
    { scope: user(options.user), rules: [allow({ own: options.name })] },
    { scope: options.group === "" ? EVERYONE : group(options.group), rules: scopedCalls(options) },
  ],
  client: ({ destination, ...options }) => [
    { scope: user(options.user), rules: [allow({ send_destination: destination })] },
  ],
  permissive: ({ name }) => [
    {
      scope: EVERYONE,
      rules: [allow({ own: name }), allow({ send_destination: name }), allow({ receive_sender: name })],
    },
  ],
};

const STANDARD = "org.freedesktop.DBus";

/** The exported interfaces, and "Standard Interfaces" of the specification: Properties member by member. */
function scopedCalls({ name, interfaces, writable }: PolicyOptions): readonly PolicyRule[] {
  const rule = (send_interface: string) => allow({ send_destination: name, send_interface });
  const members = ["Get", "GetAll", ...(writable ? ["Set"] : [])];
  return [
    ...interfaces.map(rule),
    rule(`${STANDARD}.Introspectable`),
    rule(`${STANDARD}.Peer`),
    ...members.map((send_member) =>
      allow({ send_destination: name, send_interface: `${STANDARD}.Properties`, send_member }),
    ),
    rule(`${STANDARD}.ObjectManager`),
  ];
}
