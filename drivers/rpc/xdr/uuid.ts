/** UUIDs between their 16 bytes and canonical text (lower case, hyphens after bytes 4, 6, 8 and 10). */
import { unencodable } from './errors.ts';

const digits = Buffer.from('0123456789abcdef', 'latin1');
const pattern = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
/** Every hyphen is there from the start; each text is put together in this one place. */
const scratch = Buffer.from('00000000-0000-0000-0000-000000000000', 'latin1');

/** Text of the 16 bytes at `at`. */
export function uuidText(bytes: Uint8Array, at: number): string {
  let to = 0;
  for (let i = at; i < at + 16; i++) {
    if (to === 8 || to === 13 || to === 18 || to === 23) to++;
    const byte = bytes[i]!;
    scratch[to] = digits[byte >> 4]!;
    scratch[to + 1] = digits[byte & 15]!;
    to += 2;
  }
  return scratch.toString('latin1');
}

/** Writes the 16 bytes of `text`, hyphens optional; VIR_ERR_INVALID_ARG where it is no UUID. */
export function writeUuid(bytes: Buffer, at: number, text: string): void {
  if (!pattern.test(text)) throw unencodable(`"${text.slice(0, 64)}" is not a UUID`);
  bytes.write(text.replaceAll('-', ''), at, 16, 'hex');
}
