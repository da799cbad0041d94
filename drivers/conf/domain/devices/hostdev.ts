/** `<hostdev>`: a device of the host handed to the guest. */
import {
  attr,
  child,
  element,
  flag,
  hex,
  type Infer,
  int,
  leaf,
  many,
  oneOf,
  onOff,
  string,
  u64,
  uuid,
  variant,
  yesNo,
} from '../../schema/index.ts';
import { auth, initiator } from '../../shared/storage.ts';
import { route } from '../../shared/net.ts';
import { pciAddressPart, romInfoPart } from '../address.ts';
import { interfaceIp, teaming } from './interface.ts';

const usbId = (name: string, doc: string) =>
  element(name, doc, { id: attr(hex(4, 0xffff), 'Number', { required: true }) });
const usbAddress = element('address', 'Where the device is on the host', {
  bus: attr(int({ anyBase: true }), 'Bus', { fill: 0 }),
  device: attr(int({ anyBase: true }), 'Device', { fill: 0 }),
});
const startupPolicy = attr(oneOf('mandatory', 'requisite', 'optional'), 'What happens when the device is missing');

const usbSource = element('source', 'The device', {
  startupPolicy,
  autoAddress: attr(yesNo(), 'Whether the address was found from the identifiers', {
    show: (_value, _owner, context) => context.migratable,
  }),
  missing: attr(yesNo(), 'Whether the device is missing', { live: true }),
  guestReset: attr(oneOf('off', 'uninitialized', 'on'), 'Whether the guest may reset the device'),
  vendor: child(usbId('vendor', 'Vendor')),
  product: child(usbId('product', 'Product')),
  address: child(usbAddress),
});

const pciSource = element('source', 'The device', {
  startupPolicy,
  writeFiltering: attr(yesNo(), 'Filter of writes to the configuration space (Xen)'),
  address: child(element('address', 'Where the device is on the host', pciAddressPart)),
});

const scsiAddress = element('address', 'Where the device is on the host', {
  bus: attr(int(), 'Bus', { required: true }),
  target: attr(int(), 'Target', { required: true }),
  unit: attr(u64(), 'Unit', { required: true }),
});
const host = element('host', 'The server', {
  name: attr(string(), 'Host name or address', { required: true }),
  port: attr(int({ max: 65535 }), 'Port'),
});
const scsiSource = element('source', 'The device', {
  protocol: attr(oneOf('adapter', 'iscsi'), 'How it is reached', { hide: 'adapter' }),
  name: attr(string(), 'Qualified name (iscsi)'),
  adapter: child(element('adapter', "The host's adapter", { name: attr(string(), 'Name', { required: true }) })),
  address: child(scsiAddress),
  hosts: many(host),
  auth: child(auth),
  initiator: child(initiator),
});

const vhostSource = element('source', 'The target', {
  protocol: attr(oneOf('vhost'), 'Protocol', { required: true }),
  wwpn: attr(string(), 'Port name', { required: true }),
});
const mdevSource = element('source', 'The mediated device', {
  address: child(element('address', 'Its identity', { uuid: attr(uuid(), 'UUID', { required: true }) })),
});

const managed = attr(yesNo(), 'Whether libvirt detaches the device from the host', { fill: false });
const pathSource = (name: string, doc: string) =>
  child(
    element(
      'source',
      'The device',
      { [name]: leaf(string(), doc, { name }) } as { path: ReturnType<typeof leaf<string>> },
      { block: true },
    ),
  );

const pciDriver = element('driver', "The host's driver", {
  name: attr(oneOf('kvm', 'vfio', 'xen'), 'Kind'),
  model: attr(string(), 'Kernel module'),
  iommufd: attr(yesNo(), 'Whether iommufd is used'),
});

export const hostdev = element(
  'hostdev',
  'A device of the host handed to the guest',
  [
    {
      mode: attr(oneOf('subsystem', 'capabilities'), 'Whether a virtual machine or a container gets it', {
        fill: 'subsystem',
      }),
    },
    {
      type: attr(oneOf('usb', 'pci', 'scsi', 'scsi_host', 'mdev', 'storage', 'misc', 'net'), 'Kind of device', {
        required: true,
      }),
    },
    variant('type', {
      usb: { managed, source: child(usbSource) },
      pci: { managed, driver: child(pciDriver), source: child(pciSource) },
      scsi: {
        managed,
        sgio: attr(oneOf('default', 'filtered', 'unfiltered'), 'Filter of SCSI commands'),
        rawio: attr(yesNo(), 'Whether raw SCSI commands are allowed'),
        source: child(scsiSource),
      },
      scsi_host: {
        managed,
        model: attr(oneOf('virtio', 'virtio-transitional', 'virtio-non-transitional'), 'Model of the device'),
        source: child(vhostSource),
      },
      mdev: {
        managed,
        model: attr(oneOf('vfio-pci', 'vfio-ccw', 'vfio-ap'), 'Interface of the device', { required: true }),
        display: attr(onOff(), 'Whether it is a screen'),
        ramfb: attr(onOff(), 'Whether it shows a boot screen'),
        source: child(mdevSource),
      },
      storage: { source: pathSource('block', 'Block device') },
      misc: { source: pathSource('char', 'Character device') },
      net: { source: pathSource('interface', 'Network interface'), ips: many(interfaceIp), routes: many(route) },
    }),
    {
      teaming: child(teaming),
      readonly: flag('The guest may only read'),
      shareable: flag('Several guests may use it'),
      ...romInfoPart,
    },
  ],
  { block: true },
);
export type Hostdev = Infer<typeof hostdev>;
