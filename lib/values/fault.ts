import { type DBusErrorCode, DBusNodeError } from "../errors";
import { type Text, text } from "../shared/text";

/** Wraps the place of a container into the place of something inside it. */
type Step = (outer: Text) => Text;

/**
 * A value that does not fit its type, before it is known which argument it is part of. Containers add
 * where they are on the way out; `toNodeError` makes the error that people see.
 */
export class ValueFault extends Error {
  readonly code: DBusErrorCode;
  readonly problem: Text;
  /** The type at fault, which may be inside the argument's own; undefined until a caller knows it. */
  signature: string | undefined;
  /** Innermost first. */
  readonly #steps: Step[] = [];

  constructor(code: DBusErrorCode, problem: Text, signature?: string, cause?: unknown) {
    super(problem.key, cause === undefined ? undefined : { cause });
    this.code = code;
    this.problem = problem;
    this.signature = signature;
  }

  toNodeError(argument: Text): DBusNodeError {
    const place = this.#steps.reduceRight((outer, step) => step(outer), argument);
    return new DBusNodeError(
      this.code,
      text("errors.value", { place, signature: this.signature ?? "", problem: this.problem }),
      { cause: this.cause },
    );
  }

  within(step: Step): this {
    this.#steps.push(step);
    return this;
  }
}

/** "expected a string, got null". */
export function mismatch(signature: string, expected: Text, got: Text): ValueFault {
  return new ValueFault("DBUS_INVALID_ARGUMENT", text("errors.expected", { expected, got }), signature);
}

/** Larger or deeper than the specification allows. */
export function tooLarge(signature: string | undefined, problem: Text): ValueFault {
  return new ValueFault("DBUS_TOO_LARGE", problem, signature);
}

/** File descriptors are not supported: said before anything is sent. */
export function fileDescriptorFault(signature: string): ValueFault {
  return new ValueFault("DBUS_UNSUPPORTED_TYPE", text("errors.file-descriptors"), signature);
}

/**
 * What was thrown while a value was read: a fault of ours as it is, anything else (from a getter or a
 * proxy of the flow's) as a fault that carries it.
 */
export function asFault(thrown: unknown, signature: string): ValueFault {
  if (thrown instanceof ValueFault) {
    thrown.signature ??= signature;
    return thrown;
  }
  return new ValueFault(
    "DBUS_INVALID_ARGUMENT",
    text("errors.unreadable", { reason: reasonOf(thrown) }),
    signature,
    thrown,
  );
}

function reasonOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return "?";
  }
}
