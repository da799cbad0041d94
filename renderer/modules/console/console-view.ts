/** What the console page shows now: the guest's state, what it offers and the session, boiled down to one answer. Pure. */
import type { ConsoleInfo, ContractError, DomainState, GuestRow } from '../../../main/contract/index.ts';
import type { EndCause, SessionState } from './console-session.ts';

export type ConsoleView =
  /** Details are on their way. */
  | { kind: 'loading' }
  | { kind: 'gone' }
  /** Its host is not connected. */
  | { kind: 'offline' }
  | { kind: 'inactive'; state: DomainState; isStarting: boolean }
  | { kind: 'failed'; error: ContractError }
  /** The guest has no console of any kind. */
  | { kind: 'none' }
  | { kind: 'unusable'; reason: string }
  | { kind: 'connecting' }
  | { kind: 'open' }
  | { kind: 'ended'; cause: EndCause; error: ContractError; retryAtMs: number | null };

export interface ConsoleFacts {
  guest: GuestRow | undefined;
  /** Undefined until the guest's details have come. */
  consoles: readonly ConsoleInfo[] | undefined;
  detailsError: ContractError | null;
  selected: ConsoleInfo | undefined;
  session: SessionState;
}

/** Whether a guest has a process, so that there can be a console. */
export function isGuestActive(guest: Pick<GuestRow, 'state' | 'id'> | undefined): boolean {
  if (guest === undefined || guest.state === 'unknown' || guest.state === 'shutoff') return false;
  // A crashed guest may be kept with its last screen; then it still has an id.
  return guest.state !== 'crashed' || guest.id !== null;
}

export function consoleViewOf({ guest, consoles, detailsError, selected, session }: ConsoleFacts): ConsoleView {
  if (guest === undefined) return { kind: 'gone' };
  if (guest.state === 'unknown') return { kind: 'offline' };
  if (!isGuestActive(guest)) return { kind: 'inactive', state: guest.state, isStarting: guest.pending === 'starting' };
  if (detailsError !== null && consoles === undefined) return { kind: 'failed', error: detailsError };
  if (consoles === undefined) return { kind: 'loading' };
  if (selected === undefined) return { kind: 'none' };
  if (!selected.usable) return { kind: 'unusable', reason: selected.reason ?? '' };
  if (session.kind === 'idle') return { kind: 'connecting' };
  return session;
}

/** The console to show when the user has not chosen: the first usable graphical one, else the first usable one. */
export function defaultConsole(consoles: readonly ConsoleInfo[]): ConsoleInfo | undefined {
  return (
    consoles.find((info) => info.usable && info.kind === 'vnc') ?? consoles.find((info) => info.usable) ?? consoles[0]
  );
}
