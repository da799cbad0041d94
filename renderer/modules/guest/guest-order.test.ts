import { describe, expect, it } from 'vitest';
import type { GuestRow } from '../../../main/contract/index.ts';
import { fakeGuest } from '../../testing/fake-data.ts';
import { guestColumns, type ColumnId } from './columns.ts';
import { matcher, reorderGuests, sortGuests, type GuestFilter, type GuestSort } from './guest-order.ts';

const hostName = (id: string): string => ({ a: 'Alpha', b: 'Beta' })[id] ?? '';
const by = (id: ColumnId, descending = false): GuestSort => ({
  column: guestColumns.find((column) => column.id === id)!,
  descending,
});
const guest = (name: string, changes: Partial<GuestRow> = {}): GuestRow =>
  fakeGuest(0, 'a', { key: `a/${name}`, name, title: '', ...changes });
const names = (keys: readonly string[]): string[] => keys.map((key) => key.slice(2));
const everything: GuestFilter = { search: '', states: [], hosts: [] };

describe('sortGuests', () => {
  it('orders names naturally and without regard to case', () => {
    const rows = ['vm-10', 'VM-2', 'vm-1', 'alpha'].map((name) => guest(name));
    expect(names(sortGuests(rows, by('name'), hostName))).toEqual(['alpha', 'vm-1', 'VM-2', 'vm-10']);
  });

  it('orders names of any script', () => {
    const rows = ['zebra', 'Ärger', 'apfel'].map((name) => guest(name));
    expect(names(sortGuests(rows, by('name'), hostName))).toEqual(['apfel', 'Ärger', 'zebra']);
  });

  it('puts guests without a figure last when the largest come first', () => {
    const stats = (cpuPercent: number) => ({ stats: { ...fakeGuest(0, 'a').stats!, cpuPercent } });
    const rows = [guest('off', { stats: null }), guest('low', stats(1)), guest('high', stats(90))];
    expect(names(sortGuests(rows, by('cpu', true), hostName))).toEqual(['high', 'low', 'off']);
  });

  it('orders equal values by name, whichever way round', () => {
    const rows = ['c', 'a', 'b'].map((name) => guest(name, { vcpus: 2 }));
    expect(names(sortGuests(rows, by('vcpus', true), hostName))).toEqual(['a', 'b', 'c']);
  });

  it('orders by the name of the host', () => {
    const rows = [guest('x', { connectionId: 'b' }), guest('y', { connectionId: 'a' })];
    expect(names(sortGuests(rows, by('host'), hostName))).toEqual(['y', 'x']);
  });
});

describe('matcher', () => {
  it.each([
    ['name', 'web'],
    ['title', 'nightly'],
    ['uuid', '0000-4000'],
    ['host', 'alph'],
  ])('finds a guest by its %s', (_what, search) => {
    const row = guest('Web-1', { title: 'Nightly jobs' });
    expect(matcher({ ...everything, search }, hostName)(row)).toBe(true);
    expect(matcher({ ...everything, search: `${search}?` }, hostName)(row)).toBe(false);
  });

  it('filters by state and host', () => {
    const row = guest('x', { state: 'paused' });
    expect(matcher({ ...everything, states: ['paused'], hosts: ['a'] }, hostName)(row)).toBe(true);
    expect(matcher({ ...everything, states: ['running'] }, hostName)(row)).toBe(false);
    expect(matcher({ ...everything, hosts: ['b'] }, hostName)(row)).toBe(false);
  });

  it('goes by the state a pending guest still has', () => {
    const row = guest('x', { state: 'running', pending: 'shutting-down' });
    expect(matcher({ ...everything, states: ['running'] }, hostName)(row)).toBe(true);
  });
});

describe('reorderGuests', () => {
  const mapOf = (...rows: GuestRow[]) => new Map(rows.map((row) => [row.key, row]));
  const all = (): boolean => true;

  it('leaves rows where they are when their values moved on', () => {
    const rows = mapOf(guest('a', { vcpus: 9 }), guest('b', { vcpus: 1 }));
    expect(names(reorderGuests(['a/b', 'a/a'], rows, all, by('vcpus'), hostName))).toEqual(['b', 'a']);
  });

  it('puts a new row where the sort says, and takes a lost one out', () => {
    const rows = mapOf(guest('a'), guest('c'), guest('b'));
    expect(names(reorderGuests(['a/a', 'a/gone', 'a/c'], rows, all, by('name'), hostName))).toEqual(['a', 'b', 'c']);
  });

  it('puts new rows in from the other end when the sort is turned round', () => {
    const rows = mapOf(guest('c'), guest('a'), guest('b'));
    expect(names(reorderGuests(['a/c', 'a/a'], rows, all, by('name', true), hostName))).toEqual(['c', 'b', 'a']);
  });

  it('orders everything when a host with many guests appears', () => {
    const rows = mapOf(...Array.from({ length: 200 }, (_, index) => guest(`vm-${199 - index}`)));
    const order = names(reorderGuests(['a/vm-7'], rows, all, by('name'), hostName));
    expect([order[0], order[7], order[199]]).toEqual(['vm-0', 'vm-7', 'vm-199']);
  });
});
