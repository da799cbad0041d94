/**
 * What each life-cycle operation does to a guest in each state: one table `(state, operation) -> next or refusal`,
 * asked before anything is touched. It knows neither guests nor events.
 *
 *             create                  suspend
 *   shutoff ----------> running <----------------> paused
 *      ^                 |   ^        resume         |
 *      |   shutdown,     |   | pmWakeup              |
 *      |   destroy,      |   '------- pmsuspended    |
 *      |   save,         |  pmSuspend -----^         |
 *      |   managedSave   |                           |
 *      '-----------------+---------------------------'
 */
import {
  VIR_DOMAIN_BLOCKED,
  VIR_DOMAIN_CRASHED,
  VIR_DOMAIN_NOSTATE,
  VIR_DOMAIN_PAUSED,
  VIR_DOMAIN_PAUSED_USER,
  VIR_DOMAIN_PMSUSPENDED,
  VIR_DOMAIN_RUNNING,
  VIR_DOMAIN_RUNNING_BOOTED,
  VIR_DOMAIN_RUNNING_UNPAUSED,
  VIR_DOMAIN_RUNNING_WAKEUP,
  VIR_DOMAIN_SHUTDOWN,
  VIR_DOMAIN_SHUTOFF,
  VIR_DOMAIN_SHUTOFF_CRASHED,
  VIR_DOMAIN_SHUTOFF_DESTROYED,
  VIR_DOMAIN_SHUTOFF_SAVED,
  VIR_DOMAIN_SHUTOFF_SHUTDOWN,
} from '../enums.gen.ts';
import type { VirErrorNumber } from '../error.ts';

/** Operations that the table decides on. `crash` is the guest's own doing; the others are calls. */
export type Operation =
  | 'create'
  | 'shutdown'
  | 'reboot'
  | 'reset'
  | 'destroy'
  | 'suspend'
  | 'resume'
  | 'save'
  | 'managedSave'
  | 'coreDump'
  | 'pmSuspend'
  | 'pmWakeup'
  | 'crash'
  | 'rename'
  | 'useGuest';

/** Libvirt's state and its reason, by number. */
export interface StateAndReason {
  state: number;
  reason: number;
}

/** Why an operation is not taken; `%` stands for the guest's name. */
export interface Refusal {
  code: keyof typeof VirErrorNumber;
  message: string;
}

/** What a table cell holds: the next state, `stay` for none, or the refusal. */
type Cell = StateAndReason | 'stay' | Refusal;

/** Every libvirt state in the order of its number; a guest is inactive only in `shutoff`. */
export const stateNames = [
  'nostate',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'shutoff',
  'crashed',
  'pmsuspended',
] as const;
export type StateName = (typeof stateNames)[number];

const running = (reason: number): StateAndReason => ({ state: VIR_DOMAIN_RUNNING, reason });
const paused = (reason: number): StateAndReason => ({ state: VIR_DOMAIN_PAUSED, reason });
const shutoff = (reason: number): StateAndReason => ({ state: VIR_DOMAIN_SHUTOFF, reason });

const inactive: Refusal = { code: 'VIR_ERR_OPERATION_INVALID', message: 'domain is not running' };
// Libvirt's own test driver answers these four with INTERNAL_ERROR; callers of it rely on the code, not the word.
const alreadyRunning: Refusal = { code: 'VIR_ERR_INTERNAL_ERROR', message: "Domain '%' is already running" };
const notRunning: Refusal = { code: 'VIR_ERR_INTERNAL_ERROR', message: "domain '%' not running" };
const notPaused: Refusal = { code: 'VIR_ERR_INTERNAL_ERROR', message: "domain '%' not paused" };
const notSuspended: Refusal = {
  code: 'VIR_ERR_OPERATION_INVALID',
  message: 'Unable to wake up domain as it is not in suspended state',
};
const cannotRename: Refusal = { code: 'VIR_ERR_OPERATION_INVALID', message: 'cannot rename active domain' };

type Row = Record<StateName, Cell>;

/** A row whose every active state has one answer and whose shutoff state has another, but for the named exceptions. */
function row(active: Cell, whenShutoff: Cell, exceptions: Partial<Row> = {}): Row {
  return {
    nostate: active,
    running: active,
    blocked: active,
    paused: active,
    shutdown: active,
    shutoff: whenShutoff,
    crashed: active,
    pmsuspended: active,
    ...exceptions,
  };
}

const table: Record<Operation, Row> = {
  create: row(alreadyRunning, running(VIR_DOMAIN_RUNNING_BOOTED)),
  shutdown: row(shutoff(VIR_DOMAIN_SHUTOFF_SHUTDOWN), notRunning),
  reboot: row(running(VIR_DOMAIN_RUNNING_BOOTED), inactive),
  reset: row('stay', inactive),
  destroy: row(shutoff(VIR_DOMAIN_SHUTOFF_DESTROYED), inactive),
  suspend: row(paused(VIR_DOMAIN_PAUSED_USER), notRunning, { paused: notRunning }),
  resume: row(notPaused, notPaused, { paused: running(VIR_DOMAIN_RUNNING_UNPAUSED) }),
  save: row(shutoff(VIR_DOMAIN_SHUTOFF_SAVED), inactive),
  managedSave: row(shutoff(VIR_DOMAIN_SHUTOFF_SAVED), inactive),
  coreDump: row('stay', inactive),
  pmSuspend: row({ state: VIR_DOMAIN_PMSUSPENDED, reason: 0 }, inactive, {
    paused: { code: 'VIR_ERR_OPERATION_INVALID', message: 'domain is paused, resume it first' },
    pmsuspended: { code: 'VIR_ERR_OPERATION_INVALID', message: 'domain is already suspended' },
  }),
  pmWakeup: row(notSuspended, inactive, { pmsuspended: running(VIR_DOMAIN_RUNNING_WAKEUP) }),
  crash: row(shutoff(VIR_DOMAIN_SHUTOFF_CRASHED), inactive),
  rename: row(cannotRename, 'stay'),
  useGuest: row('stay', inactive),
};

/** What a guest's own power-off, reboot or crash leads to, by the action its definition names for it. */
const afterAction: Record<string, StateAndReason> = {
  destroy: shutoff(VIR_DOMAIN_SHUTOFF_SHUTDOWN),
  preserve: shutoff(VIR_DOMAIN_SHUTOFF_SHUTDOWN),
  restart: running(VIR_DOMAIN_RUNNING_BOOTED),
  'rename-restart': running(VIR_DOMAIN_RUNNING_BOOTED),
  'coredump-destroy': shutoff(VIR_DOMAIN_SHUTOFF_CRASHED),
  'coredump-restart': running(VIR_DOMAIN_RUNNING_BOOTED),
};

/** The state after `operation`, `null` where it does not change, or why the operation is refused. */
export function decide(state: number, operation: Operation): StateAndReason | null | Refusal {
  const cell = table[operation][stateNames[state] ?? 'nostate'];
  return cell === 'stay' ? null : cell;
}

/** Where a guest ends that asked for power-off, reboot or crash itself, given its `on_poweroff`, `on_reboot`, `on_crash`. */
export function decideAction(event: 'poweroff' | 'reboot' | 'crash', action: string): StateAndReason {
  if (event !== 'crash') return afterAction[action] ?? shutoff(VIR_DOMAIN_SHUTOFF_SHUTDOWN);
  if (action === 'preserve') return { state: VIR_DOMAIN_CRASHED, reason: 1 };
  if (action === 'restart' || action === 'coredump-restart') return running(VIR_DOMAIN_RUNNING_BOOTED);
  return shutoff(VIR_DOMAIN_SHUTOFF_CRASHED);
}

/** Whether a value of `decide` is a refusal. */
export function isRefusal(decision: StateAndReason | null | Refusal): decision is Refusal {
  return decision !== null && 'code' in decision;
}

/** Whether the guest has a process in this state. */
export function isActiveState(state: number): boolean {
  return state !== VIR_DOMAIN_SHUTOFF;
}

/** Whether the guest's processors run in this state; only then its counters move. */
export function isMovingState(state: number): boolean {
  return (
    state === VIR_DOMAIN_RUNNING ||
    state === VIR_DOMAIN_BLOCKED ||
    state === VIR_DOMAIN_NOSTATE ||
    state === VIR_DOMAIN_SHUTDOWN
  );
}
