/** What is refused of disks. */
import type { ParseContext } from '../../schema/index.ts';
import type { BackingStore, Disk } from '../devices/disk.ts';
import type { DiskSource } from '../devices/disk-source.ts';
import type { DomainDef } from '../schema.ts';
import { type Check, illegal, internal, runChecks, unsupported, withCode } from './check.ts';
import { virtioOptionGiven } from './virtio.ts';

interface ChainLink {
  type?: string | undefined;
  source?: DiskSource | undefined;
  auth?: DiskSource['auth'];
  encryption?: DiskSource['encryption'];
  backingStore?: BackingStore | undefined;
}

const authProtocols: ReadonlySet<string> = new Set(['iscsi', 'http', 'https', 'ftp', 'ftps', 'ssh', 'rbd']);
const secretTypes: Readonly<Record<string, string>> = { iscsi: 'iscsi', rbd: 'ceph' };

const chainChecks: readonly Check<ChainLink>[] = [
  unsupported(({ type, source, auth }) => {
    const login = auth ?? source?.auth;
    const protocol = source?.protocol ?? 'none';
    if (type !== 'network' || login === undefined) return false;
    if (!authProtocols.has(protocol)) return `authentication is not supported for protocol '${protocol}'`;
    const kind = login.secret?.type;
    if (kind === undefined) return `unknown secret type '<null>'; allowed: ceph, iscsi`;
    const wanted = secretTypes[protocol];
    return wanted !== undefined && kind !== wanted && `invalid secret type '${kind}'; allowed: ${wanted}`;
  }),
  unsupported(({ source, encryption }) => {
    const used = encryption ?? source?.encryption;
    return (
      used?.format === 'luks' &&
      used.cipher !== undefined &&
      'supplying <cipher> for domain disk definition is unnecessary'
    );
  }),
  illegal(
    ({ type, source }) =>
      type !== 'network' &&
      source?.snapshot !== undefined &&
      "<snapshot> element is currently supported only with 'rbd' disks",
  ),
  illegal(
    ({ type, source }) =>
      type !== 'network' &&
      source?.config !== undefined &&
      "<config> element is currently supported only with 'rbd' disks",
  ),
];

const driveBuses: ReadonlySet<string> = new Set(['ide', 'fdc', 'scsi', 'sata', 'nvme']);
const isDrive = ({ device }: Disk): boolean => device === 'cdrom' || device === 'floppy';
const isPrintable = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
const localTypes: ReadonlySet<string> = new Set(['file', 'block', 'dir', 'volume']);

/** A total beside one of its parts. */
function bothLimits(disk: Disk, kind: 'BytesSec' | 'IopsSec', suffix: '' | 'Max'): boolean {
  const limits = disk.iotune;
  const of = (part: 'total' | 'read' | 'write'): bigint => limits?.[`${part}${kind}${suffix}`] ?? 0n;
  return of('total') > 0n && (of('read') > 0n || of('write') > 0n);
}

const diskChecks: readonly Check<Disk>[] = [
  withCode(
    'VIR_ERR_NO_TARGET',
    ({ target, source }) =>
      target === undefined && `missing target information for disk ${source?.file ?? source?.dev ?? ''}`.trim(),
  ),
  unsupported(
    ({ auth, source }) =>
      auth !== undefined && source?.auth !== undefined && 'an <auth> definition already found for disk source',
  ),
  unsupported(
    ({ encryption, source }) =>
      encryption !== undefined &&
      source?.encryption !== undefined &&
      'an <encryption> definition already found for disk source',
  ),
  unsupported(({ sgio }) => sgio === 'unfiltered' && 'unfiltered sgio is no longer supported'),
  unsupported((disk) => disk.device === 'lun' && lunRefusal(disk)),
  unsupported(
    ({ device, source }) =>
      device !== 'lun' && source?.reservations !== undefined && '<reservations/> allowed only for lun devices',
  ),
  unsupported(
    ({ device, rawio }) => device !== 'lun' && rawio !== undefined && "rawio can be used only with device='lun'",
  ),
  unsupported(
    ({ device, sgio }) =>
      device !== 'lun' && sgio !== undefined && sgio !== 'default' && "sgio can be used only with device='lun'",
  ),
  illegal(
    (disk) => bothLimits(disk, 'BytesSec', '') && 'total and read/write bytes_sec cannot be set at the same time',
  ),
  illegal((disk) => bothLimits(disk, 'IopsSec', '') && 'total and read/write iops_sec cannot be set at the same time'),
  illegal(
    (disk) =>
      bothLimits(disk, 'BytesSec', 'Max') && 'total and read/write bytes_sec_max cannot be set at the same time',
  ),
  illegal(
    (disk) => bothLimits(disk, 'IopsSec', 'Max') && 'total and read/write iops_sec_max cannot be set at the same time',
  ),
  unsupported(
    ({ address, target }) =>
      address !== undefined &&
      address.type !== 'drive' &&
      driveBuses.has(target?.bus ?? '') &&
      `Invalid address type '${address.type}' for the disk '${target?.dev}' with the bus type '${target?.bus}'; allowed: drive`,
  ),
  unsupported((disk) => disk.target?.bus !== 'virtio' && nonVirtioRefusal(disk)),
  unsupported(({ type, source }) => type === 'nvme' && source?.namespace === 0n && "NVMe namespace can't be zero"),
  unsupported((disk) => disk.type === 'vhostuser' && vhostUserRefusal(disk)),
  unsupported((disk) => disk.target?.tray !== undefined && !isDrive(disk) && 'tray is only valid for cdrom and floppy'),
  illegal(({ vendor }) => vendor !== undefined && !isPrintable(vendor) && 'disk vendor is not printable string'),
  unsupported(({ vendor }) => vendor !== undefined && vendor.length > 8 && 'disk vendor is more than 8 characters'),
  illegal(({ product }) => product !== undefined && !isPrintable(product) && 'disk product is not printable string'),
  unsupported(
    ({ product }) => product !== undefined && product.length > 16 && 'disk product is more than 16 characters',
  ),
  internal(
    ({ device, target }) =>
      device === 'floppy' && target?.bus !== 'fdc' && `Invalid bus type '${target?.bus}' for floppy disk; allowed: fdc`,
  ),
  internal(({ device, target }) => device !== 'floppy' && target?.bus === 'fdc' && "Invalid bus type 'fdc' for disk"),
  illegal(
    ({ target }) => target?.removable !== undefined && target.bus !== 'usb' && 'removable is only valid for usb disks',
  ),
  illegal(
    ({ type, source }) =>
      source?.startupPolicy !== undefined &&
      !localTypes.has(type) &&
      `disk startupPolicy '${source.startupPolicy}' is not allowed for disk of '${type}' type`,
  ),
  illegal(
    (disk) =>
      disk.source?.startupPolicy === 'requisite' &&
      !isDrive(disk) &&
      "disk startupPolicy 'requisite' is allowed only for cdrom or floppy",
  ),
  withCode(
    'VIR_ERR_XML_ERROR',
    ({ wwn }) =>
      wwn !== undefined && !/^[0-9a-fA-F]{16}$/.test(wwn) && `malformed wwn: ${wwn}; allowed: 16 hexadecimal digits`,
  ),
  internal(
    (disk) =>
      !isDrive(disk) &&
      !/^(?:hd|sd|vd|xvd|ubd)/.test(disk.target?.dev ?? '') &&
      `Invalid harddisk device name: ${disk.target?.dev}; allowed: hd, sd, vd, xvd, ubd and letters`,
  ),
  internal(
    ({ device, target }) =>
      device === 'floppy' &&
      !target?.dev.startsWith('fd') &&
      `Invalid floppy device name: ${target?.dev}; allowed: fd and letters`,
  ),
  withCode(
    'VIR_ERR_NO_SOURCE',
    (disk) => disk.device === 'disk' && isEmpty(disk) && `missing source information for device ${disk.target?.dev}`,
  ),
];

/** Whether a disk has nothing to read. */
function isEmpty({ type, source }: Disk): boolean {
  switch (type) {
    case 'file':
      return source?.file === undefined;
    case 'block':
      return source?.dev === undefined;
    case 'dir':
      return source?.dir === undefined;
    case 'network':
      return source?.protocol === undefined;
    case 'volume':
      return source?.pool === undefined && source?.volume === undefined;
    default:
      return false;
  }
}

function lunRefusal({ type, driver, source, encryption }: Disk): string | undefined {
  if (type === 'network') {
    if (source?.protocol !== 'iscsi') return `disk device='lun' is not supported for protocol='${source?.protocol}'`;
  } else if (type !== 'block' && type !== 'volume') return "disk device='lun' is only valid for block type disk source";
  if (driver?.type !== undefined && driver.type !== 'raw' && driver.type !== 'none')
    return "disk device 'lun' must use 'raw' format";
  if (source?.slices !== undefined) return "disk device 'lun' doesn't support storage slice";
  const used = encryption ?? source?.encryption;
  return used !== undefined && used.format !== 'default' ? "disk device 'lun' doesn't support encryption" : undefined;
}

function nonVirtioRefusal({ model, target, driver }: Disk): string | undefined {
  if (model?.startsWith('virtio') === true)
    return `disk model '${model}' not supported for bus '${target?.bus}'; allowed bus: virtio`;
  if ((driver?.queues ?? 0) > 0) return 'queues attribute in disk driver element is only supported by virtio-blk';
  if (driver?.eventIdx !== undefined) return 'disk event_idx mode supported only for virtio bus';
  if (driver?.ioeventfd !== undefined) return 'disk ioeventfd mode supported only for virtio bus';
  return virtioOptionGiven(driver);
}

/** Options that mean nothing to a disk in another process. */
function vhostUserRefusal(disk: Disk): string | undefined {
  if (disk.target?.bus !== 'virtio') return 'vhostuser disk supports only virtio bus';
  if (disk.snapshot !== 'no') return 'only snapshot=no is supported with vhostuser disk';
  const { driver } = disk;
  const given: readonly [string, unknown][] = [
    ['cache', driver?.cache],
    ['error_policy', driver?.errorPolicy ?? driver?.rerrorPolicy],
    ['io', driver?.io],
    ['ioeventfd', driver?.ioeventfd],
    ['copy_on_read', driver?.copyOnRead],
    ['discard', driver?.discard],
    ['iothread', driver?.iothread],
    ['detect_zeroes', driver?.detectZeroes],
    ['metadata_cache', driver?.metadataCache],
    ['iotune', disk.iotune],
    ['backingStore', disk.backingStore],
    ['encryption', disk.encryption ?? disk.source?.encryption],
    ['readonly', disk.readonly],
    ['shareable', disk.shareable],
    ['transient', disk.transient],
    ['serial', disk.serial],
    ['wwn', disk.wwn],
    ['vendor', disk.vendor],
    ['product', disk.product],
    ['auth', disk.auth ?? disk.source?.auth],
    ['geometry', disk.geometry],
    ['blockio', disk.blockio],
  ];
  const first = given.find(([, value]) => value !== undefined);
  return first === undefined ? undefined : `${first[0]} is not supported with vhostuser disk`;
}

export function validateDisk(disk: Disk, def: DomainDef, context: ParseContext): void {
  for (let link: ChainLink | undefined = disk; link !== undefined; link = link.backingStore)
    runChecks(chainChecks, link, def, context);
  runChecks(diskChecks, disk, def, context);
}

const sourceName = ({ source }: Disk): string => source?.file ?? source?.dev ?? source?.name ?? source?.volume ?? '';

/** Refuses names, serial numbers and places that two disks share. */
export function validateDiskDuplicates(def: DomainDef, context: ParseContext): void {
  const targets = new Map<string, Disk>();
  const places = new Map<string, Disk>();
  const names = new Map<string, string>();
  for (const disk of def.devices?.disks ?? []) {
    const dev = disk.target?.dev ?? '';
    const same = targets.get(dev);
    if (same !== undefined)
      context.refuse(
        `target '${dev}' duplicated for disk sources '${sourceName(same)}' and '${sourceName(disk)}'`,
        disk,
      );
    targets.set(dev, disk);
    if (disk.wwn !== undefined) {
      const earlier = names.get(disk.wwn);
      if (earlier !== undefined)
        context.refuse(`Disks '${earlier}' and '${dev}' have identical WWN`, disk, 'VIR_ERR_XML_ERROR');
      names.set(disk.wwn, dev);
    }
    const { address } = disk;
    if (address?.type !== 'drive') continue;
    const { controller, bus, target, unit } = address;
    const place = `${disk.target?.bus} ${controller}:${bus}:${target}:${unit}`;
    if (places.has(place)) {
      context.refuse(
        `Found duplicate drive address for disk with target name '${places.get(place)?.target?.dev}' controller='${controller}' bus='${bus}' target='${target}' unit='${unit}'`,
        disk,
        'VIR_ERR_CONFIG_UNSUPPORTED',
      );
    }
    places.set(place, disk);
  }
}
