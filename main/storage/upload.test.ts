import { describe, expect, it, vi } from 'vitest';
import { HostError } from '../error.ts';
import { Jobs } from '../jobs/jobs.ts';
import { FakeStorage } from '../testing/fake-storage.ts';
import type { TransferSource } from './transfer-ends.ts';
import { runUpload } from './upload.ts';
import { blockBytes } from './zero-runs.ts';

const data = (length: number, fill: number): Buffer => Buffer.alloc(length, fill);

/** A file that gives these pieces, and keeps how it was told to end. */
function sourceOf(pieces: (Uint8Array | Error)[], sizeBytes?: number): TransferSource & { outcome: unknown } {
  const source = {
    sizeBytes: sizeBytes ?? pieces.reduce((sum, piece) => sum + (piece instanceof Error ? 0 : piece.length), 0),
    outcome: undefined as unknown,
    async *pieces() {
      for (const piece of pieces) {
        if (piece instanceof Error) throw piece;
        yield piece;
      }
    },
    end: (error: unknown) => void (source.outcome = error),
  };
  return source;
}

function start(storage: FakeStorage, source: TransferSource, changes: { format?: 'raw' | 'qcow2' } = {}) {
  const jobs = new Jobs();
  let current: () => FakeStorage = () => storage;
  const request = {
    poolUuid: 'p',
    name: 'disk',
    format: 'raw' as const,
    storage: () => current(),
    source: async () => source,
    ...changes,
  };
  const { id, done } = jobs.start({
    title: { key: 'volumeUpload', params: {} },
    targetKey: null,
    canCancel: true,
    run: (job) => runUpload(request, job),
  });
  done.catch(() => {});
  const job = async () => (await jobs.list())[0]!;
  const log = async () => (await jobs.log(id)).map(({ text }) => text).join('\n');
  return { jobs, id, done, job, log, answerWith: (answer: () => FakeStorage) => (current = answer) };
}

describe('runUpload', () => {
  it('makes the volume, sends everything, and is done only when the host has it', async () => {
    const storage = new FakeStorage();
    const source = sourceOf([data(1000, 1), data(500, 2)]);
    const finishing = Promise.withResolvers<void>();
    storage.beforeStep = (step) => (step === 'finish' ? finishing.promise : undefined);
    const { done, job } = start(storage, source);
    await vi.waitFor(async () => expect((await job()).stage).toBe('finishing'));
    expect([(await job()).state, source.outcome]).toEqual(['running', undefined]);
    finishing.resolve();
    await done;
    expect(storage.done).toEqual(['create disk', 'write 1000', 'write 500', 'finish']);
    expect(storage.content('disk')).toEqual(Buffer.concat([data(1000, 1), data(500, 2)]));
    expect([(await job()).state, (await job()).bytes, source.outcome]).toEqual([
      'done',
      { done: 1500, total: 1500 },
      null,
    ]);
  });

  it('sends no zeroes where the host takes holes, and all of them where not', async () => {
    const piece = Buffer.concat([data(blockBytes, 7), data(3 * blockBytes, 0), data(100, 7)]);
    const sparse = new FakeStorage();
    await start(sparse, sourceOf([piece])).done;
    expect(sparse.done).toEqual([
      'create disk',
      `write ${blockBytes}`,
      `hole ${3 * blockBytes}`,
      'write 100',
      'finish',
    ]);
    expect(sparse.content('disk').equals(piece)).toBe(true);
    const plain = new FakeStorage();
    plain.takesHoles = false;
    await start(plain, sourceOf([piece])).done;
    expect(plain.done).toEqual(['create disk', `write ${piece.length}`, 'finish']);
  });

  it('is cancelled in the middle, and deletes what it made', async () => {
    const storage = new FakeStorage();
    storage.beforeStep = (step) => (step === 'write 2' ? new Promise<void>(() => {}) : undefined);
    const source = sourceOf([data(1, 1), data(2, 1), data(3, 1)]);
    const { jobs, id, done, job, log } = start(storage, source);
    await vi.waitFor(() => expect(storage.done).toContain('write 1'));
    await jobs.cancel(id);
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    expect(storage.done).toEqual(['create disk', 'write 1', 'abort', 'delete disk']);
    expect([(await job()).state, (await job()).bytes]).toEqual(['cancelled', { done: 1, total: 6 }]);
    expect(source.outcome).toMatchObject({ code: 'cancelled' });
    expect(await log()).toContain('Deleted the half-written volume ‘disk’.');
  });

  it.each(['write 3', 'finish'])('fails at "%s" with the host’s error, and deletes what it made', async (failing) => {
    const storage = new FakeStorage();
    storage.beforeStep = (step) => {
      if (step === failing) throw new HostError('io', 'No space left on device.');
    };
    const { done, job } = start(storage, sourceOf([data(1, 1), data(3, 1)]));
    await expect(done).rejects.toMatchObject({ code: 'io', message: 'No space left on device.' });
    expect(storage.done.slice(-2)).toEqual(['abort', 'delete disk']);
    expect((await job()).state).toBe('failed');
    expect(storage.volumes.size).toBe(0);
  });

  it('fails when the file breaks off, and deletes what it made', async () => {
    const storage = new FakeStorage();
    const { done } = start(storage, sourceOf([data(1, 1), new HostError('connection-lost', 'The browser left.')], 9));
    await expect(done).rejects.toThrow('The browser left.');
    expect(storage.done).toEqual(['create disk', 'write 1', 'abort', 'delete disk']);
  });

  it('keeps its hands off a volume that was there before', async () => {
    const storage = new FakeStorage();
    await storage.createVolume('p', { name: 'disk', format: 'raw', capacityBytes: 1 });
    await expect(start(storage, sourceOf([data(1, 1)])).done).rejects.toThrow('exists already');
    expect(storage.done).toEqual(['create disk']);
  });

  it('waits for a host that went away in the middle, to delete what is left there', async () => {
    const storage = new FakeStorage();
    const { done, answerWith, job } = start(
      storage,
      sourceOf([data(1, 1), new HostError('connection-lost', 'The link broke.')], 9),
    );
    answerWith(() => {
      if (storage.done.includes('abort')) throw new HostError('connection-lost', 'It is away.');
      return storage;
    });
    await vi.waitFor(async () => expect((await job()).stage).toBe('cleaning'));
    answerWith(() => storage);
    await expect(done).rejects.toThrow('The link broke.');
    expect(storage.volumes.size).toBe(0);
  });

  it('says what is left when nobody wants to wait for the host', async () => {
    const storage = new FakeStorage();
    const { jobs, id, done, answerWith, job } = start(
      storage,
      sourceOf([data(1, 1), new HostError('connection-lost', 'The link broke.')], 9),
    );
    answerWith(() => {
      if (storage.done.includes('abort')) throw new HostError('connection-lost', 'It is away.');
      return storage;
    });
    await vi.waitFor(async () => expect((await job()).stage).toBe('cleaning'));
    await jobs.cancel(id);
    await expect(done).rejects.toMatchObject({
      code: 'connection-lost',
      message: 'The link broke. A half-written volume ‘disk’ is left in its pool.',
    });
    expect((await job()).state).toBe('failed');
  });

  it('tries again to delete a volume that is still held', async () => {
    const storage = new FakeStorage();
    let refusals = 2;
    storage.beforeDelete = () => {
      if (refusals-- > 0) throw new HostError('operation-refused', 'volume is still in use');
    };
    const { done } = start(storage, sourceOf([data(1, 1), new HostError('io', 'It broke.')], 9));
    await expect(done).rejects.toThrow('It broke.');
    expect(storage.volumes.size).toBe(0);
  });

  it.each([
    ['an empty file', [], 'raw'],
    ['a file that is no qcow2 image', [data(100, 1)], 'qcow2'],
  ] as const)('refuses %s before it makes anything', async (_what, pieces, format) => {
    const storage = new FakeStorage();
    await expect(start(storage, sourceOf([...pieces]), { format }).done).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    expect(storage.done).toEqual([]);
  });
});
