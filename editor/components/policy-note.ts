import type { DBusPublishConfig } from "../../lib/shared/dbus-publish-config";
import { checkWellKnownName } from "../../lib/shared/names";
import { CopyText } from "./copy-text";

/** On the system bus a name is owned only where a policy file allows it: which one, and what installs it. */
export class PolicyNote {
  readonly #container: JQuery;
  readonly #command: CopyText;

  constructor(container: JQuery) {
    this.#container = container;
    this.#command = new CopyText(container);
  }

  show({ bus, action, busName }: DBusPublishConfig): void {
    const needed = bus === "system" && action !== "reply" && checkWellKnownName(busName) === undefined;
    this.#container.toggle(needed);
    // A well-known name holds nothing that a shell would read as anything else.
    if (needed) this.#command.show(`sudo npx node-red-contrib-dbus policy install --name ${busName}`);
  }
}
