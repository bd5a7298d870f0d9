import { DBusNodeError } from "../errors";
import { checkPolicyOptions, type PolicyOptions } from "../shared/policy-options";
import { type Text, text } from "../shared/text";
import { policyFor } from "./presets";
import { mergeBlocks, type PolicyFile } from "./rules";

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
`;

/**
 * The text of one policy file, for all of these options together: several names may share a file.
 * Throws DBusNodeError DBUS_INVALID_FIELD where an option is not as it should be.
 */
export function renderPolicy(...options: readonly PolicyOptions[]): string {
  for (const one of options) refuseInvalid(one);
  return policyXml(mergeBlocks(options.flatMap(policyFor)));
}

/**
 * The file's name. A file for a caller is named for both ends: one with the destination's name alone
 * may be the destination's own.
 */
export function policyFileName({ preset, name, user, destination }: PolicyOptions): string {
  if (preset !== "client") return `${name}.conf`;
  return `${destination}-client-${user.replace(/[^A-Za-z0-9_.-]/g, "_")}.conf`;
}

/** What is wrong with a preset as such; undefined where nothing is. */
export function presetWarning({ preset, name }: PolicyOptions): Text | undefined {
  return preset === "permissive" ? text("policy.permissive", { name }) : undefined;
}

/** Rules as XML, whatever their values hold. */
export function policyXml(file: PolicyFile): string {
  const blocks = file.map(({ scope, rules }) => {
    const lines = rules.map(({ effect, conditions }) => `    <${effect}${attributes(conditions)}/>\n`);
    return `  <policy${attributes({ [scope.kind]: scope.name })}>\n${lines.join("")}  </policy>\n`;
  });
  return `${HEAD}${blocks.join("")}</busconfig>\n`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join("");
}

/** Extensible Markup Language 1.0, 2.3 "AttValue" and 3.3.3: line breaks and tabs would be read as spaces. */
function escapeAttribute(value: string): string {
  return value.replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function refuseInvalid(options: PolicyOptions): void {
  const [first] = checkPolicyOptions(options);
  if (first === undefined) return;
  const field = text(`policy.fields.${first.field}`);
  throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field", { field, problem: first.problem }));
}
