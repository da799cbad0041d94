/** Domain, sixth part: disks, block jobs, backups. A disk is named by its target (`vda`) or its source's path. */
import { type Int64, toUhyper } from '../arguments.ts';
import type { DomainDiskError, DomainGetBlockInfoResult } from '../driver-slots.gen.ts';
import type { CallOptions } from '../driver.ts';
import { type TypedParams, type TypedParamsInput, fromTypedParams, toTypedParams } from '../typed-params.ts';
import { DomainTuning } from './tuning.ts';

export type { DomainDiskError };

/** virDomainBlockInfo, in bytes: what the guest sees, what is used, what the file or device takes on the host. */
export type DomainBlockInfo = DomainGetBlockInfoResult;

/** virDomainBlockStats: counters since the guest's start; -1 where the hypervisor does not count. */
export interface DomainBlockStats {
  rd_req: bigint;
  rd_bytes: bigint;
  wr_req: bigint;
  wr_bytes: bigint;
  errs: bigint;
}

/** virDomainBlockJobInfo: `type` as virDomainBlockJobType; done when `cur` is `end`. */
export interface DomainBlockJobInfo {
  type: number;
  bandwidth: bigint;
  cur: bigint;
  end: bigint;
}

/** The most errors that are asked for. */
const diskErrorsAtMost = 256;

export abstract class DomainBlock extends DomainTuning {
  /** Requests, bytes and errors of a disk; '' for all disks together. (virDomainBlockStats) */
  async blockStats(disk: string, options?: CallOptions): Promise<DomainBlockStats> {
    const found = await this.call('domainBlockStats', { dom: this.ref, path: disk }, options);
    return {
      rd_req: found.rdReq,
      rd_bytes: found.rdBytes,
      wr_req: found.wrReq,
      wr_bytes: found.wrBytes,
      errs: found.errs,
    };
  }

  /**
   * Counters of a disk under the names VIR_DOMAIN_BLOCK_STATS_*, times in nanoseconds; '' for all disks together.
   * `flags`: 0. (virDomainBlockStatsFlags)
   */
  async blockStatsFlags(disk: string, flags = 0, options?: CallOptions): Promise<TypedParams> {
    return fromTypedParams(await this.call('domainBlockStatsFlags', { dom: this.ref, path: disk, flags }, options));
  }

  /** Capacity, allocation and physical size of a disk, in bytes. `flags`: 0. (virDomainGetBlockInfo) */
  getBlockInfo(disk: string, flags = 0, options?: CallOptions): Promise<DomainBlockInfo> {
    return this.call('domainGetBlockInfo', { dom: this.ref, path: disk, flags }, options);
  }

  /** Reads `size` bytes (4 MiB at most) of a disk from `offset` on. `flags`: 0. (virDomainBlockPeek) */
  async blockPeek(disk: string, offset: Int64, size: number, flags = 0, options?: CallOptions): Promise<Uint8Array> {
    const args = { dom: this.ref, path: disk, offset: toUhyper(offset, 'offset'), size, flags };
    return this.call('domainBlockPeek', args, options);
  }

  /**
   * Changes the size of a disk of a running guest: KiB, or bytes with the flag for it. `flags`:
   * virDomainBlockResizeFlags. (virDomainBlockResize)
   */
  async blockResize(disk: string, size: Int64, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainBlockResize', { dom: this.ref, disk, size: toUhyper(size, 'size'), flags }, options);
  }

  /** Disks with I/O errors; `error` as virDomainDiskErrorCode. `flags`: 0. (virDomainGetDiskErrors) */
  async getDiskErrors(flags = 0, options?: CallOptions): Promise<DomainDiskError[]> {
    const args = { dom: this.ref, maxerrors: diskErrorsAtMost, flags };
    return (await this.call('domainGetDiskErrors', args, options)).errors;
  }

  /**
   * Makes the event VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD come once, when writing passes `threshold` bytes. `flags`: 0.
   * (virDomainSetBlockThreshold)
   */
  async setBlockThreshold(dev: string, threshold: Int64, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, dev, threshold: toUhyper(threshold, 'threshold'), flags };
    await this.call('domainSetBlockThreshold', args, options);
  }

  /**
   * The job on a disk, or null where there is none. Bandwidth in MiB/s, or bytes/s with the flag for it. `flags`:
   * virDomainBlockJobInfoFlags. (virDomainGetBlockJobInfo)
   */
  async getBlockJobInfo(disk: string, flags = 0, options?: CallOptions): Promise<DomainBlockJobInfo | null> {
    const info = await this.call('domainGetBlockJobInfo', { dom: this.ref, path: disk, flags }, options);
    return info.found === 0 ? null : { type: info.type, bandwidth: info.bandwidth, cur: info.cur, end: info.end };
  }

  /**
   * Ends the job on a disk; with VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT the guest goes on with the copy. `flags`:
   * virDomainBlockJobAbortFlags. (virDomainBlockJobAbort)
   */
  blockJobAbort(disk: string, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('domainBlockJobAbort', { dom: this.ref, path: disk, flags }, options);
  }

  /**
   * Limits the job on a disk: MiB/s, or bytes/s with the flag for it; 0 for no limit. `flags`:
   * virDomainBlockJobSetSpeedFlags. (virDomainBlockJobSetSpeed)
   */
  async blockJobSetSpeed(disk: string, bandwidth: Int64, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, path: disk, bandwidth: toUhyper(bandwidth, 'bandwidth'), flags };
    await this.call('domainBlockJobSetSpeed', args, options);
  }

  /**
   * Starts copying everything below into the disk's top image. Bandwidth as for `blockJobSetSpeed`. `flags`:
   * virDomainBlockPullFlags. (virDomainBlockPull)
   */
  async blockPull(disk: string, bandwidth: Int64 = 0, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, path: disk, bandwidth: toUhyper(bandwidth, 'bandwidth'), flags };
    await this.call('domainBlockPull', args, options);
  }

  /**
   * Starts copying what lies above `base` (null: everything) into the disk's top image. `flags`:
   * virDomainBlockRebaseFlags. (virDomainBlockRebase)
   */
  async blockRebase(
    disk: string,
    base: string | null,
    bandwidth: Int64 = 0,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, path: disk, base, bandwidth: toUhyper(bandwidth, 'bandwidth'), flags };
    await this.call('domainBlockRebase', args, options);
  }

  /**
   * Starts moving the changes from `top` (null: the active image) down into `base` (null: the lowest). `flags`:
   * virDomainBlockCommitFlags. (virDomainBlockCommit)
   */
  async blockCommit(
    disk: string,
    base: string | null = null,
    top: string | null = null,
    bandwidth: Int64 = 0,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, disk, base, top, bandwidth: toUhyper(bandwidth, 'bandwidth'), flags };
    await this.call('domainBlockCommit', args, options);
  }

  /**
   * Starts mirroring a disk to the one described by `destxml`. `params`: VIR_DOMAIN_BLOCK_COPY_*, bandwidth in
   * bytes/s. `flags`: virDomainBlockCopyFlags. (virDomainBlockCopy)
   */
  async blockCopy(
    disk: string,
    destxml: string,
    params: TypedParamsInput = {},
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, path: disk, destxml, params: toTypedParams(params), flags };
    await this.call('domainBlockCopy', args, options);
  }

  /**
   * Starts a backup of the running guest's disks, with a checkpoint for the next one if `checkpointXML` is given.
   * `flags`: virDomainBackupBeginFlags. (virDomainBackupBegin)
   */
  backupBegin(backupXML: string, checkpointXML: string | null = null, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, backupXml: backupXML, checkpointXml: checkpointXML, flags };
    return this.call('domainBackupBegin', args, options);
  }

  /**
   * Description of the backup under way. Fails with VIR_ERR_NO_DOMAIN_BACKUP where there is none. `flags`: 0.
   * (virDomainBackupGetXMLDesc)
   */
  backupGetXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('domainBackupGetXmlDesc', { dom: this.ref, flags }, options);
  }
}
