import { describe, expect, it } from 'vitest';
import { keepsBudget, median, quantile, table, type BenchRow } from './report.ts';

const row = (value: number, budget: number): BenchRow => ({
  name: 'call',
  value,
  unit: 'ms',
  peer: { name: 'C', value: 2 },
  budget,
});

describe('keepsBudget', () => {
  it('compares the ratio where there is a peer, else the value', () => {
    expect(keepsBudget(row(1, 0.5))).toBe(true);
    expect(keepsBudget(row(1.1, 0.5))).toBe(false);
    expect(keepsBudget({ name: 'paint', value: 90, unit: 'ms', budget: 100 })).toBe(true);
    expect(keepsBudget({ name: 'size', value: 90, unit: 'MiB' })).toBe(null);
  });
});

describe('median and quantile', () => {
  it('take the middle and the share asked for', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
    expect([quantile([5, 1, 4, 2, 3], 0.9), quantile([5, 1, 4, 2, 3], 0.2)]).toEqual([5, 1]);
    expect(() => median([])).toThrow('nothing');
  });
});

describe('table', () => {
  it('says which budget was missed', () => {
    expect(table([row(3, 1.3)])).toBe(
      [
        'quantity  Hostler   peer          ratio   budget',
        'call      3.000 ms  2.000 ms (C)  1.50 x  ≤ 1.3 x  MISSED',
      ].join('\n'),
    );
  });
});
