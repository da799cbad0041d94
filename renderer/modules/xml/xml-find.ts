/** Finding text in a document, and laying the matches over the coloured pieces of a row. */
import type { XmlToken, XmlTokenKind } from './xml-tokens.ts';

export interface TextRange {
  /** Offsets in the document, in UTF-16 units. */
  start: number;
  end: number;
}

/** So many are marked and counted; the view says when there are more. */
export const mostMatches = 5000;

/** Matches of a plain text, upper and lower case alike, in order and without overlap; at most `mostMatches` + 1. */
export function findAll(xml: string, query: string): TextRange[] {
  if (query === '') return [];
  const pattern = new RegExp(query.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi');
  const matches: TextRange[] = [];
  for (const match of xml.matchAll(pattern)) {
    matches.push({ start: match.index, end: match.index + match[0].length });
    if (matches.length > mostMatches) break;
  }
  return matches;
}

/** Index of the first match at or after an offset; the first one when there is none (search wraps around). */
export function matchFrom(matches: readonly TextRange[], offset: number): number {
  const index = matches.findIndex((match) => match.start >= offset);
  return index === -1 ? 0 : index;
}

export interface XmlPiece {
  kind: XmlTokenKind;
  text: string;
  mark: 'none' | 'match' | 'current';
}

/**
 * A row's pieces, cut where matches begin and end.
 * @param row text of the row, which begins at `rowStart` of the document
 * @param matches matches that touch the row, in order
 * @param current the match the user is at
 */
export function piecesOf(
  row: string,
  rowStart: number,
  tokens: readonly XmlToken[],
  matches: readonly TextRange[],
  current: TextRange | null,
): XmlPiece[] {
  const pieces: XmlPiece[] = [];
  for (const token of tokens) {
    let at = token.start;
    for (const match of matches) {
      const from = Math.max(match.start - rowStart, at);
      const to = Math.min(match.end - rowStart, token.end);
      if (from >= to) continue;
      if (from > at) pieces.push({ kind: token.kind, text: row.slice(at, from), mark: 'none' });
      pieces.push({ kind: token.kind, text: row.slice(from, to), mark: match === current ? 'current' : 'match' });
      at = to;
    }
    if (at < token.end) pieces.push({ kind: token.kind, text: row.slice(at, token.end), mark: 'none' });
  }
  return pieces;
}

/** Matches that touch a range of the document; `matches` is in order. */
export function matchesWithin(matches: readonly TextRange[], start: number, end: number): TextRange[] {
  let low = 0;
  let high = matches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (matches[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  const found: TextRange[] = [];
  for (let index = low; index < matches.length && matches[index]!.start < end; index++) found.push(matches[index]!);
  return found;
}
