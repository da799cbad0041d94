/** Disks of guests: sizes, errors, limits. A disk that is a volume of one of the host's pools has that volume's size. */
import type { DriverSlots, TypedParam } from '../driver.ts';
import {
  VIR_DOMAIN_AFFECT_CONFIG,
  VIR_DOMAIN_AFFECT_LIVE,
  VIR_DOMAIN_BLOCK_RESIZE_BYTES,
  VIR_DOMAIN_BLOCK_RESIZE_CAPACITY,
  VIR_DOMAIN_DISK_ERROR_NO_SPACE,
  VIR_DOMAIN_DISK_ERROR_UNSPEC,
  VIR_DOMAIN_EVENT_ID_TUNABLE,
  VIR_TYPED_PARAM_STRING_OKAY,
} from '../enums.gen.ts';
import { VIR_DOMAIN_BLOCK_IOTUNE_GROUP_NAME, VIR_DOMAIN_TUNABLE_BLKDEV_DISK } from '../typed-params.gen.ts';
import type { DiskView, DomainConfig } from './domain-config.ts';
import type { DomainObj } from './domain-obj.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';
import { findVolume } from './storage-vol.ts';
import type { StorageVolObj } from './storage-vol-obj.ts';
import { TypedValues } from './typed-values.ts';

const affectFlags = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG;

/** Bytes. */
export interface BlockSizes {
  capacity: bigint;
  allocation: bigint;
  physical: bigint;
}

/** What libvirt's test driver says of every disk: just under 1 TiB, all of it allocated. */
const anySizes: BlockSizes = {
  capacity: 1_099_506_450_432n,
  allocation: 1_099_511_627_776n,
  physical: 1_099_511_627_776n,
};

function volumeBehind(node: TestNode, disk: DiskView): StorageVolObj | undefined {
  return findVolume(
    node,
    (volume) => volume.path === disk.source || `${volume.pool.name}/${volume.name}` === disk.source,
  );
}

/** Size of a guest's disk. */
export function blockSizes(node: TestNode, domain: DomainObj, disk: DiskView): BlockSizes {
  const volume = volumeBehind(node, disk);
  if (volume) return { capacity: volume.capacity, allocation: volume.allocation, physical: volume.allocation };
  const capacity = domain.diskSizes.get(disk.target);
  return capacity === undefined ? anySizes : { capacity, allocation: capacity, physical: capacity };
}

/** Disk calls. */
export function domainBlockSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainGetBlockInfo: async ({ dom, path, flags }) => {
      checkFlags(flags, 0, 'domainGetBlockInfo');
      const domain = domainOf(dom);
      const disk = domain.config.diskOf(path);
      if (!disk) throw testError('VIR_ERR_INVALID_ARG', `invalid path ${path} not assigned to domain`);
      if (disk.source === null) {
        throw testError('VIR_ERR_INVALID_ARG', `disk '${path}' does not currently have a source assigned`);
      }
      return blockSizes(node, domain, disk);
    },
    domainGetDiskErrors: async ({ dom, maxerrors, flags }) => {
      checkFlags(flags, 0, 'domainGetDiskErrors');
      const domain = domainOf(dom);
      domain.assertActive();
      const { disks } = domain.config;
      if (maxerrors === 0) return { errors: [], nerrors: disks.length };
      const kinds = [VIR_DOMAIN_DISK_ERROR_UNSPEC, VIR_DOMAIN_DISK_ERROR_NO_SPACE];
      const errors = disks.slice(0, maxerrors).map(({ target }, index) => ({ disk: target, error: kinds[index % 2]! }));
      return { errors, nerrors: errors.length };
    },
    domainBlockResize: async ({ dom, disk, size, flags }) => {
      checkFlags(flags, VIR_DOMAIN_BLOCK_RESIZE_BYTES | VIR_DOMAIN_BLOCK_RESIZE_CAPACITY, 'domainBlockResize');
      resize(node, domainOf(dom), disk, flags & VIR_DOMAIN_BLOCK_RESIZE_BYTES ? size : size * 1024n, flags);
    },
    domainBlockPeek: async ({ dom, path, offset, size, flags }) => {
      checkFlags(flags, 0, 'domainBlockPeek');
      const disk = domainOf(dom).config.diskOf(path);
      if (!disk) throw testError('VIR_ERR_INVALID_ARG', `invalid disk or path '${path}'`);
      if (size > 4_194_304)
        throw testError('VIR_ERR_INVALID_ARG', `cannot peek ${size} bytes at once, at most 4194304`);
      const volume = volumeBehind(node, disk);
      return volume ? volume.data.read(Number(offset), size) : new Uint8Array(size);
    },
    domainSetBlockThreshold: async ({ dom, dev, flags }) => {
      checkFlags(flags, 0, 'domainSetBlockThreshold');
      const domain = domainOf(dom);
      domain.assertActive();
      if (!domain.config.diskOf(dev))
        throw testError('VIR_ERR_INVALID_ARG', `block device '${dev}' was not found in the domain config`);
    },
    ...iotuneSlots(node),
  };
}

function resize(node: TestNode, domain: DomainObj, path: string, bytes: bigint, flags: number): void {
  domain.assertActive();
  const disk = domain.config.diskOf(path);
  if (!disk) throw testError('VIR_ERR_INVALID_ARG', `disk '${path}' was not found in the domain config`);
  const before = blockSizes(node, domain, disk).capacity;
  const next = flags & VIR_DOMAIN_BLOCK_RESIZE_CAPACITY ? before : bytes;
  const volume = volumeBehind(node, disk);
  if (volume) volume.resize(next, false);
  else domain.diskSizes.set(disk.target, next);
}

type Iotune = NonNullable<NonNullable<DomainConfig['def']['devices']>['disks'][number]['iotune']>;
type LimitKey = Exclude<keyof Iotune, 'groupName' | 'extra'>;

const plain = [
  'total_bytes_sec',
  'read_bytes_sec',
  'write_bytes_sec',
  'total_iops_sec',
  'read_iops_sec',
  'write_iops_sec',
];
/** libvirt's names in libvirt's order; the group's name stands between. */
const limitFields = [...plain, ...plain.map((name) => `${name}_max`), 'size_iops_sec'];
const lengthFields = plain.map((name) => `${name}_max_length`);
const maxLimit = 1_000_000_000_000_000n;

const keyOf = (field: string): LimitKey =>
  field.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()) as LimitKey;

function iotuneSlots(node: TestNode): DriverSlots {
  const allowed = {
    ...Object.fromEntries([...limitFields, ...lengthFields].map((field) => [field, 'ullong' as const])),
    [VIR_DOMAIN_BLOCK_IOTUNE_GROUP_NAME]: 'string' as const,
  };
  return {
    domainGetBlockIoTune: async ({ dom, disk, flags }) => {
      checkFlags(flags, affectFlags | VIR_TYPED_PARAM_STRING_OKAY, 'domainGetBlockIoTune');
      const tune = diskDef(node.domainOf(dom).oneConfig(flags), disk ?? '', 'disk').iotune;
      const limit = (field: string): TypedParam => ({ field, type: 'ullong', value: tune?.[keyOf(field)] ?? 0n });
      return [
        ...limitFields.map(limit),
        { field: VIR_DOMAIN_BLOCK_IOTUNE_GROUP_NAME, type: 'string', value: tune?.groupName ?? '' },
        ...lengthFields.map(limit),
      ];
    },
    domainSetBlockIoTune: async ({ dom, disk, params, flags }) => {
      checkFlags(flags, affectFlags, 'domainSetBlockIoTune');
      const values = new TypedValues(params, allowed);
      const domain = node.domainOf(dom);
      const targets = domain.targets(flags);
      domain.editConfig(targets, (config) => withIotune(config, disk, values));
      if (targets.live) emitTunable(node, domain, disk, params);
    },
  };
}

function diskDef(
  config: DomainConfig,
  path: string,
  what: string,
): NonNullable<DomainConfig['def']['devices']>['disks'][number] {
  const index = config.disks.findIndex(({ target, source }) => target === path || source === path);
  const found = config.def.devices?.disks[index];
  if (found) return found;
  throw testError('VIR_ERR_INVALID_ARG', `${what} '${path}' was not found in the domain config`);
}

function withIotune(config: DomainConfig, path: string, values: TypedValues): DomainConfig {
  const before = diskDef(config, path, 'missing persistent configuration for disk').iotune;
  const tune: Iotune = { ...before };
  for (const field of [...limitFields, ...lengthFields]) {
    const value = values.bigint(field);
    if (value === undefined) continue;
    if (value > maxLimit) {
      throw testError(
        'VIR_ERR_ARGUMENT_UNSUPPORTED',
        `block I/O throttle limit value must be no more than ${maxLimit}`,
      );
    }
    tune[keyOf(field)] = value;
  }
  const group = values.text(VIR_DOMAIN_BLOCK_IOTUNE_GROUP_NAME);
  if (group !== undefined) tune.groupName = group;
  assertLimitsFit(tune);
  const target = diskDef(config, path, 'disk').target?.dev;
  return config.editDevices(({ disks }) => {
    for (const disk of disks) if (disk.target?.dev === target) disk.iotune = tune;
  });
}

/** A total and a limit of one direction exclude each other; a limit may not exceed that of its bursts. */
function assertLimitsFit(tune: Iotune): void {
  for (const unit of ['BytesSec', 'IopsSec', 'BytesSecMax', 'IopsSecMax'] as const) {
    const one = tune[`read${unit}`] || tune[`write${unit}`];
    if (!tune[`total${unit}`] || !one) continue;
    const name = unit
      .replaceAll(/([A-Z])/g, '_$1')
      .toLowerCase()
      .slice(1);
    throw testError('VIR_ERR_INVALID_ARG', `total and read/write of ${name} cannot be set at the same time`);
  }
  for (const field of plain) {
    const most = tune[keyOf(`${field}_max`)];
    if (!most || (tune[keyOf(field)] ?? 0n) <= most) continue;
    throw testError('VIR_ERR_INVALID_ARG', `${field} cannot be set higher than ${field}_max`);
  }
}

function emitTunable(node: TestNode, domain: DomainObj, disk: string, params: readonly TypedParam[]): void {
  const told = params.map((param): TypedParam => ({ ...param, field: `blkdeviotune.${param.field}` }));
  node.events.emit({
    family: 'domain',
    eventId: VIR_DOMAIN_EVENT_ID_TUNABLE,
    payload: {
      dom: domain.ref,
      params: [{ field: VIR_DOMAIN_TUNABLE_BLKDEV_DISK, type: 'string', value: disk }, ...told],
    },
  });
}
