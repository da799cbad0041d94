import { describe, expect, it } from 'vitest';
import type { GuestCounters, GuestSample } from '../connections/hypervisor.ts';
import { History, historyLength } from './history.ts';
import { statsBetween } from './rates.ts';

const second = 1_000_000_000n;

function counters(changes: Partial<GuestCounters> = {}): GuestCounters {
  return {
    cpuTimeNs: 0n,
    memoryUsedKiB: 100,
    diskReadBytes: 0n,
    diskWriteBytes: 0n,
    netReceiveBytes: null,
    netTransmitBytes: 0n,
    ...changes,
  };
}

function sample(changes: Partial<GuestCounters>, vcpus: number | null = 2): GuestSample {
  return { uuid: 'u', vcpus, maxMemoryKiB: null, memoryKiB: null, counters: counters(changes) };
}

describe('statsBetween', () => {
  it('divides by the time that passed and by the vCPUs', () => {
    const before = { timeNs: 5n * second, counters: counters() };
    const stats = statsBetween(
      before,
      sample({ cpuTimeNs: 2n * second, diskReadBytes: 4096n, netTransmitBytes: 3n }),
      7n * second,
    );
    expect(stats).toEqual({
      cpuPercent: 50,
      memoryUsedKiB: 100,
      diskReadBytesPerSecond: 2048,
      diskWriteBytesPerSecond: 0,
      netReceiveBytesPerSecond: null,
      netTransmitBytesPerSecond: 1,
    });
  });

  it('loses nothing above 2^53', () => {
    const huge = 2n ** 64n - 1000n;
    const before = { timeNs: 0n, counters: counters({ diskReadBytes: huge }) };
    expect(statsBetween(before, sample({ diskReadBytes: huge + 7n }), second).diskReadBytesPerSecond).toBe(7);
  });

  it('knows no rate at first, after a restart, and without time between', () => {
    const before = { timeNs: second, counters: counters({ cpuTimeNs: 9n, diskReadBytes: 9n }) };
    expect(statsBetween(undefined, sample({}), second).cpuPercent).toBe(null);
    expect(statsBetween(before, sample({ cpuTimeNs: 1n, diskReadBytes: 1n }), 2n * second)).toMatchObject({
      cpuPercent: null,
      diskReadBytesPerSecond: null,
    });
    expect(statsBetween(before, sample({ cpuTimeNs: 10n }), second).cpuPercent).toBe(null);
  });

  it('never shows more than all of the guest’s CPUs', () => {
    const before = { timeNs: 0n, counters: counters() };
    expect(statsBetween(before, sample({ cpuTimeNs: 9n * second }, null), second).cpuPercent).toBe(100);
  });
});

describe('History', () => {
  function filled(moments: number, isIn: (n: number) => boolean): History {
    const history = new History();
    for (let n = 0; n < moments; n++) {
      history.begin(n);
      if (isIn(n)) history.add('u', { cpuPercent: n % 100, memoryUsedKiB: n });
    }
    return history;
  }

  it('gives the newest samples, oldest first', () => {
    const times = filled(historyLength + 50, () => true)
      .read('u')
      .map(({ timeMs }) => timeMs);
    expect(times).toEqual(Array.from({ length: historyLength }, (_, n) => n + 50));
  });

  it('leaves out moments that the guest was not in, also a round later', () => {
    const read = filled(700, (n) => n < 10 || (n >= 290 && n < 305) || n >= 690).read('u');
    expect(read.map(({ timeMs }) => timeMs)).toEqual(Array.from({ length: 10 }, (_, n) => n + 690));
    expect(read[0]).toEqual({ timeMs: 690, cpuPercent: 90, memoryUsedKiB: 690 });
  });

  it('begins late, wraps, and forgets', () => {
    const history = filled(320, (n) => n >= 250);
    expect(history.read('u')).toHaveLength(70);
    expect(history.read('other')).toEqual([]);
    history.forget('u');
    expect(history.read('u')).toEqual([]);
  });

  it('shows nothing of a guest that was last sampled a whole round ago', () => {
    expect(filled(2 * historyLength, (n) => n < 20).read('u')).toEqual([]);
  });
});
