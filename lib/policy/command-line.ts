import { POLICY_DIRECTORY, quoted } from "../shared/policy-command";
import type { PolicyOptions } from "../shared/policy-options";
import { policyFileName, renderPolicy } from "./render";

/**
 * What `installCommand` does without this package, for a machine where root finds no `npx`: one command
 * that writes the file, with the mode that it needs. Throws as `renderPolicy` does.
 */
export function installByHandCommand(options: PolicyOptions, directory = POLICY_DIRECTORY): string {
  const file = `${directory}/${policyFileName(options)}`;
  return `sudo install -m 644 /dev/stdin ${quoted(file)} <<'EOF'\n${renderPolicy(options)}EOF`;
}

/** What reloads the bus's configuration, where it did not take the file by itself. */
export const RELOAD_COMMAND = "sudo systemctl reload dbus";
