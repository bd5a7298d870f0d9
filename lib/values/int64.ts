import type { Int64Form } from "../shared/bus-choice";

const TWO_TO_32 = 0x1_0000_0000;

/**
 * A received 64-bit integer in the form that the node asked for.
 * @param high upper 32 bits, signed for `x`, unsigned for `t`
 * @param low lower 32 bits, unsigned
 */
export function int64(high: number, low: number, form: Int64Form): number | string | bigint {
  const near = high * TWO_TO_32 + low;
  if (form === "auto" && Number.isSafeInteger(near)) return near;
  const exact = (BigInt(high) << 32n) | BigInt(low);
  return form === "bigint" ? exact : exact.toString();
}
