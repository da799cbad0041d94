/**
 * Damaged definitions: whatever is done to a text, parsing answers with a definition or a VirError, quickly, and what it
 * accepts it can write and read again. HOSTLER_FUZZ_SECONDS sets how long (20 in the suite, 600 at night);
 * HOSTLER_FUZZ_SEED repeats a run.
 */
import { describe, expect, it } from 'vitest';
import { parseXml } from '../../drivers/conf/xml/parse.ts';
import { VirError } from '../../drivers/error.ts';
import { corpusFiles, corpusText, skipReason } from './corpus.ts';
import { kindOfText } from './kinds.ts';

const seconds = Number(process.env['HOSTLER_FUZZ_SECONDS'] ?? 20);
const seed = Number(process.env['HOSTLER_FUZZ_SEED'] ?? Date.now() % 2 ** 31);

/** Small, fast and repeatable (mulberry32). */
function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const nasty = [
  '',
  '-1',
  '0',
  '18446744073709551616',
  '0xffffffffffffffff',
  "'",
  '"',
  '<',
  '&',
  ']]>',
  '&#0;',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  'x'.repeat(5000),
  '0-16383',
  '-',
  ',',
  ' ',
  '\n',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
];

type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

function mutate(random: Random, text: string, other: string): string {
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() * 40);
  switch (Math.floor(random() * 7)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 128)) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at, at + length).repeat(1 + Math.floor(random() * 50)) + text.slice(at);
    case 3:
      return text.slice(0, at) + other.slice(Math.floor(random() * other.length)).slice(0, 200) + text.slice(at);
    case 4:
      return replaceOne(random, text, /'[^']*'/g, `'${pick(random, nasty)}'`);
    case 5:
      return replaceOne(random, text, />[^<]*</g, `>${pick(random, nasty)}<`);
    default:
      return replaceOne(
        random,
        text,
        /<[a-z]+/g,
        `<${pick(random, ['disk', 'domain', 'address', 'source', 'a', '__proto__', 'constructor'])}`,
      );
  }
}

function replaceOne(random: Random, text: string, expression: RegExp, by: string): string {
  const matches = [...text.matchAll(expression)];
  if (matches.length === 0) return text;
  const { index, 0: found } = pick(random, matches);
  return text.slice(0, index) + by + text.slice(index + found.length);
}

/** Parses, writes and reads again; answers what was accepted. */
function tryOut(text: string): boolean {
  try {
    const found = kindOfText(text);
    if (found === undefined) return false;
    const { kind } = found;
    const randomBytes = (count: number): Uint8Array => new Uint8Array(count);
    const options = { randomBytes };
    const whole = { secure: true, complete: true };
    const loosely = kind.format(kind.parse(text, { lenient: true }), whole);
    expect(kind.format(kind.parse(loosely, { lenient: true }), whole)).toBe(loosely);
    const once = kind.format(kind.parse(text, options), { secure: true });
    const twice = kind.format(kind.parse(once, { ...options, skipPostParse: true }), { secure: true });
    expect(twice).toBe(once);
    return true;
  } catch (error) {
    if (error instanceof VirError) return false;
    throw error;
  }
}

describe.skipIf(skipReason !== undefined)('damaged definitions', () => {
  it(`are refused or understood (seed ${seed})`, { timeout: (seconds + 30) * 1000 }, () => {
    const random = generator(seed);
    const texts = corpusFiles().map((file) => corpusText(file) ?? '');
    const end = performance.now() + seconds * 1000;
    let tried = 0;
    let accepted = 0;
    let slowest = 0;
    while (performance.now() < end) {
      let text = pick(random, texts);
      for (let count = 1 + Math.floor(random() * 4); count > 0; count--)
        text = mutate(random, text, pick(random, texts));
      const start = performance.now();
      try {
        if (tryOut(text)) accepted++;
      } catch (error) {
        throw new Error(`seed ${seed}, attempt ${tried}: ${String(error)}\n${text}`, { cause: error });
      }
      slowest = Math.max(slowest, performance.now() - start);
      tried++;
    }
    console.log(`fuzz: ${tried} texts, ${accepted} accepted, slowest ${slowest.toFixed(0)} ms, seed ${seed}`);
    expect(slowest).toBeLessThan(2000);
    expect(() => parseXml('<a/>')).not.toThrow();
  });
});
