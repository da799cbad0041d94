/** Domain, fourth part: memory. Sizes are in KiB unless a method says otherwise. */
import { type Int64, toUhyper } from '../arguments.ts';
import type { DomainMemoryStat } from '../driver-slots.gen.ts';
import type { CallOptions } from '../driver.ts';
import { VIR_DOMAIN_AFFECT_LIVE } from '../enums.gen.ts';
import { type TypedParams, type TypedParamsInput, fromTypedParams, toTypedParams } from '../typed-params.ts';
import { DomainCpus } from './cpus.ts';

export type { DomainMemoryStat };

/** More than there are tags, so that new ones of a server come too. */
const memoryStatsAtMost = 32;

export abstract class DomainMemory extends DomainCpus {
  /** The most memory the guest can be given, in KiB. (virDomainGetMaxMemory) */
  getMaxMemory(options?: CallOptions): Promise<bigint> {
    return this.call('domainGetMaxMemory', { dom: this.ref }, options);
  }

  /** Changes the most memory the guest can be given, in KiB; usually only while shut off. (virDomainSetMaxMemory) */
  async setMaxMemory(memory: Int64, options?: CallOptions): Promise<void> {
    await this.call('domainSetMaxMemory', { dom: this.ref, memory: toUhyper(memory, 'memory') }, options);
  }

  /**
   * Changes the memory the guest has, in KiB; without flags that of the running guest. `flags`:
   * virDomainMemoryModFlags. (virDomainSetMemory, virDomainSetMemoryFlags)
   */
  async setMemory(memory: Int64, flags?: number, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, memory: toUhyper(memory, 'memory') };
    const live = VIR_DOMAIN_AFFECT_LIVE;
    await this.core.callWithFlags('domainSetMemory', 'domainSetMemoryFlags', args, flags, options, live);
  }

  /** Values by virDomainMemoryStatTags; most in KiB, page faults are counts. `flags`: 0. (virDomainMemoryStats) */
  memoryStats(flags = 0, options?: CallOptions): Promise<DomainMemoryStat[]> {
    return this.call('domainMemoryStats', { dom: this.ref, maxStats: memoryStatsAtMost, flags }, options);
  }

  /**
   * How often, in seconds, the guest's balloon reports statistics; 0 for never. `flags`: virDomainMemoryModFlags.
   * (virDomainSetMemoryStatsPeriod)
   */
  setMemoryStatsPeriod(period: number, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainSetMemoryStatsPeriod', { dom: this.ref, period, flags }, options);
  }

  /**
   * Reads `size` bytes (4 MiB at most) of the guest's memory. `flags`: virDomainMemoryFlags, physical or virtual
   * addresses. (virDomainMemoryPeek)
   */
  async memoryPeek(start: Int64, size: number, flags: number, options?: CallOptions): Promise<Uint8Array> {
    return this.call('domainMemoryPeek', { dom: this.ref, offset: toUhyper(start, 'start'), size, flags }, options);
  }

  /**
   * Limits on host memory (VIR_DOMAIN_MEMORY_*), in KiB; VIR_DOMAIN_MEMORY_PARAM_UNLIMITED is none. `flags`:
   * virDomainModificationImpact. (virDomainGetMemoryParameters)
   */
  async getMemoryParameters(flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('domainGetMemoryParameters', { dom: this.ref, flags }, options));
  }

  /** Sets limits on host memory, in KiB. `flags`: virDomainModificationImpact. (virDomainSetMemoryParameters) */
  async setMemoryParameters(params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainSetMemoryParameters', { dom: this.ref, params: toTypedParams(params), flags }, options);
  }

  /**
   * Measures for `seconds` how fast the guest dirties its memory; the result is in the statistics. `flags`:
   * virDomainDirtyRateCalcFlags. (virDomainStartDirtyRateCalc)
   */
  startDirtyRateCalc(seconds: number, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainStartDirtyRateCalc', { dom: this.ref, seconds, flags }, options);
  }
}
