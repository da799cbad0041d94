/** Domain, third part: virtual CPUs, I/O threads, performance events. */
import { type CpuMap, packCpuMap, unpackCpuMap, unpackCpuMaps } from '../arguments.ts';
import type { DomainGetCpuStatsResult, VcpuInfo } from '../driver-slots.gen.ts';
import type { CallOptions, TypedParam } from '../driver.ts';
import { VIR_DOMAIN_VCPU_GUEST, VIR_DOMAIN_VCPU_LIVE } from '../enums.gen.ts';
import { type TypedParams, type TypedParamsInput, fromTypedParams, toTypedParams } from '../typed-params.ts';
import { DomainLifeCycle } from './life-cycle.ts';

export type { VcpuInfo };

/** The virtual CPUs (`cpuTime` in nanoseconds) and, for each of them, the host CPUs it may run on. */
export interface DomainVcpus {
  info: VcpuInfo[];
  cpumaps: boolean[][];
}

/** virDomainIOThreadInfo: an I/O thread and the host CPUs it may run on. */
export interface DomainIOThreadInfo {
  iothread_id: number;
  cpumap: boolean[];
}

/** At most this many CPUs are asked for at once, as the protocol demands. */
const cpuStatsAtOnce = 128;

export abstract class DomainCpus extends DomainLifeCycle {
  /** State, CPU time and pinning of every virtual CPU of a running guest. (virDomainGetVcpus) */
  async getVcpus(options?: CallOptions): Promise<DomainVcpus> {
    const { nrVirtCpu } = await this.call('domainGetInfo', { dom: this.ref }, options);
    const { cpus, maplen } = await this.#hostCpus(options);
    const found = await this.call('domainGetVcpus', { dom: this.ref, maxinfo: nrVirtCpu, maplen }, options);
    return { info: found.info, cpumaps: unpackCpuMaps(found.cpumaps, maplen, cpus) };
  }

  /**
   * Number of virtual CPUs: current or maximum, running or configured. `flags`: virDomainVcpuFlags; asking the guest
   * is denied read-only. (virDomainGetVcpusFlags)
   */
  async getVcpusFlags(flags = 0, options?: CallOptions): Promise<number> {
    this.core.checkReadOnly('virDomainGetVcpusFlags', (flags & VIR_DOMAIN_VCPU_GUEST) !== 0);
    return this.call('domainGetVcpusFlags', { dom: this.ref, flags }, options);
  }

  /** The highest number of virtual CPUs the guest can be given. (virDomainGetMaxVcpus) */
  getMaxVcpus(options?: CallOptions): Promise<number> {
    return this.call('domainGetMaxVcpus', { dom: this.ref }, options);
  }

  /**
   * Changes the number of virtual CPUs; without flags that of the running guest. `flags`: virDomainVcpuFlags.
   * (virDomainSetVcpus, virDomainSetVcpusFlags)
   */
  setVcpus(nvcpus: number, flags?: number, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, nvcpus };
    return this.core.callWithFlags('domainSetVcpus', 'domainSetVcpusFlags', args, flags, options, VIR_DOMAIN_VCPU_LIVE);
  }

  /** Plugs virtual CPUs (`vcpumap` as `0-2,5`) in or out. `flags`: virDomainModificationImpact. (virDomainSetVcpu) */
  setVcpu(vcpumap: string, state: boolean, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainSetVcpu', { dom: this.ref, cpumap: vcpumap, state: Number(state), flags }, options);
  }

  /**
   * Sets the host CPUs a virtual CPU may run on. `flags`: virDomainModificationImpact. (virDomainPinVcpu,
   * virDomainPinVcpuFlags)
   */
  async pinVcpu(vcpu: number, cpumap: CpuMap, flags?: number, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, vcpu, cpumap: packCpuMap(cpumap, 'cpumap') };
    await this.core.callWithFlags('domainPinVcpu', 'domainPinVcpuFlags', args, flags, options);
  }

  /**
   * For each virtual CPU the host CPUs it may run on. `flags`: virDomainModificationImpact. (virDomainGetVcpuPinInfo)
   */
  async getVcpuPinInfo(flags = 0, options?: CallOptions): Promise<boolean[][]> {
    const { nrVirtCpu } = await this.call('domainGetInfo', { dom: this.ref }, options);
    const { cpus, maplen } = await this.#hostCpus(options);
    const args = { dom: this.ref, ncpumaps: nrVirtCpu, maplen, flags };
    const { cpumaps, num } = await this.call('domainGetVcpuPinInfo', args, options);
    return unpackCpuMaps(cpumaps, maplen, cpus).slice(0, num);
  }

  /**
   * Sets the host CPUs the emulator's own threads may run on. `flags`: virDomainModificationImpact.
   * (virDomainPinEmulator)
   */
  async pinEmulator(cpumap: CpuMap, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainPinEmulator', { dom: this.ref, cpumap: packCpuMap(cpumap, 'cpumap'), flags }, options);
  }

  /**
   * The host CPUs the emulator's own threads may run on. `flags`: virDomainModificationImpact.
   * (virDomainGetEmulatorPinInfo)
   */
  async getEmulatorPinInfo(flags = 0, options?: CallOptions): Promise<boolean[]> {
    const { cpus, maplen } = await this.#hostCpus(options);
    const found = await this.call('domainGetEmulatorPinInfo', { dom: this.ref, maplen, flags }, options);
    return unpackCpuMap(found.cpumaps, cpus);
  }

  /**
   * The virtual CPUs as the guest's agent sees them: `vcpus`, `online`, `offlinable`. `flags`: 0.
   * (virDomainGetGuestVcpus)
   */
  async getGuestVcpus(flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('domainGetGuestVcpus', { dom: this.ref, flags }, options));
  }

  /**
   * Lets the guest's agent switch virtual CPUs (`cpumap` as `0-2,5`) on or off. `flags`: 0. (virDomainSetGuestVcpus)
   */
  setGuestVcpus(cpumap: string, state: boolean, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainSetGuestVcpus', { dom: this.ref, cpumap, state: Number(state), flags }, options);
  }

  /**
   * Used time in nanoseconds: the totals as one entry, or `ncpus` host CPUs from `startCpu` on. `(0, 0)` is all of
   * them. `flags`: 0. (virDomainGetCPUStats)
   */
  async getCPUStats(startCpu = -1, ncpus = 1, flags = 0, options?: CallOptions): Promise<TypedParams[]> {
    const ask = (nparams: number, start: number, count: number): Promise<DomainGetCpuStatsResult> =>
      this.call('domainGetCpuStats', { dom: this.ref, nparams, startCpu: start, ncpus: count, flags }, options);
    const isAll = startCpu === 0 && ncpus === 0;
    const end = startCpu + (isAll ? (await ask(0, 0, 0)).nparams : ncpus);
    const { nparams } = await ask(0, startCpu, 1);
    if (nparams === 0) return [];
    const stats: TypedParams[] = [];
    for (let first = startCpu; first < end; first += cpuStatsAtOnce) {
      const { params } = await ask(nparams, first, Math.min(cpuStatsAtOnce, end - first));
      stats.push(...inGroups(params, nparams));
    }
    return stats;
  }

  /** The I/O threads and where they may run. `flags`: virDomainModificationImpact. (virDomainGetIOThreadInfo) */
  async getIOThreadInfo(flags = 0, options?: CallOptions): Promise<DomainIOThreadInfo[]> {
    const found = await this.call('domainGetIothreadInfo', { dom: this.ref, flags }, options);
    if (found.length === 0) return [];
    const { cpus } = await this.#hostCpus(options);
    return found.map(({ iothreadId, cpumap }) => ({ iothread_id: iothreadId, cpumap: unpackCpuMap(cpumap, cpus) }));
  }

  /** Sets the host CPUs an I/O thread may run on. `flags`: virDomainModificationImpact. (virDomainPinIOThread) */
  async pinIOThread(iothreadId: number, cpumap: CpuMap, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, iothreadsId: iothreadId, cpumap: packCpuMap(cpumap, 'cpumap'), flags };
    await this.call('domainPinIothread', args, options);
  }

  /** Adds an I/O thread. `flags`: virDomainModificationImpact. (virDomainAddIOThread) */
  addIOThread(iothreadId: number, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainAddIothread', { dom: this.ref, iothreadId, flags }, options);
  }

  /** Removes an I/O thread that no disk uses. `flags`: virDomainModificationImpact. (virDomainDelIOThread) */
  delIOThread(iothreadId: number, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainDelIothread', { dom: this.ref, iothreadId, flags }, options);
  }

  /**
   * Sets VIR_DOMAIN_IOTHREAD_* parameters of an I/O thread. `flags`: virDomainModificationImpact.
   * (virDomainSetIOThreadParams)
   */
  async setIOThreadParams(
    iothreadId: number,
    params: TypedParamsInput,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, iothreadId, params: toTypedParams(params), flags };
    await this.call('domainSetIothreadParams', args, options);
  }

  /**
   * Which performance events (VIR_PERF_PARAM_*) are counted. `flags`: virDomainModificationImpact.
   * (virDomainGetPerfEvents)
   */
  async getPerfEvents(flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('domainGetPerfEvents', { dom: this.ref, flags }, options));
  }

  /**
   * Switches counting of performance events on (true) or off. `flags`: virDomainModificationImpact.
   * (virDomainSetPerfEvents)
   */
  async setPerfEvents(params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainSetPerfEvents', { dom: this.ref, params: toTypedParams(params), flags }, options);
  }

  /** Number of host CPUs and the bytes a map of them takes. */
  async #hostCpus(options?: CallOptions): Promise<{ cpus: number; maplen: number }> {
    const cpus = await this.core.hostCpuCount(options);
    return { cpus, maplen: Math.ceil(cpus / 8) };
  }
}

/** One object for each run of `size` parameters. */
function inGroups(params: readonly TypedParam[], size: number): TypedParams[] {
  const groups: TypedParams[] = [];
  for (let start = 0; start < params.length; start += size) {
    groups.push(fromTypedParams(params.slice(start, start + size)));
  }
  return groups;
}
