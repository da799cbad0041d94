import { describe, expect, it } from 'vitest';
import { XdrReader } from './reader.ts';
import { readTypedParam } from './typed-param.ts';
import { XdrWriter } from './writer.ts';

const readerOf = (hex: string): XdrReader => new XdrReader(Buffer.from(hex, 'hex'));

describe('XdrReader', () => {
  it('keeps 64-bit integers above 2^53', () => {
    expect(readerOf('0020000000000001').uhyper()).toBe(2n ** 53n + 1n);
    expect(readerOf('ffffffffffffffff').uhyper()).toBe(2n ** 64n - 1n);
    expect(readerOf('ffffffffffffffff').hyper()).toBe(-1n);
    expect(readerOf('8000000000000000').hyper()).toBe(-(2n ** 63n));
    expect(readerOf('00000000ffffffff').hyper()).toBe(4_294_967_295n);
  });

  it('refuses a string longer than its limit before looking for its bytes', () => {
    expect(() => readerOf('ffffffff').string()).toThrow('4294967295 bytes exceeds the limit of 4194304');
    expect(() => readerOf('00000005').string(4)).toThrow('exceeds the limit of 4');
  });

  it('refuses a string, buffer or list longer than the packet', () => {
    expect(() => readerOf('0000000861626364').string()).toThrow('a string of 8 bytes where 4 are left');
    expect(() => readerOf('0000000861626364').opaque(100)).toThrow('a buffer of 8 bytes where 4 are left');
    expect(() => readerOf('0000200000000000').uints(16_384)).toThrow('a list of 8192 where 4 bytes are left');
    expect(() => readerOf('0000400100000000').uints(16_384)).toThrow('exceeds the limit of 16384');
  });

  it('refuses a value that the packet ends in', () => {
    expect(() => readerOf('0000').int()).toThrow('ends 2 bytes too early');
    expect(() => readerOf('000000036162').string()).toThrow('3 bytes where 2 are left');
    expect(() => readerOf('00000003616263').string()).toThrow('ends 1 bytes too early');
  });

  it('refuses a pointer flag that is neither 0 nor 1', () => {
    expect(() => readerOf('00000002').flag()).toThrow('2 where only 0 or 1 may stand');
  });

  it('reads text in UTF-8, whatever its length', () => {
    const long = 'übergroß '.repeat(20);
    const w = new XdrWriter(1);
    w.string('ü');
    w.string(long);
    const r = new XdrReader(w.bytes);
    expect([r.string(), r.string()]).toEqual(['ü', long]);
  });

  it('hands out copies, so that the packet may be reused', () => {
    const packet = Buffer.from('0000000261620000', 'hex');
    const bytes = new XdrReader(packet).opaque(10);
    packet.fill(0);
    expect([...bytes]).toEqual([0x61, 0x62]);
  });

  it('refuses an unknown type of a typed parameter', () => {
    expect(() => readTypedParam(readerOf('00000001610000000000000800000000'))).toThrow('unknown type 8');
  });

  it('stops a C string at its first NUL', () => {
    expect(readerOf('000000030000006100000000000000ff').text(10)).toBe('a');
    expect(readerOf('0000006100000062').fixedText(2)).toBe('ab');
  });
});

describe('XdrWriter', () => {
  const write = (action: (w: XdrWriter) => void): string => {
    const w = new XdrWriter(1);
    action(w);
    return w.bytes.toString('hex');
  };

  it('refuses what does not fit', () => {
    expect(() => write((w) => w.int(2 ** 31))).toThrow('2147483648 is not a signed 32-bit integer');
    expect(() => write((w) => w.uint(-1))).toThrow('-1 is not an unsigned 32-bit integer');
    expect(() => write((w) => w.int(1.5))).toThrow('1.5 is not a signed 32-bit integer');
    expect(() => write((w) => w.uhyper(2n ** 64n))).toThrow('is not an unsigned 64-bit integer');
    expect(() => write((w) => w.hyper(2n ** 63n))).toThrow('is not a signed 64-bit integer');
    expect(() => write((w) => w.string('x'.repeat(4_194_305)))).toThrow('exceeds the limit of 4194304');
    expect(() => write((w) => w.opaque(new Uint8Array(3), 2))).toThrow('3 bytes exceed the limit of 2');
    expect(() => write((w) => w.uints([1, 2], 1))).toThrow('a list of 2 exceeds the limit of 1');
    expect(() => write((w) => w.fixedText('abcd', 4))).toThrow('a text of 4 bytes exceeds the limit of 3');
    expect(() => write((w) => w.uuid('nonsense'))).toThrow('"nonsense" is not a UUID');
  });

  it('pads with zeroes, also in memory used before', () => {
    const w = new XdrWriter(64);
    w.raw(new Uint8Array(32).fill(0xff));
    w.reset();
    w.string('abcde');
    expect(w.bytes.toString('hex')).toBe('000000056162636465000000');
  });

  it('grows while it writes 64-bit numbers', () => {
    expect(write((w) => w.uhyper(1n))).toBe('0000000000000001');
    expect(write((w) => w.double(-2))).toBe('c000000000000000');
  });

  it('takes UUIDs with or without hyphens, in either case', () => {
    const hex = '04d008b599ee483c9eab9d2065cc990d';
    expect(write((w) => w.uuid('04D008B5-99EE-483C-9EAB-9D2065CC990D'))).toBe(hex);
    expect(write((w) => w.uuid(hex))).toBe(hex);
    expect(new XdrReader(Buffer.from(hex, 'hex')).uuid()).toBe('04d008b5-99ee-483c-9eab-9d2065cc990d');
  });
});
