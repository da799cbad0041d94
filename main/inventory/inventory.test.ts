import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeHypervisor, guest, uuidOf } from '../testing/fake-hypervisor.ts';
import type { ConnectionEvent } from '../connections/connections.ts';
import type { GuestLifeCycle } from '../connections/hypervisor.ts';
import type { GuestRow, InventoryMessage, RowPatch } from '../contract/index.ts';
import { Emitter } from '../emitter.ts';
import { Inventory } from './inventory.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const key = (n: number): string => `c1/${uuidOf(n)}`;

/** The renderer's side of the stream: applies it and refuses a gap. */
class Mirror {
  revision = -1;
  readonly guests = new Map<string, GuestRow>();
  readonly messages: InventoryMessage[] = [];

  receive(message: InventoryMessage): void {
    this.messages.push(structuredClone(message));
    if (message.kind === 'snapshot') {
      this.revision = message.revision;
      for (const row of message.guests) this.guests.set(row.key, row);
      return;
    }
    if (message.revision !== this.revision + 1) throw new Error(`gap: ${this.revision} -> ${message.revision}`);
    this.revision = message.revision;
    this.apply(message.guests ?? {});
  }

  apply({ upsert = [], change = [], remove = [] }: RowPatch<GuestRow>): void {
    for (const row of upsert) this.guests.set(row.key, row);
    for (const part of change) {
      const row = this.guests.get(part.key);
      if (!row) throw new Error(`change of ${part.key}, which is not there`);
      this.guests.set(part.key, { ...row, ...part });
    }
    for (const gone of remove) this.guests.delete(gone);
  }

  /** The guests' patch of the newest message. */
  get last(): RowPatch<GuestRow> | undefined {
    const message = this.messages.at(-1);
    return message?.kind === 'patch' ? message.guests : undefined;
  }

  get states(): string[] {
    return [...this.guests.values()].map((row) => `${row.name} ${row.state}`);
  }
}

function setUp() {
  const events = new Emitter<ConnectionEvent>();
  const problems: unknown[] = [];
  const inventory = new Inventory(
    { onConnection: (listener) => events.on(listener) },
    { intervalSeconds: () => 2, onProblem: (_id, error) => problems.push(error) },
  );
  const mirror = new Mirror();
  const unlisten = inventory.onDidChange((message) => mirror.receive(message));
  const open = async (hypervisor: FakeHypervisor): Promise<void> => {
    events.emit({ kind: 'opened', id: 'c1', hypervisor });
    await vi.advanceTimersByTimeAsync(20);
  };
  return { events, inventory, mirror, unlisten, open, problems };
}

function step(n: number, changes: Partial<GuestLifeCycle>): GuestLifeCycle {
  return {
    kind: 'guest-life-cycle',
    uuid: uuidOf(n),
    name: `guest-${n}`,
    id: null,
    step: 'started',
    state: 'running',
    stateReason: 'booted',
    ...changes,
  };
}

describe('Inventory', () => {
  it('subscribes before it lists, and sends one patch with everything', async () => {
    const { mirror, open } = setUp();
    const hypervisor = new FakeHypervisor(guest(1), guest(2));
    await open(hypervisor);
    expect(hypervisor.calls.slice(0, 2)).toEqual(['subscribe', 'listGuests']);
    expect(mirror.messages).toHaveLength(2);
    expect(mirror.last).toEqual({
      upsert: [1, 2].map((n) => ({
        ...guest(n),
        key: key(n),
        connectionId: 'c1',
        title: '',
        pending: null,
        stats: null,
      })),
    });
  });

  it('asks for the first statistics together with the list, and shows them after it', async () => {
    const { mirror, open } = setUp();
    const hypervisor = new FakeHypervisor(guest(1, { id: 1, state: 'running' }));
    const none = { cpuTimeNs: null, diskReadBytes: null, diskWriteBytes: null, netReceiveBytes: null };
    const counters = { ...none, netTransmitBytes: null, memoryUsedKiB: 77 };
    hypervisor.samples = [{ uuid: uuidOf(1), vcpus: null, maxMemoryKiB: null, memoryKiB: null, counters }];
    const listed = Promise.withResolvers<void>();
    hypervisor.beforeListing = listed.promise;
    await open(hypervisor);
    expect(hypervisor.calls).toEqual(['subscribe', 'listGuests', 'sampleGuests']);
    listed.resolve();
    await vi.advanceTimersByTimeAsync(20);
    expect(mirror.last).toMatchObject({ upsert: [{ key: key(1), stats: { memoryUsedKiB: 77 } }] });
    expect(hypervisor.calls).toHaveLength(3);
  });

  it('changes a state by event, with a patch of just that', async () => {
    const { mirror, open } = setUp();
    const hypervisor = new FakeHypervisor(guest(1), guest(2));
    await open(hypervisor);
    hypervisor.guests.set(uuidOf(2), guest(2, { id: 7, state: 'running', stateReason: 'booted' }));
    hypervisor.emit(step(2, { id: 7 }));
    await vi.advanceTimersByTimeAsync(20);
    expect(mirror.last).toEqual({ change: [{ key: key(2), id: 7, state: 'running', stateReason: 'booted' }] });
    const count = mirror.messages.length;
    await vi.advanceTimersByTimeAsync(100);
    expect(mirror.messages).toHaveLength(count);
  });

  it('sends a thousand events of one frame as one patch', async () => {
    const { mirror, open } = setUp();
    const hypervisor = new FakeHypervisor(...Array.from({ length: 1000 }, (_, n) => guest(n)));
    await open(hypervisor);
    const before = mirror.messages.length;
    for (let n = 0; n < 1000; n++) {
      hypervisor.guests.set(uuidOf(n), guest(n, { id: n, state: 'running', stateReason: 'booted' }));
      hypervisor.emit(step(n, { id: n }));
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(mirror.messages).toHaveLength(before + 1);
    expect(mirror.last?.change).toHaveLength(1000);
    // One listing, not a thousand reads.
    expect(hypervisor.calls.filter((name) => name === 'readGuest')).toEqual([]);
    expect(hypervisor.calls.filter((name) => name === 'listGuests')).toHaveLength(2);
  });

  it('asks once for a flood of events, and shows nobody that is not there', async () => {
    const { open, mirror } = setUp();
    const hypervisor = new FakeHypervisor();
    hypervisor.guests.set(uuidOf(1), guest(1));
    await open(hypervisor);
    const list = vi.spyOn(hypervisor, 'listGuests');
    const read = vi.spyOn(hypervisor, 'readGuest');
    for (let n = 2; n < 40_000; n++) hypervisor.emit(step(n, { id: n }));
    hypervisor.emit(step(1, { id: 1 }));
    await vi.advanceTimersByTimeAsync(100);
    expect([list.mock.calls.length, read.mock.calls.length]).toEqual([1, 0]);
    expect(mirror.states).toEqual(['guest-1 running']);
  });

  it('loses no event that comes while it lists', async () => {
    const { mirror, open } = setUp();
    const hypervisor = new FakeHypervisor(guest(1));
    const listing = Promise.withResolvers<void>();
    hypervisor.beforeListing = listing.promise;
    await open(hypervisor);
    hypervisor.emit(step(1, { id: 3 }));
    hypervisor.emit(step(5, { step: 'defined', state: null }));
    await vi.advanceTimersByTimeAsync(50);
    // The listing is older than the events.
    const stale = [...hypervisor.guests.values()];
    hypervisor.listGuests = async () => stale;
    listing.resolve();
    await vi.advanceTimersByTimeAsync(0);
    hypervisor.guests.set(uuidOf(1), guest(1, { id: 3, state: 'running' }));
    hypervisor.guests.set(uuidOf(5), guest(5));
    await vi.advanceTimersByTimeAsync(100);
    expect(mirror.states).toEqual(['guest-1 running', 'guest-5 shutoff']);
  });

  it('throws away an answer that an event overtook', async () => {
    const { mirror, open } = setUp();
    const hypervisor = new FakeHypervisor(guest(1));
    await open(hypervisor);
    const read = Promise.withResolvers<void>();
    hypervisor.readGuest = async () => {
      await read.promise;
      return guest(1);
    };
    hypervisor.emit({ kind: 'guest-changed', uuid: uuidOf(1) });
    await vi.advanceTimersByTimeAsync(50);
    hypervisor.emit(step(1, { id: 3 }));
    read.resolve();
    hypervisor.readGuest = async () => guest(1, { id: 3, state: 'running', stateReason: 'booted' });
    await vi.advanceTimersByTimeAsync(100);
    const states = mirror.messages.flatMap((message) =>
      message.kind === 'patch' ? (message.guests?.change ?? []).flatMap((row) => row.state ?? []) : [],
    );
    expect(states).toEqual(['running']);
  });

  it('adds, removes and keeps guests as libvirt’s steps say', async () => {
    const { mirror, open } = setUp();
    const hypervisor = new FakeHypervisor(
      guest(1),
      guest(2, { id: 2, state: 'running', isPersistent: false }),
      guest(3, { id: 3, state: 'running' }),
    );
    await open(hypervisor);
    hypervisor.guests = new Map([
      [uuidOf(3), guest(3, { id: 3, state: 'running', isPersistent: false })],
      [uuidOf(4), guest(4)],
    ]);
    hypervisor.emit(step(1, { step: 'undefined', state: null }));
    hypervisor.emit(step(2, { step: 'stopped', state: 'shutoff', stateReason: 'destroyed' }));
    hypervisor.emit(step(3, { step: 'undefined', state: null }));
    hypervisor.emit(step(4, { step: 'defined', state: null }));
    await vi.advanceTimersByTimeAsync(100);
    expect(mirror.states).toEqual(['guest-3 running', 'guest-4 shutoff']);
    expect(mirror.guests.get(key(3))?.isPersistent).toBe(false);
  });

  it('keeps a lost connection’s guests as unknown and mends them with few changes', async () => {
    const { events, mirror, open } = setUp();
    await open(new FakeHypervisor(guest(1), guest(2, { id: 2, state: 'running' }), guest(3)));
    events.emit({ kind: 'lost', id: 'c1' });
    await vi.advanceTimersByTimeAsync(20);
    expect(mirror.states).toEqual(['guest-1 unknown', 'guest-2 unknown', 'guest-3 unknown']);
    await open(new FakeHypervisor(guest(1), guest(2, { id: 2, state: 'running' })));
    expect(mirror.last).toEqual({
      change: [
        { key: key(1), state: 'shutoff', stateReason: 'unknown' },
        { key: key(2), state: 'running', stateReason: 'unknown' },
      ],
      remove: [key(3)],
    });
    events.emit({ kind: 'closed', id: 'c1' });
    await vi.advanceTimersByTimeAsync(20);
    expect(mirror.guests.size).toBe(0);
  });

  it('samples at the interval while somebody looks, and rests otherwise', async () => {
    const { inventory, mirror, open, unlisten } = setUp();
    const hypervisor = new FakeHypervisor(guest(1, { id: 1, state: 'running' }), guest(2));
    let cpuTimeNs = 0n;
    const nothing = { diskReadBytes: null, diskWriteBytes: null, netReceiveBytes: null, netTransmitBytes: null };
    hypervisor.sampleGuests = async () => {
      hypervisor.calls.push('sampleGuests');
      cpuTimeNs += 1_000_000_000n;
      return [1, 2].map((n) => ({
        uuid: uuidOf(n),
        // As many as the row has: two.
        vcpus: null,
        maxMemoryKiB: null,
        memoryKiB: null,
        counters: { cpuTimeNs, memoryUsedKiB: 512, ...nothing },
      }));
    };
    await open(hypervisor);
    await vi.advanceTimersByTimeAsync(2020);
    expect(mirror.guests.get(key(1))?.stats).toMatchObject({ cpuPercent: 25, memoryUsedKiB: 512 });
    expect(mirror.guests.get(key(2))?.stats).toBe(null);
    expect(await inventory.history(key(1))).toMatchObject([{ cpuPercent: null }, { cpuPercent: 25 }]);
    const samples = (): number => hypervisor.calls.filter((name) => name === 'sampleGuests').length;
    inventory.setVisible(false);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(samples()).toBe(2);
    inventory.setVisible(true);
    await vi.advanceTimersByTimeAsync(10);
    expect(samples()).toBe(3);
    unlisten();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(samples()).toBe(3);
  });

  it('asks for throughput while a window shows it, at once and no longer', async () => {
    const { inventory, open } = setUp();
    const hypervisor = new FakeHypervisor(guest(1, { id: 1, state: 'running' }));
    await open(hypervisor);
    const told: number[] = [];
    const first = inventory.onDidSampleThroughput(({ timeMs }) => told.push(timeMs));
    await vi.advanceTimersByTimeAsync(10);
    const second = inventory.onDidSampleThroughput(() => undefined);
    first();
    await vi.advanceTimersByTimeAsync(2000);
    second();
    await vi.advanceTimersByTimeAsync(2000);
    const samples = hypervisor.calls.filter((name) => name.startsWith('sampleGuests'));
    const withThroughput = 'sampleGuests with throughput';
    expect(samples).toEqual(['sampleGuests', withThroughput, withThroughput, 'sampleGuests']);
    expect(told).toHaveLength(1);
  });

  it('lets an open page read again once for each change, also where no event tells it', async () => {
    const { inventory, open } = setUp();
    const hypervisor = new FakeHypervisor(guest(1), guest(2));
    await open(hypervisor);
    const told: string[] = [];
    inventory.onDidChangeDetails((change) => told.push(`${change.key} ${change.state}`));
    hypervisor.guests.set(uuidOf(1), guest(1, { id: 7, state: 'running', stateReason: 'booted' }));
    hypervisor.emit(step(1, { id: 7 }));
    await vi.advanceTimersByTimeAsync(100);
    expect(told).toEqual([`${key(1)} running`]);
    hypervisor.guests.set(uuidOf(2), guest(2, { id: 8, state: 'paused', stateReason: 'user' }));
    await inventory.whilePending(inventory.guest(key(2)), 'create', async () => {});
    await vi.advanceTimersByTimeAsync(100);
    expect(told.slice(1)).toEqual([`${key(2)} paused`]);
  });

  it('falls back to listing where the hypervisor has neither events nor statistics', async () => {
    const { mirror, open } = setUp();
    const hypervisor = new FakeHypervisor(guest(1));
    hypervisor.hasEvents = false;
    hypervisor.samples = null;
    await open(hypervisor);
    hypervisor.guests.set(uuidOf(1), guest(1, { id: 1, state: 'running' }));
    await vi.advanceTimersByTimeAsync(2100);
    expect(mirror.states).toEqual(['guest-1 running']);
  });

  it('shows what is pending until the event, the refusal, or a minute later', async () => {
    const { inventory, mirror, open } = setUp();
    const hypervisor = new FakeHypervisor(guest(1, { id: 1, state: 'running' }), guest(2));
    await open(hypervisor);
    const pending = (n: number): unknown => mirror.guests.get(key(n))?.pending;

    await inventory.whilePending(inventory.guest(key(1)), 'shutdown', async () => {});
    hypervisor.emit({ kind: 'guest-changed', uuid: uuidOf(1) });
    await vi.advanceTimersByTimeAsync(1000);
    expect(pending(1)).toBe('shutting-down');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pending(1)).toBe(null);

    const refused = inventory.whilePending(inventory.guest(key(2)), 'create', () => Promise.reject(new Error('no')));
    await expect(refused).rejects.toThrow('no');
    const starting = Promise.withResolvers<void>();
    const started = inventory.whilePending(inventory.guest(key(2)), 'create', () => starting.promise);
    await vi.advanceTimersByTimeAsync(20);
    expect(pending(2)).toBe('starting');
    hypervisor.emit(step(2, { id: 2 }));
    await vi.advanceTimersByTimeAsync(0);
    starting.resolve();
    await started;
    await vi.advanceTimersByTimeAsync(20);
    expect(pending(2)).toBe(null);
  });

  it('gives a second listener a snapshot at the revision of the first', async () => {
    const { inventory, mirror, open } = setUp();
    const hypervisor = new FakeHypervisor(guest(1), guest(2));
    await open(hypervisor);
    hypervisor.emit(step(1, { id: 1 }));
    const second = new Mirror();
    inventory.onDidChange((message) => second.receive(message));
    expect([second.revision, second.states]).toEqual([mirror.revision, mirror.states]);
    expect(second.states).toContain('guest-1 running');
    hypervisor.emit(step(2, { id: 2 }));
    await vi.advanceTimersByTimeAsync(20);
    expect([second.revision, second.states]).toEqual([mirror.revision, mirror.states]);
  });

  it('carries hostile names as they are', async () => {
    const { mirror, open } = setUp();
    const names = ['<img src=x onerror=alert(1)>', 'x'.repeat(4096), '__proto__', '\u202Egnp.exe'];
    await open(new FakeHypervisor(...names.map((name, n) => guest(n, { name }))));
    expect([...mirror.guests.values()].map(({ name }) => name)).toEqual(names);
  });

  it('says what could not be listed, and tries again', async () => {
    const { mirror, open, problems } = setUp();
    const hypervisor = new FakeHypervisor(guest(1));
    const list = hypervisor.listGuests.bind(hypervisor);
    hypervisor.listGuests = () => Promise.reject(new Error('the server fell silent'));
    await open(hypervisor);
    expect(problems).toEqual([new Error('the server fell silent')]);
    hypervisor.listGuests = list;
    await vi.advanceTimersByTimeAsync(5100);
    expect(mirror.states).toEqual(['guest-1 shutoff']);
  });

  it('builds a patch of one row as fast among 10,000 guests as among 100', async () => {
    vi.useRealTimers();
    const measure = async (count: number): Promise<number> => {
      const { events, inventory } = setUp();
      const hypervisor = new FakeHypervisor(...Array.from({ length: count }, (_, n) => guest(n)));
      events.emit({ kind: 'opened', id: 'c1', hypervisor });
      await new Promise((resolve) => setTimeout(resolve, 100));
      const times: number[] = [];
      for (let round = 0; round < 50; round++) {
        hypervisor.emit({ kind: 'guest-balloon', uuid: uuidOf(1), memoryKiB: round });
        const started = performance.now();
        inventory.flush();
        times.push(performance.now() - started);
      }
      inventory.dispose();
      return times.toSorted((a, b) => a - b)[25]!;
    };
    const few = await measure(100);
    // Ten times is far from the hundred that a walk over all rows would cost.
    expect(await measure(10_000)).toBeLessThan(few * 10 + 0.05);
  });
});
