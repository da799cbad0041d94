import { describe, expect, it } from 'vitest';
import { strokesOf, typeStrokes } from './typed-text.ts';

describe('strokesOf', () => {
  it('finds the key of each character', () => {
    expect(strokesOf('aB%\n').strokes).toEqual([
      { keysym: 0x61, code: 'KeyA', shift: false },
      { keysym: 0x42, code: 'KeyB', shift: true },
      { keysym: 0x25, code: 'Digit5', shift: true },
      { keysym: 0xff_0d, code: 'Enter', shift: false },
    ]);
  });

  it('types every printable ASCII character', () => {
    const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 0x20 + index));
    const { strokes, untypable } = strokesOf(printable);
    expect(untypable).toEqual([]);
    expect(strokes.map((stroke) => String.fromCharCode(stroke.keysym)).join('')).toBe(printable);
  });

  it('takes every kind of line end for one Enter', () => {
    expect(strokesOf('a\r\nb\rc\nd').strokes.filter((stroke) => stroke.code === 'Enter')).toHaveLength(3);
  });

  it('names what it cannot type, once each', () => {
    expect(strokesOf('né né 😀\u0007').untypable).toEqual(['é', '😀', '\u0007']);
  });
});

describe('typeStrokes', () => {
  it('holds Shift around a key and tells its progress', async () => {
    const sent: string[] = [];
    const progress: number[] = [];
    await typeStrokes(
      { sendKey: (_keysym, code, isDown) => sent.push(`${isDown ? '+' : '-'}${code}`) },
      strokesOf('aA').strokes,
      {
        signal: new AbortController().signal,
        onProgress: (done) => progress.push(done),
        pause: () => Promise.resolve(),
      },
    );
    expect(sent).toEqual(['+KeyA', '-KeyA', '+ShiftLeft', '+KeyA', '-KeyA', '-ShiftLeft']);
    expect(progress).toEqual([1, 2]);
  });

  it('stops between two keys, never with one held down', async () => {
    const stop = new AbortController();
    const sent: string[] = [];
    await typeStrokes(
      { sendKey: (_keysym, code, isDown) => sent.push(`${isDown ? '+' : '-'}${code}`) },
      strokesOf('abc').strokes,
      {
        signal: stop.signal,
        onProgress: () => stop.abort(),
        pause: () => Promise.resolve(),
      },
    );
    expect(sent).toEqual(['+KeyA', '-KeyA']);
  });
});
