/** Files longer than this are shown whole: the comparison takes the product of both lengths. */
const MAX_LINES = 1000;

/** Each line of both texts: `- ` only in the old one, `+ ` only in the new one, two spaces in both. */
export function lineDifference(before: string, after: string): readonly string[] {
  const old = linesOf(before);
  const now = linesOf(after);
  if (old.length > MAX_LINES || now.length > MAX_LINES) {
    return [...old.map((line) => `- ${line}`), ...now.map((line) => `+ ${line}`)];
  }
  const common = commonLengths(old, now);
  const shown: string[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length; ) {
    const [one, other] = [old[i], now[j]];
    if (one !== undefined && one === other) {
      shown.push(`  ${one}`);
      i++;
      j++;
    } else if (other === undefined || (one !== undefined && at(common, i + 1, j) >= at(common, i, j + 1))) {
      shown.push(`- ${one}`);
      i++;
    } else {
      shown.push(`+ ${other}`);
      j++;
    }
  }
  return shown;
}

/** How many lines the texts share in order, from line i of one and line j of the other on. */
function commonLengths(old: readonly string[], now: readonly string[]): readonly (readonly number[])[] {
  const table: number[][] = [];
  for (let i = old.length; i >= 0; i--) {
    const row: number[] = [];
    for (let j = now.length; j >= 0; j--) {
      const isEnd = i === old.length || j === now.length;
      if (isEnd) row[j] = 0;
      else if (old[i] === now[j]) row[j] = 1 + at(table, i + 1, j + 1);
      else row[j] = Math.max(at(table, i + 1, j), row[j + 1] ?? 0);
    }
    table[i] = row;
  }
  return table;
}

function at(table: readonly (readonly number[])[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

function linesOf(source: string): readonly string[] {
  // A terminal would obey control characters rather than show them.
  const shown = source.replace(/[^\P{Cc}\t\n]/gu, "\u{fffd}");
  return (shown.endsWith("\n") ? shown.slice(0, -1) : shown).split("\n");
}
