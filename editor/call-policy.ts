import type { RefusalAnswer } from "../lib/shared/admin";
import type { DBusCallConfig } from "../lib/shared/dbus-call-config";
import { checkWellKnownName } from "../lib/shared/names";
import { text } from "../lib/shared/text";
import type { PolicyDialog } from "./components/policy-dialog";
import { sharedEditor } from "./kit";
import { say } from "./say";

/** What a dbus-call node's dialog has to say of policy: folded, until the deployed node was refused a call. */
export class CallPolicy {
  readonly #dialog: PolicyDialog;
  readonly #banner = $("#dbus-call-refused");
  #config: Pick<DBusCallConfig, "bus" | "destination"> | undefined;
  #refused: RefusalAnswer["refused"];

  constructor(nodeId: string) {
    const shared = sharedEditor();
    this.#dialog = shared.policyDialog($("#dbus-call-policy"), true);
    this.#banner.hide().on("click", "button", () => this.#dialog.visit());
    shared.whenRefused(nodeId, (refused) => {
      this.#refused = refused;
      this.#dialog.proposeUser(refused.user);
      if (this.#config !== undefined) this.show(this.#config);
    });
  }

  show(config: Pick<DBusCallConfig, "bus" | "destination">): void {
    this.#config = config;
    const destination = this.#destination(config);
    const isRefused = destination !== undefined && destination === this.#refused?.destination;
    this.#banner.toggle(isRefused);
    if (isRefused) this.#banner.find("p").text(say(text("policy.dialog.refused", { destination })));
    this.#dialog.show(
      destination === undefined ? undefined : { name: "", interfaces: [], writable: false, destination },
    );
  }

  /** Whom a file would let the node call. What the message says is known only of a call that was refused. */
  #destination({ bus, destination }: Pick<DBusCallConfig, "bus" | "destination">): string | undefined {
    if (bus !== "system" && bus !== "msg") return undefined;
    const isKnown = bus === "system" && destination !== BUS && checkWellKnownName(destination) === undefined;
    if (isKnown) return destination;
    return destination === "" || bus === "msg" ? this.#refused?.destination : undefined;
  }
}

/** Everyone may call the bus itself. */
const BUS = "org.freedesktop.DBus";
