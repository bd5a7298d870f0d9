import type { EnvironmentAnswer } from "../../lib/shared/admin";
import type { DBusPublishConfig } from "../../lib/shared/dbus-publish-config";
import { checkWellKnownName } from "../../lib/shared/names";
import { CopyText } from "./copy-text";

/** On the system bus a name is owned only where a policy file allows it: which one, and what installs it. */
export class PolicyNote {
  readonly #container: JQuery;
  readonly #command: CopyText;
  #user = "";
  #config: DBusPublishConfig | undefined;

  constructor(container: JQuery) {
    this.#container = container;
    this.#command = new CopyText(container);
    // Without it (403) the command takes the user who gives it.
    $.getJSON("dbus/environment").done(({ user }: EnvironmentAnswer) => {
      // What a shell would not take as it is is left to whoever types it.
      if (/^[\w.-]+$/.test(user)) this.#user = ` --user ${user}`;
      if (this.#config !== undefined) this.show(this.#config);
    });
  }

  show(config: DBusPublishConfig): void {
    this.#config = config;
    const { bus, action, busName } = config;
    const needed = bus === "system" && action !== "reply" && checkWellKnownName(busName) === undefined;
    this.#container.toggle(needed);
    // A well-known name holds nothing that a shell would read as anything else.
    if (needed) this.#command.show(`sudo npx node-red-contrib-dbus policy install --name ${busName}${this.#user}`);
  }
}
