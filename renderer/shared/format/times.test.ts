import { expect, it } from 'vitest';
import { formatAgo, formatDuration } from './times.ts';

it('writes durations as minutes and seconds, with hours where there are some', () => {
  expect([0, 41_000, 3_723_000, -5].map(formatDuration)).toEqual(['0:00', '0:41', '1:02:03', '0:00']);
});

it('writes an age in the largest unit that fits', () => {
  const ages = [5, 130, 7200, 200_000].map((seconds) => formatAgo(0, seconds * 1000));
  expect(ages).toEqual(['5 sec. ago', '2 min. ago', '2 hr. ago', '2 days ago']);
});

it('never speaks of the future, where its clock is behind', () => {
  expect([formatAgo(4000, 0), formatAgo(0, 100)]).toEqual(['0 sec. ago', '0 sec. ago']);
});
