/** Where in a text something is, and errors that say so. */
import { VirError, VirErrorDomain, VirErrorNumber } from '../../error.ts';

/** A place in a text, both counted from 1; columns in UTF-16 units. */
export interface XmlPosition {
  line: number;
  column: number;
}

/** Line and column of an offset. Walks the text: meant for errors, not for loops. */
export function positionAt(source: string, offset: number): XmlPosition {
  let line = 1;
  let lineStart = 0;
  for (let next = source.indexOf('\n'); next !== -1 && next < offset; next = source.indexOf('\n', next + 1)) {
    line++;
    lineStart = next + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/**
 * An XML refusal: VIR_ERR_XML_ERROR (or `code`) whose message ends in line and column; `int1` and `int2` carry them as
 * numbers and `str1` names the element.
 */
export function xmlError(
  message: string,
  at: { source: string; offset: number; element?: string },
  code: keyof typeof VirErrorNumber = 'VIR_ERR_XML_ERROR',
  domain: keyof typeof VirErrorDomain = 'VIR_FROM_XML',
): VirError {
  const { line, column } = positionAt(at.source, at.offset);
  return new VirError({
    code: VirErrorNumber[code],
    domain: VirErrorDomain[domain],
    message: `${message} (line ${line}, column ${column})`,
    str1: at.element ?? null,
    int1: line,
    int2: column,
  });
}

/** Where an XML refusal points to; undefined for an error that has no place. */
export function positionOfError(error: unknown): XmlPosition | undefined {
  if (!(error instanceof VirError) || error.int1 < 1 || error.int2 < 1) return undefined;
  if (!error.message.endsWith(`(line ${error.int1}, column ${error.int2})`)) return undefined;
  return { line: error.int1, column: error.int2 };
}

/** `text` made fit for a message: one line, at most `max` characters, so that hostile input cannot flood a log. */
export function quoteForMessage(text: string, max = 80): string {
  const oneLine = text.slice(0, max + 1).replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ');
  return text.length > max ? `${oneLine.slice(0, max)}...` : oneLine;
}
