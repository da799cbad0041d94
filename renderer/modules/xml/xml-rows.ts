/** Cuts a document into rows that can be drawn one by one: where each begins, its line number, and what it begins inside of. */
import { tokenizeRow, type XmlState } from './xml-tokens.ts';

export interface XmlRow {
  /** Offset in the document, in UTF-16 units. */
  start: number;
  /** Without the line end. */
  end: number;
  /** From 1; a row that continues an over-long line has the line's number and `isContinuation`. */
  line: number;
  isContinuation: boolean;
  state: XmlState;
}

/** A line longer than this is drawn as several rows, so that one row never costs more than a screen of text. */
const longestRow = 2000;
/** Such a cut is moved back to a space at most so far. */
const cutSlack = 200;

/** Rows of a document. One pass; a megabyte takes some ten milliseconds. */
export function rowsOf(xml: string): XmlRow[] {
  const rows: XmlRow[] = [];
  let state: XmlState = 'text';
  let line = 1;
  for (let start = 0; start <= xml.length; line++) {
    const newline = xml.indexOf('\n', start);
    const lineEnd = newline === -1 ? xml.length : newline;
    if (newline === -1 && start === lineEnd && line > 1) break;
    const end = lineEnd > start && xml[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd;
    state = pushLine(rows, xml, { start, end, line, state });
    start = lineEnd + 1;
  }
  return rows;
}

function pushLine(rows: XmlRow[], xml: string, from: Omit<XmlRow, 'isContinuation'>): XmlState {
  let { start, state } = from;
  do {
    const end = from.end - start > longestRow ? cutBefore(xml, start, start + longestRow) : from.end;
    rows.push({ start, end, line: from.line, isContinuation: start > from.start, state });
    state = tokenizeRow(xml.slice(start, end), state).state;
    start = end;
  } while (start < from.end);
  return state;
}

function cutBefore(xml: string, start: number, limit: number): number {
  const space = xml.lastIndexOf(' ', limit);
  if (space > Math.max(start, limit - cutSlack)) return space;
  // Never between the two halves of a character outside the basic plane.
  return /[\uDC00-\uDFFF]/.test(xml[limit] ?? '') ? limit - 1 : limit;
}

/** Index of the row that holds an offset of the document. */
export function rowAt(rows: readonly XmlRow[], offset: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Characters of the longest row, for the width of the unwrapped view. */
export function widestRow(rows: readonly XmlRow[]): number {
  return rows.reduce((widest, row) => Math.max(widest, row.end - row.start), 0);
}
