/** The calls that read one guest's statistics. Bulk statistics are in bulk-stats.ts; the numbers in domain-counters.ts. */
import type { DriverSlots, TypedParam } from '../driver.ts';
import type { DomainMemoryStat } from '../driver-slots.gen.ts';
import {
  VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON,
  VIR_DOMAIN_MEMORY_STAT_AVAILABLE,
  VIR_DOMAIN_MEMORY_STAT_DISK_CACHES,
  VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC,
  VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL,
  VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE,
  VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT,
  VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT,
  VIR_DOMAIN_MEMORY_STAT_RSS,
  VIR_DOMAIN_MEMORY_STAT_SWAP_IN,
  VIR_DOMAIN_MEMORY_STAT_SWAP_OUT,
  VIR_DOMAIN_MEMORY_STAT_UNUSED,
  VIR_DOMAIN_MEMORY_STAT_USABLE,
  VIR_TYPED_PARAM_STRING_OKAY,
  VIR_VCPU_RUNNING,
} from '../enums.gen.ts';
import {
  VIR_DOMAIN_BLOCK_STATS_ERRS,
  VIR_DOMAIN_BLOCK_STATS_FLUSH_REQ,
  VIR_DOMAIN_BLOCK_STATS_FLUSH_TOTAL_TIMES,
  VIR_DOMAIN_BLOCK_STATS_READ_BYTES,
  VIR_DOMAIN_BLOCK_STATS_READ_REQ,
  VIR_DOMAIN_BLOCK_STATS_READ_TOTAL_TIMES,
  VIR_DOMAIN_BLOCK_STATS_WRITE_BYTES,
  VIR_DOMAIN_BLOCK_STATS_WRITE_REQ,
  VIR_DOMAIN_BLOCK_STATS_WRITE_TOTAL_TIMES,
  VIR_DOMAIN_CPU_STATS_CPUTIME,
  VIR_DOMAIN_CPU_STATS_SYSTEMTIME,
  VIR_DOMAIN_CPU_STATS_USERTIME,
  VIR_DOMAIN_CPU_STATS_VCPUTIME,
} from '../typed-params.gen.ts';
import { allCpus, lastCpu } from './cpu-map.ts';
import {
  blockCounters,
  cpuTimesNs,
  memoryCounters,
  netCounters,
  vcpuTimeNs,
  type BlockCounters,
} from './domain-counters.ts';
import type { DomainObj } from './domain-obj.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';

const ullong = (field: string, value: bigint): TypedParam => ({ field, type: 'ullong', value });
const llong = (field: string, value: bigint): TypedParam => ({ field, type: 'llong', value });

/** Statistics of one guest. */
export function domainStatsSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainBlockStats: async ({ dom, path }) => {
      const counters = diskCounters(domainOf(dom), path);
      return {
        rdReq: counters.rdReq,
        rdBytes: counters.rdBytes,
        wrReq: counters.wrReq,
        wrBytes: counters.wrBytes,
        errs: 0n,
      };
    },
    domainBlockStatsFlags: async ({ dom, path, flags }) => {
      checkFlags(flags, VIR_TYPED_PARAM_STRING_OKAY, 'domainBlockStatsFlags');
      return blockParams(diskCounters(domainOf(dom), path));
    },
    domainInterfaceStats: async ({ dom, device }) => {
      const domain = domainOf(dom);
      domain.assertActive();
      const target = domain.config.interfaceOf(device).target ?? device;
      return { ...netCounters(domain, target), rxErrs: 0n, rxDrop: 0n, txErrs: 0n, txDrop: 0n };
    },
    domainMemoryStats: async ({ dom, maxStats, flags }) => {
      checkFlags(flags, 0, 'domainMemoryStats');
      const domain = domainOf(dom);
      domain.assertActive();
      return domain.config.hasMemballoon ? memoryStats(domain, node).slice(0, maxStats) : [];
    },
    domainGetVcpus: async ({ dom, maxinfo, maplen }) => {
      const domain = domainOf(dom);
      if (!domain.isActive) {
        throw testError('VIR_ERR_OPERATION_INVALID', 'cannot list vcpus for an inactive domain');
      }
      return vcpuInfo(node, domain, maxinfo, maplen);
    },
    domainGetCpuStats: async ({ dom, nparams, startCpu, ncpus, flags }) => {
      checkFlags(flags, VIR_TYPED_PARAM_STRING_OKAY, 'domainGetCPUStats');
      const domain = domainOf(dom);
      domain.assertActive();
      return startCpu === -1 ? totalCpuStats(domain, nparams) : perCpuStats(node, domain, nparams, startCpu, ncpus);
    },
  };
}

function diskCounters(domain: DomainObj, path: string): BlockCounters {
  if (path === '') {
    throw testError('VIR_ERR_OPERATION_UNSUPPORTED', 'summary statistics are not supported yet');
  }
  domain.assertActive();
  const disk = domain.config.diskOf(path);
  if (!disk) throw testError('VIR_ERR_INVALID_ARG', `invalid path: ${path}`);
  return blockCounters(domain, disk.target, disk.source === null);
}

function blockParams(counters: BlockCounters): TypedParam[] {
  return [
    llong(VIR_DOMAIN_BLOCK_STATS_READ_BYTES, counters.rdBytes),
    llong(VIR_DOMAIN_BLOCK_STATS_READ_REQ, counters.rdReq),
    llong(VIR_DOMAIN_BLOCK_STATS_READ_TOTAL_TIMES, counters.rdTimes),
    llong(VIR_DOMAIN_BLOCK_STATS_WRITE_BYTES, counters.wrBytes),
    llong(VIR_DOMAIN_BLOCK_STATS_WRITE_REQ, counters.wrReq),
    llong(VIR_DOMAIN_BLOCK_STATS_WRITE_TOTAL_TIMES, counters.wrTimes),
    llong(VIR_DOMAIN_BLOCK_STATS_FLUSH_REQ, counters.flReq),
    llong(VIR_DOMAIN_BLOCK_STATS_FLUSH_TOTAL_TIMES, counters.flTimes),
    llong(VIR_DOMAIN_BLOCK_STATS_ERRS, 0n),
  ];
}

function memoryStats(domain: DomainObj, node: TestNode): DomainMemoryStat[] {
  const memory = memoryCounters(domain);
  return [
    { tag: VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON, val: memory.actual },
    { tag: VIR_DOMAIN_MEMORY_STAT_SWAP_IN, val: 0n },
    { tag: VIR_DOMAIN_MEMORY_STAT_SWAP_OUT, val: 0n },
    { tag: VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT, val: memory.majorFaults },
    { tag: VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT, val: memory.minorFaults },
    { tag: VIR_DOMAIN_MEMORY_STAT_UNUSED, val: memory.unused },
    { tag: VIR_DOMAIN_MEMORY_STAT_AVAILABLE, val: memory.available },
    { tag: VIR_DOMAIN_MEMORY_STAT_USABLE, val: memory.usable },
    { tag: VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE, val: BigInt(Math.floor(node.clock.nowMs() / 1000)) },
    { tag: VIR_DOMAIN_MEMORY_STAT_DISK_CACHES, val: memory.diskCaches },
    { tag: VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC, val: 0n },
    { tag: VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL, val: 0n },
    { tag: VIR_DOMAIN_MEMORY_STAT_RSS, val: memory.rss },
  ];
}

function vcpuInfo(
  node: TestNode,
  domain: DomainObj,
  maxinfo: number,
  maplen: number,
): Awaited<ReturnType<NonNullable<DriverSlots['domainGetVcpus']>>> {
  const count = Math.min(maxinfo, domain.config.vcpus);
  const cpumaps = new Uint8Array(count * maplen);
  const info = Array.from({ length: count }, (_unused, number) => {
    const pinned = domain.config.vcpuPin(number) ?? allCpus(node.info.cpus);
    cpumaps.set(pinned.subarray(0, maplen), number * maplen);
    return { number, state: VIR_VCPU_RUNNING, cpuTime: vcpuTimeNs(domain, number), cpu: lastCpu(pinned) };
  });
  return { info, cpumaps };
}

type CpuStats = { params: TypedParam[]; nparams: number };

/** libvirt's two-step form: asked with no room, it answers how much room is needed. */
function totalCpuStats(domain: DomainObj, nparams: number): CpuStats {
  const times = cpuTimesNs(domain);
  const params = [
    ullong(VIR_DOMAIN_CPU_STATS_CPUTIME, times.total),
    ullong(VIR_DOMAIN_CPU_STATS_USERTIME, times.user),
    ullong(VIR_DOMAIN_CPU_STATS_SYSTEMTIME, times.system),
  ];
  if (nparams === 0) return { params: [], nparams: params.length };
  const given = params.slice(0, nparams);
  return { params: given, nparams: given.length };
}

function perCpuStats(node: TestNode, domain: DomainObj, nparams: number, startCpu: number, ncpus: number): CpuStats {
  const total = node.info.cores;
  if (ncpus === 0) return { params: [], nparams: total };
  if (nparams === 0) return { params: [], nparams: 2 };
  if (startCpu >= total) {
    throw testError('VIR_ERR_INVALID_ARG', `start_cpu ${startCpu} larger than maximum of ${total - 1}`);
  }
  const { total: time } = cpuTimesNs(domain);
  const params: TypedParam[] = [];
  for (let cpu = startCpu; cpu < Math.min(total, startCpu + ncpus); cpu += 1) {
    const share = time / BigInt(total);
    const both = [
      ullong(VIR_DOMAIN_CPU_STATS_CPUTIME, share),
      ullong(VIR_DOMAIN_CPU_STATS_VCPUTIME, (share * 9n) / 10n),
    ];
    params.push(...both.slice(0, nparams));
  }
  return { params, nparams: Math.min(2, nparams) };
}
