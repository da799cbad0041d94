import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenizeRow, type XmlState } from './xml-tokens.ts';

/** `kind:text` of each piece that is not plain space. */
function pieces(row: string, state: XmlState = 'text'): string[] {
  return tokenizeRow(row, state)
    .tokens.map((token) => [token.kind, row.slice(token.start, token.end)] as const)
    .filter(([, text]) => text.trim() !== '')
    .map(([kind, text]) => `${kind}:${text}`);
}

describe('tokenizeRow', () => {
  it('colours an element with attributes and text', () => {
    expect(pieces(`  <memory unit='KiB'>1&amp;2</memory>`)).toEqual([
      'punctuation:<',
      'tag:memory',
      'attribute:unit',
      'punctuation:=',
      "value:'KiB'",
      'punctuation:>',
      'text:1',
      'entity:&amp;',
      'text:2',
      'punctuation:</',
      'tag:memory',
      'punctuation:>',
    ]);
  });

  it('colours an empty element with a prefix', () => {
    expect(pieces('<qemu:arg value="-s"/>')).toEqual([
      'punctuation:<',
      'tag:qemu:arg',
      'attribute:value',
      'punctuation:=',
      'value:"-s"',
      'punctuation:/',
      'punctuation:>',
    ]);
  });

  it.each([
    ['<!-- a <b> -->x', ['comment:<!-- a <b> -->', 'text:x']],
    ['<![CDATA[<b>]]>x', ['cdata:<![CDATA[<b>]]>', 'text:x']],
    ["<?xml version='1.0'?>x", ["instruction:<?xml version='1.0'?>", 'text:x']],
    ['<!DOCTYPE a>x', ['instruction:<!DOCTYPE a>', 'text:x']],
  ])('colours %s', (row, expected) => {
    expect(pieces(row)).toEqual(expected);
  });

  it.each<[string, XmlState]>([
    ['<!-- a', 'comment'],
    ['<!--', 'comment'],
    ['<!-->', 'comment'],
    ['<![CDATA[', 'cdata'],
    ['<?xml', 'instruction'],
    ['<domain type=', 'tag'],
    ['<domain type="a', 'double'],
    ["<domain type='a", 'single'],
    ['a < b', 'tag'],
    ['plain', 'text'],
  ])('goes on after %s inside of %s', (row, state) => {
    expect(tokenizeRow(row, 'text').state).toBe(state);
  });

  it('takes up what the row before left open', () => {
    expect(pieces('a --> <b>', 'comment')).toEqual(['comment:a -->', 'punctuation:<', 'tag:b', 'punctuation:>']);
    expect(pieces('end" x="1">', 'double')).toEqual([
      'value:end"',
      'attribute:x',
      'punctuation:=',
      'value:"1"',
      'punctuation:>',
    ]);
  });

  it('covers any row without gap or overlap', () => {
    const character = fc.constantFrom(
      '<',
      '>',
      '&',
      ';',
      '"',
      "'",
      '/',
      '=',
      '!',
      '-',
      '?',
      '[',
      ']',
      ' ',
      'a',
      'CDATA',
      'é',
      '😀',
    );
    const state = fc.constantFrom<XmlState>(
      'text',
      'tag',
      'double',
      'single',
      'comment',
      'cdata',
      'instruction',
      'declaration',
    );
    fc.assert(
      fc.property(
        fc.array(character).map((parts) => parts.join('')),
        state,
        (row, from) => {
          const { tokens } = tokenizeRow(row, from);
          expect(tokens.map((token) => row.slice(token.start, token.end)).join('')).toBe(row);
          expect(tokens.every((token) => token.end > token.start)).toBe(true);
        },
      ),
    );
  });
});
