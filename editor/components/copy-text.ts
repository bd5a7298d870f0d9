/** A read-only text with a button that copies it. */
export class CopyText {
  readonly #text: JQuery;

  constructor(container: JQuery) {
    this.#text = container.find(".dbus-copy-text");
    const button = container.find("button");
    button.on("click", () => {
      RED.clipboard.copyText(String(this.#text.val()), button, "clipboard.copyMessageValue");
    });
  }

  show(text: string): void {
    if (this.#text.val() !== text) this.#text.val(text);
  }
}
