/** `<interface>`: a network interface of a guest. */
import {
  attr,
  child,
  element,
  hex,
  type Infer,
  int,
  leaf,
  mac,
  many,
  oneOf,
  onOff,
  s64,
  string,
  u64,
  yesNo,
} from '../../schema/index.ts';
import type { Field, Owner } from '../../schema/field.ts';
import { invalid, type ValueType } from '../../schema/value.ts';
import { bandwidth, coalesce, mtu, portOptions, route, virtualport, vlan } from '../../shared/net.ts';
import { address, romInfoPart, virtioOptions } from '../address.ts';
import { reconnect } from '../chardev.ts';
import { filterref } from '../../shared/filterref.ts';

export const interfaceTypes = [
  'user',
  'ethernet',
  'vhostuser',
  'server',
  'client',
  'mcast',
  'network',
  'bridge',
  'internal',
  'direct',
  'hostdev',
  'udp',
  'vdpa',
  'null',
  'vds',
] as const;

export const interfaceIp = element('ip', 'An address', {
  address: attr(string(), 'Address', { required: true }),
  family: attr(oneOf('ipv4', 'ipv6'), 'Address family'),
  prefix: attr(int({ max: 128 }), 'Length of the network prefix', { hide: 0 }),
  peer: attr(string(), "The other end's address"),
});

const local = element('local', "The host's end (udp)", {
  address: attr(string(), 'Address'),
  port: attr(int({ max: 65535 }), 'Port'),
});
const usbId = (name: string, doc: string) =>
  element(name, doc, { id: attr(hex(4, 0xffff), 'Number', { required: true }) });

const source = element('source', 'What the interface is connected to', {
  network: attr(string(), 'Virtual network'),
  portgroup: attr(string(), 'Port group of the network'),
  switchid: attr(string(), 'Switch (vds)'),
  portid: attr(string(), 'Port of the network', {
    show: (_value, owner, context) => !context.inactive || owner['network'] === undefined,
  }),
  portgroupid: attr(string(), 'Port group (vds)'),
  connectionid: attr(s64(), 'Connection (vds)'),
  bridge: attr(string(), 'Bridge of the host'),
  macTableManager: attr(oneOf('kernel', 'libvirt'), "Who keeps the bridge's table", { live: true }),
  name: attr(string(), 'Internal network'),
  dev: attr(string(), 'Device of the host'),
  type: attr(oneOf('unix'), 'Kind of socket (vhostuser)'),
  path: attr(string(), 'Path of the socket'),
  mode: attr(
    oneOf('vepa', 'private', 'bridge', 'passthrough', 'server', 'client'),
    'Mode of macvtap, or who listens (vhostuser)',
  ),
  address: attr(string(), 'Address (sockets)'),
  port: attr(int({ max: 65535 }), 'Port (sockets)'),
  startupPolicy: attr(oneOf('mandatory', 'requisite', 'optional'), 'What happens when the device is missing'),
  missing: attr(yesNo(), 'Whether the device is missing', { live: true }),
  writeFiltering: attr(yesNo(), 'Filter of writes to the configuration space (Xen)'),
  vendor: child(usbId('vendor', 'USB vendor')),
  product: child(usbId('product', 'USB product')),
  hostAddress: child(address),
  local: child(local),
  reconnect: child(reconnect),
  ips: many(interfaceIp),
  routes: many(route),
});

const offloads = {
  csum: attr(onOff(), 'Checksums'),
  gso: attr(onOff(), 'Segmentation'),
  tso4: attr(onOff(), 'TCP segmentation'),
  tso6: attr(onOff(), 'TCP segmentation (IPv6)'),
  ecn: attr(onOff(), 'Congestion notification'),
  ufo: attr(onOff(), 'UDP fragmentation'),
  mrgRxbuf: attr(onOff(), 'Merged buffers', { name: 'mrg_rxbuf' }),
};
const guestOffloads = {
  csum: offloads.csum,
  tso4: offloads.tso4,
  tso6: offloads.tso6,
  ecn: offloads.ecn,
  ufo: offloads.ufo,
};

const driver = element('driver', 'How the interface is provided', {
  name: attr(oneOf('qemu', 'vhost', 'kvm', 'vfio', 'xen'), 'Driver'),
  txmode: attr(oneOf('iothread', 'timer'), 'How sending is started'),
  ioeventfd: attr(onOff(), 'Whether packets are taken off the processor thread'),
  eventIdx: attr(onOff(), 'Fewer interrupts', { name: 'event_idx' }),
  queues: attr(int(), 'Virtqueues', { hide: 1 }),
  rxQueueSize: attr(int(), 'Entries of a receiving queue', { name: 'rx_queue_size' }),
  txQueueSize: attr(int(), 'Entries of a sending queue', { name: 'tx_queue_size' }),
  rss: attr(onOff(), 'Receive-side scaling'),
  rssHashReport: attr(onOff(), 'Report of its hash', { name: 'rss_hash_report' }),
  ...virtioOptions,
  host: child(element('host', "The host's offloads", offloads)),
  guest: child(element('guest', "The guest's offloads", guestOffloads)),
});

const macElement = element('mac', 'MAC address', {
  address: attr(mac(), 'Address', { required: true }),
  type: attr(oneOf('generated', 'static'), 'Where it comes from'),
  check: attr(yesNo(), 'Whether it is checked against the reserved ones'),
  currentAddress: attr(mac(), 'Address the guest has set', { live: true }),
});

const portForwardRange = element('range', 'Ports', {
  start: attr(int({ max: 65535 }), 'First', { required: true }),
  end: attr(int({ max: 65535 }), 'Last'),
  to: attr(int({ max: 65535 }), 'First port of the guest'),
  exclude: attr(yesNo(), 'Whether these are left out'),
});

const portForward = element('portForward', 'Ports of the host handed to the guest', {
  proto: attr(oneOf('tcp', 'udp'), 'Protocol', { required: true }),
  address: attr(string(), 'Address of the host'),
  dev: attr(string(), 'Device of the host'),
  ranges: many(portForwardRange),
});

const backend = element('backend', "The host's side", {
  type: attr(oneOf('default', 'passt'), 'Kind'),
  tap: attr(string(), 'Path of the tap device'),
  vhost: attr(string(), 'Path of the vhost device'),
  logFile: attr(string(), "The back-end's log"),
  hostname: attr(string(), 'Host name given to the guest'),
  fqdn: attr(string(), 'Full host name given to the guest'),
});

const knownModels = [
  'netfront',
  'rtl8139',
  'virtio',
  'e1000',
  'e1000e',
  'igb',
  'virtio-transitional',
  'virtio-non-transitional',
  'usb-net',
  'spapr-vlan',
  'lan9118',
  'scm91c111',
  'vlance',
  'vmxnet',
  'vmxnet2',
  'vmxnet3',
  'Am79C970A',
  'Am79C973',
  '82540EM',
  '82545EM',
  '82543GC',
] as const;
const modelsByLowerCase = new Map<string, string>(knownModels.map((name) => [name.toLowerCase(), name]));

/** Models that libvirt knows are found whatever their case; others are taken as they are. */
const modelName: ValueType<string> = {
  parse: (raw) => modelsByLowerCase.get(raw.toLowerCase()) ?? (/^[A-Za-z0-9._-]+$/.test(raw) ? raw : invalid),
  format: (value) => value,
  model: { kind: 'string', allowed: 'letters, digits, hyphens and underscores', values: knownModels },
};

export const teaming = element('teaming', 'Pair of interfaces that the guest joins', {
  type: attr(oneOf('persistent', 'transient'), 'Which of the two', { required: true }),
  persistent: attr(string(), 'Alias of the persistent one'),
});

const pathed = (name: string, doc: string) => element(name, doc, { path: attr(string(), 'Path', { required: true }) });

/** Device names that libvirt makes up; they do not belong to the configuration. */
const generatedName = /^(?:vnet|macvtap|macvlan)/;
const target = element('target', "The interface's end on the host", {
  dev: attr(string(), 'Device name', {
    show: (value, owner, context) => owner['managed'] === false || !(context.inactive && generatedName.test(value)),
  }),
  managed: attr(yesNo(), 'Whether libvirt makes the device'),
});

const attributes = {
  type: attr(oneOf(...interfaceTypes), 'What it is connected to', { fill: 'user' }),
  managed: attr(yesNo(), 'Whether the device is detached from the host by libvirt', { hide: false }),
  trustGuestRxFilters: attr(yesNo(), "Whether the guest's filter changes are followed"),
};
const connection = {
  source: child(source),
  vlan: child(vlan),
  virtualport: child(virtualport),
  bandwidth: child(bandwidth),
  port: child(portOptions),
};

const isHostdev = (owner: Owner): boolean => owner['type'] === 'hostdev';

/** A host device's driver stands before its source; it is read as `driver` like any other. */
const driverBeforeSource: Field<never, false> = {
  bind: (key) => ({
    key,
    derive: (owner) => (isHostdev(owner) ? owner['driver'] : undefined),
    writeContent: (out, value, context) => driver.format(value as Infer<typeof driver>, out, context),
    models: {},
  }),
};

/** What a running interface of a network is really connected to; only in a driver's own state. */
const actual = element('actual', 'What the network has given', { ...attributes, ...connection });

export const interfaceDevice = element(
  'interface',
  'A network interface',
  {
    ...attributes,
    mac: child(macElement),
    driverOfHostdev: driverBeforeSource,
    ...connection,
    actual: child(actual, { live: true }),
    ips: many(interfaceIp),
    routes: many(route),
    portForwards: many(portForward),
    script: child(pathed('script', 'Program that connects it')),
    downscript: child(pathed('downscript', 'Program that disconnects it')),
    backenddomain: child(
      element('backenddomain', 'Guest that provides it (Xen)', { name: attr(string(), 'Name', { required: true }) }),
    ),
    target: child(target),
    guest: child(
      element('guest', "The container's end", {
        dev: attr(string(), 'Device name'),
        actual: attr(string(), 'Device name in use', { live: true }),
      }),
    ),
    model: child(element('model', 'Model of the card', { type: attr(modelName, 'Model', { required: true }) })),
    driver: child(driver, { show: (_value, owner) => !isHostdev(owner) }),
    backend: child(backend),
    filterref: child(filterref),
    tune: child(element('tune', 'Tuning', { sndbuf: leaf(u64(), 'Octets of the sending buffer') })),
    teaming: child(teaming),
    link: child(
      element('link', 'State of the cable', { state: attr(oneOf('up', 'down'), 'State', { required: true }) }),
    ),
    mtu: child(mtu),
    coalesce: child(coalesce),
    ...romInfoPart,
  },
  { block: true },
);
export type InterfaceDevice = Infer<typeof interfaceDevice>;
