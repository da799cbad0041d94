/** libvirt's numbers for a guest's state, its reason and its events, as the contract's words. Unknown numbers give plain words. */
import {
  VirDomainBlockedReason,
  VirDomainCrashedReason,
  VirDomainEventCrashedDetailType,
  VirDomainEventPMSuspendedDetailType,
  VirDomainEventResumedDetailType,
  VirDomainEventStartedDetailType,
  VirDomainEventStoppedDetailType,
  VirDomainEventSuspendedDetailType,
  VirDomainEventType,
  VirDomainNostateReason,
  VirDomainPausedReason,
  VirDomainPMSuspendedReason,
  VirDomainRunningReason,
  VirDomainShutdownReason,
  VirDomainShutoffReason,
  VirDomainState,
} from '../../drivers/enums.gen.ts';
import type { DomainState } from '../contract/index.ts';
import type { GuestLifeCycle } from './hypervisor.ts';

type Enum = Record<string, number>;

/** Number -> word: an enum's names in lower case, without what they have in common. */
function wordsOf(numbers: Enum, prefix: string): Map<number, string> {
  return new Map(Object.entries(numbers).map(([name, number]) => [number, name.slice(prefix.length).toLowerCase()]));
}

const states = wordsOf(VirDomainState, 'VIR_DOMAIN_') as Map<number, DomainState>;

const reasons: Partial<Record<DomainState, Map<number, string>>> = {
  nostate: wordsOf(VirDomainNostateReason, 'VIR_DOMAIN_NOSTATE_'),
  running: wordsOf(VirDomainRunningReason, 'VIR_DOMAIN_RUNNING_'),
  blocked: wordsOf(VirDomainBlockedReason, 'VIR_DOMAIN_BLOCKED_'),
  paused: wordsOf(VirDomainPausedReason, 'VIR_DOMAIN_PAUSED_'),
  shutdown: wordsOf(VirDomainShutdownReason, 'VIR_DOMAIN_SHUTDOWN_'),
  shutoff: wordsOf(VirDomainShutoffReason, 'VIR_DOMAIN_SHUTOFF_'),
  crashed: wordsOf(VirDomainCrashedReason, 'VIR_DOMAIN_CRASHED_'),
  pmsuspended: wordsOf(VirDomainPMSuspendedReason, 'VIR_DOMAIN_PMSUSPENDED_'),
};

const steps = wordsOf(VirDomainEventType, 'VIR_DOMAIN_EVENT_') as Map<number, GuestLifeCycle['step']>;

/** The state a step leads to, the words of its details, and those that libvirt's states call differently. */
const outcomes: Partial<
  Record<GuestLifeCycle['step'], { state: DomainState; details: Map<number, string>; renamed?: Record<string, string> }>
> = {
  started: {
    state: 'running',
    details: wordsOf(VirDomainEventStartedDetailType, 'VIR_DOMAIN_EVENT_STARTED_'),
  },
  suspended: {
    state: 'paused',
    details: wordsOf(VirDomainEventSuspendedDetailType, 'VIR_DOMAIN_EVENT_SUSPENDED_'),
    renamed: { paused: 'user', migrated: 'migration' },
  },
  resumed: {
    state: 'running',
    details: wordsOf(VirDomainEventResumedDetailType, 'VIR_DOMAIN_EVENT_RESUMED_'),
  },
  stopped: {
    state: 'shutoff',
    details: wordsOf(VirDomainEventStoppedDetailType, 'VIR_DOMAIN_EVENT_STOPPED_'),
  },
  shutdown: { state: 'shutdown', details: new Map(), renamed: { '': 'user' } },
  pmsuspended: {
    state: 'pmsuspended',
    details: wordsOf(VirDomainEventPMSuspendedDetailType, 'VIR_DOMAIN_EVENT_PMSUSPENDED_'),
  },
  crashed: {
    state: 'crashed',
    details: wordsOf(VirDomainEventCrashedDetailType, 'VIR_DOMAIN_EVENT_CRASHED_'),
  },
};

export function stateWord(state: number): DomainState {
  return states.get(state) ?? 'nostate';
}

/** The reason's word, '' for one newer than this build. */
export function reasonWord(state: DomainState, reason: number): string {
  return reasons[state]?.get(reason) ?? '';
}

/** What a life-cycle event means; null for one newer than this build. */
export function lifeCycleOf(
  event: number,
  detail: number,
): Pick<GuestLifeCycle, 'step' | 'state' | 'stateReason'> | null {
  const step = steps.get(event);
  if (step === undefined) return null;
  const outcome = outcomes[step];
  if (!outcome) return { step, state: null, stateReason: '' };
  const word = outcome.details.get(detail) ?? '';
  return { step, state: outcome.state, stateReason: outcome.renamed?.[word] ?? word };
}
