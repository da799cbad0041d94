/** `<source>` of a disk: a file, a device, a network volume, a volume of a pool, ... Also of backing stores, mirrors and firmware variables. */
import { attr, child, element, type Infer, int, many, oneOf, string, text, u64, yesNo } from '../../schema/index.ts';
import { auth, encryption, initiator } from '../../shared/storage.ts';
import { pciAddressPart } from '../address.ts';
import { reconnect } from '../chardev.ts';
import { deviceSeclabel } from '../seclabel.ts';

export const diskTypes = [
  'none',
  'file',
  'block',
  'dir',
  'network',
  'volume',
  'nvme',
  'vhostuser',
  'vhostvdpa',
] as const;

export const storageFormats = [
  'none',
  'raw',
  'dir',
  'bochs',
  'cloop',
  'dmg',
  'iso',
  'vpc',
  'vdi',
  'fat',
  'vhd',
  'ploop',
  'cow',
  'qcow',
  'qcow2',
  'qed',
  'vmdk',
  'luks',
  'aio',
  'vhdx',
] as const;

export const networkProtocols = [
  'none',
  'nbd',
  'rbd',
  'sheepdog',
  'gluster',
  'iscsi',
  'http',
  'https',
  'ftp',
  'ftps',
  'tftp',
  'ssh',
  'vxhs',
  'nfs',
] as const;

const host = element('host', 'A server', {
  name: attr(string(), 'Host name or address'),
  port: attr(int({ max: 65535 }), 'Port'),
  transport: attr(oneOf('tcp', 'unix', 'rdma'), 'Transport'),
  socket: attr(string(), 'Path of a unix socket'),
});

const slice = element('slice', 'The part of the source that is used', {
  type: attr(oneOf('storage'), 'Kind', { required: true }),
  offset: attr(u64(), 'First octet', { required: true }),
  size: attr(u64(), 'Octets', { required: true }),
});

const cookie = element('cookie', 'A cookie', {
  name: attr(string(), 'Name', { required: true }),
  value: text(string(), 'Value'),
});

const reservationsSource = element('source', 'Socket of the helper', {
  type: attr(oneOf('unix'), 'Kind', { required: true }),
  path: attr(string(), 'Path'),
  mode: attr(oneOf('client', 'server'), 'Who listens'),
  reconnect: child(reconnect),
});

const reservations = element('reservations', 'Persistent reservations', {
  enabled: attr(yesNo(), 'Whether used (old form)'),
  managed: attr(yesNo(), 'Whether libvirt starts the helper'),
  migration: attr(yesNo(), 'Whether they move with the guest'),
  source: child(reservationsSource),
});

const identity = element('identity', 'Who the server sees (nfs, ssh)', {
  user: attr(string(), 'User'),
  group: attr(string(), 'Group'),
  username: attr(string(), 'User (ssh)'),
  keyfile: attr(string(), 'Path of the key (ssh)'),
  agentsock: attr(string(), 'Socket of the agent (ssh)'),
});

const named = (name: string, doc: string) => element(name, doc, { name: attr(string(), 'Name', { required: true }) });

/** The fields of a source without what may hold another source. */
const plainSourceFields = {
  file: attr(string(), 'Path of a file'),
  fdgroup: attr(string(), 'Group of descriptors handed in'),
  dev: attr(string(), 'Path of a device'),
  dir: attr(string(), 'Path of a folder'),
  protocol: attr(oneOf(...networkProtocols), 'Network protocol'),
  name: attr(string(), 'Name of the image on the server'),
  query: attr(string(), 'Query of the URL'),
  tls: attr(yesNo(), 'Whether encrypted'),
  tlsHostname: attr(string(), 'Host name in the certificate'),
  pool: attr(string(), 'Storage pool'),
  volume: attr(string(), 'Volume of the pool'),
  mode: attr(oneOf('host', 'direct'), 'How an iSCSI volume is reached'),
  type: attr(oneOf('pci', 'unix'), 'Kind of address (nvme, vhostuser)'),
  managed: attr(yesNo(), 'Whether the device is detached from the host by libvirt'),
  namespace: attr(u64(), 'NVMe namespace'),
  path: attr(string(), 'Path of a unix socket'),
  startupPolicy: attr(oneOf('mandatory', 'requisite', 'optional'), 'What happens when the source is missing'),
  index: attr(int(), 'Number for block jobs', { live: true }),
  address: child(element('address', 'PCI address of the NVMe device', pciAddressPart)),
  reconnect: child(reconnect),
  hosts: many(host),
  identity: child(identity),
  knownHosts: child(
    element('knownHosts', 'Keys of known hosts (ssh)', { path: attr(string(), 'Path', { required: true }) }),
  ),
  snapshot: child(named('snapshot', 'Snapshot of the image')),
  config: child(element('config', 'Configuration of the client', { file: attr(string(), 'Path', { required: true }) })),
  initiator: child(initiator),
  ssl: child(
    element('ssl', 'TLS', { verify: attr(yesNo(), 'Whether the certificate is checked', { required: true }) }),
  ),
  cookies: child(element('cookies', 'HTTP cookies', { cookies: many(cookie) }), { secret: true }),
  readahead: child(element('readahead', 'Reading ahead', { size: attr(u64(), 'Octets', { required: true }) })),
  timeout: child(element('timeout', 'Time limit', { seconds: attr(u64(), 'Seconds', { required: true }) })),
  slices: child(element('slices', 'Parts of the source', { slices: many(slice) })),
  seclabels: many(deviceSeclabel),
  auth: child(auth),
  encryption: child(encryption),
  reservations: child(reservations),
};
/** A file beside the image that has the content, where the image has only the metadata. */
const dataStore = element('dataStore', 'Where the content of a qcow2 image is, outside it', {
  type: attr(oneOf(...diskTypes), 'Kind of source', { required: true }),
  format: child(element('format', 'Format', { type: attr(oneOf(...storageFormats), 'Format', { required: true }) })),
  source: child(element('source', 'Where it is', plainSourceFields)),
});

/** The fields of a source, for all types; which belong together depends on the disk's `type`. */
export const diskSourceFields = { ...plainSourceFields, dataStore: child(dataStore) };
export const diskSource = element('source', 'Where the content is', diskSourceFields);
export type DiskSource = Infer<typeof diskSource>;
