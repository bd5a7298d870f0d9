/** Longest string kept: names have at most 255 bytes, and so have signatures. */
const LONGEST = 255;
const SLOTS = 512;

/**
 * Strings that arrive again and again (names, paths, keys of dicts): found by their bytes without
 * making a new string, and, because only checked ones are kept, without checking again. A fixed
 * number of slots, so that a peer that makes up new ones fills no memory.
 */
export class StringCache {
  readonly #slots: (string | undefined)[] = new Array(SLOTS).fill(undefined);

  /** The ASCII string that these bytes hold, where it is known. */
  find(bytes: Buffer, start: number, end: number): string | undefined {
    const found = this.#slots[slotOf(bytes, start, end)];
    if (found === undefined || found.length !== end - start) return undefined;
    for (let index = 0; index < found.length; index++) {
      if (found.charCodeAt(index) !== bytes[start + index]) return undefined;
    }
    return found;
  }

  keep(bytes: Buffer, start: number, end: number, value: string): void {
    if (value.length <= LONGEST) this.#slots[slotOf(bytes, start, end)] = value;
  }
}

/** The last bytes tell names of one service apart best. */
function slotOf(bytes: Buffer, start: number, end: number): number {
  let hash = end - start;
  for (let at = Math.max(start, end - 12); at < end; at++) hash = (hash * 31 + (bytes[at] ?? 0)) | 0;
  return (hash ^ (hash >>> 9)) & (SLOTS - 1);
}
