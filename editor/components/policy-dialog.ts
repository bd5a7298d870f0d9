import type { FailureAnswer, PolicyAnswer, RefusalAnswer } from "../../lib/shared/admin";
import { installCommand } from "../../lib/shared/policy-command";
import { checkPolicyOptions, type PolicyOptions } from "../../lib/shared/policy-options";
import { type Text, text } from "../../lib/shared/text";
import { say } from "../say";
import { CopyText } from "./copy-text";
import { LatestAnswer } from "./latest-answer";
import { isSettled, PolicyFileView, stateText } from "./policy-file-view";
import { PolicyForm, type PolicySubject } from "./policy-form";
import { fromTemplate } from "./template";

/** Whoever types is asked for no more than this. */
const TYPING_MS = 300;
/** While the file is waited for: its installing takes a person some time. */
const AGAIN_MS = 5_000;

/**
 * A section of a node's dialog that folds: the policy file that the node's name, or its call, needs on the
 * system bus, and whether the bus goes by it.
 */
export class PolicyDialog {
  readonly #section: JQuery;
  readonly #form: PolicyForm;
  readonly #file: PolicyFileView;
  readonly #plain: CopyText;
  readonly #answers = new LatestAnswer<PolicyAnswer>(TYPING_MS);
  readonly #isClient: boolean;
  #subject: PolicySubject | undefined;
  #again: number | undefined;
  #openedOnce = false;

  /** `isClient`: about a destination to call, not about a name to own. */
  constructor(container: JQuery, isClient: boolean) {
    this.#isClient = isClient;
    this.#section = fromTemplate("policy-dialog").appendTo(container);
    this.#form = new PolicyForm(this.#part("form"), isClient);
    this.#file = new PolicyFileView(this.#part("result"));
    this.#plain = new CopyText(this.#part("plain"));
    this.#part("why").text(say(text(isClient ? "policy.dialog.why-call" : "policy.dialog.why-own")));
    this.#showParts({});
    this.#section.on("toggle", () => this.#ask({ anew: true }));
    this.#part("form").on("input change", () => this.#ask());
    this.#part("again").on("click", () => this.#ask({ anew: true }));
  }

  /** Follows the node's fields; undefined where no file is needed. */
  show(subject: PolicySubject | undefined): void {
    this.#subject = subject;
    this.#section.toggle(subject !== undefined);
    if (subject === undefined) return;
    this.#form.follow(subject);
    this.#ask();
  }

  open(): void {
    this.#section.prop("open", true);
  }

  /** Goes to the section, as somebody does who has pressed a button for it. */
  visit(): void {
    this.open();
    this.#section.find("summary").trigger("focus")[0]?.scrollIntoView({ block: "start" });
  }

  /** Who the bus says was refused, where it knows better than the runtime. */
  proposeUser(user: string): void {
    this.#form.proposeUser(user);
  }

  #ask({ anew = false } = {}): void {
    clearTimeout(this.#again);
    // A closed dialog asks no more. A client's file is looked at, and its destination pinged, only on demand.
    const isWanted = this.#subject !== undefined && this.#section[0]?.isConnected === true;
    if (!isWanted || (this.#isClient && !this.#isOpen())) return;
    const options = this.#form.options();
    // A blank user is the runtime's own.
    const [wrong] = checkPolicyOptions({ ...options, user: options.user || "root" });
    if (wrong !== undefined) {
      this.#answers.cancel();
      const field = text(`policy.fields.${wrong.field}`);
      this.#refuse(text("errors.field", { field, problem: wrong.problem }));
      return;
    }
    this.#answers.ask(
      `dbus/policy?${queryOf(options)}`,
      {
        done: (answer) => this.#answered(answer),
        failed: (status, failure) => this.#failed(options, status, failure),
      },
      anew,
    );
    if (this.#isOpen()) this.#again = window.setTimeout(() => this.#askAgain(), AGAIN_MS);
  }

  #askAgain(): void {
    if (this.#file.state === undefined || isSettled(this.#file.state)) return;
    this.#ask({ anew: true });
  }

  #answered(answer: PolicyAnswer): void {
    this.#form.proposeUser(answer.options.user);
    this.#file.show(answer);
    this.#showState(stateText(answer.effect.state));
    this.#showParts({ result: true });
    // What the deployed node is refused is what somebody opens its dialog for.
    if (answer.effect.bus === "refuses" && answer.effect.state === "missing") this.#openOnce();
  }

  #failed(options: PolicyOptions, status: number, failure: FailureAnswer | undefined): void {
    if (status === 400 && failure !== undefined) {
      this.#refuse(failure.problem);
      return;
    }
    this.#file.clear();
    this.#showState("");
    const isForbidden = status === 401 || status === 403;
    this.#part("plain-why").text(say(text(isForbidden ? "policy.dialog.forbidden" : "policy.dialog.offline")));
    // Without the runtime its user may not be known; then the command takes whoever gives it.
    this.#plain.show(installCommand(options));
    this.#showParts({ plain: true });
  }

  #refuse(problem: Text): void {
    this.#file.clear();
    this.#showState("");
    this.#showParts({ problem: say(problem) });
  }

  #openOnce(): void {
    if (!this.#openedOnce) this.open();
    this.#openedOnce = true;
  }

  #isOpen(): boolean {
    return this.#section.prop("open") === true;
  }

  #showState(state: string): void {
    const shown = state === "" ? "" : `: ${state}`;
    if (this.#part("state").text() !== shown) this.#part("state").text(shown);
  }

  #showParts({ result = false, plain = false, problem = "" }): void {
    this.#part("result").toggle(result);
    this.#part("plain").toggle(plain);
    this.#part("problem").text(problem);
  }

  #part(name: string): JQuery {
    return this.#section.find(`.dbus-policy-${name}`);
  }
}

/** Tells of a call that the bus has refused to the node with this id, as the runtime remembers it. */
export function whenRefused(nodeId: string, tell: (refused: NonNullable<RefusalAnswer["refused"]>) => void): void {
  $.getJSON("dbus/refusal", { node: nodeId }).done(({ refused }: RefusalAnswer) => {
    if (refused !== undefined) tell(refused);
  });
}

function queryOf({ interfaces, ...options }: PolicyOptions): string {
  return $.param({ ...options, interface: interfaces }, true);
}
