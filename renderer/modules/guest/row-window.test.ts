import { describe, expect, it } from 'vitest';
import { rowsInView, scrollTopFor, type RowWindow } from './row-window.ts';

const long: RowWindow = { rowPx: 40, count: 10_000, viewPx: 800, scrollTop: 0 };

describe('rowsInView', () => {
  it.each([
    ['at the top', {}, { start: 0, end: 26 }],
    ['between two rows', { scrollTop: 1010 }, { start: 19, end: 52 }],
    ['at the end', { scrollTop: 399_200 }, { start: 9974, end: 10_000 }],
    ['beyond the end, after rows went', { scrollTop: 399_200, count: 100 }, { start: 74, end: 100 }],
    ['above the top, where scrolling bounces', { scrollTop: -60 }, { start: 0, end: 26 }],
    ['with fewer rows than fit', { count: 3 }, { start: 0, end: 3 }],
    ['with none', { count: 0 }, { start: 0, end: 0 }],
    ['before the view is measured', { viewPx: 0 }, { start: 0, end: 6 }],
  ])('draws what is seen and a little around it: %s', (_where, changes, rows) => {
    expect(rowsInView({ ...long, ...changes })).toEqual(rows);
  });
});

describe('scrollTopFor', () => {
  it.each([
    ['leaves a row in view where it is', 25, { scrollTop: 900 }, 900],
    ['brings a row above to the upper edge', 10, { scrollTop: 900 }, 400],
    ['brings a row below to the lower edge', 100, { scrollTop: 900 }, 3240],
    ['shows all of a row that was cut off', 22, { scrollTop: 900 }, 880],
    ['stops at the end', 9999, {}, 399_200],
    ['stays at the top of a short list', 2, { count: 3 }, 0],
    ['shows the top of a row that is higher than the view', 5, { viewPx: 20 }, 200],
  ])('%s', (_what, index, changes, top) => {
    expect(scrollTopFor(index, { ...long, ...changes })).toBe(top);
  });
});
