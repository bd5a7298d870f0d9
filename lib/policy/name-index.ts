import { MAX_NAME_LENGTH } from "../shared/names";

/** A bus name, or with `isPrefix` that name and every one below it; the name `*` is any. */
export interface NameRange {
  readonly name: string;
  readonly isPrefix: boolean;
}

/** Name ranges, each with the place where it counts: tells the first that has a name in common with another. */
export class NameIndex {
  readonly #names = new Map<string, number>();
  readonly #prefixes = new Map<string, number>();
  /** What lies below each name. */
  readonly #below = new Map<string, number>();

  add({ name, isPrefix }: NameRange, place: number): void {
    keepLower(this.#names, name, place);
    if (isPrefix) keepLower(this.#prefixes, name, place);
    for (const above of namesAbove(name)) keepLower(this.#below, above, place);
  }

  /** The lowest place of a range that shares a name with this one; Infinity where none does. */
  first({ name, isPrefix }: NameRange): number {
    return Math.min(
      this.#names.get("*") ?? Infinity,
      this.#names.get(name) ?? Infinity,
      isPrefix ? (this.#below.get(name) ?? Infinity) : Infinity,
      ...namesAbove(name).map((above) => this.#prefixes.get(above) ?? Infinity),
    );
  }
}

/** `a.b.c`: `a.b` and `a`. None for what is too long to be a name. */
function namesAbove(name: string): readonly string[] {
  if (name.length > MAX_NAME_LENGTH) return [];
  const above: string[] = [];
  for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) above.push(name.slice(0, dot));
  return above;
}

function keepLower(map: Map<string, number>, key: string, place: number): void {
  if (place < (map.get(key) ?? Infinity)) map.set(key, place);
}
