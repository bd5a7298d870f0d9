import type { RefusedCall } from "../../lib/shared/admin";
import type { DBusCallConfig } from "../../lib/shared/dbus-call-config";
import { text } from "../../lib/shared/text";
import { type TryAnswer, type TryRequest, usesPayload } from "../../lib/shared/trial";
import { say } from "../say";
import { problemOfRequest, TryResult } from "./try-result";

const PAYLOAD_TYPES = ["str", "num", "bool", "json"];

/** "Call now": does what the node would do, with what is in the form, and shows what it would send on. */
export class TryCall {
  readonly #id: string;
  readonly #read: () => DBusCallConfig;
  readonly #showPolicy: (refused: RefusedCall) => void;
  readonly #result: TryResult;
  readonly #call = tryButton("fa fa-play");
  readonly #cancel = tryButton("fa fa-stop")
    .append(" ", $("<span>").text(say(text("try.cancel"))))
    .hide();
  readonly #payloadRow: JQuery;
  readonly #payload = $('<input type="text" id="dbus-call-try-payload">');
  #request: JQuery.jqXHR | undefined;
  #isBusKnown = true;
  #isPayloadWanted = false;

  /** `showPolicy`: asked for after a refusal that a policy file would change. */
  constructor(container: JQuery, id: string, read: () => DBusCallConfig, showPolicy: (refused: RefusedCall) => void) {
    this.#id = id;
    this.#read = read;
    this.#showPolicy = showPolicy;
    this.#payloadRow = $('<div class="form-row">').append(
      $('<label for="dbus-call-try-payload">').text("msg.payload"),
      this.#payload,
    );
    const words = $("<span>").text(say(text("try.call")));
    container.append(
      this.#payloadRow,
      $('<div class="form-row dbus-indent">').append(this.#call.append(" ", words), this.#cancel),
    );
    this.#result = new TryResult($('<div class="dbus-indent">').appendTo(container));
    this.#payload.typedInput({ default: "str", types: PAYLOAD_TYPES }).typedInput("width", "100%");
    this.#call.on("click", () => this.#start());
    this.#cancel.on("click", () => this.#request?.abort());
  }

  /** `noArguments`: the method is known to take none, so that no payload counts. */
  show(config: DBusCallConfig, noArguments: boolean): void {
    this.#isPayloadWanted = usesPayload(config) && !noArguments;
    this.#payloadRow.toggle(this.#isPayloadWanted);
    this.#isBusKnown = config.bus !== "msg";
    this.#showButtons();
  }

  /** The dialog is closed: nobody waits any more. */
  close(): void {
    this.#request?.abort();
  }

  #start(): void {
    const config = this.#read();
    const payload = this.#isPayloadWanted ? this.#readPayload() : undefined;
    this.#result.clear();
    this.#result.tell(text("try.calling"));
    const body: TryRequest = { id: this.#id, config, payload };
    this.#request = $.ajax({
      url: "dbus/try",
      method: "POST",
      contentType: "application/json",
      data: JSON.stringify(body),
      dataType: "json",
    });
    this.#showButtons();
    this.#request
      .done((answer: TryAnswer) => this.#show(answer, config.noReply))
      .fail((request: JQuery.jqXHR) => {
        this.#result.clear();
        if (request.statusText === "abort") this.#result.tell(text("try.cancelled"));
        else this.#result.fail(problemOfRequest(request));
      })
      .always(() => {
        this.#request = undefined;
        this.#showButtons();
      });
  }

  #showButtons(): void {
    const running = this.#request !== undefined;
    this.#call.prop("disabled", running || !this.#isBusKnown);
    this.#cancel.toggle(running);
  }

  #show({ tookMs, message, failure, refused }: TryAnswer, noReply: boolean): void {
    this.#result.clear();
    const params = { time: tookMs < 10 ? tookMs.toFixed(1) : Math.round(tookMs) };
    if (failure !== undefined) {
      this.#result.tell(text("try.failed", params));
      this.#result.fail(failure.problem, refused && this.#policyButton(refused));
    } else if (message === undefined) {
      this.#result.tell(text(noReply ? "try.sent" : "try.answered", params));
    } else {
      this.#result.tell(text("try.answered", params));
      this.#result.message(message);
    }
  }

  #policyButton(refused: RefusedCall): JQuery {
    return $('<button type="button" class="red-ui-button red-ui-button-small">')
      .text(say(text("policy.dialog.show")))
      .on("click", () => this.#showPolicy(refused));
  }

  #readPayload(): unknown {
    const value = this.#payload.typedInput("value");
    switch (this.#payload.typedInput("type")) {
      case "num":
        return Number(value);
      case "bool":
        return value === "true";
      case "json":
        return parsed(value);
      default:
        return value;
    }
  }
}

export function tryButton(icon: string): JQuery {
  return $('<button type="button" class="red-ui-button">').append($(`<i aria-hidden="true">`).addClass(icon));
}

/** What is no JSON goes as it is: the answer says what was expected. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
