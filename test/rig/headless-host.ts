/** Hostler's host without a window: what a window would be told, for tests and benchmarks that look at the far side. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuestRow, InventoryMessage } from '../../main/contract/index.ts';
import { createHost, type Host } from '../../main/host.ts';

export interface HeadlessHost extends AsyncDisposable {
  readonly host: Host;
  /** The guest table, as far as it is known. */
  readonly guests: ReadonlyMap<string, GuestRow>;
  /** Saves and opens a connection; settles with its id once it is open. */
  connect(uri: string): Promise<string>;
  /** Settles when the table shows `count` guests with all their figures; fails after `timeoutMs`. */
  completeTable(count: number, timeoutMs: number): Promise<void>;
}

/** Starts one with an empty configuration of its own, and somebody who looks at the guest table. */
export async function startHeadlessHost(): Promise<HeadlessHost> {
  const folder = await mkdtemp(join(tmpdir(), 'hostler-headless-'));
  const bugs: unknown[] = [];
  const host = await createHost({
    configDir: folder,
    version: '0',
    mode: 'browser',
    onBug: (error) => bugs.push(error),
  });
  const guests = new Map<string, GuestRow>();
  let changed: () => void = () => undefined;
  const unlisten = host.services.inventory.onDidChange((message) => {
    apply(guests, message);
    changed();
  });
  return {
    host,
    guests,
    connect: async (uri) => {
      const draft = { uri, name: '', autoconnect: false, readonly: false };
      const { id } = await host.services.connections.add(draft);
      await host.services.connections.connect(id);
      return id;
    },
    completeTable: async (count, timeoutMs) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const missing = (): number => count - [...guests.values()].filter(isComplete).length;
      const timer = setTimeout(
        () => reject(new Error(`${missing()} of ${count} guests are incomplete after ${timeoutMs} ms`)),
        timeoutMs,
      );
      changed = () => {
        if (missing() === 0) resolve();
      };
      changed();
      await promise.finally(() => clearTimeout(timer));
    },
    [Symbol.asyncDispose]: async () => {
      unlisten();
      await host.dispose();
      await rm(folder, { recursive: true, force: true });
      if (bugs.length > 0) throw new AggregateError(bugs, 'The host reported bugs of its own');
    },
  };
}

/** What every column shows; a guest that is off has no statistics. */
function isComplete({ state, id, vcpus, memoryKiB, maxMemoryKiB, stats }: GuestRow): boolean {
  const hasSizes = state !== 'unknown' && vcpus > 0 && memoryKiB > 0 && maxMemoryKiB > 0;
  return hasSizes && (id === null || (stats !== null && stats.memoryUsedKiB !== null));
}

function apply(guests: Map<string, GuestRow>, message: InventoryMessage): void {
  if (message.kind === 'snapshot') {
    guests.clear();
    for (const row of message.guests) guests.set(row.key, row);
    return;
  }
  const { upsert = [], change = [], remove = [] } = message.guests ?? {};
  for (const row of upsert) guests.set(row.key, row);
  for (const row of change) guests.set(row.key, { ...guests.get(row.key)!, ...row });
  for (const key of remove) guests.delete(key);
}
