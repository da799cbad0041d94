/** Splits one row of XML into coloured pieces. Lenient on purpose: what a server sends is shown as it is, right or wrong. */

export type XmlTokenKind =
  | 'text'
  | 'punctuation'
  | 'tag'
  | 'attribute'
  | 'value'
  | 'comment'
  | 'cdata'
  | 'instruction'
  | 'entity';

export interface XmlToken {
  kind: XmlTokenKind;
  /** Offset within the row, in UTF-16 units. */
  start: number;
  end: number;
}

/** What a row begins inside of. */
export type XmlState = 'text' | 'tag' | 'double' | 'single' | 'comment' | 'cdata' | 'instruction' | 'declaration';

export interface XmlRowTokens {
  tokens: XmlToken[];
  /** What the next row begins inside of. */
  state: XmlState;
}

/** One step: the piece at `at`, and what follows it. Each state looks only at its own text, so a row is read once. */
interface Step {
  kind: XmlTokenKind;
  end: number;
  state: XmlState;
}

const entity = /&(?:#\d+|#x[\da-f]+|[a-z][\w.-]*);/iy;
const plainText = /[^<&]+/y;
const spaces = /\s+/y;
const attributeName = /[^\s=/>"'<?]+/y;
const tagOpen = /<\/?/y;
const tagName = /[^\s/>"'=<]+/y;

/** Pieces of a row that begins in `state`. Together they cover the row without a gap. */
export function tokenizeRow(row: string, state: XmlState): XmlRowTokens {
  const tokens: XmlToken[] = [];
  let current = state;
  for (let at = 0; at < row.length;) {
    const step = steps[current](row, at);
    tokens.push({ kind: step.kind, start: at, end: step.end });
    // A tag's name follows its bracket at once; anything else after it is read as an attribute.
    const name = step.kind === 'punctuation' && row[at] === '<' ? matchEnd(tagName, row, step.end) : -1;
    if (name > step.end) tokens.push({ kind: 'tag', start: step.end, end: name });
    at = Math.max(step.end, name);
    current = step.state;
  }
  return { tokens, state: current };
}

const steps: Record<XmlState, (row: string, at: number) => Step> = {
  text: textStep,
  tag: tagStep,
  double: (row, at) => untilMark(row, at, '"', 'value', 'double', 'tag'),
  single: (row, at) => untilMark(row, at, "'", 'value', 'single', 'tag'),
  comment: (row, at) => untilMark(row, at, '-->', 'comment', 'comment', 'text'),
  cdata: (row, at) => untilMark(row, at, ']]>', 'cdata', 'cdata', 'text'),
  instruction: (row, at) => untilMark(row, at, '?>', 'instruction', 'instruction', 'text'),
  declaration: (row, at) => untilMark(row, at, '>', 'instruction', 'declaration', 'text'),
};

const openings: readonly [mark: string, state: XmlState][] = [
  ['<!--', 'comment'],
  ['<![CDATA[', 'cdata'],
  ['<?', 'instruction'],
  ['<!', 'declaration'],
];

function textStep(row: string, at: number): Step {
  const opening = openings.find(([mark]) => row.startsWith(mark, at));
  if (opening !== undefined) return openedStep(row, at, opening[0], opening[1]);
  const tag = matchEnd(tagOpen, row, at);
  if (tag > at) return { kind: 'punctuation', end: tag, state: 'tag' };
  const reference = matchEnd(entity, row, at);
  if (reference > at) return { kind: 'entity', end: reference, state: 'text' };
  return { kind: 'text', end: Math.max(matchEnd(plainText, row, at), at + 1), state: 'text' };
}

/** The mark and what it opens are one piece, so that `<!-->` is not taken for a whole comment. */
function openedStep(row: string, at: number, mark: string, state: XmlState): Step {
  const from = at + mark.length;
  if (from >= row.length) return { kind: steps[state](' ', 0).kind, end: row.length, state };
  return steps[state](row, from);
}

function tagStep(row: string, at: number): Step {
  const space = matchEnd(spaces, row, at);
  if (space > at) return { kind: 'text', end: space, state: 'tag' };
  const character = row[at];
  if (character === '"' || character === "'") return quotedStep(row, at, character);
  if (character === '>') return { kind: 'punctuation', end: at + 1, state: 'text' };
  if (character === '<') return textStep(row, at);
  const name = matchEnd(attributeName, row, at);
  if (name > at) return { kind: 'attribute', end: name, state: 'tag' };
  return { kind: 'punctuation', end: at + 1, state: 'tag' };
}

function quotedStep(row: string, at: number, quote: string): Step {
  const state = quote === '"' ? 'double' : 'single';
  const end = row.indexOf(quote, at + 1);
  return end === -1 ? { kind: 'value', end: row.length, state } : { kind: 'value', end: end + 1, state: 'tag' };
}

function untilMark(row: string, at: number, mark: string, kind: XmlTokenKind, inside: XmlState, after: XmlState): Step {
  const found = row.indexOf(mark, at);
  return found === -1 ? { kind, end: row.length, state: inside } : { kind, end: found + mark.length, state: after };
}

function matchEnd(pattern: RegExp, row: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(row) ? pattern.lastIndex : -1;
}
