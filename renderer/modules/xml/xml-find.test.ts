import { describe, expect, it } from 'vitest';
import { findAll, matchesWithin, matchFrom, mostMatches, piecesOf } from './xml-find.ts';
import { tokenizeRow } from './xml-tokens.ts';

describe('findAll', () => {
  it('finds text in either case', () => {
    expect(findAll('<Name>NAME</name>', 'name')).toEqual([
      { start: 1, end: 5 },
      { start: 6, end: 10 },
      { start: 12, end: 16 },
    ]);
  });

  it.each(['.*', '(a', '[a-', '\\', 'a|b', '$', '{2}'])('takes %s literally', (query) => {
    expect(findAll(`x${query}y`, query)).toEqual([{ start: 1, end: 1 + query.length }]);
    expect(findAll('zzz', query)).toEqual([]);
  });

  it('finds nothing for nothing, and ends counting', () => {
    expect(findAll('abc', '')).toEqual([]);
    expect(findAll('a'.repeat(mostMatches * 2), 'a')).toHaveLength(mostMatches + 1);
  });
});

describe('matchFrom', () => {
  it('goes on from an offset and wraps around', () => {
    const matches = findAll('a b a', 'a');
    expect([matchFrom(matches, 0), matchFrom(matches, 1), matchFrom(matches, 5)]).toEqual([0, 1, 0]);
  });
});

describe('matchesWithin', () => {
  it('keeps those that touch the range', () => {
    const matches = findAll('aa.aa.aa', 'aa');
    expect(matchesWithin(matches, 2, 4)).toEqual([{ start: 3, end: 5 }]);
    expect(matchesWithin(matches, 1, 7)).toHaveLength(3);
    expect(matchesWithin(matches, 2, 3)).toEqual([]);
  });
});

describe('piecesOf', () => {
  it('cuts coloured pieces where a match begins and ends', () => {
    const row = '<name>web</name>';
    const matches = findAll(`\n${row}`, 'me>we');
    const pieces = piecesOf(row, 1, tokenizeRow(row, 'text').tokens, matches, matches[0]!);
    expect(pieces.filter((piece) => piece.mark === 'current').map((piece) => piece.text)).toEqual(['me', '>', 'we']);
    expect(pieces.map((piece) => piece.text).join('')).toBe(row);
  });

  it('marks several matches in one piece', () => {
    const row = 'abcabc';
    const matches = findAll(row, 'b');
    expect(
      piecesOf(row, 0, tokenizeRow(row, 'text').tokens, matches, matches[1]!).map((piece) => [piece.text, piece.mark]),
    ).toEqual([
      ['a', 'none'],
      ['b', 'match'],
      ['ca', 'none'],
      ['b', 'current'],
      ['c', 'none'],
    ]);
  });
});
