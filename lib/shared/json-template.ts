import type { BasicType, DBusType } from "./signature";

const EXAMPLES: Readonly<Record<BasicType, unknown>> = {
  y: 0,
  n: 0,
  q: 0,
  i: 0,
  u: 0,
  x: 0,
  t: 0,
  d: 0,
  b: false,
  s: "text",
  o: "/",
  g: "s",
  h: 0,
};

/** A value that shows the shape of a type, one element in each array: `a{sv}` is `{"key": "value"}`. */
export function jsonTemplate(type: DBusType): unknown {
  switch (type.kind) {
    case "basic":
      return EXAMPLES[type.signature];
    case "variant":
      return "value";
    case "array":
      return [jsonTemplate(type.element)];
    case "dict": {
      const { signature } = type.key;
      return { [signature === "s" ? "key" : String(EXAMPLES[signature])]: jsonTemplate(type.value) };
    }
    case "struct":
      return type.fields.map(jsonTemplate);
  }
}
