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
  const distance = slips(wanted, name, allowed);
  if (distance !== undefined) return distance;
  if (wanted.length < LETTERS_PER_SLIP) return undefined;
  return name.startsWith(wanted) || name.endsWith(wanted) ? MAX_DISTANCE + 1 : undefined;
}

/**
 * Letters to insert, delete, replace or exchange with a neighbour to make one name of the other, from
 * the places `i` and `j` on; undefined where that is more than `most`. With at most two slips, trying
 * each kind at each difference is linear in the names' length, where the usual table is quadratic:
 * a peer's document can hold thousands of long names.
 */
function slips(a: string, b: string, most: number, i = 0, j = 0): number | undefined {
  while (i < a.length && a[i] === b[j]) {
    i++;
    j++;
  }
  if (i === a.length || j === b.length) {
    const rest = a.length - i + b.length - j;
    return rest <= most ? rest : undefined;
  }
  if (most === 0) return undefined;
  const exchanged = a[i] === b[j + 1] && a[i + 1] === b[j];
  const after = [
    slips(a, b, most - 1, i + 1, j + 1),
    slips(a, b, most - 1, i + 1, j),
    slips(a, b, most - 1, i, j + 1),
    exchanged ? slips(a, b, most - 1, i + 2, j + 2) : undefined,
  ].filter((count) => count !== undefined);
  return after.length === 0 ? undefined : 1 + Math.min(...after);
}
