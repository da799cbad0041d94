import { describe, expect, it } from 'vitest';
import { rowAt, rowsOf, widestRow } from './xml-rows.ts';

const texts = (xml: string): string[] => rowsOf(xml).map((row) => xml.slice(row.start, row.end));

describe('rowsOf', () => {
  it('cuts at line ends of either kind and has no empty last row', () => {
    expect(texts('<a>\r\n  <b/>\n\n</a>\n')).toEqual(['<a>', '  <b/>', '', '</a>']);
  });

  it('has one empty row for an empty document', () => {
    expect(texts('')).toEqual(['']);
  });

  it('knows what each row begins inside of', () => {
    expect(rowsOf('<!-- a\nb -->\n<c d="\n">').map((row) => row.state)).toEqual(['text', 'comment', 'text', 'double']);
  });

  it('draws an over-long line as several rows of the same line', () => {
    const xml = `<a>\n<b value="${'x'.repeat(4500)}"/>\n</a>`;
    const rows = rowsOf(xml);
    expect(rows.map((row) => [row.line, row.isContinuation])).toEqual([
      [1, false],
      [2, false],
      [2, true],
      [2, true],
      [3, false],
    ]);
    expect(rows.map((row) => row.state)).toEqual(['text', 'text', 'double', 'double', 'text']);
    expect(
      rows
        .slice(1, 4)
        .map((row) => xml.slice(row.start, row.end))
        .join(''),
    ).toBe(xml.split('\n')[1]);
  });

  it('does not cut a character in two', () => {
    const xml = `${'x'.repeat(1999)}😀😀`;
    expect(texts(xml)).toEqual(['x'.repeat(1999), '😀😀']);
  });

  it('reads a megabyte in time that grows with its length only', () => {
    const device =
      "    <disk type='file' device='disk'>\n      <source file='/var/lib/libvirt/images/a.qcow2'/>\n    </disk>\n";
    const xml = `<domain>\n${device.repeat(10_000)}</domain>\n`;
    const began = performance.now();
    expect(rowsOf(xml)).toHaveLength(30_002);
    // A few dozen milliseconds; quadratic work would take minutes, a busy machine does not.
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

describe('rowAt', () => {
  it('finds the row of an offset', () => {
    const rows = rowsOf('ab\ncd\nef');
    expect([0, 2, 3, 4, 7].map((offset) => rowAt(rows, offset))).toEqual([0, 0, 1, 1, 2]);
  });
});

describe('widestRow', () => {
  it('is the length of the longest row', () => {
    expect(widestRow(rowsOf('ab\ncdef\ng'))).toBe(4);
  });
});
