/** UUIDs between their 16 bytes and canonical text (lower case, hyphens after bytes 4, 6, 8 and 10). */
import { unencodable } from './errors.ts';

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const pattern = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** Text of the 16 bytes at `at`. */
export function uuidText(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += hex[bytes[at + i]!]!;
  }
  return text;
}

/** Writes the 16 bytes of `text`, hyphens optional; VIR_ERR_INVALID_ARG where it is no UUID. */
export function writeUuid(bytes: Buffer, at: number, text: string): void {
  if (!pattern.test(text)) throw unencodable(`"${text.slice(0, 64)}" is not a UUID`);
  bytes.write(text.replaceAll('-', ''), at, 16, 'hex');
}
