/** Writes a PNG image from palette indices. Only what a screenshot needs: 8 bit, palette, no interlace. */
import { crc32, deflate } from 'node:zlib';
import { promisify } from 'node:util';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const deflateAsync = promisify(deflate);

/** A picture: one palette index a pixel, row by row. */
export interface IndexedImage {
  width: number;
  height: number;
  palette: readonly (readonly [red: number, green: number, blue: number])[];
  pixels: Uint8Array;
}

/** The image as the bytes of a PNG file. */
export async function encodePng(image: IndexedImage): Promise<Uint8Array> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, image.width);
  view.setUint32(4, image.height);
  header.set([8, 3, 0, 0, 0], 8);
  const data = await deflateAsync(withFilterBytes(image));
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(image.palette.flat())),
    chunk('IDAT', data),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Each row is led by the number of its filter; 0 is none. */
function withFilterBytes({ width, height, pixels }: IndexedImage): Uint8Array {
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y += 1) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return rows;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
