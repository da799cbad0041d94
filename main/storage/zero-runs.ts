/** Runs of zeroes in an image, so that they need not be sent. */

/** Shorter runs are sent as they are: telling of them would cost more. */
export const blockBytes = 64 * 1024;

/** A part of a piece: data as it is, or so many zeroes. */
export type Run = { data: Uint8Array } | { zeroes: number };

const zeroBlock = Buffer.alloc(blockBytes);

/** Splits a piece into data and whole blocks of zeroes, neighbours of a kind together. */
export function* zeroRuns(piece: Uint8Array): Generator<Run> {
  let start = 0;
  let isZero: boolean | null = null;
  for (let at = 0; at < piece.length; at += blockBytes) {
    const block = piece.subarray(at, at + blockBytes);
    const isZeroBlock = zeroBlock.compare(block, 0, block.length, 0, block.length) === 0;
    if (isZero !== null && isZero !== isZeroBlock) {
      yield run(piece.subarray(start, at), isZero);
      start = at;
    }
    isZero = isZeroBlock;
  }
  if (isZero !== null) yield run(piece.subarray(start), isZero);
}

function run(part: Uint8Array, isZero: boolean): Run {
  return isZero ? { zeroes: part.length } : { data: part };
}
