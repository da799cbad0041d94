/** A time series as SVG paths: breaks where there is no value. */

export interface Point {
  timeMs: number;
  value: number | null;
}

export interface Box {
  width: number;
  height: number;
  fromMs: number;
  toMs: number;
  /** Value at the upper edge. */
  max: number;
}

/** Where a point is, in pixels. */
export function place({ timeMs, value }: { timeMs: number; value: number }, box: Box): { x: number; y: number } {
  const x = ((timeMs - box.fromMs) / Math.max(1, box.toMs - box.fromMs)) * box.width;
  const y = box.height - (Math.min(value, box.max) / Math.max(Number.MIN_VALUE, box.max)) * (box.height - 2) - 1;
  return { x, y };
}

/** `line` is the course, `area` the same closed down to the base line. */
export function linePaths(points: readonly Point[], box: Box): { line: string; area: string } {
  let line = '';
  let area = '';
  let last: { x: number; y: number } | null = null;
  const close = (): void => {
    if (last !== null) area += `L${last.x.toFixed(1)} ${box.height}Z`;
    last = null;
  };
  for (const { timeMs, value } of points) {
    if (value === null || timeMs < box.fromMs) {
      close();
      continue;
    }
    const at = place({ timeMs, value }, box);
    const spot = `${at.x.toFixed(1)} ${at.y.toFixed(1)}`;
    line += last === null ? `M${spot}` : `L${spot}`;
    area += last === null ? `M${at.x.toFixed(1)} ${box.height}L${spot}` : `L${spot}`;
    last = at;
  }
  close();
  return { line, area };
}

/** The point nearest to a time, among those with a value. */
export function nearest(points: readonly Point[], timeMs: number): { timeMs: number; value: number } | null {
  let best: { timeMs: number; value: number } | null = null;
  for (const point of points) {
    if (point.value === null) continue;
    if (best === null || Math.abs(point.timeMs - timeMs) < Math.abs(best.timeMs - timeMs)) {
      best = { timeMs: point.timeMs, value: point.value };
    }
  }
  return best;
}
