import { LARGE_INTEGERS, SMALL_INTEGERS } from "../shared/integer-range";
import { MAX_CONTAINER_DEPTH } from "../shared/signature";
import { text } from "../shared/text";
import { isTypedVariant } from "../shared/typed-variant";
import { asBytes, isList, isMap, isPlainObject } from "./containers";
import { describeValue } from "./describe";
import { mismatch, tooLarge } from "./fault";

/**
 * Finds the type of a variant's value where nothing states it. One instance serves one message: it
 * remembers the types of nested arrays, so the whole is linear in the value's size, however the
 * encoder comes back for the elements of an `av`.
 */
export class Inference {
  #known: Map<object, string> | undefined;

  /** One single complete type; `v` for a value that states its own. Throws ValueFault. */
  signatureOf(value: unknown): string {
    return this.#infer(value, 0);
  }

  #infer(value: unknown, depth: number): string {
    switch (typeof value) {
      case "string":
        return "s";
      case "boolean":
        return "b";
      case "number":
        return numberType(value);
      case "bigint":
        return bigintType(value);
      case "object":
        if (value !== null) return this.#inferObject(value, depth);
        break;
    }
    throw mismatch("v", text("kinds.any-value"), describeValue(value));
  }

  #inferObject(value: object, depth: number): string {
    if (isList(value)) return asBytes(value) === undefined ? this.#inferList(value, depth) : "ay";
    if (isTypedVariant(value)) return "v";
    if (isMap(value) || isPlainObject(value)) return "a{sv}";
    throw mismatch("v", text("kinds.any-value"), describeValue(value));
  }

  #inferList(list: ArrayLike<unknown>, depth: number): string {
    if (depth >= MAX_CONTAINER_DEPTH) throw tooLarge("v", text("errors.too-deep", { most: MAX_CONTAINER_DEPTH }));
    const known = this.#known?.get(list);
    if (known !== undefined) return known;
    const signature = `a${this.#commonType(list, depth)}`;
    if (depth > 0) {
      this.#known ??= new Map();
      this.#known.set(list, signature);
    }
    return signature;
  }

  #commonType(list: ArrayLike<unknown>, depth: number): string {
    let common: string | undefined;
    for (let index = 0; index < list.length; index++) {
      const found = this.#infer(list[index], depth + 1);
      common = common === undefined ? found : commonOf(common, found);
      if (common === undefined) return "v";
    }
    return common ?? "v";
  }
}

function numberType(value: number): string {
  if (!Number.isInteger(value)) return "d";
  if (value >= SMALL_INTEGERS.i[0] && value <= SMALL_INTEGERS.i[1]) return "i";
  // 2^63 and its negative are exact doubles; the largest `x` is not, so the bound is open.
  return value >= -(2 ** 63) && value < 2 ** 63 ? "x" : "d";
}

function bigintType(value: bigint): string {
  if (value >= SMALL_INTEGERS.i[0] && value <= SMALL_INTEGERS.i[1]) return "i";
  if (value >= LARGE_INTEGERS.x[0] && value <= LARGE_INTEGERS.x[1]) return "x";
  if (value > 0n && value <= LARGE_INTEGERS.t[1]) return "t";
  throw mismatch("v", text("kinds.integer-64"), describeValue(value));
}

/**
 * The type that two elements share, undefined where there is none. Numbers widen as long as nothing
 * is lost: `[1, 2.5]` is `ad`, `[1, 5000000000]` is `ax`, also inside nested arrays.
 */
function commonOf(one: string, other: string): string | undefined {
  if (one === other) return one;
  let arrays = 0;
  while (one[arrays] === "a" && other[arrays] === "a") arrays++;
  const widened = WIDER.get(one.slice(arrays) + other.slice(arrays));
  return widened === undefined ? undefined : one.slice(0, arrays) + widened;
}

const WIDER = new Map([
  ["ix", "x"],
  ["xi", "x"],
  ["id", "d"],
  ["di", "d"],
]);
