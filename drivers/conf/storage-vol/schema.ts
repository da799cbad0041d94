/** `<volume>`: a storage volume. */
import { attr, child, element, flag, type Infer, leaf, many, oneOf, scaledLeaf, string, u64 } from '../schema/index.ts';
import { encryption, permissions } from '../shared/storage.ts';

const extent = element('extent', 'A run of octets', {
  start: attr(u64(), 'First octet'),
  end: attr(u64(), 'Octet behind the last'),
});
const device = element('device', 'A device the volume lies on', {
  path: attr(string(), 'Path', { required: true }),
  extents: many(extent),
});
const format = element('format', 'Format of the content', { type: attr(string(), 'Format', { required: true }) });

const timestamps = element('timestamps', 'Times, in seconds since 1970', {
  atime: leaf(string(), 'Last read'),
  mtime: leaf(string(), 'Last written'),
  ctime: leaf(string(), 'Last changed'),
  btime: leaf(string(), 'Created'),
});

const features = element(
  'features',
  'Features of the format',
  {
    lazyRefcounts: flag('Reference counts are written late (qcow2)', { name: 'lazy_refcounts' }),
    extendedL2: flag('Subclusters (qcow2)', { name: 'extended_l2' }),
  },
  { keepEmpty: true },
);

const target = element('target', 'The volume on the host', {
  path: leaf(string(), 'Path'),
  format: child(format),
  permissions: child(permissions),
  timestamps: child(timestamps),
  encryption: child(encryption),
  compat: leaf(string(), 'Compatibility level (qcow2): 0.10 or 1.1'),
  nocow: flag('No copy on write of the file system'),
  clusterSize: scaledLeaf('bytes', 'Cluster size in octets'),
  features: child(features),
});

const backingStore = element('backingStore', 'The volume below this one', {
  path: leaf(string(), 'Path'),
  format: child(format),
  permissions: child(permissions),
  timestamps: child(timestamps),
});

export const storageVol = element('volume', 'A storage volume', {
  type: attr(oneOf('file', 'block', 'dir', 'network', 'netdir', 'ploop'), 'What the volume is on its host', {
    fill: 'file',
  }),
  name: leaf(string(), 'Name', { required: true }),
  key: leaf(string(), 'Key, unique on the host'),
  source: child(element('source', 'Devices the volume lies on', { devices: many(device) }, { block: true })),
  capacity: scaledLeaf('bytes', 'Size the guest sees, in octets'),
  allocation: scaledLeaf('bytes', 'Octets taken on the host'),
  physical: scaledLeaf('bytes', 'Octets of the file or device itself'),
  target: child(target),
  backingStore: child(backingStore),
});
export type StorageVolDef = Infer<typeof storageVol>;
