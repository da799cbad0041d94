/** Compares two pictures of the same screen. */
import type { PNG } from 'pngjs';

/** Difference of a colour channel that still counts as the same (lossy encodings). */
const tolerance = 16;

/** Share (0 to 1) of the pixels that differ; 1 when the sizes do. */
export function differingShare(one: PNG, other: PNG): number {
  if (one.width !== other.width || one.height !== other.height) return 1;
  let differing = 0;
  for (let at = 0; at < one.data.length; at += 4) {
    const differs = [0, 1, 2].some(
      (channel) => Math.abs((one.data[at + channel] ?? 0) - (other.data[at + channel] ?? 0)) > tolerance,
    );
    if (differs) differing++;
  }
  return differing / (one.width * one.height);
}

/** Number of pixels that are not black: an empty screen would match another empty one. */
export function litPixels({ data }: PNG): number {
  let lit = 0;
  for (let at = 0; at < data.length; at += 4)
    if ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0) > 3 * tolerance) lit++;
  return lit;
}

/** Red, green and blue of one pixel. */
export function colourAt({ data, width }: PNG, x: number, y: number): number[] {
  const at = (y * width + x) * 4;
  return [...data.subarray(at, at + 3)];
}
