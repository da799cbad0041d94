/** Keys and chords that cannot simply be typed, because the system or the browser takes them for itself. Data only. */

export interface GuestKey {
  /** X11 keysym. */
  keysym: number;
  /** Place on the keyboard, as `KeyboardEvent.code`. */
  code: string;
}

/** Keys pressed in order and released in reverse order. */
export interface GuestChord {
  id: string;
  /** As printed on the keys; the same in every language that Hostler speaks. */
  label: string;
  keys: readonly GuestKey[];
}

const control: GuestKey = { keysym: 0xff_e3, code: 'ControlLeft' };
const alt: GuestKey = { keysym: 0xff_e9, code: 'AltLeft' };
const meta: GuestKey = { keysym: 0xff_eb, code: 'MetaLeft' };
const sysRq: GuestKey = { keysym: 0xff_61, code: 'PrintScreen' };

/** F1 is keysym 0xffbe; the others follow. */
function functionKey(number: number): GuestKey {
  return { keysym: 0xff_bd + number, code: `F${number}` };
}

function letter(character: string): GuestKey {
  return { keysym: character.charCodeAt(0), code: `Key${character.toUpperCase()}` };
}

function chord(label: string, ...keys: GuestKey[]): GuestChord {
  return { id: label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'), label, keys };
}

const functionNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** The send-key menu, group by group. */
export const guestChords: readonly (readonly GuestChord[])[] = [
  [
    chord('Ctrl+Alt+Delete', control, alt, { keysym: 0xff_ff, code: 'Delete' }),
    chord('Ctrl+Alt+Backspace', control, alt, { keysym: 0xff_08, code: 'Backspace' }),
    chord('Ctrl+Alt+T', control, alt, letter('t')),
  ],
  [
    chord('Alt+Tab', alt, { keysym: 0xff_09, code: 'Tab' }),
    chord('Alt+F4', alt, functionKey(4)),
    chord('Ctrl+Escape', control, { keysym: 0xff_1b, code: 'Escape' }),
    chord('Super', meta),
    chord('Super+L', meta, letter('l')),
    chord('Menu', { keysym: 0xff_67, code: 'ContextMenu' }),
  ],
  [
    chord('Print Screen', sysRq),
    chord('Pause', { keysym: 0xff_13, code: 'Pause' }),
    chord('Scroll Lock', { keysym: 0xff_14, code: 'ScrollLock' }),
    chord('Insert', { keysym: 0xff_63, code: 'Insert' }),
  ],
  functionNumbers.map((number) => chord(`F${number}`, functionKey(number))),
  functionNumbers.map((number) => chord(`Ctrl+Alt+F${number}`, control, alt, functionKey(number))),
];

/** Something that takes key strokes; noVNC's RFB is one. */
export interface KeySink {
  sendKey(keysym: number, code: string | null, isDown: boolean): void;
}

/** Presses and releases a chord. */
export function sendChord(sink: KeySink, keys: readonly GuestKey[]): void {
  for (const key of keys) sink.sendKey(key.keysym, key.code, true);
  for (const key of keys.toReversed()) sink.sendKey(key.keysym, key.code, false);
}
