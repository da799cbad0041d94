/** Types a text into a guest, key by key, for guests that share no clipboard. Assumes a US keyboard in the guest, as VNC servers do. */
import type { GuestKey, KeySink } from './guest-keys.ts';

export interface Stroke extends GuestKey {
  shift: boolean;
}

/** Longer texts are refused: at the pace that guests bear, this is some five minutes. */
export const longestTypedText = 10_000;
/** Between strokes. Firmware and boot loaders drop keys that come faster. */
const strokeMs = 30;

const shiftKey: GuestKey = { keysym: 0xff_e1, code: 'ShiftLeft' };

/** Rows of a US keyboard: place, character, character with Shift. */
const places: readonly (readonly [code: string, plain: string, shifted: string])[] = [
  ['Backquote', '`', '~'],
  ...[...'1234567890'].map((digit, index) => [`Digit${digit}`, digit, '!@#$%^&*()'[index]!] as const),
  ['Minus', '-', '_'],
  ['Equal', '=', '+'],
  ['BracketLeft', '[', '{'],
  ['BracketRight', ']', '}'],
  ['Backslash', '\\', '|'],
  ['Semicolon', ';', ':'],
  ['Quote', "'", '"'],
  ['Comma', ',', '<'],
  ['Period', '.', '>'],
  ['Slash', '/', '?'],
  ...[...'abcdefghijklmnopqrstuvwxyz'].map((key) => [`Key${key.toUpperCase()}`, key, key.toUpperCase()] as const),
];

const strokes = new Map<string, Stroke>([
  ...places.flatMap(([code, plain, shifted]): [string, Stroke][] => [
    [plain, { keysym: plain.charCodeAt(0), code, shift: false }],
    [shifted, { keysym: shifted.charCodeAt(0), code, shift: true }],
  ]),
  [' ', { keysym: 0x20, code: 'Space', shift: false }],
  ['\n', { keysym: 0xff_0d, code: 'Enter', shift: false }],
  ['\t', { keysym: 0xff_09, code: 'Tab', shift: false }],
]);

/** Key strokes of a text, and the characters that no US keyboard has (each once). */
export function strokesOf(text: string): { strokes: Stroke[]; untypable: string[] } {
  const found: Stroke[] = [];
  const untypable = new Set<string>();
  for (const character of text.replaceAll(/\r\n?/g, '\n')) {
    const stroke = strokes.get(character);
    if (stroke === undefined) untypable.add(character);
    else found.push(stroke);
  }
  return { strokes: found, untypable: [...untypable] };
}

export interface TypingOptions {
  signal: AbortSignal;
  /** Told the number of strokes done. */
  onProgress: (done: number) => void;
  /** Pause after each stroke; injectable so that a test needs no clock. */
  pause?: (milliseconds: number) => Promise<void>;
}

/** Types the strokes at a pace that guests bear. Ends early, without an error, when the signal aborts. */
export async function typeStrokes(sink: KeySink, all: readonly Stroke[], options: TypingOptions): Promise<void> {
  const pause = options.pause ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  for (const [index, stroke] of all.entries()) {
    if (options.signal.aborted) return;
    if (stroke.shift) sink.sendKey(shiftKey.keysym, shiftKey.code, true);
    sink.sendKey(stroke.keysym, stroke.code, true);
    sink.sendKey(stroke.keysym, stroke.code, false);
    if (stroke.shift) sink.sendKey(shiftKey.keysym, shiftKey.code, false);
    options.onProgress(index + 1);
    await pause(strokeMs);
  }
}
