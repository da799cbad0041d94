import { describe, expect, it } from 'vitest';
import { guestChords, sendChord } from './guest-keys.ts';

describe('guestChords', () => {
  it('has every chord once', () => {
    const ids = guestChords.flat().map((chord) => chord.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining(['ctrl-alt-delete', 'ctrl-alt-backspace', 'print-screen', 'f1', 'f12', 'ctrl-alt-f7']),
    );
  });

  it('gives F12 its keysym', () => {
    expect(guestChords.flat().find((chord) => chord.id === 'f12')!.keys).toEqual([{ keysym: 0xff_c9, code: 'F12' }]);
  });
});

describe('sendChord', () => {
  it('presses in order and releases in reverse', () => {
    const sent: string[] = [];
    const chord = guestChords[0]![0]!;
    sendChord({ sendKey: (_keysym, code, isDown) => sent.push(`${isDown ? '+' : '-'}${code}`) }, chord.keys);
    expect(sent).toEqual(['+ControlLeft', '+AltLeft', '+Delete', '-Delete', '-AltLeft', '-ControlLeft']);
  });
});
