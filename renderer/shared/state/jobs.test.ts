import { describe, expect, it } from 'vitest';
import type { Job } from '../../../main/contract/index.ts';
import type { RemoteServices } from '../link/services.ts';
import { Jobs } from './jobs.ts';

const job = (id: string, changes: Partial<Job> = {}): Job => ({
  id,
  title: { key: 'create', params: { name: 'web' } },
  state: 'running',
  stage: '',
  progress: null,
  bytesPerSecond: null,
  bytes: null,
  startedAtMs: 1000,
  endedAtMs: null,
  canCancel: true,
  targetKey: null,
  error: null,
  ...changes,
});

function started() {
  let tell: (jobs: Job[]) => void = () => {};
  const jobs = new Jobs({
    onDidChange: (listener: (jobs: Job[]) => void) => {
      tell = listener;
      return () => {};
    },
    clearEnded: async () => {},
  } as unknown as RemoteServices['jobs']);
  jobs.start();
  return { jobs, tell: (changed: Job[]) => tell(changed) };
}

describe('Jobs', () => {
  it('lists jobs newest first and counts those under way', () => {
    const { jobs, tell } = started();
    tell([job('a'), job('b', { startedAtMs: 2000, state: 'done' })]);
    expect(jobs.all.value.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(jobs.underWay.value.map(({ id }) => id)).toEqual(['a']);
  });

  it('tells once of a job that ended, not of those that had ended before', () => {
    const { jobs, tell } = started();
    const ended: string[] = [];
    jobs.onDidEnd(({ id }) => ended.push(id));
    tell([job('a'), job('old', { state: 'failed' })]);
    tell([job('a', { state: 'done' })]);
    tell([job('a', { state: 'done' })]);
    expect(ended).toEqual(['a']);
  });

  it('drops ended jobs when asked', async () => {
    const { jobs, tell } = started();
    tell([job('a'), job('b', { state: 'cancelled' })]);
    await jobs.clearEnded();
    expect(jobs.all.value.map(({ id }) => id)).toEqual(['a']);
  });
});
