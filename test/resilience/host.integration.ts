/** What Hostler's host does when the link to a real libvirtd is cut: states, inventory, events, what is under way. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { hypervisorOpener } from '../../main/connections/core-hypervisor.ts';
import type { ConnectionState, GuestRow, Job } from '../../main/contract/index.ts';
import { createHost, type Host } from '../../main/host.ts';
import { toContractError } from '../../main/ipc/contract-error.ts';
import { startDelayingProxy, type DelayingProxy } from '../rig/delaying-proxy.ts';
import { type Libvirtd, libvirtdPrograms, startLibvirtd } from '../rig/libvirtd.ts';
import { waitUntil } from '../rig/process.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { deadAfterMs, times } from './link.ts';

const problem = notRunBecause(libvirtdPrograms, { root: true });
const soonMs = deadAfterMs * 3 + 15_000;

describe.skipIf(problem !== null)(`a host's link${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  failOnLeaks();
  let libvirtd: Libvirtd;
  let proxy: DelayingProxy;
  let folder: string;
  let host: Host;
  let id: string;
  let states: ConnectionState['kind'][];

  beforeAll(async () => {
    libvirtd = await startLibvirtd();
    proxy = await startDelayingProxy({ target: { path: libvirtd.sockets.readWrite } });
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await libvirtd.stop();
  });

  /** Defines a guest that has no disk and is never started. */
  async function define(name: string): Promise<void> {
    const file = join(libvirtd.dir, `${name}.xml`);
    await writeFile(
      file,
      `<domain type='qemu'><name>${name}</name><memory>8192</memory><os><type>hvm</type></os></domain>`,
    );
    await libvirtd.virsh('define', file);
  }

  const state = async (): Promise<ConnectionState> => (await host.services.connections.list())[0]!.state;
  const becomes = (kind: ConnectionState['kind']): Promise<void> =>
    waitUntil(`the connection is ${kind}`, async () => (await state()).kind === kind, soonMs);

  /** The table as a window that opens now gets it. */
  function guests(): GuestRow[] {
    let rows: GuestRow[] = [];
    host.services.inventory.onDidChange((message) => {
      if (message.kind === 'snapshot') rows = message.guests;
    })();
    return rows;
  }
  const guest = (name: string): GuestRow | undefined => guests().find((row) => row.name === name);

  beforeEach(async () => {
    await define('before');
    folder = await mkdtemp(join(tmpdir(), 'hostler-link-'));
    host = await createHost({
      configDir: folder,
      version: '1.2.3',
      mode: 'browser',
      open: hypervisorOpener(() => times.keepAlive),
    });
    states = [];
    host.services.connections.onDidChange(([status]) => {
      if (status !== undefined && states.at(-1) !== status.state.kind) states.push(status.state.kind);
    });
    const uri = `qemu+tcp://127.0.0.1:${proxy.port}/system`;
    ({ id } = await host.services.connections.add({ uri, name: 'far', autoconnect: false, readonly: false }));
    await host.services.connections.connect(id);
    await waitUntil('the guest is listed', () => guest('before')?.state === 'shutoff', soonMs);
  });
  afterEach(async () => {
    await host.dispose();
    await proxy.restore();
    await rm(folder, { recursive: true });
    const names = (await libvirtd.virsh('list', '--all', '--name')).split('\n').filter((name) => name !== '');
    for (const name of names) await libvirtd.virsh('undefine', name);
  });

  it('is lost, shown with its reason and age, and comes back by itself with all that happened meanwhile', async () => {
    proxy.cut();
    await becomes('waiting');
    const lost = (await state()) as Extract<ConnectionState, { kind: 'waiting' }>;
    expect(lost).toMatchObject({ attempt: 1, error: { code: 'connection-lost' } });
    expect(lost.error.message).toMatch(/^The host has not answered for \d+ seconds\.$/);
    expect(Math.abs(Date.now() - lost.lostAtMs)).toBeLessThan(soonMs);
    expect(guest('before')).toMatchObject({ state: 'unknown' });

    await define('while-lost');
    await libvirtd.virsh('undefine', 'before');
    await proxy.restore();
    await becomes('connected');
    await waitUntil('the table is up to date', () => guest('while-lost')?.state === 'shutoff', soonMs);
    expect(guest('before')).toBeUndefined();

    // Nobody looks, so that nothing is polled: only events, registered anew, can tell.
    host.setVisible(false);
    await define('after');
    await waitUntil('the event comes', () => guest('after') !== undefined, soonMs);
    expect(states[0]).toBe('disconnected');
    expect(states.slice(-2)).toEqual(['connecting', 'connected']);
  });

  it('says of an operation under way that the host may have done it, and of a later one that it was not sent', async () => {
    const { key } = guest('before')!;
    const jobs: Job[] = [];
    host.services.jobs.onDidChange((changed) => void jobs.push(...changed));
    proxy.cut();
    const failures = (['managedSaveRemove', 'undefine'] as const).map((operation) =>
      host.services.domains.perform(key, operation).then(
        () => null,
        (error: unknown) => toContractError(error),
      ),
    );
    const [refused, lost] = await Promise.all(failures);
    // There is nothing saved to remove: refused here, not there.
    expect(refused).toMatchObject({ code: 'operation-refused' });
    expect(lost).toMatchObject({ code: 'connection-lost', mayHaveActed: true });
    expect(jobs.at(-1)).toMatchObject({ state: 'failed', error: { code: 'connection-lost', mayHaveActed: true } });
    expect(jobs.some((job) => job.state === 'done')).toBe(false);
    const later = await host.services.domains
      .perform(key, 'undefine')
      .catch((error: unknown) => toContractError(error));
    expect(later).toMatchObject({ code: 'connection-lost' });
    expect(later).not.toMatchObject({ mayHaveActed: true });
  });

  it('fails transfers in its middle, in either direction, and says so', async () => {
    const pool = join(libvirtd.dir, 'pool');
    await mkdir(pool);
    const file = join(folder, 'disk.img');
    const content = randomBytes(24 << 20);
    for (const path of [file, join(pool, 'there.img')]) await writeFile(path, content);
    await libvirtd.virsh('pool-create-as', 'transfers', 'dir', '--target', pool);
    let poolKey: string | undefined;
    await waitUntil(
      'the pool is listed',
      () => {
        host.services.inventory.onDidChange((message) => {
          if (message.kind === 'snapshot') poolKey = message.storagePools[0]?.key;
        })();
        return poolKey !== undefined;
      },
      soonMs,
    );
    const { storage, jobs } = host.services;
    const { token } = await host.files.grantUpload(file);
    const target = host.files.grantDownload(join(folder, 'back.img'));
    proxy.set({ bytesPerSecond: 4 << 20 });
    await storage.upload(poolKey!, { name: 'sent.img', format: 'raw' }, { kind: 'granted', token });
    await storage.download(poolKey!, 'there.img', { kind: 'granted', token: target.token });
    const moved = async (): Promise<boolean> => (await jobs.list()).every(({ bytes }) => (bytes?.done ?? 0) > 0);
    await waitUntil('both transfers go on', moved, soonMs);
    proxy.cut();
    await becomes('waiting');
    proxy.set({ bytesPerSecond: null });
    // Only over the link can the half-written volume be deleted again.
    await proxy.restore();
    const ended = async (): Promise<boolean> => (await jobs.list()).every(({ endedAtMs }) => endedAtMs !== null);
    await waitUntil('both have ended', ended, soonMs);
    const results = (await jobs.list()).map(({ title, state, error }) => [title.key, state, error?.code]);
    expect(results.toSorted()).toEqual([
      ['volumeDownload', 'failed', 'connection-lost'],
      ['volumeUpload', 'failed', 'connection-lost'],
    ]);
    expect(await readdir(pool)).toEqual(['there.img']);
    expect(await readdir(folder)).not.toContain('back.img');
    await libvirtd.virsh('pool-destroy', 'transfers');
  });

  it('is gone for ever: attempts go on, and neither disconnecting nor quitting waits for it', async () => {
    proxy.cut();
    await becomes('waiting');
    // The first attempt after the loss meets the same silence.
    await becomes('connecting');
    expect(await state()).toMatchObject({ lostAtMs: expect.any(Number), error: { code: 'connection-lost' } });
    const startedMs = performance.now();
    await host.services.connections.disconnect(id);
    expect(await state()).toEqual({ kind: 'disconnected' });
    expect(guests()).toEqual([]);
    void host.services.connections.connect(id).catch(() => undefined);
    await becomes('connecting');
    await host.dispose();
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it('is found again at once when the network is back', async () => {
    proxy.reset({ forever: true });
    await becomes('waiting');
    await waitUntil(
      'waits for longer',
      async () => ((s) => s.kind === 'waiting' && s.attempt >= 3)(await state()),
      soonMs,
    );
    await proxy.restore();
    const { retryAtMs } = (await state()) as Extract<ConnectionState, { kind: 'waiting' }>;
    await host.services.connections.retryWaiting();
    await becomes('connected');
    expect(Date.now()).toBeLessThan(retryAtMs);
  });
});
