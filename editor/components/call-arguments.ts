import { takesArguments } from "../../lib/shared/check-call";
import { type DBusCallConfig, dbusCallDefaults } from "../../lib/shared/dbus-call-config";
import {
  argumentNames,
  expectedArguments,
  keysOfArguments,
  type LiveMethod,
  returnedNames,
  type SavedNames,
} from "../../lib/shared/expected-arguments";
import type { ArgumentDefinition } from "../../lib/shared/interface-definition";
import { type Text, text } from "../../lib/shared/text";
import { argumentWords } from "../../lib/shared/type-words";
import { say } from "../say";
import { ArgumentForm } from "./argument-form";

const LIST = "list";
const INPUT_TYPES = ["msg", "flow", "global", "env", "str", "num", "bool", "json", "jsonata", "bin"];

type SavedArguments = Pick<DBusCallConfig, "operation" | "args" | "argsType"> & SavedNames;

/**
 * Where a call's arguments come from: one typed input, or the form with a row for each. Both keep what
 * was filled in while the other one is shown.
 */
export class CallArguments {
  readonly #saved: SavedArguments;
  readonly #source: JQuery;
  readonly #input: JQuery;
  readonly #form: ArgumentForm;
  #live: { readonly member: string; readonly live: LiveMethod } | undefined;
  #definitions: readonly ArgumentDefinition[] | undefined;
  #outNames: readonly string[];

  constructor(saved: SavedArguments, changed: () => void) {
    this.#saved = saved;
    const { args, argsType } = saved;
    this.#source = $("#dbus-call-source");
    this.#input = $("#dbus-call-args");
    const single = argsType === LIST || typeof args !== "string" ? dbusCallDefaults : { args, argsType };
    this.#input.typedInput({ default: single.argsType, types: INPUT_TYPES });
    this.#input.typedInput("width", "100%");
    this.#input.typedInput("type", single.argsType);
    this.#input.typedInput("value", String(single.args));
    this.#choices.val([argsType === LIST ? LIST : "input"]);
    const expected = expectedArguments(saved, { saved });
    this.#definitions = expected === "half-typed" ? undefined : expected;
    this.#outNames = returnedNames(saved, { saved });
    const rows = typeof args === "string" ? [] : args;
    this.#form = new ArgumentForm($("#dbus-call-list"), rows, this.#definitions, changed);
  }

  /** What introspection says of a method, or of a property's one value; for as long as it is the member. */
  known(member: string, live: LiveMethod): void {
    this.#live = { member, live };
  }

  read(): Pick<DBusCallConfig, "args" | "argsType" | "argNames" | "outNames"> {
    const names = { argNames: argumentNames(this.#definitions), outNames: this.#outNames };
    if (this.#byRow) return { args: this.#form.rows(), argsType: LIST, ...names };
    const argsType = this.#input.typedInput("type") as DBusCallConfig["argsType"];
    return { args: this.#input.typedInput("value"), argsType, ...names };
  }

  /** Whether the method is known to take no arguments, and none are filled in. */
  get none(): boolean {
    return this.#definitions?.length === 0 && !(this.#byRow && this.#form.rows().length > 0);
  }

  /** Follows the form's other fields; `problem` is what is wrong with the arguments as a whole. */
  update(config: DBusCallConfig, problem: string | undefined): void {
    const used = takesArguments(config.operation);
    const list = this.#byRow;
    const none = this.none;
    this.#source.find("[role=radiogroup]").toggle(!none);
    $("#dbus-call-none").toggle(none);
    $("#dbus-call-input").toggle(used && !none && !list);
    $("#dbus-call-list").toggle(used && !none && list);
    const wanted = list || none ? undefined : wantedWords(this.#definitions ?? []);
    $("#dbus-call-wanted")
      .text(wanted === undefined ? "" : say(wanted))
      .toggle(used && wanted !== undefined);
    const inRows = used && list && this.#form.check();
    $("#dbus-call-args-problem").text(inRows ? "" : (problem ?? ""));
  }

  /** Before the form is read: the rows follow the signature, and what introspection says. */
  follow(fields: Pick<DBusCallConfig, "operation" | "signature" | "member">): void {
    if (!takesArguments(fields.operation)) return;
    const live = this.#live?.member === fields.member ? this.#live.live : undefined;
    const expected = expectedArguments(fields, { live: live?.in, saved: this.#saved });
    if (expected === "half-typed") return;
    this.#definitions = expected;
    this.#outNames = returnedNames(fields, { live, saved: this.#saved });
    this.#form.show(expected);
  }

  get #byRow(): boolean {
    return this.#choices.filter(":checked").val() === LIST;
  }

  get #choices(): JQuery {
    return this.#source.find("input[type=radio]");
  }
}

/** What one value has to be where it stands for all arguments. */
function wantedWords(definitions: readonly ArgumentDefinition[]): Text | undefined {
  const known = definitions.filter(({ signature }) => signature !== "");
  const words = argumentWords(known);
  if (words === undefined) return undefined;
  if (known.length === 1) return text("arguments.one", { arguments: words });
  const named = keysOfArguments(known.map(({ name }) => name)) !== undefined;
  return text(named ? "arguments.named" : "arguments.several", { count: known.length, arguments: words });
}
