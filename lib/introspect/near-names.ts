const MOST = 3;
/** A slip of the keyboard: two letters wrong, missing, added, or two neighbours exchanged twice. */
const MAX_DISTANCE = 2;
/** A short name with two letters changed is another name. */
const LETTERS_PER_SLIP = 3;

/**
 * The names that a person may have meant, likeliest first, at most three: the same but for
 * capitals, a slip away, or one that begins or ends with what was typed.
 */
export function nearNames(typed: string, names: Iterable<string>): string[] {
  const wanted = typed.toLowerCase();
  const allowed = Math.min(MAX_DISTANCE, Math.floor(wanted.length / LETTERS_PER_SLIP));
  const ranked: { name: string; rank: number }[] = [];
  for (const name of new Set(names)) {
    const rank = rankOf(wanted, name.toLowerCase(), allowed);
    if (rank !== undefined) ranked.push({ name, rank });
  }
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ name }) => name);
}

function rankOf(wanted: string, name: string, allowed: number): number | undefined {
  if (name === wanted) return 0;
  const distance = distanceWithin(wanted, name, allowed);
  if (distance !== undefined) return distance;
  if (wanted.length < LETTERS_PER_SLIP) return undefined;
  return name.startsWith(wanted) || name.endsWith(wanted) ? MAX_DISTANCE + 1 : undefined;
}

/**
 * Letters to insert, delete, replace or exchange with a neighbour (optimal string alignment);
 * undefined where that is more than `most`. Only the cells within `most` of the diagonal are looked
 * at, so a document of 30,000 long names costs little.
 */
function distanceWithin(a: string, b: string, most: number): number | undefined {
  if (Math.abs(a.length - b.length) > most) return undefined;
  const beyond = most + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = new Array<number>(b.length + 1).fill(beyond);
    if (row <= most) current[0] = row;
    let least = beyond;
    for (let column = Math.max(1, row - most); column <= Math.min(b.length, row + most); column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (above[column] ?? beyond) + 1,
        (current[column - 1] ?? beyond) + 1,
        (above[column - 1] ?? beyond) + (same ? 0 : 1),
      );
      if (!same && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (before[column - 2] ?? beyond) + 1);
      }
      current[column] = cost;
      least = Math.min(least, cost);
    }
    if (least > most) return undefined;
    before = above;
    above = current;
  }
  const distance = above[b.length] ?? beyond;
  return distance <= most ? distance : undefined;
}
