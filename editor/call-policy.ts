import type { RefusedCall } from "../lib/shared/admin";
import type { DBusCallConfig } from "../lib/shared/dbus-call-config";
import { checkWellKnownName } from "../lib/shared/names";
import { text } from "../lib/shared/text";
import type { PolicyDialog } from "./components/policy-dialog";
import { sharedEditor } from "./kit";
import { say } from "./say";

type Fields = Pick<DBusCallConfig, "bus" | "destination">;

/** What a dbus-call node's dialog has to say of policy: folded, until the deployed node was refused a call. */
export class CallPolicy {
  readonly #dialog: PolicyDialog;
  readonly #banner = $("#dbus-call-refused");
  #config: Fields = { bus: "msg", destination: "" };
  /** The deployed node's last call. */
  #refused: RefusedCall | undefined;
  /** The last call from the dialog, and the fields that it was made with. */
  #tried: { readonly refused: RefusedCall; readonly by: Fields } | undefined;

  constructor(nodeId: string) {
    const shared = sharedEditor();
    this.#dialog = shared.policyDialog($("#dbus-call-policy"), true);
    this.#banner.hide().on("click", "button", () => this.#dialog.visit());
    shared.whenRefused(nodeId, (refused) => {
      this.#refused = refused;
      this.#dialog.proposeUser(refused.user);
      this.show(this.#config);
    });
  }

  /** Goes to the file that would let a call pass that was made from the dialog. */
  visit(refused: RefusedCall): void {
    this.#tried = { refused, by: this.#config };
    this.#dialog.proposeUser(refused.user);
    this.show(this.#config);
    this.#dialog.visit();
  }

  show(config: Fields): void {
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
  #destination({ bus, destination }: Fields): string | undefined {
    const { refused, by } = this.#tried ?? {};
    if (bus === by?.bus && destination === by.destination) return refused?.destination;
    if (bus !== "system" && bus !== "msg") return undefined;
    const isKnown = bus === "system" && destination !== BUS && checkWellKnownName(destination) === undefined;
    if (isKnown) return destination;
    return destination === "" || bus === "msg" ? this.#refused?.destination : undefined;
  }
}

/** Everyone may call the bus itself. */
const BUS = "org.freedesktop.DBus";
