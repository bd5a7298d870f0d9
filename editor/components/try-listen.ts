import type { DBusSignalConfig } from "../../lib/shared/dbus-signal-config";
import { text } from "../../lib/shared/text";
import type { ListenLine, ListenRequest } from "../../lib/shared/trial";
import { say } from "../say";
import { tryButton } from "./try-call";
import { problemOfRequest, TryResult } from "./try-result";

/** "Listen for 10 seconds": shows the messages that the node would send, as they come. */
export class TryListen {
  readonly #id: string;
  readonly #read: () => DBusSignalConfig;
  readonly #result: TryResult;
  readonly #listen = tryButton("fa fa-play");
  readonly #stop = tryButton("fa fa-stop")
    .append(" ", $("<span>").text(say(text("try.stop"))))
    .hide();
  #request: JQuery.jqXHR | undefined;
  #count = 0;
  /** How much of the answer has been shown. */
  #taken = 0;

  constructor(container: JQuery, id: string, read: () => DBusSignalConfig) {
    this.#id = id;
    this.#read = read;
    const words = $("<span>").text(say(text("try.listen")));
    container.append($('<div class="form-row dbus-indent">').append(this.#listen.append(" ", words), this.#stop));
    this.#result = new TryResult($('<div class="dbus-indent">').appendTo(container));
    this.#listen.on("click", () => this.#start());
    this.#stop.on("click", () => this.#request?.abort());
  }

  /** The dialog is closed: nobody listens any more. */
  close(): void {
    this.#request?.abort();
  }

  #start(): void {
    const body: ListenRequest = { id: this.#id, config: this.#read() };
    this.#count = 0;
    this.#taken = 0;
    this.#result.clear();
    const request = $.ajax({
      url: "dbus/listen",
      method: "POST",
      contentType: "application/json",
      data: JSON.stringify(body),
      dataType: "text",
      xhr: () => {
        const xhr = new XMLHttpRequest();
        xhr.addEventListener("progress", () => {
          if (isLines(xhr)) this.#take(xhr.responseText);
        });
        return xhr;
      },
    });
    this.#request = request;
    this.#running(true);
    request
      .done((all: string) => {
        if (isLines(request)) this.#take(all);
        else this.#result.fail(text("try.no-answer"));
      })
      .fail(() => {
        if (request.statusText === "abort") this.#result.tell(text("try.heard", { count: this.#count }));
        else this.#result.fail(problemOfRequest(request));
      })
      .always(() => this.#running(false));
  }

  #running(running: boolean): void {
    if (!running) this.#request = undefined;
    this.#listen.prop("disabled", running);
    this.#stop.toggle(running);
  }

  /** Shows the whole lines of what has come so far. */
  #take(all: string): void {
    const whole = all.lastIndexOf("\n") + 1;
    const lines = all.slice(this.#taken, whole).split("\n");
    this.#taken = Math.max(this.#taken, whole);
    for (const line of lines) if (line !== "") this.#show(JSON.parse(line) as ListenLine);
  }

  #show(line: ListenLine): void {
    if ("begun" in line) this.#result.tell(text("try.listening", { count: 0 }));
    else if ("message" in line) {
      this.#count++;
      this.#result.tell(text("try.listening", { count: this.#count }));
      this.#result.message(line.message);
    } else if ("failure" in line) this.#result.fail(line.failure.problem);
    else this.#result.tell(text(line.end === "enough" ? "try.enough" : "try.heard", { count: this.#count }));
  }
}

/** Something between here and the runtime may answer in its place, such as a proxy that wants a login. */
function isLines(answer: Pick<XMLHttpRequest, "getResponseHeader">): boolean {
  return answer.getResponseHeader("content-type")?.startsWith("application/x-ndjson") ?? false;
}
