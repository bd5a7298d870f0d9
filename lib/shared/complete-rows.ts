import {
  type ArgumentDefinition,
  DEFAULT_METHOD_TIMEOUT,
  type InterfaceDefinition,
  type MethodDefinition,
  type PropertyDefinition,
  type SignalDefinition,
} from "./interface-definition";
import { withDefaults } from "./with-defaults";

type Rows = Omit<InterfaceDefinition, "name">;

const ARGUMENT: ArgumentDefinition = { name: "", signature: "" };
const METHOD: MethodDefinition = { name: "", in: [], out: [], timeout: DEFAULT_METHOD_TIMEOUT };
const SIGNAL: SignalDefinition = { name: "", args: [] };
const PROPERTY: PropertyDefinition = { name: "", signature: "", access: "read", value: "", emitsChanged: "true" };

/** The rows that define an interface, with what one written by hand leaves out. What is no row at all is a blank one. */
export function completeRows({ properties, methods, signals }: Rows): Rows {
  return {
    properties: properties.map((row) => complete(PROPERTY, row)),
    methods: methods.map((row) => {
      const method = complete(METHOD, row);
      return { ...method, in: completeArguments(method.in), out: completeArguments(method.out) };
    }),
    signals: signals.map((row) => {
      const signal = complete(SIGNAL, row);
      return { ...signal, args: completeArguments(signal.args) };
    }),
  };
}

/** What is no list is left as it is, for the check to say. */
function completeArguments(args: readonly ArgumentDefinition[]): readonly ArgumentDefinition[] {
  return Array.isArray(args) ? args.map((arg) => complete(ARGUMENT, arg)) : args;
}

function complete<Row extends object>(defaults: Row, row: Row): Row {
  return withDefaults(defaults, Object(row));
}
