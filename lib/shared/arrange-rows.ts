import type { ArgumentRow } from "./dbus-call-config";
import { blankRow } from "./fitting-input";
import type { ArgumentDefinition } from "./interface-definition";
import { parseSignature } from "./signature";

/** An argument's row, and the type (one single complete type, "" where none is known) that it was filled in for. */
export interface PlacedRow {
  readonly row: ArgumentRow;
  readonly madeFor: string;
}

export interface ArrangedRows {
  /** One for each argument. */
  readonly rows: readonly PlacedRow[];
  /** Filled in before, and without a place now. */
  readonly extra: readonly PlacedRow[];
}

/**
 * Puts rows where they belong when the arguments have changed: those of the same type first, in their
 * order; what is left fills what is free, so that nothing that a person typed is lost. Only rows that
 * nobody has filled in go.
 */
export function arrangeRows(old: readonly PlacedRow[], definitions: readonly ArgumentDefinition[]): ArrangedRows {
  const left = [...old];
  const rows = definitions.map(({ signature }) => take(left, (row) => row.madeFor === signature));
  const filled = left.filter(isFilled);
  for (const [at, { signature }] of definitions.entries()) {
    rows[at] ??= filled.shift() ?? { row: blankRowFor(signature), madeFor: signature };
  }
  return { rows: rows.filter((row) => row !== undefined), extra: filled };
}

function take(left: PlacedRow[], fits: (row: PlacedRow) => boolean): PlacedRow | undefined {
  const at = left.findIndex(fits);
  return at < 0 ? undefined : left.splice(at, 1)[0];
}

function isFilled({ row, madeFor }: PlacedRow): boolean {
  const blank = blankRowFor(madeFor);
  return row.value !== blank.value || row.type !== blank.type;
}

/** The same for a type that is not known, or not valid: text. */
export function blankRowFor(signature: string): ArgumentRow {
  const parsed = parseSignature(signature);
  const type = "types" in parsed ? parsed.types[0] : undefined;
  return type === undefined ? { value: "", type: "str" } : blankRow(type);
}
