/** `<disk>`: a disk, CD drive or floppy drive of a guest. */
import {
  attr,
  child,
  element,
  type ElementDecl,
  flag,
  type Infer,
  int,
  leaf,
  many,
  oneOf,
  onOff,
  scaledLeaf,
  string,
  u64,
  yesNo,
} from '../../schema/index.ts';
import { auth, encryption } from '../../shared/storage.ts';
import type { Owner } from '../../schema/field.ts';
import { bootInfoPart, virtioOptions } from '../address.ts';
import { type DiskSource, diskSource, diskTypes, storageFormats } from './disk-source.ts';

const metadataCache = element('metadata_cache', 'Cache of the metadata', {
  maxSizeBytes: scaledLeaf('bytes', 'Largest size in octets', { name: 'max_size' }),
});

const format = element('format', 'Format of the content', {
  type: attr(oneOf(...storageFormats), 'Format', { required: true }),
  metadataCache: child(metadataCache),
});

/** The image below an image. An empty one says that the chain ends here. */
export interface BackingStore {
  type?: (typeof diskTypes)[number] | undefined;
  index?: number | undefined;
  format?: Infer<typeof format> | undefined;
  source?: DiskSource | undefined;
  backingStore?: BackingStore | undefined;
}

export const backingStore: ElementDecl<BackingStore> = element(
  'backingStore',
  'The image below this one; empty: there is none',
  {
    type: attr(oneOf(...diskTypes), 'Kind of source'),
    index: attr(int(), 'Number for block jobs', { live: true }),
    format: child(format),
    source: child(diskSource),
    backingStore: child((): ElementDecl<BackingStore> => backingStore),
  },
  { keepEmpty: true },
);

const latencyHistogram = element('latency-histogram', 'How long requests take', {
  type: attr(oneOf('read', 'write', 'zone', 'flush'), 'Kind of request'),
  bins: many(element('bin', 'A class', { start: attr(u64(), 'Nanoseconds it begins at', { required: true }) })),
});

const statistics = element('statistics', 'Statistics', {
  statistics: many(element('statistic', 'Period', { interval: attr(int(), 'Seconds') })),
  latencyHistograms: many(latencyHistogram),
});

export const queueMapping = element('iothreads', 'Queues to I/O threads', {
  iothreads: many(
    element('iothread', 'An I/O thread', {
      id: attr(int(), 'Number', { required: true }),
      queues: many(element('queue', 'A queue', { id: attr(int(), 'Number', { required: true }) })),
    }),
  ),
});

const driver = element('driver', 'How the hypervisor treats the disk', {
  name: attr(string(), 'Driver'),
  type: attr(oneOf(...storageFormats), 'Format of the content'),
  cache: attr(oneOf('default', 'none', 'writethrough', 'writeback', 'directsync', 'unsafe'), 'Caching on the host'),
  errorPolicy: attr(oneOf('default', 'stop', 'report', 'ignore', 'enospace'), 'On errors', { name: 'error_policy' }),
  rerrorPolicy: attr(oneOf('default', 'stop', 'report', 'ignore'), 'On errors of reading', { name: 'rerror_policy' }),
  io: attr(oneOf('default', 'native', 'threads', 'io_uring'), 'How input and output is done'),
  ioeventfd: attr(onOff(), 'Whether requests are taken off the processor thread'),
  eventIdx: attr(onOff(), 'Fewer interrupts', { name: 'event_idx' }),
  copyOnRead: attr(onOff(), 'Whether what is read is copied up', { name: 'copy_on_read' }),
  discard: attr(oneOf('default', 'unmap', 'ignore'), 'Requests to discard'),
  iothread: attr(int({ min: 1 }), 'I/O thread'),
  detectZeroes: attr(oneOf('default', 'off', 'on', 'unmap'), 'Zeroes written', { name: 'detect_zeroes' }),
  queues: attr(int(), 'Virtqueues'),
  queueSize: attr(int(), 'Entries of a virtqueue', { name: 'queue_size' }),
  discardNoUnref: attr(onOff(), 'Whether discarded clusters stay allocated', { name: 'discard_no_unref' }),
  ...virtioOptions,
  metadataCache: child(metadataCache),
  iothreads: child(queueMapping),
  statistics: child(statistics),
});

/** Copies to a file are written in the old form as well, for readers that know no other. */
function oldMirrorForm(owner: Owner): { path: string | undefined; format: string | undefined } | undefined {
  const { type, job, file, formatAttribute, format: found, source } = owner as Mirror;
  if (source === undefined) return { path: file, format: formatAttribute };
  return type === 'file' && job === 'copy' ? { path: source.file, format: found?.type } : undefined;
}

interface Mirror {
  type?: string;
  job?: string;
  file?: string;
  formatAttribute?: string;
  format?: { type: string };
  source?: DiskSource;
}

const mirror = element('mirror', 'Copy under way', {
  type: attr(oneOf(...diskTypes), 'Kind of source'),
  file: attr(string(), 'Path (old form)', { derive: (owner) => oldMirrorForm(owner)?.path }),
  formatAttribute: attr(string(), 'Format (old form)', {
    name: 'format',
    derive: (owner) => oldMirrorForm(owner)?.format,
  }),
  job: attr(oneOf('copy', 'active-commit'), 'Kind of job'),
  ready: attr(oneOf('yes', 'abort', 'pivot'), 'How far it is'),
  format: child(format),
  source: child(diskSource),
  backingStore: child(backingStore),
});

const limit = (name: string, doc: string) => leaf(u64(), doc, { name, hide: 0n });
const rates = {
  totalBytesSec: limit('total_bytes_sec', 'Octets a second'),
  readBytesSec: limit('read_bytes_sec', 'Octets read a second'),
  writeBytesSec: limit('write_bytes_sec', 'Octets written a second'),
  totalIopsSec: limit('total_iops_sec', 'Requests a second'),
  readIopsSec: limit('read_iops_sec', 'Reads a second'),
  writeIopsSec: limit('write_iops_sec', 'Writes a second'),
  totalBytesSecMax: limit('total_bytes_sec_max', 'Octets a second in a burst'),
  readBytesSecMax: limit('read_bytes_sec_max', 'Octets read a second in a burst'),
  writeBytesSecMax: limit('write_bytes_sec_max', 'Octets written a second in a burst'),
  totalIopsSecMax: limit('total_iops_sec_max', 'Requests a second in a burst'),
  readIopsSecMax: limit('read_iops_sec_max', 'Reads a second in a burst'),
  writeIopsSecMax: limit('write_iops_sec_max', 'Writes a second in a burst'),
  sizeIopsSec: limit('size_iops_sec', 'Octets that count as one request'),
};
const durations = {
  totalBytesSecMaxLength: limit('total_bytes_sec_max_length', 'Seconds of a burst'),
  readBytesSecMaxLength: limit('read_bytes_sec_max_length', 'Seconds of a burst of reading'),
  writeBytesSecMaxLength: limit('write_bytes_sec_max_length', 'Seconds of a burst of writing'),
  totalIopsSecMaxLength: limit('total_iops_sec_max_length', 'Seconds of a burst of requests'),
  readIopsSecMaxLength: limit('read_iops_sec_max_length', 'Seconds of a burst of reads'),
  writeIopsSecMaxLength: limit('write_iops_sec_max_length', 'Seconds of a burst of writes'),
};
const groupName = { groupName: leaf(string(), 'Disks of one group share the limits', { name: 'group_name' }) };

const iotune = element('iotune', 'Limits', { ...rates, ...groupName, ...durations });

const throttlegroup = element('throttlegroup', 'Limits that disks name by their group', {
  ...groupName,
  ...rates,
  ...durations,
});
export const throttlegroups = element('throttlegroups', 'Groups of limits', { groups: many(throttlegroup) });

const geometry = element('geometry', 'Geometry the guest sees', {
  cyls: attr(int(), 'Cylinders', { required: true }),
  heads: attr(int(), 'Heads', { required: true }),
  secs: attr(int(), 'Sectors', { required: true }),
  trans: attr(oneOf('default', 'none', 'auto', 'lba'), "The firmware's translation"),
});

const blockio = element('blockio', 'Block sizes the guest sees', {
  logicalBlockSize: attr(int(), 'Logical block in octets', { name: 'logical_block_size' }),
  physicalBlockSize: attr(int(), 'Physical block in octets', { name: 'physical_block_size' }),
  discardGranularity: attr(int(), 'Smallest discard in octets', { name: 'discard_granularity' }),
});

export const diskBuses = ['ide', 'fdc', 'scsi', 'virtio', 'xen', 'usb', 'uml', 'sata', 'sd', 'nvme', 'none'] as const;

const target = element('target', 'What the guest sees', {
  dev: attr(string(), 'Logical device name such as vda', { required: true }),
  bus: attr(oneOf(...diskBuses), 'Bus'),
  tray: attr(oneOf('closed', 'open'), 'Tray of a drive', { hide: 'closed' }),
  removable: attr(onOff(), 'Whether removable (USB)'),
  rotationRate: attr(int(), 'Revolutions a minute; 1: none', { name: 'rotation_rate' }),
  dpofua: attr(onOff(), 'Forced unit access (SCSI)'),
});

export const disk = element('disk', 'A disk, CD drive or floppy drive', {
  type: attr(oneOf(...diskTypes), 'Kind of source', { fill: 'file' }),
  device: attr(oneOf('disk', 'cdrom', 'floppy', 'lun'), 'What the guest sees', { fill: 'disk' }),
  model: attr(
    oneOf('virtio', 'virtio-transitional', 'virtio-non-transitional', 'usb-storage', 'usb-bot'),
    'Model of a virtio or USB disk',
  ),
  rawio: attr(yesNo(), 'Whether raw SCSI commands are allowed'),
  sgio: attr(oneOf('default', 'filtered', 'unfiltered'), 'Filter of SCSI commands'),
  snapshot: attr(oneOf('no', 'internal', 'external', 'manual'), 'Default for snapshots', {
    show: (value, owner) => !(value === 'no' && owner['readonly'] === true),
  }),
  driver: child(driver),
  auth: child(auth),
  source: child(diskSource),
  backingStore: child(backingStore),
  backenddomain: child(
    element('backenddomain', 'Guest that provides the disk (Xen)', {
      name: attr(string(), 'Name', { required: true }),
    }),
  ),
  geometry: child(geometry),
  blockio: child(blockio),
  mirror: child(mirror, { live: true }),
  target: child(target),
  iotune: child(iotune),
  throttlefilters: child(
    element('throttlefilters', 'Groups of limits', {
      filters: many(element('throttlefilter', 'A group', { group: attr(string(), 'Name', { required: true }) })),
    }),
  ),
  readonly: flag('The guest may only read'),
  shareable: flag('Several guests may use it'),
  transient: child(
    element(
      'transient',
      'Changes are dropped at the end',
      { shareBacking: attr(yesNo(), 'Whether others may use the base') },
      { keepEmpty: true },
    ),
  ),
  serial: leaf(string(), 'Serial number'),
  wwn: leaf(string(), 'World-wide name'),
  vendor: leaf(string(), 'Vendor (SCSI)'),
  product: leaf(string(), 'Product (SCSI)'),
  encryption: child(encryption),
  ...bootInfoPart,
});
export type Disk = Infer<typeof disk>;
