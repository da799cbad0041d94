import { describe, expect, it } from 'vitest';
import type { ConsoleInfo, ContractError, GuestRow } from '../../../main/contract/index.ts';
import { consoleViewOf, defaultConsole, isGuestActive, type ConsoleFacts } from './console-view.ts';

const guest: GuestRow = {
  key: 'a/b',
  connectionId: 'a',
  uuid: 'b',
  name: 'web',
  title: '',
  state: 'running',
  stateReason: 'booted',
  id: 1,
  isPersistent: true,
  isAutostart: false,
  hasManagedSave: false,
  vcpus: 1,
  maxMemoryKiB: 1,
  memoryKiB: 1,
  pending: null,
  stats: null,
};
const vnc: ConsoleInfo = { id: 'vnc0', kind: 'vnc', label: 'VNC', usable: true };
const serial: ConsoleInfo = { id: 'serial0', kind: 'serial', label: 'Serial 0', usable: true };
const error: ContractError = { code: 'io', message: 'no' };

function view(facts: Partial<ConsoleFacts>) {
  return consoleViewOf({
    guest,
    consoles: [vnc],
    detailsError: null,
    selected: vnc,
    session: { kind: 'connecting' },
    ...facts,
  });
}

describe('consoleViewOf', () => {
  it.each<[string, Partial<ConsoleFacts>, object]>([
    ['the guest was deleted', { guest: undefined }, { kind: 'gone' }],
    ['its host is away', { guest: { ...guest, state: 'unknown' } }, { kind: 'offline' }],
    [
      'it is shut off',
      { guest: { ...guest, state: 'shutoff', id: null } },
      { kind: 'inactive', state: 'shutoff', isStarting: false },
    ],
    [
      'it is being started',
      { guest: { ...guest, state: 'shutoff', id: null, pending: 'starting' } },
      { kind: 'inactive', state: 'shutoff', isStarting: true },
    ],
    [
      'it crashed and is gone',
      { guest: { ...guest, state: 'crashed', id: null } },
      { kind: 'inactive', state: 'crashed', isStarting: false },
    ],
    ['details have not come', { consoles: undefined, selected: undefined }, { kind: 'loading' }],
    ['details failed', { consoles: undefined, selected: undefined, detailsError: error }, { kind: 'failed', error }],
    ['it has no console', { consoles: [], selected: undefined }, { kind: 'none' }],
    [
      'the console cannot be used',
      { selected: { ...vnc, usable: false, reason: 'SPICE' } },
      { kind: 'unusable', reason: 'SPICE' },
    ],
    ['nothing is open yet', { session: { kind: 'idle' } }, { kind: 'connecting' }],
    [
      'it ended',
      { session: { kind: 'ended', cause: 'in-use', error, retryAtMs: null } },
      { kind: 'ended', cause: 'in-use', error, retryAtMs: null },
    ],
  ])('says that %s', (_name, facts, expected) => {
    expect(view(facts)).toEqual(expected);
  });

  it('goes on showing a console while its details could not be read again', () => {
    expect(view({ detailsError: error })).toEqual({ kind: 'connecting' });
  });
});

describe('isGuestActive', () => {
  it('keeps the last screen of a crashed guest that still has a process', () => {
    expect(isGuestActive({ state: 'crashed', id: 3 })).toBe(true);
    expect(isGuestActive({ state: 'paused', id: 3 })).toBe(true);
    expect(isGuestActive(undefined)).toBe(false);
  });
});

describe('defaultConsole', () => {
  it('prefers a usable graphical console', () => {
    expect(defaultConsole([serial, vnc])).toBe(vnc);
    expect(defaultConsole([{ ...vnc, usable: false }, serial])).toBe(serial);
    expect(defaultConsole([{ ...vnc, usable: false }])).toEqual({ ...vnc, usable: false });
    expect(defaultConsole([])).toBeUndefined();
  });
});
