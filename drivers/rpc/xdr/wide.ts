/**
 * 64-bit integers by way of one shared piece of memory: two 32-bit halves in, a bigint out, and back. Several times
 * faster than shifting bigints, and nothing is allocated but the result.
 */
const halves = new Uint32Array(2);
const unsigned = new BigUint64Array(halves.buffer);
const signed = new BigInt64Array(halves.buffer);
/** Which half is the low one depends on the machine. */
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

export function unsignedOf(high: number, low: number): bigint {
  halves[HIGH] = high;
  halves[LOW] = low;
  return unsigned[0]!;
}

export function signedOf(high: number, low: number): bigint {
  halves[HIGH] = high;
  halves[LOW] = low;
  return signed[0]!;
}

/** Takes a number apart; false where it is outside of 0 to 2^64-1. Then `highHalf` and `lowHalf` have it. */
export function splitUnsigned(value: bigint): boolean {
  unsigned[0] = value;
  return unsigned[0] === value;
}

/** The same for -2^63 to 2^63-1. */
export function splitSigned(value: bigint): boolean {
  signed[0] = value;
  return signed[0] === value;
}

export const highHalf = (): number => halves[HIGH]!;
export const lowHalf = (): number => halves[LOW]!;
