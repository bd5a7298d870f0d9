/** A copy of a template in dbus-editor.html, in the editor's language. */
export function fromTemplate(name: string): JQuery {
  const markup = $(`script[data-dbus-template="${name}"]`).html();
  return $("<div>").html(markup).i18n().children();
}
