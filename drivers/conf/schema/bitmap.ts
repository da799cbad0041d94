/** CPU and NUMA node sets as libvirt writes them: `0-3,^2,8`. Kept as canonical text, `0-1,3,8`. */
import { invalid, type ValueType } from './value.ts';

/** libvirt's bound on a CPU number in a set (VIR_DOMAIN_CPUMASK_LEN). */
export const maxCpu = 16384;

/** The numbers of a set, ascending; undefined if the text is no set or names one at or above `limit`. */
export function parseBitmap(text: string, limit = maxCpu): number[] | undefined {
  const ranges: { isExcluded: boolean; first: number; last: number }[] = [];
  let size = 0;
  for (const piece of text.split(',')) {
    const match = /^\s*(\^?)\s*(\d{1,9})(?:\s*-\s*(\d{1,9}))?\s*$/.exec(piece);
    if (match === null) return undefined;
    const isExcluded = match[1] === '^';
    const first = Number(match[2]);
    const last = match[3] === undefined ? first : Number(match[3]);
    if (last < first || last >= limit || (isExcluded && match[3] !== undefined)) return undefined;
    ranges.push({ isExcluded, first, last });
    size = Math.max(size, last + 1);
  }
  // One octet a number keeps overlapping ranges of hostile input cheap.
  const bits = new Uint8Array(size);
  for (const { isExcluded, first, last } of ranges) bits.fill(isExcluded ? 0 : 1, first, last + 1);
  const found: number[] = [];
  for (let bit = bits.indexOf(1); bit !== -1; bit = bits.indexOf(1, bit + 1)) found.push(bit);
  return found;
}

/** Ascending numbers as a set's canonical text. */
export function formatBitmap(bits: readonly number[]): string {
  const ranges: string[] = [];
  let first = -1;
  let last = -2;
  const push = (): void => {
    if (first >= 0) ranges.push(first === last ? String(first) : `${first}-${last}`);
  };
  for (const bit of bits) {
    if (bit === last + 1) {
      last = bit;
      continue;
    }
    push();
    first = last = bit;
  }
  push();
  return ranges.join(',');
}

/** A set of CPUs or nodes; the value is its canonical text. */
export function cpuSet(): ValueType<string> {
  return {
    parse: (raw) => {
      if (raw.length > 100_000) return invalid;
      const bits = parseBitmap(raw);
      // An empty set (`0,^0`) has no canonical text; what uses it says whether it is allowed.
      return bits === undefined ? invalid : bits.length === 0 ? raw : formatBitmap(bits);
    },
    format: (value) => value,
    model: { kind: 'list', allowed: `a set of numbers below ${maxCpu} such as 0-3,^2,8` },
  };
}
