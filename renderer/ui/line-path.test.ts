import { expect, it } from 'vitest';
import { linePaths, nearest } from './line-path.ts';

const box = { width: 100, height: 52, fromMs: 0, toMs: 10, max: 50 };

it('draws a line with a gap where there is no value, and closes each area', () => {
  const points = [
    { timeMs: 0, value: 0 },
    { timeMs: 5, value: 50 },
    { timeMs: 6, value: null },
    { timeMs: 10, value: 25 },
  ];
  expect(linePaths(points, box)).toEqual({
    line: 'M0.0 51.0L50.0 1.0M100.0 26.0',
    area: 'M0.0 52L0.0 51.0L50.0 1.0L50.0 52ZM100.0 52L100.0 26.0L100.0 52Z',
  });
});

it('keeps values above the limit at the upper edge', () => {
  expect(linePaths([{ timeMs: 10, value: 900 }], box).line).toBe('M100.0 1.0');
});

it('finds the point nearest to a time among those with a value', () => {
  const points = [
    { timeMs: 0, value: 1 },
    { timeMs: 4, value: null },
    { timeMs: 10, value: 3 },
  ];
  expect(nearest(points, 4)).toEqual({ timeMs: 0, value: 1 });
  expect(nearest([], 4)).toBeNull();
});
