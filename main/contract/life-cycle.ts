/**
 * Which life-cycle operation a guest in a given state takes, asked by the host and by every button alike.
 *
 *   shutoff --create--> running --suspend--> paused --resume--> running
 *      ^                   |                   |
 *      '-- destroy, shutdown, managedSave -----'
 */
import type { DomainOperation } from './domains.ts';
import type { DomainState, GuestRow } from './inventory.ts';

/** States in which the guest has a process. */
const active: readonly DomainState[] = [
  'nostate',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'pmsuspended',
  'crashed',
];
const awake: readonly DomainState[] = ['nostate', 'running', 'blocked'];

const takenIn: Record<Exclude<DomainOperation, 'managedSaveRemove'>, readonly DomainState[]> = {
  create: ['shutoff', 'crashed'],
  shutdown: awake,
  reboot: awake,
  reset: [...awake, 'paused'],
  destroy: active,
  suspend: awake,
  resume: ['paused', 'pmsuspended'],
  managedSave: [...awake, 'paused'],
  undefine: ['shutoff', 'crashed', ...awake, 'paused', 'pmsuspended'],
};

/** Reason keys are i18n keys below `refusal.`. */
export type RefusalKey =
  | 'unknownState'
  | 'alreadyRunning'
  | 'notRunning'
  | 'notPaused'
  | 'isPaused'
  | 'transient'
  | 'noSavedState'
  | 'pending';

/** Null when the operation may be asked, else why not. */
export function refusalOf(
  guest: Pick<GuestRow, 'state' | 'isPersistent' | 'hasManagedSave' | 'id' | 'pending'>,
  operation: DomainOperation,
): RefusalKey | null {
  if (guest.state === 'unknown') return 'unknownState';
  if (operation === 'managedSaveRemove') return guest.hasManagedSave ? null : 'noSavedState';
  if ((operation === 'undefine' || operation === 'managedSave') && !guest.isPersistent) return 'transient';
  if (operation === 'create' && guest.id !== null && guest.state === 'crashed') return 'alreadyRunning';
  if (takenIn[operation].includes(guest.state)) return null;
  if (operation === 'create') return 'alreadyRunning';
  if (operation === 'resume') return 'notPaused';
  return guest.state === 'paused' ? 'isPaused' : 'notRunning';
}
