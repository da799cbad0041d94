import { computed, watch } from 'vue';
import { describe, expect, it, vi } from 'vitest';
import type { InventoryMessage } from '../../../main/contract/index.ts';
import { fakeGuest } from '../../testing/fake-data.ts';
import type { RemoteServices } from '../link/services.ts';
import { Inventory } from './inventory.ts';

function subscribed() {
  const listeners: ((message: InventoryMessage) => void)[] = [];
  const stop = vi.fn<() => void>();
  const inventory = new Inventory({
    onDidChange: (listener: (message: InventoryMessage) => void) => {
      listeners.push(listener);
      return stop;
    },
  } as unknown as RemoteServices['inventory']);
  inventory.start();
  const tell = (message: InventoryMessage): void => listeners.at(-1)!(message);
  return { inventory, listeners, stop, tell };
}

const one = fakeGuest(1, 'lab', { state: 'running' });
const two = fakeGuest(2, 'lab', { state: 'shutoff', stats: null });

function withSnapshot() {
  const parts = subscribed();
  parts.tell({ kind: 'snapshot', revision: 7, guests: [one, two], networks: [], storagePools: [] });
  return parts;
}

describe('Inventory', () => {
  it('is not ready before the first snapshot, and ignores patches until then', () => {
    const { inventory, tell } = subscribed();
    tell({ kind: 'patch', revision: 1, guests: { upsert: [one] } });
    expect(inventory.isReady.value).toBe(false);
    expect(inventory.guests().size).toBe(0);
  });

  it('replaces, changes and removes rows', () => {
    const { inventory, tell } = withSnapshot();
    const three = fakeGuest(3, 'lab');
    const change = { key: two.key, state: 'running' as const, id: 9 };
    tell({ kind: 'patch', revision: 8, guests: { upsert: [three], change: [change], remove: [one.key] } });
    expect([...inventory.guests().values()]).toEqual([{ ...two, state: 'running', id: 9 }, three]);
  });

  it('ignores changes of rows it does not have', () => {
    const { inventory, tell } = withSnapshot();
    tell({ kind: 'patch', revision: 8, guests: { change: [{ key: 'lab/other', name: 'x' }] } });
    expect(inventory.guests().size).toBe(2);
  });

  it('keeps the identity of rows without news', () => {
    const { inventory, tell } = withSnapshot();
    tell({ kind: 'patch', revision: 8, guests: { change: [{ key: two.key, vcpus: 3 }] } });
    expect(inventory.guest(one.key)).toBe(one);
    expect(inventory.guest(two.key)).not.toBe(two);
  });

  it('subscribes again when a revision is missing, and takes the new snapshot', () => {
    const { inventory, listeners, stop, tell } = withSnapshot();
    tell({ kind: 'patch', revision: 9, guests: { remove: [one.key] } });
    expect(stop).toHaveBeenCalledOnce();
    expect(listeners).toHaveLength(2);
    expect(inventory.guests().size).toBe(2);
    tell({ kind: 'snapshot', revision: 20, guests: [two], networks: [], storagePools: [] });
    tell({ kind: 'patch', revision: 21, guests: { change: [{ key: two.key, name: 'renamed' }] } });
    expect(inventory.guest(two.key)?.name).toBe('renamed');
  });

  it('tells of structure only when lists may look different', () => {
    const { inventory, tell } = withSnapshot();
    const structure = vi.fn<() => void>();
    watch(inventory.structure, structure, { flush: 'sync' });
    tell({ kind: 'patch', revision: 8, guests: { change: [{ key: one.key, stats: null, vcpus: 5 }] } });
    expect(structure).not.toHaveBeenCalled();
    tell({ kind: 'patch', revision: 9, guests: { change: [{ key: one.key, state: 'paused' }] } });
    tell({ kind: 'patch', revision: 10, guests: { remove: [two.key] } });
    expect(structure).toHaveBeenCalledTimes(2);
  });

  it('wakes who looks at a row only when that row changed', () => {
    const { inventory, tell } = withSnapshot();
    const seen = vi.fn<() => void>();
    const row = computed(() => inventory.guest(one.key));
    watch(row, seen, { flush: 'sync' });
    tell({ kind: 'patch', revision: 8, guests: { change: [{ key: two.key, vcpus: 3 }] } });
    expect(seen).not.toHaveBeenCalled();
    tell({ kind: 'patch', revision: 9, guests: { change: [{ key: one.key, vcpus: 3 }] } });
    expect(seen).toHaveBeenCalledOnce();
  });

  it('collects CPU samples from statistics and drops them when the guest stops', () => {
    const { inventory, tell } = withSnapshot();
    const sample = (cpuPercent: number) => ({ key: one.key, stats: { ...one.stats!, cpuPercent } });
    tell({ kind: 'patch', revision: 8, guests: { change: [sample(10)] } });
    tell({ kind: 'patch', revision: 9, guests: { change: [sample(20)] } });
    const ring = inventory.cpuSamples(one.key)!;
    expect([ring.at(0), ring.at(1), ring.length]).toEqual([10, 20, 2]);
    tell({ kind: 'patch', revision: 10, guests: { change: [{ key: one.key, stats: null }] } });
    expect(inventory.cpuSamples(one.key)).toBeUndefined();
  });

  it('takes the history of a guest that has few samples, not over many', () => {
    const { inventory, tell } = withSnapshot();
    const past = (length: number) =>
      Array.from({ length }, (_, at) => ({ timeMs: at, cpuPercent: at, memoryUsedKiB: null }));
    inventory.prefillCpu(one.key, past(30));
    expect(inventory.cpuSamples(one.key)?.length).toBe(30);
    tell({ kind: 'patch', revision: 8, guests: { change: [{ key: one.key, stats: one.stats }] } });
    inventory.prefillCpu(one.key, past(40));
    expect(inventory.cpuSamples(one.key)?.length).toBe(31);
  });

  it('lists the networks and pools of one host by name', () => {
    const { inventory, tell } = withSnapshot();
    const network = { uuid: 'u', bridge: '', isActive: true, isPersistent: true, isAutostart: false };
    const upsert = ['b', 'a'].map((name) => ({ ...network, key: `lab/${name}`, connectionId: 'lab', name }));
    tell({ kind: 'patch', revision: 8, networks: { upsert } });
    expect(inventory.networksOf('lab').map(({ name }) => name)).toEqual(['a', 'b']);
    expect(inventory.networksOf('other')).toEqual([]);
  });
});
