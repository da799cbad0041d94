/** `<pool>`: a storage pool. */
import {
  attr,
  child,
  element,
  type Infer,
  int,
  leaf,
  many,
  oneOf,
  scaledLeaf,
  string,
  u64,
  uuid,
  yesNo,
} from '../schema/index.ts';
import { auth, initiator, permissions, refreshVolume } from '../shared/storage.ts';
import { adapter } from './adapter.ts';

const named = (name: string, doc: string) => element(name, doc, { name: attr(string(), 'Name', { required: true }) });

const host = element('host', 'A server', {
  name: attr(string(), 'Host name or address', { required: true }),
  port: attr(int({ max: 65535 }), 'Port'),
});

const freeExtent = element('freeExtent', 'Free space on the device', {
  start: attr(u64(), 'First octet'),
  end: attr(u64(), 'Octet behind the last'),
});

const device = element('device', 'A device the pool is made of', {
  path: attr(string(), 'Path or name', { required: true }),
  partSeparator: attr(yesNo(), "Whether partitions are named with a 'p'", { name: 'part_separator' }),
  freeExtents: many(freeExtent),
});

const source = element(
  'source',
  'Where the pool comes from',
  {
    hosts: many(host),
    devices: many(device),
    dir: child(element('dir', 'A folder on the server', { path: attr(string(), 'Path', { required: true }) })),
    adapter: child(adapter),
    name: leaf(string(), 'Name of the pool on its server or device'),
    initiator: child(initiator),
    format: child(element('format', 'Format of the source', { type: attr(string(), 'Format', { required: true }) })),
    auth: child(auth),
    protocol: child(element('protocol', 'Protocol version', { ver: attr(string(), 'Version', { required: true }) })),
    vendor: child(named('vendor', 'Vendor of the storage')),
    product: child(named('product', 'Model of the storage')),
  },
  { block: true },
);

const target = element('target', 'Where the pool appears on the host', {
  path: leaf(string(), 'Path'),
  permissions: child(permissions),
});

const features = element('features', 'Features', {
  cow: child(
    element('cow', 'Copy on write of the file system', { state: attr(yesNo(), 'Whether on', { required: true }) }),
  ),
});

const option = { name: attr(string(), 'Option', { required: true }) };
const mountOptions = element('fs:mount_opts', 'Options for mounting', {
  options: many(element('fs:option', 'An option', option)),
});
const configOptions = element('rbd:config_opts', 'Options for RBD', {
  options: many(element('rbd:option', 'An option', { ...option, value: attr(string(), 'Value', { required: true }) })),
});

export const poolTypes = [
  'dir',
  'fs',
  'netfs',
  'logical',
  'disk',
  'iscsi',
  'iscsi-direct',
  'scsi',
  'mpath',
  'rbd',
  'sheepdog',
  'gluster',
  'zfs',
  'vstorage',
] as const;

export const storagePool = element('pool', 'A storage pool', {
  type: attr(oneOf(...poolTypes), 'Kind of storage', { required: true }),
  fsNamespace: attr(string(), 'XML namespace of mount options', { name: 'xmlns:fs' }),
  rbdNamespace: attr(string(), 'XML namespace of RBD options', { name: 'xmlns:rbd' }),
  name: leaf(string(), 'Name'),
  uuid: leaf(uuid(), 'UUID'),
  capacity: scaledLeaf('bytes', 'Size of the storage in octets'),
  allocation: scaledLeaf('bytes', 'Octets in use'),
  available: scaledLeaf('bytes', 'Octets free'),
  features: child(features),
  source: child(source),
  target: child(target),
  refresh: child(element('refresh', 'How the pool is looked through', { volume: child(refreshVolume) })),
  mountOptions: child(mountOptions),
  configOptions: child(configOptions),
});
export type StoragePoolDef = Infer<typeof storagePool>;
