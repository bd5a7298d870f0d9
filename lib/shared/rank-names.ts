/** How well what was typed fits a name, the best first; the order within one is the candidates' own. */
const EXACT = 0;
const PREFIX = 1;
/** At the start of a part: "blue" in `org.bluez`, "hci" in `/org/bluez/hci0`. */
const PART = 2;
/** At the start of a word within a part: "owner" in `GetNameOwner`. */
const WORD = 3;
/** Starts of words, one after the other: "gno" or "getown" for `GetNameOwner`, "o.f.up" for a bus name. */
const WORD_STARTS = 4;
const INSIDE = 5;
/** The letters in their order, wherever they are. */
const SCATTERED = 6;
const LAST = SCATTERED;

/** Somebody who types more than this does not mean the starts of words. */
const MOST_WORD_STARTS = 32;

/**
 * The candidates that fit what was typed, the best first and otherwise in their own order; all of them
 * where nothing was typed. Upper and lower case are the same. Fast enough for 10,000 candidates at every key.
 */
export function rank<Candidate>(
  typed: string,
  candidates: readonly Candidate[],
  nameOf: (candidate: Candidate) => string = String,
): readonly Candidate[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return candidates;
  const tiers: Candidate[][] = Array.from({ length: LAST + 1 }, () => []);
  for (const candidate of candidates) {
    const fit = fitOf(wanted, nameOf(candidate));
    if (fit !== undefined) tiers[fit]?.push(candidate);
  }
  return tiers.flat();
}

function fitOf(wanted: string, name: string): number | undefined {
  const lower = name.toLowerCase();
  const first = lower.indexOf(wanted);
  if (first === 0) return lower.length === wanted.length ? EXACT : PREFIX;
  const inside = first < 0 ? undefined : placeOf(wanted, name, lower, first);
  if (inside !== undefined && inside < INSIDE) return inside;
  if (inside === undefined && !isScattered(wanted, lower)) return undefined;
  if (wanted.length <= MOST_WORD_STARTS && isWordStarts(wanted, name, lower)) return WORD_STARTS;
  return inside ?? SCATTERED;
}

/** The best of the places where it is found. */
function placeOf(wanted: string, name: string, lower: string, first: number): number {
  let best = INSIDE;
  for (let at = first; at >= 0; at = lower.indexOf(wanted, at + 1)) {
    if (isSeparator(name.charCodeAt(at - 1))) return PART;
    if (isWordStart(name, at)) best = WORD;
  }
  return best;
}

function isScattered(wanted: string, lower: string): boolean {
  let at = 0;
  for (let index = 0; index < wanted.length; index++, at++) {
    at = lower.indexOf(wanted.charAt(index), at);
    if (at < 0) return false;
  }
  return true;
}

/**
 * Each letter either follows the one before it directly or stands at the start of a later word. All ways to
 * get there are followed at once, so that a name of many like words costs no more than another.
 */
function isWordStarts(wanted: string, name: string, lower: string): boolean {
  const starts = new Uint8Array(name.length);
  for (let at = 0; at < name.length; at++) starts[at] = isWordStart(name, at) ? 1 : 0;
  /** Where the next letter may follow directly; the first one follows none. */
  let ends = new Uint8Array(name.length + 1);
  let from = 0;
  for (let index = 0; index < wanted.length; index++) {
    const letter = wanted.charCodeAt(index);
    const reached = new Uint8Array(name.length + 1);
    let least = -1;
    for (let at = from; at < name.length; at++) {
      if (lower.charCodeAt(at) !== letter || (ends[at] === 0 && starts[at] === 0)) continue;
      reached[at + 1] = 1;
      if (least < 0) least = at + 1;
    }
    if (least < 0) return false;
    ends = reached;
    from = least;
  }
  return true;
}

/** Separators begin a word too: "o.f" is typed for `org.freedesktop`. */
function isWordStart(name: string, at: number): boolean {
  const code = name.charCodeAt(at);
  if (at === 0 || !isLetterOrDigit(code)) return true;
  const before = name.charCodeAt(at - 1);
  if (!isLetterOrDigit(before)) return true;
  if (isDigit(code)) return !isDigit(before);
  // The P of "NamePart" and of "XMLPart".
  return isUpper(code) && (!isUpper(before) || isLower(name.charCodeAt(at + 1)));
}

/** Between the parts of names and paths: `.`, `/` and the `:` of unique names. */
function isSeparator(code: number): boolean {
  return code === 0x2e || code === 0x2f || code === 0x3a;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isLetterOrDigit(code: number): boolean {
  return isDigit(code) || isUpper(code) || isLower(code);
}
