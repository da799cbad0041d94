/** The numbers a guest's statistics are made of. All are whole, and the cumulative ones never fall while a guest runs. */
import type { DomainObj } from './domain-obj.ts';

/** One disk's traffic since the guest started; times in nanoseconds. */
export interface BlockCounters {
  rdReq: bigint;
  rdBytes: bigint;
  rdTimes: bigint;
  wrReq: bigint;
  wrBytes: bigint;
  wrTimes: bigint;
  flReq: bigint;
  flTimes: bigint;
}

export interface NetCounters {
  rxBytes: bigint;
  rxPackets: bigint;
  txBytes: bigint;
  txPackets: bigint;
}

/** Memory in KiB as a balloon driver in the guest would tell it. */
export interface MemoryCounters {
  actual: bigint;
  available: bigint;
  unused: bigint;
  usable: bigint;
  diskCaches: bigint;
  rss: bigint;
  majorFaults: bigint;
  minorFaults: bigint;
}

const bytesPerRequest = 16_384;
const requestNs = 180_000;
const bytesPerPacket = 640;
const userShare = 0.7;

const whole = (value: number): bigint => BigInt(Math.floor(value));

/** CPU time of the whole guest in nanoseconds; 0 while it is inactive. */
export function cpuTimeNs(domain: DomainObj): bigint {
  // Whole microseconds first: nanoseconds of a year on many CPUs are beyond what a double holds exactly.
  return whole(domain.load.cpu.at(domain.ranSeconds) * domain.busyVcpus * 1e6) * 1000n;
}

/** The same in its two parts. */
export function cpuTimesNs(domain: DomainObj): { total: bigint; user: bigint; system: bigint } {
  const total = cpuTimeNs(domain);
  const user = (total * BigInt(userShare * 100)) / 100n;
  return { total, user, system: total - user };
}

/** CPU time of one vCPU in nanoseconds; the first ones are the busier ones. */
export function vcpuTimeNs(domain: DomainObj, vcpu: number): bigint {
  const count = Math.max(1, domain.busyVcpus);
  const total = cpuTimeNs(domain);
  const weight = 2n * BigInt(count - Math.min(vcpu, count - 1));
  return (total * weight) / BigInt(count * (count + 1));
}

/** Traffic of the disk with this target; nothing for an empty drive. */
export function blockCounters(domain: DomainObj, target: string, isEmpty: boolean): BlockCounters {
  const seconds = isEmpty ? 0 : domain.ranSeconds;
  const read = domain.load.device(`disk:${target}:rd`, 40_000).at(seconds);
  const written = domain.load.device(`disk:${target}:wr`, 80_000).at(seconds);
  const rdReq = whole(read / bytesPerRequest);
  const wrReq = whole(written / bytesPerRequest);
  const flReq = wrReq / 40n;
  return {
    rdReq,
    rdBytes: whole(read / 512) * 512n,
    rdTimes: rdReq * BigInt(requestNs),
    wrReq,
    wrBytes: whole(written / 512) * 512n,
    wrTimes: wrReq * BigInt(requestNs * 2),
    flReq,
    flTimes: flReq * BigInt(requestNs * 10),
  };
}

/** Traffic of the interface with this target. */
export function netCounters(domain: DomainObj, target: string): NetCounters {
  const seconds = domain.ranSeconds;
  const received = domain.load.device(`net:${target}:rx`, 20_000).at(seconds);
  const sent = domain.load.device(`net:${target}:tx`, 8_000).at(seconds);
  return {
    rxBytes: whole(received),
    rxPackets: whole(received / bytesPerPacket),
    txBytes: whole(sent),
    txPackets: whole(sent / bytesPerPacket),
  };
}

/** Memory as it is used now. */
export function memoryCounters(domain: DomainObj): MemoryCounters {
  const seconds = domain.ranSeconds;
  const actual = Number(domain.config.currentMemoryKiB);
  const available = Math.floor(actual * 0.97);
  const used = Math.floor(available * domain.load.memoryShareAt(seconds));
  const diskCaches = Math.floor((available - used) / 2);
  return {
    actual: domain.config.currentMemoryKiB,
    available: BigInt(available),
    unused: BigInt(available - used - diskCaches),
    usable: BigInt(available - used),
    diskCaches: BigInt(diskCaches),
    rss: BigInt(used + diskCaches),
    majorFaults: whole(seconds * 0.2),
    minorFaults: whole(seconds * 150),
  };
}
