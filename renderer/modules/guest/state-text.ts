/** The word for a guest's state, with its reason where that is worth reading at a glance. */
import type { GuestRow } from '../../../main/contract/index.ts';
import { word } from '../../i18n/index.ts';
import { notableReason, stateKey } from './guest-state.ts';
import { reasonText } from './reason.ts';

export function stateText(guest: Pick<GuestRow, 'state' | 'stateReason' | 'pending'>): string {
  const reason = notableReason(guest);
  return reason === '' ? word(stateKey(guest)) : `${word(stateKey(guest))} (${reasonText(reason)})`;
}

/** The state and its reason in libvirt's own words. */
export function stateTooltip({ state, stateReason }: Pick<GuestRow, 'state' | 'stateReason'>): string {
  return `libvirt: ${state}${stateReason === '' ? '' : ` (${stateReason})`}`;
}
