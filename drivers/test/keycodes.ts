/** Which key codes each of libvirt's code sets can hold. Which key a code is, no test guest cares. */
import {
  VIR_KEYCODE_SET_ATSET1,
  VIR_KEYCODE_SET_ATSET2,
  VIR_KEYCODE_SET_ATSET3,
  VIR_KEYCODE_SET_LINUX,
  VIR_KEYCODE_SET_OSX,
  VIR_KEYCODE_SET_QNUM,
  VIR_KEYCODE_SET_USB,
  VIR_KEYCODE_SET_WIN32,
  VIR_KEYCODE_SET_XT,
  VIR_KEYCODE_SET_XT_KBD,
} from '../enums.gen.ts';
import { testError } from './errors.ts';

/** Name and highest code by code set. OSX alone has a key 0. */
const codeSets: Record<number, { name: string; lowest: number; highest: number }> = {
  [VIR_KEYCODE_SET_LINUX]: { name: 'linux', lowest: 1, highest: 0x2ff },
  [VIR_KEYCODE_SET_XT]: { name: 'xt', lowest: 1, highest: 0xe07f },
  [VIR_KEYCODE_SET_ATSET1]: { name: 'atset1', lowest: 1, highest: 0xe07f },
  [VIR_KEYCODE_SET_ATSET2]: { name: 'atset2', lowest: 1, highest: 0xe0ff },
  [VIR_KEYCODE_SET_ATSET3]: { name: 'atset3', lowest: 1, highest: 0xff },
  [VIR_KEYCODE_SET_OSX]: { name: 'os_x', lowest: 0, highest: 0x7f },
  [VIR_KEYCODE_SET_XT_KBD]: { name: 'xt_kbd', lowest: 1, highest: 0x1ff },
  [VIR_KEYCODE_SET_USB]: { name: 'usb', lowest: 1, highest: 0xff },
  [VIR_KEYCODE_SET_WIN32]: { name: 'win32', lowest: 1, highest: 0xff },
  [VIR_KEYCODE_SET_QNUM]: { name: 'qnum', lowest: 1, highest: 0xff },
};

/** Throws INTERNAL_ERROR for a code that its set does not have, as libvirt's test driver does. */
export function assertKeycodes(codeset: number, keycodes: readonly number[]): void {
  const known = codeSets[codeset];
  if (!known) throw testError('VIR_ERR_INVALID_ARG', `unknown code set ${codeset}`);
  for (const code of keycodes) {
    if (code >= known.lowest && code <= known.highest) continue;
    throw testError('VIR_ERR_INTERNAL_ERROR', `invalid keycode ${code} of ${known.name} codeset`);
  }
}
