/**
 * A text field for a name of the bus (bus name, path, interface, member, signature): none of them
 * has spaces, which come along when a name is pasted. What a field offers while a person types is
 * decided here too.
 */
export function nameField(input: JQuery): void {
  input.attr({ spellcheck: "false", autocapitalize: "off" }).on("input", () => {
    const value = String(input.val());
    const name = value.replace(/\s+/g, "");
    if (name !== value) input.val(name);
  });
}
