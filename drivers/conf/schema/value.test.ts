import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBitmap, parseBitmap } from './bitmap.ts';
import { bytesOfUnit, parseScaled, prettySize } from './scale.ts';
import { hex, int, invalid, mac, uuid } from './value.ts';
import { cpuMs } from '../testing/cpu-time.ts';

describe('numbers', () => {
  it.each([
    ['10', 10],
    ['0x1F', 31],
    ['010', 8],
    ['+7', 7],
    ['-1', invalid],
    ['0x', invalid],
    ['1 ', invalid],
    ['99999999999', invalid],
  ])('read %j in any base as %s', (raw, value) => expect(hex(2).parse(raw)).toBe(value));

  it('are decimal unless told otherwise', () => {
    expect(int().parse('0x10')).toBe(invalid);
    expect(int({ anyBase: true }).parse('0x10')).toBe(16);
    expect(int({ min: 1, max: 5 }).parse('6')).toBe(invalid);
  });
});

describe('sizes', () => {
  it.each([
    ['1', undefined, 1n],
    ['1', 'b', 1n],
    ['1024', 'bytes', 1n],
    ['1025', 'bytes', 2n],
    ['1', 'KB', 1n],
    ['1', 'M', 1024n],
    ['2', 'GiB', 2097152n],
    ['1', 'XiB', invalid],
    ['1', 'KiBs', invalid],
    ['x', 'KiB', invalid],
    ['18446744073709551615', 'EiB', invalid],
  ])('read %s %s as %s KiB', (number, unit, value) => expect(parseScaled(number, unit, 'KiB')).toBe(value));

  it('are written in the largest unit that fits', () => {
    expect(prettySize(50331648n)).toEqual({ value: 48n, unit: 'MiB' });
    expect(prettySize(1000n)).toEqual({ value: 1000n, unit: 'B' });
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 63n }), (bytes) => {
        const { value, unit } = prettySize(bytes);
        return value * (bytesOfUnit(unit) ?? 0n) === bytes;
      }),
    );
  });
});

describe('sets', () => {
  it.each([
    ['0-3,^2,8', '0-1,3,8'],
    ['5,1-2', '1-2,5'],
    [' 1 , 3 ', '1,3'],
    ['3-1', undefined],
    ['1-', undefined],
    ['16384', undefined],
    ['^1-2', undefined],
    ['', undefined],
  ])('%j is %j', (source, canonical) => {
    const bits = parseBitmap(source);
    expect(bits === undefined ? undefined : formatBitmap(bits)).toBe(canonical);
  });

  it('survive writing and reading', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(2000), { minLength: 1 }), (bits) => {
        const sorted = bits.toSorted((a, b) => a - b);
        expect(parseBitmap(formatBitmap(sorted))).toEqual(sorted);
      }),
    );
  });

  it('stay cheap when ranges overlap', () => {
    const start = cpuMs();
    parseBitmap('0-16383,'.repeat(10_000).slice(0, -1));
    expect(cpuMs() - start).toBeLessThan(1000);
  });
});

describe('identities', () => {
  it('are made canonical', () => {
    expect(uuid().parse('6695EB01-f6a48304-79aa97f2502e193f')).toBe('6695eb01-f6a4-8304-79aa-97f2502e193f');
    expect(uuid().parse('6695eb01')).toBe(invalid);
    expect(mac().parse('52:54:0:AB:c:1')).toBe('52:54:00:ab:0c:01');
    expect(mac().parse('52:54:00:ab:0c')).toBe(invalid);
  });
});
