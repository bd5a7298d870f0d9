/** The integers that fit a number: smallest and largest value ("Type System: Basic Types"). */
export const SMALL_INTEGERS = {
  y: [0, 0xff],
  n: [-0x8000, 0x7fff],
  q: [0, 0xffff],
  i: [-0x80000000, 0x7fffffff],
  u: [0, 0xffffffff],
} as const;

export type SmallIntegerType = keyof typeof SMALL_INTEGERS;

/** Smallest and largest value of the 64-bit integers. */
export const LARGE_INTEGERS = {
  x: [-(2n ** 63n), 2n ** 63n - 1n],
  t: [0n, 2n ** 64n - 1n],
} as const;

export type LargeIntegerType = keyof typeof LARGE_INTEGERS;
