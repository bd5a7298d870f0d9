import type { FailureAnswer } from "../../lib/shared/admin";

export interface AnswerListener<Answer> {
  readonly done: (answer: Answer) => void;
  /** `failure`: where the runtime said why. A status of 0: it did not answer. */
  readonly failed: (status: number, failure: FailureAnswer | undefined) => void;
}

const PATIENCE_MS = 15_000;

/** Asks the runtime while somebody types: not with every key, and only the last question's answer counts. */
export class LatestAnswer<Answer> {
  readonly #typingMs: number;
  #asked = "";
  #number = 0;
  #timer: number | undefined;

  constructor(typingMs: number) {
    this.#typingMs = typingMs;
  }

  /** Nothing is asked any more: an answer that is on its way counts no more. */
  cancel(): void {
    this.#number++;
    this.#asked = "";
    clearTimeout(this.#timer);
  }

  /** The same question is asked once, unless `anew`. The first is asked at once. */
  ask(url: string, listener: AnswerListener<Answer>, anew = false): void {
    if (url === this.#asked && !anew) return;
    const wait = this.#asked === "" || anew ? 0 : this.#typingMs;
    this.#asked = url;
    const number = ++this.#number;
    const isLatest = () => number === this.#number;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      $.ajax({ url, dataType: "json", timeout: PATIENCE_MS })
        .done((answer: Answer) => {
          if (isLatest()) listener.done(answer);
        })
        .fail(({ status, responseJSON }) => {
          if (isLatest()) listener.failed(status, responseJSON as FailureAnswer | undefined);
        });
    }, wait);
  }
}
