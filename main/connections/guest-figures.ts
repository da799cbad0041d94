/** What libvirt's statistics, or a guest's own info where they lack something, say of sizes and use. */
import type { DomainStatsRecord } from '../../drivers/connection/domains.ts';
import type { DomainInfo } from '../../drivers/domain/base.ts';
import type { TypedParams } from '../../drivers/typed-params.ts';
import { reasonWord, stateWord } from './domain-words.ts';
import type { GuestCounters, GuestFacts, GuestSample } from './hypervisor.ts';

export type Size = Pick<GuestFacts, 'state' | 'stateReason' | 'vcpus' | 'maxMemoryKiB' | 'memoryKiB'>;

/** Sizes by UUID; of guests whose record does not tell them, none. */
export function sizesOf(records: readonly DomainStatsRecord[]): Map<string, Size> {
  const sizes = new Map<string, Size>();
  for (const { domain, params } of records) {
    const vcpus = numberOf(params, 'vcpu.current') ?? numberOf(params, 'vcpu.maximum');
    const maxMemoryKiB = numberOf(params, 'balloon.maximum');
    if (vcpus === null || maxMemoryKiB === null) continue;
    const state = stateWord(numberOf(params, 'state.state') ?? 0);
    sizes.set(domain.getUUIDString(), {
      state,
      stateReason: reasonWord(state, numberOf(params, 'state.reason') ?? 0),
      vcpus,
      maxMemoryKiB,
      memoryKiB: numberOf(params, 'balloon.current') ?? maxMemoryKiB,
    });
  }
  return sizes;
}

/** `state` is null where the driver tells no reason. */
export function sizeFromInfo(info: DomainInfo, state: { state: number; reason: number } | null): Size {
  const word = stateWord(state?.state ?? info.state);
  return {
    state: word,
    stateReason: state ? reasonWord(word, state.reason) : '',
    vcpus: info.nrVirtCpu,
    maxMemoryKiB: Number(info.maxMem),
    memoryKiB: Number(info.memory),
  };
}

/** What the list alone tells. */
export function sizeWithoutStats(id: number): Size {
  return { state: id < 0 ? 'shutoff' : 'running', stateReason: '', vcpus: 0, maxMemoryKiB: 0, memoryKiB: 0 };
}

type Sample = Omit<GuestSample, 'uuid'>;

export function sampleOf(params: TypedParams): Sample {
  return {
    vcpus: numberOf(params, 'vcpu.current'),
    maxMemoryKiB: numberOf(params, 'balloon.maximum'),
    memoryKiB: numberOf(params, 'balloon.current'),
    counters: countersOf(params),
  };
}

/** Whether the record tells what every table shows and what changes all the time. */
export function isWholeSample({ counters }: Sample): boolean {
  return counters.cpuTimeNs !== null && counters.memoryUsedKiB !== null;
}

/** What a sample lacks, from the guest's info. */
export function completeSample(sample: Sample, info: DomainInfo): Sample {
  const { counters } = sample;
  return {
    vcpus: sample.vcpus ?? info.nrVirtCpu,
    maxMemoryKiB: sample.maxMemoryKiB ?? Number(info.maxMem),
    memoryKiB: sample.memoryKiB ?? Number(info.memory),
    counters: {
      ...counters,
      cpuTimeNs: counters.cpuTimeNs ?? info.cpuTime,
      memoryUsedKiB: counters.memoryUsedKiB ?? Number(info.memory),
    },
  };
}

/** Totals over all of a guest's disks and interfaces: `block.<n>.rd.bytes`, `net.<n>.rx.bytes`. */
function countersOf(params: TypedParams): GuestCounters {
  const totals: Record<string, bigint> = {};
  for (const [field, value] of Object.entries(params)) {
    if (!field.endsWith('.bytes') || typeof value !== 'bigint') continue;
    const match = /^(block|net)\.\d+\.(rd|wr|rx|tx)\.bytes$/.exec(field);
    if (match) totals[`${match[1]}.${match[2]}`] = (totals[`${match[1]}.${match[2]}`] ?? 0n) + value;
  }
  const cpuTime = params['cpu.time'];
  return {
    cpuTimeNs: typeof cpuTime === 'bigint' ? cpuTime : null,
    memoryUsedKiB: memoryUsed(params),
    diskReadBytes: totals['block.rd'] ?? null,
    diskWriteBytes: totals['block.wr'] ?? null,
    netReceiveBytes: totals['net.rx'] ?? null,
    netTransmitBytes: totals['net.tx'] ?? null,
  };
}

/** What the guest itself says it uses, where its balloon driver tells; else what the host gave it. */
function memoryUsed(params: TypedParams): number | null {
  const available = numberOf(params, 'balloon.available');
  const free = numberOf(params, 'balloon.usable') ?? numberOf(params, 'balloon.unused');
  if (available !== null && free !== null && available >= free) return available - free;
  const current = numberOf(params, 'balloon.current');
  const resident = numberOf(params, 'balloon.rss');
  // The emulator's own memory is in it, too: more than the guest has is not the guest's.
  return resident === null || current === null ? current : Math.min(resident, current);
}

function numberOf(params: TypedParams, field: string): number | null {
  const value = params[field];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}
