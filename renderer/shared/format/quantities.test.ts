import { describe, expect, it } from 'vitest';
import { formatBytes, formatKiB, formatPercent, formatRate, formatShareKiB } from './quantities.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [2 ** 31, '2 GiB'],
    [307 * 2 ** 30, '307 GiB'],
    [2 ** 62, '4 EiB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

it('takes KiB', () => {
  expect(formatKiB(4 * 1024 * 1024)).toBe('4 GiB');
});

it('writes a share in the unit of the whole', () => {
  expect(formatShareKiB(2_200_000, 4 * 1024 * 1024)).toBe('2.1 / 4 GiB');
  expect(formatShareKiB(null, 1024 * 1024)).toBe('– / 1 GiB');
});

it('writes rates and percentages, and a dash for none', () => {
  expect([formatRate(2048), formatRate(null)]).toEqual(['2 KiB/s', '–']);
  expect([formatPercent(3.14), formatPercent(31.4), formatPercent(null)]).toEqual(['3.1 %', '31 %', '–']);
});
