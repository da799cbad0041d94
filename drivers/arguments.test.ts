import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { packCpuMap, toHyper, toUhyper, toUuid, unpackCpuMap, unpackCpuMaps, uuidBytes } from './arguments.ts';

describe('64-bit integers', () => {
  it('are taken as exact numbers and as bigints', () => {
    expect([toHyper(-1, 'n'), toUhyper(2 ** 53 - 1, 'n'), toUhyper(2n ** 64n - 1n, 'n')]).toEqual([
      -1n,
      9007199254740991n,
      18446744073709551615n,
    ]);
  });

  it.each([
    [2 ** 53, 'give a whole number below 2^53, or a bigint'],
    [1.5, 'give a whole number'],
    [Number.NaN, 'give a whole number'],
    [-1, 'which is not between 0 and 18446744073709551615'],
    [2n ** 64n, 'which is not between 0 and 18446744073709551615'],
  ])('are refused when not exact or out of range: %s', (value, reason) => {
    expect(() => toUhyper(value, 'capacity')).toThrow(`capacity is ${value}`);
    expect(() => toUhyper(value, 'capacity')).toThrow(reason);
  });
});

describe('UUIDs', () => {
  const text = '6695eb01-f6a4-8304-79aa-97f2502e193f';

  it('are one text, however they come', () => {
    expect(toUuid(text)).toBe(text);
    expect(toUuid(text.toUpperCase().replaceAll('-', ''))).toBe(text);
    expect(toUuid(uuidBytes(text))).toBe(text);
  });

  it.each(['', 'x', `${text}0`, text.replace('6', 'g')])('are refused when they are none: %j', (wrong) => {
    expect(() => toUuid(wrong)).toThrow('is no UUID');
  });

  it('are refused with the wrong number of bytes', () => {
    expect(() => toUuid(new Uint8Array(15))).toThrow('15 bytes is no UUID');
  });
});

describe('CPU maps', () => {
  it('have bit n of byte n/8 for CPU n', () => {
    expect(packCpuMap([true, false, false, false, false, false, false, false, false, true], 'm')).toEqual(
      Uint8Array.of(0b1, 0b10),
    );
  });

  it('come back as they went in', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 100 }), (map) => {
        expect(unpackCpuMap(packCpuMap(map, 'm'), map.length)).toEqual(map);
      }),
    );
  });

  it('stand one behind the other', () => {
    expect(unpackCpuMaps(Uint8Array.of(1, 0, 2, 1), 2, 9)).toEqual([
      [true, false, false, false, false, false, false, false, false],
      [false, true, false, false, false, false, false, false, true],
    ]);
    expect(unpackCpuMaps(Uint8Array.of(1), 0, 4)).toEqual([]);
  });

  it.each([[[]], [new Uint8Array(2049)], [Array.from({ length: 16_385 }, () => true)]])(
    'are refused empty or too long (%#)',
    (map) => {
      expect(() => packCpuMap(map, 'cpumap')).toThrow(`cpumap has ${map.length} entries`);
    },
  );
});
