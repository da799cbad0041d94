import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoragePoolRow } from '../contract/index.ts';
import { Emitter } from '../emitter.ts';
import { HostError } from '../error.ts';
import { Jobs } from '../jobs/jobs.ts';
import { FakeHypervisor, uuidOf } from '../testing/fake-hypervisor.ts';
import { Storage } from './storage.ts';

const poolKey = `c1/${uuidOf(1)}`;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-storage-'));
});
afterEach(() => rm(folder, { recursive: true }));

function setUp(pool: Partial<StoragePoolRow> = {}) {
  const hypervisor = new FakeHypervisor();
  const jobs = new Jobs();
  const events = new Emitter<string>();
  const refreshed: string[] = [];
  let lost: HostError | null = null;
  const row = { key: poolKey, connectionId: 'c1', uuid: uuidOf(1), name: 'default', state: 'running', ...pool };
  const storage = new Storage({
    jobs,
    connections: {
      hypervisor: () => {
        if (lost) throw lost;
        return hypervisor;
      },
    },
    inventory: {
      storagePool: () => row as StoragePoolRow,
      refreshStoragePools: (connectionId) => refreshed.push(connectionId),
      onDidChangeStoragePool: (listener) => events.on(listener),
    },
  });
  const changes: string[] = [];
  storage.onDidChangeVolumes((changed) => changes.push(changed), poolKey);
  const states = async () => (await jobs.list()).map(({ state }) => state);
  const ended = async (...expected: string[]) => await expect.poll(states).toEqual(expected);
  return {
    storage,
    fake: hypervisor.storage,
    jobs,
    events,
    refreshed,
    changes,
    ended,
    lose: (error: HostError) => (lost = error),
  };
}

describe('Storage', () => {
  it('moves a granted file up and down again, and has the pool listed anew', async () => {
    const { storage, fake, changes, refreshed, ended } = setUp();
    await writeFile(join(folder, 'disk.img'), 'the content of a disk');
    const { token, ...file } = await storage.grantUpload(join(folder, 'disk.img'));
    expect(file).toEqual({ name: 'disk.img', sizeBytes: 21, format: 'raw', capacityBytes: 21 });
    const volume = { name: 'disk', format: 'raw' as const };
    expect(await storage.upload(poolKey, volume, { kind: 'granted', token })).toMatchObject({ ticket: null });
    await ended('done');
    expect(fake.content('disk').toString()).toBe('the content of a disk');
    expect([changes, refreshed]).toEqual([[poolKey], ['c1']]);

    fake.pieces = [Buffer.from('back')];
    const target = storage.grantDownload(join(folder, 'back.img'));
    await storage.download(poolKey, 'disk', { kind: 'granted', token: target.token });
    await ended('done', 'done');
    expect(await readFile(join(folder, 'back.img'), 'utf8')).toBe('back');
  });

  it('opens no file but the one that was granted, once', async () => {
    const { storage, jobs } = setUp();
    await writeFile(join(folder, 'a'), 'a');
    const { token } = await storage.grantUpload(join(folder, 'a'));
    const volume = { name: 'disk', format: 'raw' as const };
    for (const wrong of [join(folder, 'a'), 'AAAAAAAAAAAAAAAAAAAAAA']) {
      const file = { kind: 'granted' as const, token: wrong };
      await expect(storage.upload(poolKey, volume, file)).rejects.toMatchObject({ code: 'not-found' });
    }
    await expect(storage.download(poolKey, 'disk', { kind: 'granted', token })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await jobs.list()).toEqual([]);
  });

  it('gives the browser a ticket, and waits for it', async () => {
    const { storage, jobs } = setUp();
    const { jobId, ticket } = await storage.upload(
      poolKey,
      { name: 'disk', format: 'raw' },
      { kind: 'browser', sizeBytes: 7 },
    );
    expect(storage.tickets.find(ticket!)).toEqual({ kind: 'upload', sizeBytes: 7 });
    expect(await jobs.list()).toMatchObject([{ id: jobId, state: 'running', stage: 'waiting', targetKey: poolKey }]);
    await jobs.cancel(jobId);
    await expect.poll(() => storage.tickets.find(ticket!)).toBeNull();
  });

  it('refuses before any job where the host is away or the pool is off', async () => {
    const away = setUp();
    away.lose(new HostError('not-connected', 'It is not connected.'));
    const off = setUp({ state: 'inactive' });
    for (const [{ storage, jobs }, code] of [
      [away, 'not-connected'],
      [off, 'operation-refused'],
    ] as const) {
      await expect(storage.listVolumes(poolKey)).rejects.toMatchObject({ code });
      await expect(storage.deleteVolume(poolKey, 'disk')).rejects.toMatchObject({ code });
      await expect(storage.download(poolKey, 'disk', { kind: 'browser' })).rejects.toMatchObject({ code });
      expect(await jobs.list()).toEqual([]);
    }
  });

  it('makes and deletes volumes as jobs, and passes on what the hypervisor tells of the pool', async () => {
    const { storage, jobs, events, changes, ended } = setUp();
    await storage.createVolume(poolKey, { name: 'disk', format: 'qcow2', capacityBytes: 5 });
    await ended('done');
    expect(await storage.listVolumes(poolKey)).toMatchObject([{ name: 'disk', format: 'qcow2', capacityBytes: 5 }]);
    await storage.deleteVolume(poolKey, 'disk');
    await storage.deleteVolume(poolKey, 'disk');
    await ended('done', 'done', 'failed');
    expect((await jobs.list()).map(({ title }) => title.key)).toEqual(['volumeCreate', 'volumeDelete', 'volumeDelete']);
    changes.length = 0;
    events.emit('c1/another');
    events.emit(poolKey);
    expect(changes).toEqual([poolKey]);
  });

  it('waits at the end until what was half sent is gone', async () => {
    const { storage, fake, jobs } = setUp();
    await writeFile(join(folder, 'a'), 'a');
    const { token } = await storage.grantUpload(join(folder, 'a'));
    fake.beforeStep = () => new Promise<void>(() => {});
    await storage.upload(poolKey, { name: 'disk', format: 'raw' }, { kind: 'granted', token });
    await expect.poll(() => fake.done).toEqual(['create disk']);
    jobs.dispose();
    await storage.dispose();
    expect(fake.done).toEqual(['create disk', 'abort', 'delete disk']);
  });
});
