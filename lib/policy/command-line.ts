import { type PolicyOptions, policyFields } from "../shared/policy-options";
import { POLICY_DIRECTORY, policyFileName, renderPolicy } from "./render";

/** The command that installs the file of these options, for a person to copy. */
export function installCommand(options: PolicyOptions): string {
  return ["sudo", "npx", "node-red-contrib-dbus", "policy", "install", ...optionWords(options).map(quoted)].join(" ");
}

/**
 * The same without this package, for a machine where root finds no `npx`: one command that writes the
 * file, with the mode that it needs. Throws as `renderPolicy` does.
 */
export function installByHandCommand(options: PolicyOptions): string {
  const file = `${POLICY_DIRECTORY}/${policyFileName(options)}`;
  return `sudo install -m 644 /dev/stdin ${quoted(file)} <<'EOF'\n${renderPolicy(options)}EOF`;
}

/** What reloads the bus's configuration, where it did not take the file by itself. */
export const RELOAD_COMMAND = "sudo systemctl reload dbus";

/** What `policy render` and its kin understand, with nothing in it that is the default. */
function optionWords(options: PolicyOptions): readonly string[] {
  const words: string[] = [];
  for (const field of policyFields(options.preset)) {
    if (field === "preset" && options.preset !== "restricted") words.push("--preset", options.preset);
    if (field === "interfaces") words.push(...options.interfaces.flatMap((name) => ["--interface", name]));
    if (field === "writable" && options.writable) words.push("--writable");
    if (field === "name" || field === "user" || field === "group" || field === "destination") {
      if (options[field] !== "") words.push(`--${field}`, options[field]);
    }
  }
  return words;
}

/** A word as a POSIX shell takes it ("Shell Command Language: Quoting"). */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
