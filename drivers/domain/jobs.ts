/** Domain, ninth part: long jobs and migration to another host. */
import { type Int64, toUhyper } from '../arguments.ts';
import type { Connection } from '../connection.ts';
import type { DomainGetJobInfoResult } from '../driver-slots.gen.ts';
import type { CallOptions, DomainRef } from '../driver.ts';
import { type TypedParams, type TypedParamsInput, fromTypedParams } from '../typed-params.ts';
import { DomainAgent } from './agent.ts';
import { migrateManaged, migrateToUri } from './migrate.ts';

/** virDomainJobInfo: `type` as virDomainJobType, times in milliseconds, amounts in bytes. */
export type DomainJobInfo = DomainGetJobInfoResult;

/** What is known of a job: `type` as virDomainJobType and VIR_DOMAIN_JOB_* values. */
export interface DomainJobStats {
  type: number;
  params: TypedParams;
}

export abstract class DomainJobs extends DomainAgent {
  /**
   * Progress of the job under way (migration, save, dump, backup); type 0 where there is none. (virDomainGetJobInfo)
   */
  getJobInfo(options?: CallOptions): Promise<DomainJobInfo> {
    return this.call('domainGetJobInfo', { dom: this.ref }, options);
  }

  /**
   * Everything known of the job under way, or of the last one. `flags`: virDomainGetJobStatsFlags.
   * (virDomainGetJobStats)
   */
  async getJobStats(flags = 0, options?: CallOptions): Promise<DomainJobStats> {
    const { type, params } = await this.call('domainGetJobStats', { dom: this.ref, flags }, options);
    return { type, params: fromTypedParams(params) };
  }

  /**
   * Ends the job under way as soon as possible. `flags`: virDomainAbortJobFlagsValues. (virDomainAbortJob,
   * virDomainAbortJobFlags)
   */
  abortJob(flags?: number, options?: CallOptions): Promise<void> {
    return this.core.callWithFlags('domainAbortJob', 'domainAbortJobFlags', { dom: this.ref }, flags, options);
  }

  /**
   * Moves the guest to the host of `destination`, led by this process, and answers with how that host knows it; use
   * `migrate`, which answers with a Domain.
   */
  protected migrateManaged(
    destination: Connection,
    params: TypedParamsInput,
    flags: number,
    options?: CallOptions,
  ): Promise<DomainRef> {
    return migrateManaged(this.core, destination.core, this.ref, params, flags, options);
  }

  /**
   * Lets the guest's own host move it. With VIR_MIGRATE_PEER2PEER that host connects to `dconnuri`; without, `dconnuri`
   * is null and the hypervisor does it alone. `params`: VIR_MIGRATE_PARAM_*; `flags`: virDomainMigrateFlags.
   * (virDomainMigrateToURI, virDomainMigrateToURI2, virDomainMigrateToURI3)
   */
  migrateToURI(
    dconnuri: string | null,
    params: TypedParamsInput = {},
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    return migrateToUri(this.core, this.ref, dconnuri, params, flags, options);
  }

  /**
   * How long the guest may stand still at the end of a migration, in milliseconds. `flags`: 0.
   * (virDomainMigrateGetMaxDowntime)
   */
  migrateGetMaxDowntime(flags = 0, options?: CallOptions): Promise<bigint> {
    return this.call('domainMigrateGetMaxDowntime', { dom: this.ref, flags }, options);
  }

  /**
   * Sets how long the guest may stand still at the end of a migration, in milliseconds. `flags`: 0.
   * (virDomainMigrateSetMaxDowntime)
   */
  async migrateSetMaxDowntime(downtime: Int64, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, downtime: toUhyper(downtime, 'downtime'), flags };
    await this.call('domainMigrateSetMaxDowntime', args, options);
  }

  /**
   * The most a migration may take of the network, in MiB/s. `flags`: virDomainMigrateMaxSpeedFlags.
   * (virDomainMigrateGetMaxSpeed)
   */
  migrateGetMaxSpeed(flags = 0, options?: CallOptions): Promise<bigint> {
    return this.call('domainMigrateGetMaxSpeed', { dom: this.ref, flags }, options);
  }

  /**
   * Sets the most a migration may take of the network, in MiB/s. `flags`: virDomainMigrateMaxSpeedFlags.
   * (virDomainMigrateSetMaxSpeed)
   */
  async migrateSetMaxSpeed(bandwidth: Int64, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, bandwidth: toUhyper(bandwidth, 'bandwidth'), flags };
    await this.call('domainMigrateSetMaxSpeed', args, options);
  }

  /** Size of the cache for compressed memory pages, in bytes. `flags`: 0. (virDomainMigrateGetCompressionCache) */
  migrateGetCompressionCache(flags = 0, options?: CallOptions): Promise<bigint> {
    return this.call('domainMigrateGetCompressionCache', { dom: this.ref, flags }, options);
  }

  /**
   * Sets the size of the cache for compressed memory pages, in bytes. `flags`: 0.
   * (virDomainMigrateSetCompressionCache)
   */
  async migrateSetCompressionCache(cacheSize: Int64, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, cacheSize: toUhyper(cacheSize, 'cacheSize'), flags };
    await this.call('domainMigrateSetCompressionCache', args, options);
  }

  /**
   * Switches a migration started with VIR_MIGRATE_POSTCOPY over: the guest goes on there, and fetches its memory.
   * `flags`: 0. (virDomainMigrateStartPostCopy)
   */
  migrateStartPostCopy(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainMigrateStartPostCopy', { dom: this.ref, flags }, options);
  }
}
