import type { ArgumentInputType, ArgumentRow } from "./dbus-call-config";
import { jsonTemplate } from "./json-template";
import type { BasicType, DBusType } from "./signature";

/** Where a value may be looked up, whatever its type. */
export const LOOKED_UP: readonly ArgumentInputType[] = ["msg", "flow", "global", "env", "jsonata"];

const BASIC_INPUTS: Readonly<Record<BasicType, readonly ArgumentInputType[]>> = {
  y: ["num"],
  n: ["num"],
  q: ["num"],
  i: ["num"],
  u: ["num"],
  x: ["num"],
  t: ["num"],
  d: ["num"],
  b: ["bool"],
  s: ["str"],
  o: ["str"],
  g: ["str"],
  h: [],
};

/** The typed inputs that write a value of this type down, the most fitting first. */
export function fittingInputs(type: DBusType): readonly ArgumentInputType[] {
  if (type.kind === "basic") return BASIC_INPUTS[type.signature];
  if (type.kind === "variant") return ["str", "num", "bool", "json", "bin"];
  return type.signature === "ay" ? ["bin", "str"] : ["json"];
}

/** What an argument of this type begins with: nothing in it where a person has to say something. */
export function blankRow(type: DBusType): ArgumentRow {
  const [input = "msg"] = fittingInputs(type);
  switch (input) {
    case "bool":
      return { value: "false", type: input };
    case "msg":
      return { value: "payload", type: input };
    case "bin":
      return { value: "[]", type: input };
    case "json":
      return { value: blankJson(type), type: input };
    default:
      return { value: "", type: input };
  }
}

/** No options and no elements are good values; a struct always has its fields. */
function blankJson(type: DBusType): string {
  if (type.kind === "dict") return "{}";
  return type.kind === "array" ? "[]" : JSON.stringify(jsonTemplate(type));
}
