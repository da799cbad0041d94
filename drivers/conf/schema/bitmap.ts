/** CPU and NUMA node sets as libvirt writes them: `0-3,^2,8`. Kept as canonical text, `0-1,3,8`. */
import { invalid, type ValueType } from './value.ts';

/** libvirt's bound on a CPU number in a set (VIR_DOMAIN_CPUMASK_LEN). */
export const maxCpu = 16384;

/** Numbers without a gap, both ends included. */
type Run = readonly [first: number, last: number];

/** The runs of a set, ascending; undefined if the text is no set or names a number at or above `limit`. */
function parseRuns(text: string, limit: number): Run[] | undefined {
  const given: { isExcluded: boolean; first: number; last: number }[] = [];
  let size = 0;
  for (const piece of text.split(',')) {
    const match = /^\s*(\^?)\s*(\d{1,9})(?:\s*-\s*(\d{1,9}))?\s*$/.exec(piece);
    if (match === null) return undefined;
    const isExcluded = match[1] === '^';
    const first = Number(match[2]);
    const last = match[3] === undefined ? first : Number(match[3]);
    if (last < first || last >= limit || (isExcluded && match[3] !== undefined)) return undefined;
    given.push({ isExcluded, first, last });
    size = Math.max(size, last + 1);
  }
  // One octet a number: overlapping ranges of hostile input stay cheap, and runs are found without counting them out.
  const bits = new Uint8Array(size + 1);
  for (const { isExcluded, first, last } of given) bits.fill(isExcluded ? 0 : 1, first, last + 1);
  const runs: Run[] = [];
  for (let first = bits.indexOf(1); first !== -1;) {
    const end = bits.indexOf(0, first);
    runs.push([first, end - 1]);
    first = bits.indexOf(1, end);
  }
  return runs;
}

/** The numbers of a set, ascending; undefined if the text is no set or names one at or above `limit`. */
export function parseBitmap(text: string, limit = maxCpu): number[] | undefined {
  return parseRuns(text, limit)?.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index),
  );
}

const formatRuns = (runs: readonly Run[]): string =>
  runs.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');

/** Ascending numbers as a set's canonical text. */
export function formatBitmap(bits: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const bit of bits) {
    const run = runs.at(-1);
    if (run !== undefined && bit === run[1] + 1) run[1] = bit;
    else runs.push([bit, bit]);
  }
  return formatRuns(runs);
}

/** A set of CPUs or nodes; the value is its canonical text. */
export function cpuSet(): ValueType<string> {
  return {
    parse: (raw) => {
      if (raw.length > 100_000) return invalid;
      const runs = parseRuns(raw, maxCpu);
      // An empty set (`0,^0`) has no canonical text; what uses it says whether it is allowed.
      return runs === undefined ? invalid : runs.length === 0 ? raw : formatRuns(runs);
    },
    format: (value) => value,
    model: { kind: 'list', allowed: `a set of numbers below ${maxCpu} such as 0-3,^2,8`, example: '0-3' },
  };
}
