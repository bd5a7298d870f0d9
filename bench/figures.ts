/** One line of the result. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  /** Ours, the median of all rounds. */
  readonly value: number;
  /** What it is compared with, in the same unit, from the same rounds. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** Ours to the peer's, the median of each round's: both had the same weather. */
  readonly ratio?: number;
  readonly required?: Requirement;
}

export interface Requirement {
  readonly of: "value" | "ratio";
  readonly bound: "at least" | "at most" | "below";
  readonly limit: number;
}

/** What a figure that was measured in rounds, each with the peer's, comes to. */
export function compared(
  what: string,
  unit: string,
  rounds: readonly { readonly ours: number; readonly peer: number }[],
  peer: string,
  required?: Requirement,
): Figure {
  return {
    what,
    unit,
    value: median(rounds.map(({ ours }) => ours)),
    peer: { name: peer, value: median(rounds.map((round) => round.peer)) },
    ratio: median(rounds.map((round) => round.ours / round.peer)),
    ...(required === undefined ? {} : { required }),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Whether a figure meets what is required of it; undefined where nothing is. */
export function verdict({ value, ratio, required }: Figure): "pass" | "miss" | undefined {
  if (required === undefined) return undefined;
  const measured = required.of === "ratio" ? (ratio ?? Number.NaN) : value;
  const { bound, limit } = required;
  const met = bound === "at least" ? measured >= limit : bound === "at most" ? measured <= limit : measured < limit;
  return met ? "pass" : "miss";
}

/** The figures as a table for people. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = [["", "node", "peer", "", "ratio", "required", ""], ...figures.map(cells)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const left = new Set([0, 3, 5, 6]);
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (left.has(column) ? cell.padEnd : cell.padStart).call(cell, widths[column] ?? 0));
  return rows.map((row) => line(row).join("  ").trimEnd()).join("\n");
}

function cells(figure: Figure): readonly string[] {
  const { what, unit, value, peer, ratio, required } = figure;
  return [
    what,
    `${shown(value)} ${unit}`,
    peer === undefined ? "" : `${shown(peer.value)} ${unit}`,
    peer?.name ?? "",
    ratio === undefined ? "" : ratio.toFixed(ratio < 10 ? 2 : 0),
    required === undefined ? "" : `${required.of === "ratio" ? "ratio " : ""}${required.bound} ${required.limit}`,
    verdict(figure) ?? "",
  ];
}

function shown(value: number): string {
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
