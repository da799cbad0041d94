/** Whether an action may be asked of a guest now, and the reason to show where not. */
import type { ConnectionStatus, DomainOperation, GuestRow } from '../../../main/contract/index.ts';
import { refusalOf, type RefusalKey } from '../../../main/contract/life-cycle.ts';
import { actionOf } from './actions.ts';

/** i18n keys below `refusal.`: the contract's, and those of the connection. */
export type Refusal = RefusalKey | 'notConnected' | 'readonly' | 'unsupported';

/** What may be asked while something else is under way: pulling the plug ends any wait. */
const alwaysAllowed: ReadonlySet<DomainOperation> = new Set(['destroy', 'reset']);

function isUnsupported(status: ConnectionStatus, operation: DomainOperation): boolean {
  const supported = status.host?.supported ?? [];
  return supported.length > 0 && !actionOf(operation).slots.some((slot) => supported.includes(slot));
}

/** Null when the action may be asked. `status` is that of the guest's connection. */
export function refusalFor(
  guest: GuestRow,
  operation: DomainOperation,
  status: ConnectionStatus | undefined,
): Refusal | null {
  if (status?.state.kind !== 'connected') return 'notConnected';
  if (status.state.readonly) return 'readonly';
  if (isUnsupported(status, operation)) return 'unsupported';
  if (guest.pending !== null && !alwaysAllowed.has(operation)) return 'pending';
  return refusalOf(guest, operation);
}
