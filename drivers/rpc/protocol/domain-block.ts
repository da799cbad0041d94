/** Domains: block devices, block jobs and file systems. */
import {
  array,
  call,
  hyper,
  int,
  opaque,
  optionalString,
  string,
  struct,
  typedParam,
  uhyper,
  uint,
  type TableFile,
} from './dsl.ts';
import {
  REMOTE_DOMAIN_BLOCK_COPY_PARAMETERS_MAX,
  REMOTE_DOMAIN_BLOCK_IO_TUNE_PARAMETERS_MAX,
  REMOTE_DOMAIN_BLOCK_PEEK_BUFFER_MAX,
  REMOTE_DOMAIN_BLOCK_STATS_PARAMETERS_MAX,
  REMOTE_DOMAIN_DISK_ERRORS_MAX,
  REMOTE_DOMAIN_FSFREEZE_MOUNTPOINTS_MAX,
  REMOTE_DOMAIN_FSINFO_DISKS_MAX,
  REMOTE_DOMAIN_FSINFO_MAX,
} from './limits.ts';
import { domain } from './refs.ts';

const domainDiskError = struct('remote_domain_disk_error', { disk: string, error: int });
const domainFsinfo = struct('remote_domain_fsinfo', {
  mountpoint: string,
  name: string,
  fstype: string,
  dev_aliases: array(string, REMOTE_DOMAIN_FSINFO_DISKS_MAX),
});

export const domainBlockTable: TableFile = {
  file: 'domain-block',
  program: 'remote',
  structs: [domainDiskError, domainFsinfo],
  procedures: [
    call(
      64,
      'domain_block_stats',
      { dom: domain, path: string },
      { rd_req: hyper, rd_bytes: hyper, wr_req: hyper, wr_bytes: hyper, errs: hyper },
    ),
    call(
      103,
      'domain_block_peek',
      { dom: domain, path: string, offset: uhyper, size: uint, flags: uint },
      { buffer: opaque(REMOTE_DOMAIN_BLOCK_PEEK_BUFFER_MAX) },
    ),
    call(
      194,
      'domain_get_block_info',
      { dom: domain, path: string, flags: uint },
      { allocation: uhyper, capacity: uhyper, physical: uhyper },
    ),
    call(237, 'domain_block_job_abort', { dom: domain, path: string, flags: uint }),
    call(
      238,
      'domain_get_block_job_info',
      { dom: domain, path: string, flags: uint },
      { found: int, type: int, bandwidth: uhyper, cur: uhyper, end: uhyper },
    ),
    call(239, 'domain_block_job_set_speed', { dom: domain, path: string, bandwidth: uhyper, flags: uint }),
    call(240, 'domain_block_pull', { dom: domain, path: string, bandwidth: uhyper, flags: uint }),
    call(
      243,
      'domain_block_stats_flags',
      { dom: domain, path: string, nparams: int, flags: uint },
      { params: array(typedParam, REMOTE_DOMAIN_BLOCK_STATS_PARAMETERS_MAX), nparams: int },
      { stringParams: true },
    ),
    call(251, 'domain_block_resize', { dom: domain, disk: string, size: uhyper, flags: uint }),
    call(
      252,
      'domain_set_block_io_tune',
      { dom: domain, disk: string, params: array(typedParam, REMOTE_DOMAIN_BLOCK_IO_TUNE_PARAMETERS_MAX), flags: uint },
      {},
      { api: 'virDomainSetBlockIoTune' },
    ),
    call(
      253,
      'domain_get_block_io_tune',
      { dom: domain, disk: optionalString, nparams: int, flags: uint },
      { params: array(typedParam, REMOTE_DOMAIN_BLOCK_IO_TUNE_PARAMETERS_MAX), nparams: int },
      { stringParams: true, api: 'virDomainGetBlockIoTune' },
    ),
    call(
      263,
      'domain_get_disk_errors',
      { dom: domain, maxerrors: uint, flags: uint },
      { errors: array(domainDiskError, REMOTE_DOMAIN_DISK_ERRORS_MAX), nerrors: int },
    ),
    call(266, 'domain_block_rebase', {
      dom: domain,
      path: string,
      base: optionalString,
      bandwidth: uhyper,
      flags: uint,
    }),
    call(290, 'domain_block_commit', {
      dom: domain,
      disk: string,
      base: optionalString,
      top: optionalString,
      bandwidth: uhyper,
      flags: uint,
    }),
    call(294, 'domain_fstrim', { dom: domain, mountPoint: optionalString, minimum: uhyper, flags: uint }),
    call(
      335,
      'domain_fsfreeze',
      { dom: domain, mountpoints: array(string, REMOTE_DOMAIN_FSFREEZE_MOUNTPOINTS_MAX), flags: uint },
      { filesystems: int },
    ),
    call(
      336,
      'domain_fsthaw',
      { dom: domain, mountpoints: array(string, REMOTE_DOMAIN_FSFREEZE_MOUNTPOINTS_MAX), flags: uint },
      { filesystems: int },
    ),
    call(345, 'domain_block_copy', {
      dom: domain,
      path: string,
      destxml: string,
      params: array(typedParam, REMOTE_DOMAIN_BLOCK_COPY_PARAMETERS_MAX),
      flags: uint,
    }),
    call(
      349,
      'domain_get_fsinfo',
      { dom: domain, flags: uint },
      { info: array(domainFsinfo, REMOTE_DOMAIN_FSINFO_MAX), ret: uint },
    ),
    call(386, 'domain_set_block_threshold', { dom: domain, dev: string, threshold: uhyper, flags: uint }),
    call(
      451,
      'domain_set_throttle_group',
      {
        dom: domain,
        group: string,
        params: array(typedParam, REMOTE_DOMAIN_BLOCK_IO_TUNE_PARAMETERS_MAX),
        flags: uint,
      },
      {},
      { since: '11.2.0' },
    ),
    call(
      452,
      'domain_del_throttle_group',
      { dom: domain, group: optionalString, flags: uint },
      {},
      { since: '11.2.0' },
    ),
  ],
};
