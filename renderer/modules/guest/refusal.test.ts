import { describe, expect, it } from 'vitest';
import type { ConnectionStatus } from '../../../main/contract/index.ts';
import { fakeConnections, fakeGuest } from '../../testing/fake-data.ts';
import { actionLabelKey, guestActions, primaryOperation } from './actions.ts';
import { refusalFor } from './refusal.ts';

const connected = fakeConnections(0)[0]!;
const guest = fakeGuest(0, 'local', { state: 'running' });

describe('refusalFor', () => {
  it('takes what fits the state', () => {
    expect(refusalFor(guest, 'shutdown', connected)).toBeNull();
    expect(refusalFor(guest, 'create', connected)).toBe('alreadyRunning');
  });

  it('refuses everything of a host that is not connected, or is gone', () => {
    const lost = fakeConnections(0)[2];
    expect(refusalFor(guest, 'shutdown', lost)).toBe('notConnected');
    expect(refusalFor(guest, 'shutdown', undefined)).toBe('notConnected');
  });

  it('refuses everything on a read-only connection', () => {
    const status: ConnectionStatus = { ...connected, state: { kind: 'connected', sinceMs: 0, readonly: true } };
    expect(refusalFor(guest, 'shutdown', status)).toBe('readonly');
  });

  it('refuses what the hypervisor does not offer, by any of its slots', () => {
    const offers = (...supported: string[]) => ({ ...connected, host: { hypervisor: 'X', supported } });
    expect(refusalFor(guest, 'suspend', offers('domainShutdown'))).toBe('unsupported');
    expect(refusalFor(guest, 'shutdown', offers('domainShutdownFlags'))).toBeNull();
    expect(refusalFor(guest, 'suspend', offers())).toBeNull();
  });

  it('allows pulling the plug while something is under way, and nothing else', () => {
    const busy = { ...guest, pending: 'shutting-down' as const };
    expect(refusalFor(busy, 'destroy', connected)).toBeNull();
    expect(refusalFor(busy, 'reboot', connected)).toBe('pending');
  });
});

describe('primaryOperation', () => {
  it.each([
    ['shutoff', 'create'],
    ['crashed', 'create'],
    ['paused', 'resume'],
    ['pmsuspended', 'resume'],
    ['running', 'shutdown'],
  ] as const)('offers a %s guest %s', (state, operation) => {
    expect(primaryOperation({ state })).toBe(operation);
  });
});

describe('guestActions', () => {
  it('uses no shortcut twice', () => {
    const shortcuts = guestActions.filter(({ keys }) => keys.length > 0).map(({ keys }) => keys.join('+'));
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });

  it('calls a start from a saved state by its own name', () => {
    expect(actionLabelKey('create', { hasManagedSave: true })).toBe('action.create.restore');
    expect(actionLabelKey('create', { hasManagedSave: false })).toBe('action.create.label');
  });
});
