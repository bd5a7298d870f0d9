/** Characters. A value is shown in a line, and taken into a field. */
export const MAX_VALUE_LENGTH = 1_000;

/**
 * A flow value as JSON, cut with "…" where it is longer than a person reads. It takes no longer than what it
 * gives, however large the value is. Bytes are an array of numbers; NaN and the infinities are words.
 */
export function valueText(value: unknown, most = MAX_VALUE_LENGTH): string {
  const writer = new Writer(most);
  writer.value(value);
  return writer.result;
}

class Writer {
  readonly #most: number;
  #text = "";

  constructor(most: number) {
    this.#most = most;
  }

  get result(): string {
    return this.#full ? `${this.#text.slice(0, this.#most)}…` : this.#text;
  }

  get #full(): boolean {
    return this.#text.length > this.#most;
  }

  value(value: unknown): void {
    if (this.#full) return;
    if (typeof value === "string") this.#string(value);
    else if (Array.isArray(value) || ArrayBuffer.isView(value)) this.#array(value as ArrayLike<unknown>);
    else if (typeof value === "object" && value !== null) this.#object(value as Readonly<Record<string, unknown>>);
    else this.#text += String(value);
  }

  #string(value: string): void {
    this.#text += JSON.stringify(value.slice(0, this.#most + 1));
  }

  #array(values: ArrayLike<unknown>): void {
    this.#text += "[";
    for (let index = 0; index < values.length && !this.#full; index++) {
      if (index > 0) this.#text += ",";
      this.value(values[index]);
    }
    this.#text += "]";
  }

  #object(entries: Readonly<Record<string, unknown>>): void {
    this.#text += "{";
    let first = true;
    for (const name of Object.keys(entries)) {
      if (this.#full) break;
      if (!first) this.#text += ",";
      first = false;
      this.#string(name);
      this.#text += ":";
      this.value(entries[name]);
    }
    this.#text += "}";
  }
}
