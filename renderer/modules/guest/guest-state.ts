/** How a guest's state is shown: a shape, a word and a colour, in one place. */
import type { DomainState, GuestRow } from '../../../main/contract/index.ts';

export type StateShape = 'running' | 'paused' | 'shutoff' | 'busy' | 'crashed' | 'suspended' | 'unknown';

const shapes: Record<DomainState, StateShape> = {
  nostate: 'unknown',
  running: 'running',
  blocked: 'running',
  paused: 'paused',
  shutdown: 'busy',
  shutoff: 'shutoff',
  crashed: 'crashed',
  pmsuspended: 'suspended',
  unknown: 'unknown',
};

/** Reasons worth a word beside the state; the others are in its tooltip. */
const notable = new Set(['crashed', 'panicked', 'failed', 'ioerror', 'watchdog', 'saved', 'postcopy_failed']);

type Stateful = Pick<GuestRow, 'state' | 'stateReason' | 'pending'>;

export function shapeOf({ state, pending }: Pick<GuestRow, 'state' | 'pending'>): StateShape {
  return pending === null ? shapes[state] : 'busy';
}

/** i18n key of the word beside the shape. */
export function stateKey({ state, pending }: Pick<GuestRow, 'state' | 'pending'>): string {
  return pending === null ? `state.${state}` : `pending.${pending}`;
}

/** libvirt's reason where it is worth reading at a glance, else empty. */
export function notableReason({ stateReason, pending }: Stateful): string {
  return pending === null && notable.has(stateReason) ? stateReason : '';
}

/** Order in which a sort by state lists guests: what needs attention first. */
const ranks: Record<StateShape, number> = {
  crashed: 0,
  busy: 1,
  running: 2,
  paused: 3,
  suspended: 4,
  shutoff: 5,
  unknown: 6,
};

export function stateRank(guest: Pick<GuestRow, 'state' | 'pending'>): number {
  return ranks[shapeOf(guest)];
}
