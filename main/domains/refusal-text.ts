/** The host's own words for an operation that the guest's state does not allow. Buttons show theirs from the same table. */
import type { DomainOperation, GuestRow, RefusalKey } from '../contract/index.ts';

const verbs: Record<DomainOperation, string> = {
  create: 'started',
  shutdown: 'shut down',
  reboot: 'rebooted',
  reset: 'reset',
  destroy: 'forced off',
  suspend: 'paused',
  resume: 'resumed',
  managedSave: 'saved',
  managedSaveRemove: 'freed of its saved state',
  undefine: 'deleted',
};

const reasons: Record<RefusalKey, string> = {
  unknownState: 'its state is not known. Wait until its host is connected again.',
  alreadyRunning: 'it is running already.',
  notRunning: 'it is not running. Start it first.',
  notPaused: 'it is not paused.',
  isPaused: 'it is paused. Resume it first.',
  transient: 'it has no saved definition: it vanishes when it stops.',
  noSavedState: 'it has none.',
  pending: 'another operation is under way. Wait for it to end.',
};

export function refusalText(guest: GuestRow, operation: DomainOperation, refusal: RefusalKey): string {
  const name = guest.name.length > 100 ? `${guest.name.slice(0, 100)}…` : guest.name;
  return `‘${name}’ cannot be ${verbs[operation]}: ${reasons[refusal]}`;
}
