import { describe, expect, it } from 'vitest';
import { VIR_DOMAIN_CRASHED, VIR_DOMAIN_PAUSED, VIR_DOMAIN_RUNNING, VIR_DOMAIN_SHUTOFF } from '../enums.gen.ts';
import { decide, decideAction, isRefusal, stateNames, type Operation } from './life-cycle.ts';

const operations: Operation[] = [
  'create',
  'shutdown',
  'reboot',
  'reset',
  'destroy',
  'suspend',
  'resume',
  'save',
  'managedSave',
  'coreDump',
  'pmSuspend',
  'pmWakeup',
  'crash',
  'rename',
  'useGuest',
];

/** One letter a state: the next state's first letter, `-` for none, `!` for a refusal. */
function rowOf(operation: Operation): string {
  return stateNames
    .map((_name, state) => {
      const decision = decide(state, operation);
      if (decision === null) return '-';
      return isRefusal(decision) ? '!' : { 1: 'r', 3: 'p', 5: 'o', 7: 's' }[decision.state]!;
    })
    .join('');
}

describe('the life-cycle table', () => {
  it('says what every operation does in every state', () => {
    // In the order nostate running blocked paused shutdown shutoff crashed pmsuspended.
    expect(Object.fromEntries(operations.map((operation) => [operation, rowOf(operation)]))).toEqual({
      create: '!!!!!r!!',
      shutdown: 'ooooo!oo',
      reboot: 'rrrrr!rr',
      reset: '-----!--',
      destroy: 'ooooo!oo',
      suspend: 'ppp!p!pp',
      resume: '!!!r!!!!',
      save: 'ooooo!oo',
      managedSave: 'ooooo!oo',
      coreDump: '-----!--',
      pmSuspend: 'sss!s!s!',
      pmWakeup: '!!!!!!!r',
      crash: 'ooooo!oo',
      rename: '!!!!!-!!',
      useGuest: '-----!--',
    });
  });

  it('refuses with the codes of libvirt', () => {
    expect(decide(VIR_DOMAIN_SHUTOFF, 'destroy')).toMatchObject({ code: 'VIR_ERR_OPERATION_INVALID' });
    expect(decide(VIR_DOMAIN_SHUTOFF, 'suspend')).toMatchObject({ code: 'VIR_ERR_INTERNAL_ERROR' });
    expect(decide(VIR_DOMAIN_RUNNING, 'resume')).toMatchObject({ code: 'VIR_ERR_INTERNAL_ERROR' });
    expect(decide(VIR_DOMAIN_PAUSED, 'create')).toMatchObject({ code: 'VIR_ERR_INTERNAL_ERROR' });
  });

  it('follows on_poweroff, on_reboot and on_crash', () => {
    expect(decideAction('poweroff', 'destroy').state).toBe(VIR_DOMAIN_SHUTOFF);
    expect(decideAction('poweroff', 'restart').state).toBe(VIR_DOMAIN_RUNNING);
    expect(decideAction('reboot', 'destroy').state).toBe(VIR_DOMAIN_SHUTOFF);
    expect(decideAction('crash', 'preserve').state).toBe(VIR_DOMAIN_CRASHED);
    expect(decideAction('crash', 'coredump-restart').state).toBe(VIR_DOMAIN_RUNNING);
  });
});
