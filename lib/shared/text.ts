/**
 * A text for a person, as data: a catalogue key and its parameters. Texts live in the catalogues
 * (`locales/<lang>/dbus-editor.json`) and nowhere else, so code below `nodes/` and `editor/` carries
 * this instead of a sentence; whoever shows it renders it in the reader's language.
 */
export interface Text {
  /** Key below the root of the `dbus-editor` catalogue, e.g. `names.too-long`. */
  readonly key: string;
  readonly params?: Readonly<Record<string, TextParam>>;
}

/** A parameter is literal, or a text of its own ("expected __expected__" with `{key: "kinds.string"}`). */
export type TextParam = string | number | Text;

/** Looks one key up and fills in `__name__` placeholders. */
export type Translate = (key: string, params: Readonly<Record<string, string | number>>) => string;

export function text(key: string, params?: Readonly<Record<string, TextParam>>): Text {
  return params === undefined ? { key } : { key, params };
}

/** Renders a text and the texts among its parameters, innermost first. */
export function renderText(source: Text, translate: Translate): string {
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(source.params ?? {})) {
    params[name] = typeof value === "object" ? renderText(value, translate) : value;
  }
  return translate(source.key, params);
}
