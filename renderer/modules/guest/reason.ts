/** libvirt's reason for a state in plain words, where there is one. */
import { te, word } from '../../i18n/index.ts';

export function reasonText(reason: string): string {
  const key = `reason.${reason}`;
  return te(key) ? word(key) : reason.replaceAll(/[_-]/g, ' ');
}
