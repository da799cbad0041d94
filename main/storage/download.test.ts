import { describe, expect, it, vi } from 'vitest';
import { HostError } from '../error.ts';
import { Jobs } from '../jobs/jobs.ts';
import { FakeStorage } from '../testing/fake-storage.ts';
import { runDownload } from './download.ts';
import type { TransferSink } from './transfer-ends.ts';

/** A place for bytes that keeps what was done to it. */
class TestSink implements TransferSink {
  readonly done: string[] = [];
  async begin(sizeBytes: number | null): Promise<void> {
    this.done.push(`begin ${sizeBytes}`);
  }
  async write(data: Uint8Array): Promise<void> {
    this.done.push(`write ${data.length}`);
  }
  async writeHole(lengthBytes: number): Promise<void> {
    this.done.push(`hole ${lengthBytes}`);
  }
  async finish(): Promise<void> {
    this.done.push('finish');
  }
  async abort(error: unknown): Promise<void> {
    this.done.push(`abort: ${(error as Error).message}`);
  }
}

function start(storage: FakeStorage) {
  const jobs = new Jobs();
  const sink = new TestSink();
  const request = { poolUuid: 'p', name: 'disk', storage: () => storage, sink: async () => sink };
  const { id, done } = jobs.start({
    title: { key: 'volumeDownload', params: {} },
    targetKey: null,
    canCancel: true,
    run: (job) => runDownload(request, job),
  });
  done.catch(() => {});
  return { jobs, id, done, sink, job: async () => (await jobs.list())[0]! };
}

describe('runDownload', () => {
  it('writes data and holes, and completes the file only after the host said that this was all', async () => {
    const storage = new FakeStorage();
    storage.pieces = [Buffer.alloc(10, 1), { holeBytes: 1000 }, Buffer.alloc(5, 2)];
    const finishing = Promise.withResolvers<void>();
    storage.beforeStep = (step) => (step === 'finish' ? finishing.promise : undefined);
    const { done, sink, job } = start(storage);
    await vi.waitFor(async () => expect((await job()).stage).toBe('finishing'));
    expect(sink.done).toEqual(['begin 1015', 'write 10', 'hole 1000', 'write 5']);
    finishing.resolve();
    await done;
    expect(sink.done.at(-1)).toBe('finish');
    expect(await job()).toMatchObject({ state: 'done', bytes: { done: 1015, total: 1015 } });
  });

  it.each(['read', 'finish'])('throws away what arrived when "%s" fails', async (failing) => {
    const storage = new FakeStorage();
    storage.pieces = [Buffer.alloc(10, 1)];
    storage.beforeStep = (step) => {
      if (step === failing) throw new HostError('connection-lost', 'The link broke.');
    };
    const { done, sink, job } = start(storage);
    await expect(done).rejects.toThrow('The link broke.');
    expect([sink.done.at(-1), storage.done.at(-1)]).toEqual(['abort: The link broke.', 'abort']);
    expect((await job()).state).toBe('failed');
  });

  it('is cancelled while the host says nothing', async () => {
    const storage = new FakeStorage();
    storage.beforeStep = () => new Promise<void>(() => {});
    const { jobs, id, done, sink, job } = start(storage);
    await vi.waitFor(async () => expect((await job()).stage).toBe('receiving'));
    await jobs.cancel(id);
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    expect(sink.done.at(-1)).toBe('abort: The download of ‘disk’ was cancelled.');
    expect((await job()).state).toBe('cancelled');
  });
});
