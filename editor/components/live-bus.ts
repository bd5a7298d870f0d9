import type {
  BusQuery,
  InterfacesAnswer,
  InterfacesQuery,
  NamesAnswer,
  ObjectsAnswer,
  ObjectsQuery,
  StartAnswer,
} from "../../lib/shared/admin";
import { type Text, text } from "../../lib/shared/text";
import { isFailure, problemOf } from "./failure-answer";

/** What the runtime says, or why it says nothing. */
export type Live<Answer> = { readonly answer: Answer } | { readonly problem: Text };

/** The runtime gives up after 3 seconds; this is for a runtime that does not answer at all. */
const TIMEOUT_MS = 15_000;
/** Services come and go while a dialog is open. */
const KEEP_MS = 10_000;

/** What is on a bus right now, as the runtime sees it. One for each open dialog; nothing here ever fails otherwise. */
export class LiveBus {
  readonly #running = new Set<JQuery.jqXHR>();
  readonly #kept = new Map<string, { readonly at: number; readonly live: Promise<Live<unknown>> }>();
  #whyOff: Text | undefined;

  /** Why this runtime or this user has no such answers at all; undefined while they may come. */
  get whyOff(): Text | undefined {
    return this.#whyOff;
  }

  /** `fresh`: asked anew also where an answer is at hand. */
  names(query: BusQuery, fresh = false): Promise<Live<NamesAnswer>> {
    return this.#get("names", query, fresh);
  }

  objects(query: ObjectsQuery, fresh = false): Promise<Live<ObjectsAnswer>> {
    return this.#get("objects", query, fresh);
  }

  interfaces(query: InterfacesQuery, fresh = false): Promise<Live<InterfacesAnswer>> {
    return this.#get("interfaces", query, fresh);
  }

  async start(query: ObjectsQuery): Promise<Live<StartAnswer>> {
    // Starting has a permission of its own, so that a refusal says nothing of the other answers.
    const { live } = await this.#ask<StartAnswer>({
      url: "dbus/start",
      method: "POST",
      contentType: "application/json",
      data: JSON.stringify(query),
      timeout: 0,
    });
    this.#kept.clear();
    return live;
  }

  /** Ends what is under way, and asks no more: the dialog is closed. */
  close(): void {
    this.#whyOff = text("live.no-answer");
    for (const request of this.#running) request.abort();
  }

  #get<Answer>(what: string, query: BusQuery, fresh: boolean): Promise<Live<Answer>> {
    if (this.#whyOff !== undefined) return Promise.resolve({ problem: this.#whyOff });
    const url = `dbus/${what}?${$.param(query)}`;
    const kept = this.#kept.get(url);
    // The url says which kind of answer it is.
    if (kept !== undefined && !fresh && Date.now() - kept.at < KEEP_MS) return kept.live as Promise<Live<Answer>>;
    const live = this.#ask<Answer>({ url, timeout: TIMEOUT_MS }).then((asked) => {
      if ("problem" in asked.live) this.#kept.delete(url);
      this.#whyOff ??= asked.off;
      return asked.live;
    });
    this.#kept.set(url, { at: Date.now(), live });
    return live;
  }

  #ask<Answer>(settings: JQuery.AjaxSettings): Promise<{ readonly live: Live<Answer>; readonly off?: Text }> {
    return new Promise((resolve) => {
      const request = $.ajax({ dataType: "json", ...settings });
      this.#running.add(request);
      request
        .done((answer: Answer) => resolve({ live: { answer } }))
        .fail(() => {
          const off = whyNever(request);
          const problem = problemOf(request.responseJSON) ?? off ?? text("live.no-answer");
          resolve(off === undefined ? { live: { problem } } : { live: { problem }, off });
        })
        .always(() => this.#running.delete(request));
    });
  }
}

/** What will not be different the next time. A 404 without words of ours is a runtime that has no such endpoint. */
function whyNever({ status, responseJSON }: JQuery.jqXHR): Text | undefined {
  if (status === 401 || status === 403) return isFailure(responseJSON) ? undefined : text("live.not-allowed");
  return status === 404 && !isFailure(responseJSON) ? text("live.not-there") : undefined;
}
