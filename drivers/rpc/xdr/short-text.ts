/**
 * Short texts without a call into the runtime. Names of statistics and parameters come by the ten thousand and are a
 * few hundred different ones, so decoded texts are kept in a table of fixed size and shared.
 */
/** Longest text treated here, in bytes. */
export const SHORT_TEXT = 40;
const SLOTS = 2048;
const table: string[] = Array.from({ length: SLOTS }, () => '');

/** The ASCII text in `bytes[at, at + length)`; null where it is not ASCII. */
export function readShortText(bytes: Buffer, at: number, length: number): string | null {
  const end = at + length;
  let hash = length;
  let seen = 0;
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    seen |= byte;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  if (seen > 127) return null;
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const known = table[slot]!;
  if (known.length === length && isSame(known, bytes, at)) return known;
  const text = bytes.toString('latin1', at, end);
  table[slot] = text;
  return text;
}

function isSame(text: string, bytes: Buffer, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}

/** Writes an ASCII text; false, with some of it written, where it is not ASCII. */
export function writeShortText(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return false;
    bytes[at + i] = code;
  }
  return true;
}
