import { type PolicyOptions, policyFields } from "./policy-options";

/** Where an administrator's policy files go; `/usr/share/dbus-1/system.d` is for packages. */
export const POLICY_DIRECTORY = "/etc/dbus-1/system.d";

/** The command that installs the file of these options, for a person to copy. */
export function installCommand(options: PolicyOptions, directory = POLICY_DIRECTORY): string {
  const elsewhere = directory === POLICY_DIRECTORY ? [] : ["--dir", directory];
  const words = [...optionWords(options), ...elsewhere].map(quoted);
  return ["sudo", "npx", "node-red-contrib-dbus", "policy", "install", ...words].join(" ");
}

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
export function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
