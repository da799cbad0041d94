import { describe, expect, it } from 'vitest';
import type { Job } from '../contract/index.ts';
import { cancelled, HostError } from '../error.ts';
import { Jobs } from './jobs.ts';

const title = { key: 'create', params: { name: 'web' } };

describe('Jobs', () => {
  it('tells each step of a job and its result', async () => {
    const jobs = new Jobs();
    const heard: Job[][] = [];
    jobs.onDidChange((changed) => heard.push(changed));
    const result = await jobs.run({
      title,
      targetKey: 'c/u',
      canCancel: false,
      run: async (job) => {
        job.report({ progress: 0.5 });
        job.log('half');
        return 42;
      },
    });
    expect(result).toBe(42);
    expect(heard.map((changed) => changed.map((job) => [job.state, job.progress]))).toEqual([
      [],
      [['running', null]],
      [['running', 0.5]],
      [['done', 1]],
    ]);
    const [job] = await jobs.list();
    expect((await jobs.log(job!.id)).map((line) => line.text)).toEqual(['half', 'done']);
  });

  it('names a job that goes on, and keeps how far it came when it fails', async () => {
    const jobs = new Jobs();
    const gate = Promise.withResolvers<void>();
    const { id, done } = jobs.start({
      title,
      targetKey: null,
      canCancel: true,
      run: async (job) => {
        job.report({ bytes: { done: 10, total: 40 }, bytesPerSecond: 5 });
        await gate.promise;
      },
    });
    expect(await jobs.list()).toMatchObject([{ id, bytes: { done: 10, total: 40 }, bytesPerSecond: 5 }]);
    gate.reject(new HostError('io', 'The link broke.'));
    await expect(done).rejects.toThrow('The link broke.');
    expect(await jobs.list()).toMatchObject([
      { id, state: 'failed', bytes: { done: 10, total: 40 }, bytesPerSecond: null },
    ]);
  });

  it('tells when nothing is under way any more', async () => {
    const jobs = new Jobs();
    await jobs.whenIdle();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    for (const { promise } of gates) void jobs.run({ title, targetKey: null, canCancel: false, run: () => promise });
    let isIdle = false;
    const idle = jobs.whenIdle().then(() => (isIdle = true));
    gates[0]!.resolve();
    await expect.poll(async () => (await jobs.list())[0]?.state).toBe('done');
    expect(isIdle).toBe(false);
    gates[1]!.resolve();
    await idle;
  });

  it('keeps the error of a failed job and passes it on', async () => {
    const jobs = new Jobs();
    const failing = jobs.run({
      title,
      targetKey: null,
      canCancel: false,
      run: () => Promise.reject(new HostError('io', 'The disk is full.')),
    });
    await expect(failing).rejects.toThrow('The disk is full.');
    expect(await jobs.list()).toMatchObject([{ state: 'failed', error: { code: 'io', message: 'The disk is full.' } }]);
    await jobs.clearEnded();
    expect(await jobs.list()).toEqual([]);
  });

  it('cancels what can be cancelled and refuses the rest', async () => {
    const jobs = new Jobs();
    const waiting = jobs.run({
      title,
      targetKey: null,
      canCancel: true,
      run: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(cancelled('It')))),
    });
    const [job] = await jobs.list();
    await jobs.cancel(job!.id);
    await expect(waiting).rejects.toThrow('cancelled');
    expect(await jobs.list()).toMatchObject([{ state: 'cancelled' }]);

    const end = Promise.withResolvers<void>();
    const fixed = jobs.run({ title, targetKey: null, canCancel: false, run: () => end.promise });
    const [, second] = await jobs.list();
    await expect(jobs.cancel(second!.id)).rejects.toMatchObject({ code: 'operation-refused' });
    end.resolve();
    await fixed;
    await expect(jobs.cancel('nothing')).rejects.toMatchObject({ code: 'not-found' });
  });
});
