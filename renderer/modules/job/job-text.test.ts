import { describe, expect, it } from 'vitest';
import type { Job } from '../../../main/contract/index.ts';
import { jobLine, jobRemainingMs } from './job-text.ts';

const mebibyte = 1024 * 1024;
const running: Job = {
  id: 'j1',
  title: { key: 'volumeUpload', params: { name: 'disk.qcow2', pool: 'default' } },
  state: 'running',
  stage: 'sending',
  progress: 0.25,
  bytes: { done: 128 * mebibyte, total: 512 * mebibyte },
  bytesPerSecond: 50 * mebibyte,
  startedAtMs: 0,
  endedAtMs: null,
  canCancel: true,
  targetKey: null,
  error: null,
};

describe('jobLine', () => {
  it('tells stage, bytes, rate and what remains of a transfer', () => {
    expect(jobLine(running)).toBe('sending · 128 / 512 MiB · 50 MiB/s · 0:08 left');
  });

  it('tells what moved once it has ended', () => {
    expect(jobLine({ ...running, state: 'failed', bytesPerSecond: null })).toBe('failed · 128 / 512 MiB');
  });

  it('tells the share of a job without bytes', () => {
    expect(jobLine({ ...running, stage: '', bytes: null, bytesPerSecond: null })).toBe('25 %');
  });
});

describe('jobRemainingMs', () => {
  it('is unknown without a total, and while nothing moves', () => {
    expect(jobRemainingMs({ bytes: { done: 1, total: null }, bytesPerSecond: 5 })).toBeNull();
    expect(jobRemainingMs({ bytes: { done: 1, total: 2 }, bytesPerSecond: 0 })).toBeNull();
  });
});
