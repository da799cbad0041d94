/** Draws what a guest's screen shows: its name in large letters over a pattern that belongs to its UUID, and a moving bar. */
import { createHash } from 'node:crypto';
import { encodePng } from './png.ts';

const width = 640;
const height = 480;
const background = 0;
const pattern = 1;
const ink = 2;
const bar = 3;

/** Five columns a glyph, lowest bit on top, seven rows. */
const glyphs: Record<string, readonly number[]> = {
  A: [0x7e, 0x09, 0x09, 0x09, 0x7e],
  B: [0x7f, 0x49, 0x49, 0x49, 0x36],
  C: [0x3e, 0x41, 0x41, 0x41, 0x22],
  D: [0x7f, 0x41, 0x41, 0x41, 0x3e],
  E: [0x7f, 0x49, 0x49, 0x49, 0x41],
  F: [0x7f, 0x09, 0x09, 0x09, 0x01],
  G: [0x3e, 0x41, 0x49, 0x49, 0x3a],
  H: [0x7f, 0x08, 0x08, 0x08, 0x7f],
  I: [0x00, 0x41, 0x7f, 0x41, 0x00],
  J: [0x20, 0x40, 0x40, 0x40, 0x3f],
  K: [0x7f, 0x08, 0x14, 0x22, 0x41],
  L: [0x7f, 0x40, 0x40, 0x40, 0x40],
  M: [0x7f, 0x02, 0x0c, 0x02, 0x7f],
  N: [0x7f, 0x04, 0x08, 0x10, 0x7f],
  O: [0x3e, 0x41, 0x41, 0x41, 0x3e],
  P: [0x7f, 0x09, 0x09, 0x09, 0x06],
  Q: [0x3e, 0x41, 0x51, 0x21, 0x5e],
  R: [0x7f, 0x09, 0x19, 0x29, 0x46],
  S: [0x26, 0x49, 0x49, 0x49, 0x32],
  T: [0x01, 0x01, 0x7f, 0x01, 0x01],
  U: [0x3f, 0x40, 0x40, 0x40, 0x3f],
  V: [0x1f, 0x20, 0x40, 0x20, 0x1f],
  W: [0x7f, 0x20, 0x18, 0x20, 0x7f],
  X: [0x63, 0x14, 0x08, 0x14, 0x63],
  Y: [0x07, 0x08, 0x70, 0x08, 0x07],
  Z: [0x61, 0x51, 0x49, 0x45, 0x43],
  '0': [0x3e, 0x51, 0x49, 0x45, 0x3e],
  '1': [0x00, 0x42, 0x7f, 0x40, 0x00],
  '2': [0x62, 0x51, 0x49, 0x49, 0x46],
  '3': [0x22, 0x41, 0x49, 0x49, 0x36],
  '4': [0x18, 0x14, 0x12, 0x7f, 0x10],
  '5': [0x27, 0x45, 0x45, 0x45, 0x39],
  '6': [0x3c, 0x4a, 0x49, 0x49, 0x30],
  '7': [0x01, 0x71, 0x09, 0x05, 0x03],
  '8': [0x36, 0x49, 0x49, 0x49, 0x36],
  '9': [0x06, 0x49, 0x49, 0x29, 0x1e],
  ' ': [0, 0, 0, 0, 0],
  '-': [8, 8, 8, 8, 8],
  _: [64, 64, 64, 64, 64],
  '.': [0, 96, 96, 0, 0],
};
/** Stands for every character without a glyph. */
const boxGlyph: readonly number[] = [0x7f, 0x41, 0x41, 0x41, 0x7f];

/**
 * A PNG of `width` x `height`. The same guest at the same second gives the same bytes.
 * `screen` moves the pattern, so that each head differs.
 */
export function drawScreen(name: string, uuid: string, seconds: number, screen: number): Promise<Uint8Array> {
  const seed = createHash('sha256').update(uuid).digest();
  const pixels = new Uint8Array(width * height);
  const step = 12 + (seed[0]! % 24) + screen;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((x + y * ((seed[1]! % 3) - 1) + width * 2) % step < 2) pixels[y * width + x] = pattern;
    }
  }
  drawText(pixels, name.slice(0, 40).toUpperCase());
  pixels.fill(bar, (height - 8) * width, (height - 8) * width + 1 + ((seconds * 16) % width));
  return encodePng({
    width,
    height,
    palette: [
      [16, 18, 24],
      [seed[2]! >> 2, seed[3]! >> 2, seed[4]! >> 2],
      [235, 235, 235],
      [128 + (seed[5]! >> 1), 128 + (seed[6]! >> 1), 128 + (seed[7]! >> 1)],
    ],
    pixels,
  });
}

function drawText(pixels: Uint8Array, text: string): void {
  const scale = Math.max(1, Math.min(8, Math.floor((width - 20) / (Math.max(1, text.length) * 6))));
  const left = Math.floor((width - text.length * 6 * scale) / 2);
  const top = Math.floor((height - 7 * scale) / 2);
  pixels.fill(background, (top - 2 * scale) * width, (top + 9 * scale) * width);
  for (const [index, letter] of [...text].entries()) {
    drawGlyph(pixels, glyphs[letter] ?? boxGlyph, left + index * 6 * scale, top, scale);
  }
}

function drawGlyph(pixels: Uint8Array, columns: readonly number[], left: number, top: number, scale: number): void {
  for (const [column, bits] of columns.entries()) {
    for (let row = 0; row < 7; row += 1) {
      if (((bits >> row) & 1) === 0) continue;
      for (let y = 0; y < scale; y += 1) {
        const from = (top + row * scale + y) * width + left + column * scale;
        pixels.fill(ink, from, from + scale);
      }
    }
  }
}
