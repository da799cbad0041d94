/** Connection, second part: the host (node) and what its hypervisor is capable of. */
import { type Int64, toUhyper, unpackCpuMap } from '../arguments.ts';
import type { NodeGetInfoResult, NodeGetSecurityModelResult } from '../driver-slots.gen.ts';
import type { CallOptions } from '../driver.ts';
import { VIR_NODE_CPU_STATS_ALL_CPUS, VIR_NODE_MEMORY_STATS_ALL_CELLS } from '../enums.gen.ts';
import { type TypedParams, type TypedParamsInput, fromTypedParams, toTypedParams } from '../typed-params.ts';
import { ConnectionBase } from './base.ts';

/** virNodeInfo: CPU model, memory in KiB, active CPUs, their MHz, and how they are laid out. */
export type NodeInfo = NodeGetInfoResult;
/** virSecurityModel: `selinux`, `apparmor`, `dac`, and its domain of interpretation. */
export type SecurityModel = NodeGetSecurityModelResult;

/** The host's CPUs: for each whether it is online, and how many are. */
export interface NodeCPUMap {
  cpumap: boolean[];
  online: number;
}

export abstract class ConnectionHost extends ConnectionBase {
  /** What host and hypervisor can do, in XML. (virConnectGetCapabilities) */
  getCapabilities(options?: CallOptions): Promise<string> {
    return this.core.call('connectGetCapabilities', {}, options);
  }

  /**
   * What guests of one emulator, architecture, machine and virtualization type can have, in XML; null is the
   * hypervisor's default. `flags`: virConnectGetDomainCapabilitiesFlags. (virConnectGetDomainCapabilities)
   */
  getDomainCapabilities(
    emulatorbin: string | null = null,
    arch: string | null = null,
    machine: string | null = null,
    virttype: string | null = null,
    flags = 0,
    options?: CallOptions,
  ): Promise<string> {
    return this.core.call('connectGetDomainCapabilities', { emulatorbin, arch, machine, virttype, flags }, options);
  }

  /** What storage pools of each type can have, in XML. `flags`: 0. (virConnectGetStoragePoolCapabilities) */
  getStoragePoolCapabilities(flags = 0, options?: CallOptions): Promise<string> {
    return this.core.call('connectGetStoragePoolCapabilities', { flags }, options);
  }

  /** The host's SMBIOS information, in XML. `flags`: 0. (virConnectGetSysinfo) */
  getSysinfo(flags = 0, options?: CallOptions): Promise<string> {
    return this.core.call('connectGetSysinfo', { flags }, options);
  }

  /** The most virtual CPUs a guest of that type (`kvm`, `qemu`; null: the default) can have. (virConnectGetMaxVcpus) */
  getMaxVcpus(type: string | null = null, options?: CallOptions): Promise<number> {
    return this.core.call('connectGetMaxVcpus', { type }, options);
  }

  /** CPU models the hypervisor knows for an architecture. `flags`: 0. (virConnectGetCPUModelNames) */
  getCPUModelNames(arch: string, flags = 0, options?: CallOptions): Promise<string[]> {
    return this.core.call('connectGetCpuModelNames', { arch, flags }, options);
  }

  /**
   * Compares a CPU (XML) with the host's; virCPUCompareResult. `flags`: virConnectCompareCPUFlags.
   * (virConnectCompareCPU)
   */
  compareCPU(xml: string, flags = 0, options?: CallOptions): Promise<number> {
    return this.core.call('connectCompareCpu', { xml, flags }, options);
  }

  /**
   * Compares a CPU (XML) with what the hypervisor can offer on this host; virCPUCompareResult. `flags`:
   * virConnectCompareCPUFlags. (virConnectCompareHypervisorCPU)
   */
  compareHypervisorCPU(
    emulator: string | null,
    arch: string | null,
    machine: string | null,
    virttype: string | null,
    xmlCPU: string,
    flags = 0,
    options?: CallOptions,
  ): Promise<number> {
    const args = { emulator, arch, machine, virttype, xmlCPU, flags };
    return this.core.call('connectCompareHypervisorCpu', args, options);
  }

  /**
   * The richest CPU (XML) that all these hosts' CPUs can offer. `flags`: virConnectBaselineCPUFlags.
   * (virConnectBaselineCPU)
   */
  baselineCPU(xmlCPUs: readonly string[], flags = 0, options?: CallOptions): Promise<string> {
    return this.core.call('connectBaselineCpu', { xmlCPUs: [...xmlCPUs], flags }, options);
  }

  /**
   * The richest CPU (XML) that the hypervisor can offer on all these hosts. `flags`: virConnectBaselineCPUFlags.
   * (virConnectBaselineHypervisorCPU)
   */
  baselineHypervisorCPU(
    emulator: string | null,
    arch: string | null,
    machine: string | null,
    virttype: string | null,
    xmlCPUs: readonly string[],
    flags = 0,
    options?: CallOptions,
  ): Promise<string> {
    const args = { emulator, arch, machine, virttype, xmlCPUs: [...xmlCPUs], flags };
    return this.core.call('connectBaselineHypervisorCpu', args, options);
  }

  /** CPU model and layout, and memory in KiB. (virNodeGetInfo) */
  nodeGetInfo(options?: CallOptions): Promise<NodeInfo> {
    return this.core.call('nodeGetInfo', {}, options);
  }

  /** Free memory of the host, in bytes. (virNodeGetFreeMemory) */
  nodeGetFreeMemory(options?: CallOptions): Promise<bigint> {
    return this.core.call('nodeGetFreeMemory', {}, options);
  }

  /** Free memory of NUMA cells from `startCell` on, in bytes. (virNodeGetCellsFreeMemory) */
  nodeGetCellsFreeMemory(startCell: number, maxCells: number, options?: CallOptions): Promise<bigint[]> {
    return this.core.call('nodeGetCellsFreeMemory', { startCell, maxcells: maxCells }, options);
  }

  /** CPU times in nanoseconds (VIR_NODE_CPU_STATS_*) of one CPU or of all. `flags`: 0. (virNodeGetCPUStats) */
  async nodeGetCPUStats(
    cpuNum: number = VIR_NODE_CPU_STATS_ALL_CPUS,
    flags = 0,
    options?: CallOptions,
  ): Promise<Record<string, bigint>> {
    const stats = await this.core.call('nodeGetCpuStats', { cpuNum, flags }, options);
    return Object.fromEntries(stats.map(({ field, value }) => [field, value]));
  }

  /** Memory in KiB (VIR_NODE_MEMORY_STATS_*) of one NUMA cell or of all. `flags`: 0. (virNodeGetMemoryStats) */
  async nodeGetMemoryStats(
    cellNum: number = VIR_NODE_MEMORY_STATS_ALL_CELLS,
    flags = 0,
    options?: CallOptions,
  ): Promise<Record<string, bigint>> {
    const stats = await this.core.call('nodeGetMemoryStats', { cellNum, flags }, options);
    return Object.fromEntries(stats.map(({ field, value }) => [field, value]));
  }

  /**
   * Settings and counters of memory sharing on the host (VIR_NODE_MEMORY_SHARED_*). `flags`: 0.
   * (virNodeGetMemoryParameters)
   */
  async nodeGetMemoryParameters(flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.core.call('nodeGetMemoryParameters', { flags }, options));
  }

  /** Changes settings of memory sharing on the host. `flags`: 0. (virNodeSetMemoryParameters) */
  async nodeSetMemoryParameters(params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.core.call('nodeSetMemoryParameters', { params: toTypedParams(params), flags }, options);
  }

  /** Which CPUs of the host are online. `flags`: 0. (virNodeGetCPUMap) */
  async nodeGetCPUMap(flags = 0, options?: CallOptions): Promise<NodeCPUMap> {
    const found = await this.core.call('nodeGetCpuMap', { needMap: 1, needOnline: 1, flags }, options);
    return { cpumap: unpackCpuMap(found.cpumap, Math.min(found.ret, found.cpumap.length * 8)), online: found.online };
  }

  /** Number of free pages of each of these sizes (in KiB), cell after cell. `flags`: 0. (virNodeGetFreePages) */
  nodeGetFreePages(
    pages: readonly number[],
    startCell: number,
    cellCount: number,
    flags = 0,
    options?: CallOptions,
  ): Promise<bigint[]> {
    return this.core.call('nodeGetFreePages', { pages: [...pages], startCell, cellCount, flags }, options);
  }

  /**
   * Reserves huge pages on NUMA cells: sizes in KiB, and how many of each; the answer is the number of cells done.
   * `flags`: virNodeAllocPagesFlags. (virNodeAllocPages)
   */
  async nodeAllocPages(
    pageSizes: readonly number[],
    pageCounts: readonly Int64[],
    startCell: number,
    cellCount: number,
    flags = 0,
    options?: CallOptions,
  ): Promise<number> {
    const counts = pageCounts.map((count) => toUhyper(count, 'pageCounts'));
    const args = { pageSizes: [...pageSizes], pageCounts: counts, startCell, cellCount, flags };
    return this.core.call('nodeAllocPages', args, options);
  }

  /**
   * Lets the host sleep for `duration` seconds (60 at least). `target`: virNodeSuspendTarget; `flags`: 0.
   * (virNodeSuspendForDuration)
   */
  async nodeSuspendForDuration(target: number, duration: Int64, flags = 0, options?: CallOptions): Promise<void> {
    const args = { target, duration: toUhyper(duration, 'duration'), flags };
    await this.core.call('nodeSuspendForDuration', args, options);
  }

  /** The host's security model; of several the first. (virNodeGetSecurityModel) */
  nodeGetSecurityModel(options?: CallOptions): Promise<SecurityModel> {
    return this.core.call('nodeGetSecurityModel', {}, options);
  }

  /** What the host can do for encrypted guests (VIR_NODE_SEV_*). `flags`: 0. (virNodeGetSEVInfo) */
  async nodeGetSEVInfo(flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.core.call('nodeGetSevInfo', { flags }, options));
  }
}
