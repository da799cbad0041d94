/** A guest's picture as PNG: hypervisors give PNG or PPM (P6). The picture is hostile: sizes are checked before use. */
import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import { HostError } from '../error.ts';

const maximumSide = 16_384;
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const deflateAsync = promisify(deflate);

/** PNG bytes of a PNG or PPM picture; null for a kind that is not known. Throws `protocol` for a broken one. */
export async function toPng(data: Uint8Array): Promise<Uint8Array | null> {
  if (signature.every((byte, n) => data[n] === byte)) return data;
  if (data[0] === 0x50 && data[1] === 0x36) return await fromPpm(data);
  return null;
}

async function fromPpm(data: Uint8Array): Promise<Uint8Array> {
  const { width, height, offset } = readHeader(data);
  const pixels = data.subarray(offset);
  if (pixels.length < width * height * 3)
    throw broken(`${width}×${height} pixels are announced, but the picture ends early`);
  // One byte in front of each row names its filter: 0, none.
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++)
    rows.set(pixels.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a channel, RGB.
  header.set([8, 2, 0, 0, 0], 8);
  const compressed = await deflateAsync(rows, { level: 3 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', compressed), chunk('IEND', Buffer.alloc(0))]);
}

/** `P6`, then width, height and the largest value, with white space and comments between. */
function readHeader(data: Uint8Array): { width: number; height: number; offset: number } {
  const text = Buffer.from(data.subarray(0, 1024)).toString('latin1');
  const match = /^P6(?:\s+|#[^\n]*\n)+(\d{1,5})(?:\s+|#[^\n]*\n)+(\d{1,5})(?:\s+|#[^\n]*\n)+(\d{1,5})\s/.exec(text);
  if (!match) throw broken('its header is not that of a PPM picture');
  const [width, height, maximum] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (width < 1 || height < 1 || width > maximumSide || height > maximumSide)
    throw broken(`its size is ${width}×${height}`);
  if (maximum !== 255) throw broken(`its values go up to ${maximum}, expected 255`);
  return { width, height, offset: match[0].length };
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(content.length, 0);
  frame.set(body, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

function broken(why: string): HostError {
  return new HostError('protocol', `The host sent a picture of the guest’s screen that cannot be read: ${why}.`);
}
