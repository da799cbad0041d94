/** From running totals to rates. Differences are taken in bigint, so that nothing is lost above 2^53. */
import type { GuestCounters, GuestSample } from '../connections/hypervisor.ts';
import type { GuestStats } from '../contract/index.ts';

/** The counters of a guest at one moment; `timeNs` is of a clock that never steps. */
export interface TimedCounters {
  timeNs: bigint;
  counters: GuestCounters;
}

const nanosecondsPerSecond = 1_000_000_000n;

/** Statistics between two moments. A total that went back (the guest was started anew) gives null for this once. */
export function statsBetween(before: TimedCounters | undefined, sample: GuestSample, timeNs: bigint): GuestStats {
  const { counters } = sample;
  const passedNs = before ? timeNs - before.timeNs : 0n;
  const perSecond = (name: Exclude<keyof GuestCounters, 'memoryUsedKiB'>): number | null => {
    const now = counters[name];
    const then = before?.counters[name];
    if (now === null || then == null || passedNs <= 0n || now < then) return null;
    return Number(((now - then) * nanosecondsPerSecond) / passedNs);
  };
  return {
    cpuPercent: cpuPercent(perSecond('cpuTimeNs'), sample.vcpus),
    memoryUsedKiB: counters.memoryUsedKiB,
    diskReadBytesPerSecond: perSecond('diskReadBytes'),
    diskWriteBytesPerSecond: perSecond('diskWriteBytes'),
    netReceiveBytesPerSecond: perSecond('netReceiveBytes'),
    netTransmitBytesPerSecond: perSecond('netTransmitBytes'),
  };
}

/** Tenths of a percent are enough: finer ones would make every row a changed one at each sample. */
function cpuPercent(nanosecondsPerSecondUsed: number | null, vcpus: number | null): number | null {
  if (nanosecondsPerSecondUsed === null) return null;
  const percent = nanosecondsPerSecondUsed / 10_000_000 / Math.max(vcpus ?? 1, 1);
  return Math.min(Math.round(percent * 10) / 10, 100);
}
